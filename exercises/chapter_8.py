"""The exercises of chapter 8: deep networks, data augmentation, low precision."""

from exercises.exercise import Exercise

ROWS = [
    Exercise(
        "8.1.2",
        "common.augment: flip",
        "Data augmentation: flip images horizontally, left to right. The last axis is the width, "
        "whatever axes there are before it. Return a new array.",
        ("augment::test_flip_exchanges_left_and_right",),
        ("x[..., ::-1] is a view of the same pixels; copy it.",),
    ),
    Exercise(
        "8.1.2",
        "common.augment: brightness",
        "Data augmentation: multiply the pixels by times, add plus, and cut off what is below 0 or "
        "above 1. The result has the type of x.",
        (
            "augment::test_brightness",
            "augment::test_crop_flip_and_brightness_that_change_nothing",
        ),
        given=5,
    ),
    Exercise(
        "8.1.2",
        "ch08.section_8_1.ensemble: by_number",
        "Ensembles: the accuracy of each network, of the mean outputs of all pairs, of all "
        "triples, and so on to all together.",
        ("ch08_accuracy::test_an_ensemble_answers_with_the_mean_of_its_networks",),
        ("combinations(outputs, 2) yields all pairs.",),
    ),
    Exercise(
        "8.2.1",
        "common.functions: top_k_accuracy",
        "The fraction of the samples whose true class is among the k largest outputs. If two "
        "outputs are equal, the first counts as larger. A row with NaN counts as incorrect.",
        ("composite::test_top_k_accuracy", "readers::test_a_row_of_scores_with_nan_is_wrong"),
        ("np.argsort(-y, axis=1, kind='stable') gives the classes from the largest output.",),
        given=2,
    ),
    Exercise(
        "8.2.3",
        "common.layers.composite: Parallel.forward Parallel.backward",
        "The branches of an Inception module: all get the same input, and their outputs are "
        "concatenated along axis 1. Backward: each branch gets its part of dout, and their "
        "gradients add up. The branches are in the dict self.layers; "
        "call_with_flag(layer.forward, train_flg, x) also calls one that takes no train_flg.",
        (
            "composite::test_parallel_joins_the_channels_in_order",
            "layers::test_gradients[Parallel]",
            "layers::test_gradients[Parallel of rows]",
        ),
        ("np.split(dout, ends, axis=1) cuts dout after each branch but the last.",),
    ),
    Exercise(
        "8.2.4",
        "common.layers.composite: Residual.forward Residual.backward",
        "A residual block: F(x) + x. The dict self.layers holds the layer body, and perhaps "
        "shortcut: call them as in section 8.2.3. Without a shortcut, x itself is added. If the "
        "two shapes differ, raise a LayerError(self, ...) that names a 1x1 Convolution as a way "
        "out.",
        (
            "composite::test_a_shortcut_around_nothing_doubles",
            "composite::test_a_block_with_zero_weights_passes_its_input_on",
            "layers::test_gradients[Residual]",
            "layers::test_gradients[Residual with a layer as the shortcut]",
            "composite::test_refused[broadcast]",
        ),
        ("The gradients of both paths add up.",),
    ),
    Exercise(
        "8.3.2",
        "ch08.helpers.convolution_ways: every_output one_product",
        "One convolution, twice: with a loop over every output, and with im2col and one matrix "
        "product. Images (N, C, H, W), filters (FN, C, FH, FW), biases (FN,), stride 1, no "
        "padding; empty_output(x, W) makes an array for the result.",
        ("ch08_speed::test_a_convolution_by_hand", "ch08_speed::test_all_ways_agree"),
    ),
    Exercise(
        "8.3.3",
        "ch08.helpers.workers: averaged_gradient",
        "Workers that split a mini-batch: the mean of the gradients of equal parts, for each "
        "parameter.",
        ("ch08_speed::test_the_mean_of_parts_is_the_whole_and_its_parts_are_not",),
        ("np.split(x, parts) raises an error if the parts are not equal.",),
    ),
    Exercise(
        "8.3.4",
        "common.layers.binary: signs Sign.forward Sign.backward",
        "1-bit numbers: +1 where x >= 0, else -1, in the type of x; NaN stays NaN. The layer Sign: "
        "the gradient passes where -1 <= x <= 1, as if the sign were the identity there.",
        ("composite::test_sign", "composite::test_signs_in_forward_straight_through_in_backward"),
    ),
]
