"""The exercises of chapter 3: the forward pass of a neural network."""

from exercises.exercise import Exercise

ROWS = [
    Exercise(
        "3.2.2",
        "ch03.step_function: step_function_scalar",
        "The step function of a single number, by an if: 1 if x is larger than 0, else 0.",
        ("ch03::test_the_scalar_step_takes_one_number",),
    ),
    Exercise(
        "3.2.2",
        "common.functions: step_function",
        "The step function of a NumPy array: 1 where an element is larger than 0, else 0, as "
        "integers.",
        ("ch03::test_step_function_of_an_array", "functions::test_step_function"),
        (
            "x > 0 makes an array of True and False, of the same shape.",
            "The method astype converts an array to another type.",
        ),
    ),
    Exercise(
        "3.2.4",
        "common.functions: sigmoid",
        "The sigmoid function, 1 / (1 + exp(-x)), for a number or an array.",
        (
            "ch03::test_sigmoid_and_its_broadcasting",
            "functions::test_sigmoid_grad",
        ),
        ("np.exp computes the exponential of each element; broadcasting does the rest.",),
    ),
    Exercise(
        "3.2.7",
        "common.functions: relu",
        "The ReLU function: x where it is larger than 0, else 0.",
        ("ch03::test_relu", "ch03::test_relu_figure"),
        ("np.maximum compares element by element; np.max would return a single number.",),
        given=0,
    ),
    Exercise(
        "3.4.2",
        "ch03.three_layer_network: layer_by_layer",
        "The signals of a three-layer network: in each layer the weighted sum a = x W + b, then "
        "the activation z = h(a). The output layer has the identity function. Return all of them "
        "in a dict with the keys a1 z1 a2 z2 a3 y.",
        ("ch03::test_three_layers", "ch03::test_linear_layers_collapse"),
        ("The matrix product is x @ W, also for a batch of inputs.",),
    ),
    Exercise(
        "3.4.3",
        "ch03.three_layer_network: init_network",
        "The weights and biases of the 2-3-2-2 network of section 3.4.2, in a dict: W1 is "
        "[[0.1, 0.3, 0.5], [0.2, 0.4, 0.6]], b1 [0.1, 0.2, 0.3], W2 [[0.1, 0.4], [0.2, 0.5], "
        "[0.3, 0.6]], b2 [0.1, 0.2], W3 [[0.1, 0.3], [0.2, 0.4]] and b3 [0.1, 0.2].",
        ("ch03::test_the_toy_network_has_six_arrays", "ch03::test_three_layers"),
    ),
    Exercise(
        "3.5.1",
        "ch03.softmax: naive_softmax",
        "Softmax of one row of scores, exactly as in the formula: the exponential of each score, "
        "divided by the sum of all exponentials.",
        ("ch03::test_softmax_as_written",),
    ),
    Exercise(
        "3.5.2",
        "common.functions: softmax",
        "Softmax that does not overflow, for one row of scores or for a batch: each row of the "
        "result has the sum 1. Leave the array of the caller as it is.",
        (
            "ch03::test_softmax_as_written",
            "functions::test_softmax",
            "ch03::test_softmax_gives_probabilities",
        ),
        (
            "Subtract the largest score of each row first: the result is the same, and no "
            "exponential is larger than 1.",
            "Sum and maximum along the last axis: axis=-1, keepdims=True.",
        ),
        given=2,
    ),
    Exercise(
        "3.6.2",
        "ch03.neuralnet_mnist: predict",
        "The probabilities of the ten digits: two hidden layers with the sigmoid function, and "
        "softmax in the output layer, for a batch of images.",
        ("ch03::test_the_probabilities_are_those_of_the_formula",),
        ("The keys of network are W1 b1 W2 b2 W3 b3.",),
    ),
    Exercise(
        "3.6.2",
        "common.functions: accuracy",
        "The fraction of the samples whose largest output is that of the true class. The targets "
        "are labels, or one-hot rows. Both may be lists: begin with np.asarray.",
        ("functions::test_accuracy",),
        (
            "y.argmax(axis=1) is the answer for each row.",
            "If t has two dimensions, its argmax is the label.",
        ),
    ),
    Exercise(
        "3.6.3",
        "ch03.neuralnet_mnist_batch: in_batches",
        "Classify images a batch at a time, and return the most probable digit of each. The last "
        "batch may be smaller than the others.",
        ("ch03::test_batches_give_the_same_predictions",),
        (
            "range(0, len(x), batch_size) gives the start of each batch.",
            "np.concatenate joins the arrays of all batches.",
        ),
    ),
]
