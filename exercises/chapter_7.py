"""The exercises of chapter 7: convolution and pooling, as loops and as matrix products."""

from exercises.exercise import Exercise

ROWS = [
    Exercise(
        "7.2.2",
        "ch07.naive_convolution: multiply_and_add convolve_image",
        "Slide a filter over an image: at each place multiply the window by the filter, element "
        "by element, and add up.",
        (
            "convolution::test_the_examples_of_the_figures",
            "convolution::test_against_loops[stride 2, few channels]",
        ),
        (
            "conv_output_size(H, FH, stride) is the height of the output.",
            "The window for the output at i, j begins at i * stride, j * stride.",
        ),
    ),
    Exercise(
        "7.2.3",
        "ch07.naive_convolution: add_border",
        "Padding: put a border of `pad` pixels, all equal to `value`, around images. The last two "
        "axes are height and width; before them there may be others, or none.",
        (
            "convolution::test_against_loops[few channels, border]",
            "im2col::test_against_loops[shape1-3-3-1-1]",
            "pooling::test_against_loops[Pooling-border]",
        ),
        ("np.pad takes a pair (before, after) for each axis.",),
    ),
    Exercise(
        "7.2.4",
        "common.util: conv_output_size",
        "The size of the output of a convolution along one axis: (H + 2P - FH) / S + 1. Raise a "
        "ValueError if the filter is larger than the padded input. Raise a ValueError, too, if the "
        "division is not exact and floor is False; its message says 'is not an integer'.",
        (
            "im2col::test_conv_output_size",
            "im2col::test_a_division_that_is_not_whole_is_refused_along_both_axes",
        ),
        ("// divides and rounds down, % is the remainder.",),
        given=2,
    ),
    Exercise(
        "7.2.5",
        "ch07.naive_convolution: convolve_channels",
        "Convolution of an image with channels: convolve each channel with its part of the filter, "
        "and add the maps.",
        ("convolution::test_against_loops[many channels]",),
    ),
    Exercise(
        "7.2.7",
        "ch07.naive_convolution: convolution",
        "Convolution of a batch with several filters and their biases, with the functions above: "
        "images (N, C, H, W) and filters (FN, C, FH, FW) give maps (N, FN, OH, OW).",
        (
            "convolution::test_against_loops[one image]",
            "convolution::test_against_loops[the book's first layer]",
            "convolution::test_against_loops[wide border, stride 2]",
        ),
        ("b.reshape(-1, 1, 1) has one bias for each map.",),
    ),
    Exercise(
        "7.3",
        "ch07.naive_convolution: pooling",
        "Pooling with loops: the maximum of each window, channel by channel; or what the function "
        "`of` returns for a window.",
        (
            "pooling::test_against_loops[Pooling-the book's]",
            "pooling::test_against_loops[AveragePooling-overlapping one way]",
        ),
    ),
    Exercise(
        "7.4.2",
        "common.util: im2col",
        "Unfold images: each row holds the pixels of one window, of all channels. Rows are in the "
        "order of image, row, column of the output; columns in that of channel, row, column of "
        "the filter. The result has the type of the images.",
        (
            "im2col::test_the_shapes_of_the_book",
            "im2col::test_the_order_of_rows_and_columns",
            "im2col::test_against_loops",
            "im2col::test_the_type_is_kept",
        ),
        (
            "Pad first. Then two loops, over the rows and columns of the filter, fill an array "
            "(N, C, FH, FW, OH, OW); transpose and reshape it.",
            "Or use sliding_window_view, and take every stride-th window.",
        ),
        given=3,
    ),
    Exercise(
        "7.4.3",
        "common.util: col2im",
        "Fold rows of windows back into images: add each number to the pixel that it came from. "
        "Where windows overlap, the numbers add up. The padding is cut off at the end.",
        (
            "im2col::test_how_many_windows_see_each_pixel",
            "im2col::test_each_is_the_adjoint_of_the_other",
        ),
        (
            "Loop over the rows i and columns j of the filter: all windows at once add to the "
            "pixels i, i + stride, i + 2 stride ...",
        ),
        given=6,
    ),
    Exercise(
        "7.4.3",
        "common.layers.convolution: Convolution.forward Convolution.backward",
        "The convolution layer as in the book: im2col, and one matrix product. You may import "
        "im2col and col2im from common.util. Set dW and db, and return the gradient with respect "
        "to x. floor=self.floor belongs to each call of im2col and col2im.",
        (
            "convolution::test_the_examples_of_the_figures",
            "convolution::test_shapes",
            "convolution::test_against_loops",
            "layers::test_gradients[Convolution]",
            "layers::test_gradients[Convolution of many channels]",
            "layers::test_gradients[Convolution, stride 2]",
        ),
        (
            "Rows of windows times filters as columns: col @ W.reshape(FN, -1).T + b; then "
            "reshape to (N, OH, OW, FN), and transpose to (N, FN, OH, OW).",
            "Backward: transpose dout to rows of FN numbers. dW is their product with col, the "
            "gradient of col their product with the filters; col2im makes images of it.",
        ),
    ),
    Exercise(
        "7.4.4",
        "common.layers.pooling: Pooling.forward",
        "Max pooling. self.unfold(x, -np.inf) returns a list of arrays (N, OH, OW, C), one for "
        "each place in the window, row by row. Return the maxima, (N, C, OH, OW); keep in "
        "self.arg_max the number of the first place with the maximum, in the same shape.",
        (
            "pooling::test_the_example_of_figure_7_14",
            "pooling::test_against_loops[Pooling-the book's]",
            "pooling::test_ties_go_to_the_first",
            "pooling::test_a_border_is_never_the_largest",
            "layers::test_gradients[Pooling, overlapping]",
        ),
        ("np.stack joins the list into one array; max and argmax along its new axis.",),
    ),
    Exercise(
        "7.5",
        "ch07.simple_convnet: SimpleConvNet.__init__",
        "SimpleConvNet: Conv1, Relu1, Pool1 (2 x 2), Affine1, Relu2, Affine2, with the loss of "
        "softmax, by super().__init__ of a dict. convolution and affine make layers with random "
        "weights: look at common/fresh_layers.py.",
        (
            "convnets::test_simple_convnet",
            "convnets::test_what_is_not_named_is_as_in_the_book",
            "convnets::test_simple_convnet_by_loops",
        ),
        ("Affine1 has number * height * width inputs, with the sizes after pooling.",),
        given=3,
    ),
    Exercise(
        "7.6.1",
        "ch07.helpers.filters: grey_levels",
        "Filters as grey images: the minimum of each becomes 0, its maximum 255, rounded, in "
        "uint8. An image whose pixels are all equal becomes 128.",
        ("ch07::test_grey_levels",),
        ("Minimum and maximum over the last two axes: axis=(-2, -1), keepdims=True.",),
        given=2,
    ),
]
