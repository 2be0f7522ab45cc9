"""The exercises of chapter 5: back-propagation, layer by layer."""

from exercises.exercise import Exercise

ROWS = [
    Exercise(
        "5.1.3",
        "ch05.helpers.graph: Graph.backward",
        "The backward pass through a computational graph. self.steps are the nodes in order: each "
        "step has step.node, the name step.output, and the names step.inputs. Begin with dout for "
        "the last output; go back, and pass to step.node.backward the derivative for its output. "
        "It returns the derivatives for its inputs, a tuple, or a single one: keep them as a tuple "
        "in step.douts. Fill self.grads by name, and return it.",
        (
            "ch05_graphs::test_a_branching_value_gets_the_sum_of_the_derivatives",
            "ch05_graphs::test_an_unused_node_has_no_derivative",
            "ch05_graphs::test_the_square_of_a_sum",
        ),
        (
            "A value that several nodes use gets the sum of their derivatives.",
            "Leave out nodes whose output has no derivative, and values in self.constants.",
        ),
    ),
    Exercise(
        "5.2.2",
        "ch05.helpers.nodes: PowerLayer.forward PowerLayer.backward",
        "The node y = x^n: the forward pass keeps x, and the backward pass multiplies the incoming "
        "derivative by n x^(n - 1).",
        (
            "ch05_graphs::test_nodes_compute_what_their_names_say",
            "ch05_graphs::test_a_node_of_one_number",
            "ch05_graphs::test_the_square_of_a_sum",
        ),
    ),
    Exercise(
        "5.4.1",
        "ch05.layer_naive: MulLayer.forward MulLayer.backward",
        "A multiplication as a layer. The forward pass keeps both inputs, self.x and self.y; the "
        "backward pass returns dout times the other input, for x and for y.",
        ("ch05::test_mul_layer", "ch05::test_apples"),
    ),
    Exercise(
        "5.4.1",
        "ch05.buy_apple: buy",
        "The price of some apples with tax, forward through two MulLayers, and backward through "
        "them in reverse order, beginning with 1. Return a dict: price, dapple, dapple_num, dtax.",
        ("ch05::test_apples",),
        ("The backward pass of a layer gets the derivative for the output of its forward pass.",),
    ),
    Exercise(
        "5.4.2",
        "ch05.layer_naive: AddLayer.forward AddLayer.backward",
        "An addition as a layer: the backward pass returns dout for both inputs.",
        ("ch05::test_add_layer", "ch05::test_apples_and_oranges"),
    ),
    Exercise(
        "5.4.2",
        "ch05.buy_apple_orange: buy",
        "Apples and oranges with tax: three MulLayers and an AddLayer, forward and backward. "
        "Return all values in a dict with the keys apple_price, orange_price, all_price, price, "
        "dall_price, dapple_price, dorange_price, dapple_num, dapple, dorange, dorange_num, dtax.",
        (
            "ch05::test_apples_and_oranges",
            "ch05::test_the_price_of_apples_changes_as_the_derivatives_say",
        ),
        ("Backward: first the tax, then the sum, then apples and oranges.",),
    ),
    Exercise(
        "5.5.1",
        "common.layers.activations: ReLU.forward ReLU.backward",
        "The ReLU layer. Keep in self.mask where x <= 0; there the output and the gradient are 0. "
        "Change neither x nor dout.",
        (
            "layers::test_relu_example",
            "layers::test_relu_at_0",
            "layers::test_gradients[ReLU]",
            "layers::test_nothing_of_the_caller_is_changed[ReLU]",
        ),
        (
            "~mask is True where mask is False; True counts as 1 in a product.",
            "Or copy the array first, and then set copy[self.mask] = 0.",
        ),
    ),
    Exercise(
        "5.5.2",
        "common.layers.activations: Sigmoid.forward Sigmoid.backward",
        "The sigmoid layer. Keep the output y in self.out: the gradient needs nothing else.",
        (
            "ch05_graphs::test_the_sigmoid_layer_from_nodes",
            "layers::test_gradients[Sigmoid]",
            "layers::test_nothing_of_the_caller_is_changed[Sigmoid]",
        ),
        ("The derivative of the sigmoid is y (1 - y).",),
    ),
    Exercise(
        "5.6.2",
        "common.layers.affine: Affine.forward",
        "The forward pass of the Affine layer for a batch: Y = X W + b. Images are flattened, one "
        "sample for each row. Keep this matrix in self.x, and the shape of the input in "
        "self.x_shape: backward needs both.",
        (
            "layers::test_affine_example",
            "layers::test_affine_of_one_sample_is_a_batch_of_one",
            "layers::test_gradients[Affine of images]",
        ),
        ("x.reshape(len(x), -1) keeps the samples, and puts all other axes into one.",),
    ),
    Exercise(
        "5.6.2",
        "common.layers.affine: Affine.backward",
        "The backward pass of the Affine layer: set self.dW and self.db, and return the gradient "
        "with respect to x, in the shape of the input, which forward kept in self.x_shape.",
        (
            "layers::test_affine_example",
            "layers::test_gradients[Affine]",
            "layers::test_gradients[Affine of images]",
            "ch05_graphs::test_the_affine_layer_from_nodes",
        ),
        (
            "Only one product has the shape of W: that of X^T and dout.",
            "The bias is added to every row, so its gradient is the sum of the rows.",
        ),
    ),
    Exercise(
        "5.6.3",
        "common.layers.loss: SoftmaxWithLoss.forward",
        "Softmax and cross entropy in one layer. Keep the probabilities in self.y, in the shape of "
        "x; self.t is a row for each sample already. Return the mean loss of a batch as a float, "
        "and keep it in self.loss. Compute it in float64: in float32 it is not exact enough for a "
        "gradient check. x may be a single row of scores.",
        (
            "layers::test_softmax_with_loss",
            "layers::test_the_gradient_that_is_passed_back",
            "readers::test_a_gradient_check_by_hand_on_a_float32_network",
        ),
        (
            "functions.softmax is there, but log(softmax(x)) may be log(0): subtract the maximum "
            "of each row, and compute log y = x - log(sum of exp(x)).",
            "x.reshape(self.t.shape) makes a batch of a single row; divide by len(self.t).",
        ),
        given=3,
    ),
    Exercise(
        "5.6.3",
        "common.layers.loss: Loss.backward",
        "The gradient of a loss with respect to the scores: dout (y - t) / N, in the shape of y. "
        "y may be a single row; t always has the shape (N, C).",
        (
            "losses::test_each_gradient_is_y_minus_t",
            "losses::test_gradients",
            "losses::test_types_are_kept",
        ),
        ("N is len(t). At the end convert to y.dtype.",),
        given=1,
    ),
    Exercise(
        "5.7.2",
        "ch05.two_layer_net: TwoLayerNet.__init__",
        "The two-layer network again, of layers: call super().__init__ with a dict of the layers "
        "Affine1, Relu1 and Affine2, in this order. affine(inputs, outputs, rng, std) makes an "
        "Affine layer with random weights.",
        (
            "network::test_names_of_parameters_and_layers",
            "network::test_gradients[labels-TwoLayerNet]",
            "ch05::test_the_loop_and_the_trainer_give_the_same",
        ),
    ),
    Exercise(
        "5.7.2",
        "common.layers.composite: Sequential.forward",
        "Layers one after the other, in the dict self.layers: the output of each is the input of "
        "the next. call_with_flag(layer.forward, train_flg, x) also calls a layer that takes no "
        "train_flg.",
        (
            "composite::test_sequential_is_one_layer_after_the_other",
            "composite::test_the_network_without_its_loss_is_a_sequential",
            "layers::test_gradients[Sequential]",
            "layers::test_gradients[Sequential of nothing]",
        ),
    ),
    Exercise(
        "5.7.3",
        "common.gradient: _compare",
        "The gradient check: the relative error, which is the largest difference divided by the "
        "largest derivative of both (or by 1e-6, if that is larger; NaN if all are 0), the mean of "
        "the differences, and whether the error is within the tolerance. Return these three as "
        "GradientCheck(error, difference, passed).",
        (
            "gradient::test_the_check_finds_a_mistake_and_says_where",
            "gradient::test_the_check_takes_a_loss_layer",
            "gradient::test_the_check_does_not_pass_where_every_derivative_is_0",
        ),
        ("A comparison with NaN is False, so such a check does not pass.",),
    ),
    Exercise(
        "5.7.4",
        "ch05.train_neuralnet: train",
        "The training loop with back-propagation: draw a mini-batch with rng.integers, compute "
        "net.gradient, change W1 b1 W2 b2 in place, append the loss of the batch. After the first "
        "step of each epoch append the accuracies on the training and the test data.",
        ("ch05::test_the_loop_and_the_trainer_give_the_same",),
        (
            "The indices are rng.integers(len(x_train), size=batch_size).",
            "An epoch is len(x_train) // batch_size mini-batches, at least one.",
        ),
    ),
]
