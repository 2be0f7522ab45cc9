"""The exercises of chapter 4: losses, numerical gradients, gradient descent, a first training."""

from exercises.exercise import Exercise

ROWS = [
    Exercise(
        "4.1",
        "ch02.learning_rule: learn",
        "The learning rule of the perceptron: go through the four rows of a truth table some "
        "times. After each row add lr (t - y) x to the weights, and lr (t - y) to the bias. Draw "
        "the initial weights and then the bias with one call, rng.uniform(-1, 1, 3). Count the "
        "mistakes of each pass.",
        (
            "ch02::test_one_step_of_the_learning_rule",
            "ch02::test_the_learning_rule_converges_where_a_line_exists",
        ),
        ("The inputs are in INPUTS of ch02.helpers.tables; perceptron(x, w, b) gives y.",),
    ),
    Exercise(
        "4.2.1",
        "common.functions: mean_squared_error",
        "Half of the sum of the squared differences of outputs y and targets t.",
        ("losses::test_losses_by_hand", "functions::test_squared_error"),
    ),
    Exercise(
        "4.2.3",
        "common.batches: MiniBatches.__next__",
        "The indices of the next mini-batch. Without self.shuffle: batch_size random numbers below "
        "self.size, drawn with replacement by self.rng.integers. With it: if self.rest is empty, "
        "fill it with a self.rng.permutation of all indices; then take the first batch_size of "
        "them, and keep the others in self.rest.",
        (
            "trainer::test_random_mini_batches",
            "trainer::test_shuffled_mini_batches_see_every_sample_once_per_epoch",
        ),
        ("The last batch of an epoch may be smaller.",),
        given=2,
    ),
    Exercise(
        "4.2.4",
        "common.functions: cross_entropy_error",
        "The cross entropy of a batch: minus the sum of t log(y + 1e-7), divided by the number of "
        "samples. Labels were converted to one-hot rows already: t has the shape (N, C). But y may "
        "be a single row.",
        ("functions::test_cross_entropy_of_one_sample", "functions::test_cross_entropy_of_a_batch"),
        ("y.reshape(t.shape) makes a batch of a single row.",),
        given=4,
    ),
    Exercise(
        "4.2.4",
        "common.functions: label_rows",
        "One-hot rows of labels: an array of shape (N, classes), in float32, with a single 1 in "
        "each row, in the column of its label.",
        ("functions::test_one_hot",),
        ("rows[np.arange(N), t] is the element of each row that belongs to its label.",),
    ),
    Exercise(
        "4.3.1",
        "ch04.numerical_diff: forward_diff",
        "The forward difference: how much f changes from x to x + h, divided by h.",
        ("ch04::test_figure_4_5", "ch04::test_a_step_that_is_too_small"),
    ),
    Exercise(
        "4.3.1",
        "common.gradient: numerical_diff",
        "The central difference with h = 1e-4: how much f changes from x - h to x + h, divided by "
        "the distance of these two points.",
        ("gradient::test_numerical_diff", "gradient::test_the_step_is_that_of_the_book"),
        given=3,
    ),
    Exercise(
        "4.3.2",
        "ch04.gradient_1d: function_1",
        "The function f(x) = 0.01 x^2 + 0.1 x.",
        ("ch04::test_derivatives_of_function_1", "ch04::test_figures_4_6_and_4_7"),
    ),
    Exercise(
        "4.3.3",
        "ch04.partial_derivatives: function_tmp1 function_tmp2",
        "f(x0, x1) = x0^2 + x1^2 as a function of one variable, twice: of x0 with x1 = 4, and of "
        "x1 with x0 = 3.",
        ("ch04::test_partial_derivatives",),
    ),
    Exercise(
        "4.4",
        "ch04.gradient_2d: function_2",
        "The sum of the squares of the elements of x: x0^2 + x1^2. x may also have the shape "
        "(2, H, W), a grid of points; then the result has the shape (H, W).",
        ("ch04::test_partial_derivatives", "ch04::test_figure_4_10"),
        ("x[0] and x[1] work for both shapes.",),
    ),
    Exercise(
        "4.4",
        "common.gradient: numerical_gradient",
        "The derivative of f for each element of x, an array of any shape in float64: change this "
        "element by h = 1e-4 and by -h, call f(x) for both, and put the old value back.",
        (
            "ch04::test_gradients_of_function_2",
            "gradient::test_numerical_gradient_of_matrices_and_tensors",
            "gradient::test_numerical_gradient_follows_a_view",
            "gradient::test_values_are_put_back_to_the_last_bit",
        ),
        (
            "Loop over np.ndindex(x.shape), which works for any number of dimensions.",
            "Keep the old value in a variable: adding h again would round.",
        ),
    ),
    Exercise(
        "4.4.1",
        "ch04.gradient_method: descent_path",
        "Gradient descent: repeat x <- x - lr * gradient, and return all points in one array, the "
        "start included. Do not change init_x.",
        ("ch04::test_gradient_descent", "ch04::test_figure_4_10"),
        ("Append copies of x to a list: x itself changes in place.",),
    ),
    Exercise(
        "4.4.2",
        "ch04.gradient_simplenet: simpleNet.predict simpleNet.loss",
        "A network of one layer: the scores x W, and the cross entropy of softmax of the scores.",
        ("ch04::test_simplenet",),
    ),
    Exercise(
        "4.5.1",
        "ch04.two_layer_net: TwoLayerNet.__init__",
        "The parameters of a two-layer network in a dict, self.params: W1 and W2 drawn from a "
        "Gaussian with standard deviation weight_init_std, b1 and b2 zeros; in the order W1 b1 W2 "
        "b2.",
        ("ch04::test_two_layer_net_shapes",),
        ("rng.standard_normal(shape) has the standard deviation 1.",),
    ),
    Exercise(
        "4.5.1",
        "ch04.two_layer_net: TwoLayerNet._forward TwoLayerNet.loss TwoLayerNet.accuracy",
        "The forward pass: the hidden layer z1 = sigmoid(x W1 + b1), and the scores z1 W2 + b2; "
        "return both. The loss is the cross entropy of the prediction, self.predict(x).",
        (
            "ch04::test_two_layer_net_shapes",
            "ch04::test_by_hand_and_by_layers_are_the_same_network",
        ),
    ),
    Exercise(
        "4.5.1",
        "ch04.two_layer_net: TwoLayerNet.numerical_gradient",
        "The derivatives of the loss for all parameters, by gradient.numerical_gradient: a dict "
        "with the same keys as self.params.",
        ("ch04::test_training_with_the_numerical_gradient_is_the_same",),
        ("numerical_gradient changes the array in place: f may ignore its argument.",),
    ),
    Exercise(
        "4.5.1",
        "ch04.two_layer_net: TwoLayerNet.gradient",
        "The same derivatives by back-propagation, written by hand: chapter 5 in ten lines. t "
        "holds labels or one-hot rows; one_hot(t, y.shape) makes rows of both.",
        (
            "ch04::test_two_layer_net_gradient[t1]",
            "ch04::test_two_layer_net_gradient[t0]",
            "ch04::test_by_hand_and_by_layers_are_the_same_network",
        ),
        (
            "The derivative for the scores is (softmax(scores) - t) / N.",
            "Backwards through the sigmoid: times z1 (1 - z1). Weights: x^T times the derivative "
            "of the sums; biases: the sum of its rows.",
        ),
    ),
    Exercise(
        "4.5.2",
        "ch04.train_neuralnet: train",
        "The training loop: draw a mini-batch, compute the gradient (numerical or not), subtract "
        "learning_rate times the gradient from each parameter, and append the loss of the batch "
        "after the step. After the first step of each epoch, append the accuracies on all data; "
        "an epoch is len(x_train) // batch_size steps, at least one.",
        (
            "ch04::test_each_accuracy_is_that_of_its_data",
            "ch04::test_loop_by_hand_and_trainer_are_the_same_training",
        ),
        (
            "batches = MiniBatches(len(x_train), batch_size, random_generator(rng)), once; then "
            "next(batches) gives the indices of a mini-batch.",
        ),
    ),
]
