"""The exercises of chapter 6: optimizers, initial weights, batch normalization, regularization."""

from exercises.exercise import Exercise

IN_PLACE = "Change the array W itself, as W -= ... does; W = W - ... would make a new array."


def optimizer(section: str, name: str, task: str, *hints: str) -> Exercise:
    """Return the exercise of an optimizer; all have the same tests."""
    tests = (
        f"optimizer::test_paths[{name}]",
        f"optimizer::test_formula[float64-filters-{name}]",
        f"optimizer::test_in_place_and_nothing_else[{name}]",
    )
    what = f"common.optimizer: {name}.step"
    state = "" if name == "SGD" else " The state begins with zeros, and must change in place, too."
    task += f"{state} You need not use buffer, an array for intermediate results."
    return Exercise(section, what, task, tests, (*hints, IN_PLACE))


ROWS = [
    optimizer("6.1.2", "SGD", "Stochastic gradient descent: W <- W - lr dW."),
    Exercise(
        "6.1.3",
        "ch06.helpers.valley: f gradient",
        "The function of this section, f(x, y) = x^2 / 20 + y^2, and its derivatives for x and y.",
        ("ch06_optimizers::test_the_function_and_its_gradient",),
    ),
    optimizer("6.1.4", "Momentum", "v <- momentum v - lr dW, then W <- W + v."),
    optimizer(
        "6.1.5",
        "AdaGrad",
        "h <- h + dW^2, then W <- W - lr dW / (sqrt(h) + 1e-7): each element has its own rate.",
    ),
    Exercise(
        "6.1.5",
        "common.schedules: step_decay inverse_time_decay",
        "Learning rates that fall: return a function of t, the number of the mini-batch. "
        "step_decay: lr factor^floor(t / every). inverse_time_decay: lr / (1 + rate t).",
        ("optimizer::test_schedules_by_hand",),
        ("A function may return a function: lambda t: ...",),
    ),
    optimizer(
        "6.1.6",
        "Adam",
        "m <- beta1 m + (1 - beta1) dW, v <- beta2 v + (1 - beta2) dW^2, then W <- W - lr_t m / "
        "(sqrt(v) + 1e-7) with lr_t = lr sqrt(1 - beta2^t) / (1 - beta1^t). t is self.iter.",
    ),
    Exercise(
        "6.1.7",
        "ch06.optimizer_compare_naive: descend",
        "The path of an optimizer in the valley f: begin at START with the parameters x and y in a "
        "dict, and call optimizer.update(params, grads) iters times, with optimizer.lr = lr(t) for "
        "t = 0, 1 ... Return a dict with four keys: path, all points, of shape (iters + 1, 2); f, "
        "its value at each of them; sign_changes_of_y, how often y changes its sign; length, that "
        "of the path.",
        ("ch06_optimizers::test_paths",),
    ),
    Exercise(
        "6.2.2",
        "ch06.weight_init_activation_histogram: activations",
        "Pass 1000 samples with 100 values, drawn by rng.standard_normal, through five layers "
        "without biases: for each draw the weights, (100, 100), multiply them by the standard "
        "deviation, and apply FUNCTIONS[activation]. Return the outputs by layer, 0 to 4.",
        (
            "ch06_initial_values::test_the_activations_of_the_book",
            "ch06_initial_values::test_relu_means_of_theory",
        ),
        ("weight_std(std, fan_in=100) takes a number, or the name of an initialization.",),
        given=2,
    ),
    Exercise(
        "6.2.3",
        "common.initializers: weights",
        "Initial weights from a Gaussian, in float32, with the standard deviation "
        "weight_std(init, n). n is the number of inputs of a neuron: D for the shape (D, M), and "
        "C * FH * FW for filters (FN, C, FH, FW).",
        ("multi_layer_net::test_drawn_weights_have_the_standard_deviation",),
        given=1,
    ),
    Exercise(
        "6.3.1",
        "common.layers.normalization: BatchNorm.backward",
        "The backward pass of batch normalization: set dgamma and dbeta, and return dx. In "
        "training mean and variance depend on x, too. dy is dout as rows: of images (N, C, H, W) "
        "rows (N * H, W * C), as self.xhat. _like(rows, dout.shape) is the way back, and "
        "_along(rows, v) repeats a value for each feature across a row. self.m is the number of "
        "values of each feature, and 0 in inference.",
        (
            "layers::test_gradients[BatchNorm]",
            "layers::test_gradients[BatchNorm of images]",
            "batch_norm_dropout::test_dx_of_training_sums_to_0",
            "batch_norm_dropout::test_backward_after_inference",
        ),
        (
            "dgamma is the sum of dout * xhat, dbeta the sum of dout.",
            "In training dx = gamma / std * (dout - dbeta / m - xhat * dgamma / m).",
        ),
    ),
    Exercise(
        "6.4.2",
        "common.penalties: l2 l1",
        "The penalties for large weights, and their gradients: half of the sum of all squares, "
        "with the gradient W, and the sum of all absolute values, with the gradient sign(W).",
        (
            "multi_layer_net::test_norms_of_3_and_minus_4",
            "multi_layer_net::test_derivatives_of_penalties",
        ),
        given=1,
    ),
    Exercise(
        "6.4.3",
        "common.layers.dropout: Dropout.forward Dropout.backward",
        "In training keep each neuron with the probability 1 - dropout_ratio: "
        "kept(self.rng, x.shape, self.dropout_ratio, like=x) draws the mask. Multiply by a factor, "
        "which is the mask in training and 1 - dropout_ratio in inference. If self.inverted, it is "
        "the mask divided by 1 - dropout_ratio in training, and 1 in inference.",
        (
            "batch_norm_dropout::test_the_part_that_is_kept",
            "batch_norm_dropout::test_backward_has_the_mask_of_forward",
            "batch_norm_dropout::test_backward_after_inference_of_dropout",
            "batch_norm_dropout::test_each_forward_pass_has_a_new_mask",
            "batch_norm_dropout::test_the_mean_of_training_is_the_output_of_inference",
        ),
        ("Keep the mask in self.mask, and the factor in self.factor: backward needs it.",),
    ),
    Exercise(
        "6.5.1",
        "common.util: shuffle_dataset",
        "Put samples and targets in the same random order. random_generator(rng) makes a "
        "generator of a seed; one call of its permutation gives the order.",
        ("trainer::test_shuffle_dataset",),
        given=2,
    ),
    Exercise(
        "6.5.1",
        "common.batches: split_validation",
        "Shuffle the data by shuffle_dataset with rng, and take int(N * rate) of the samples for "
        "validation. Return the pairs "
        "(x_train, t_train), (x_val, t_val).",
        ("trainer::test_validation_split",),
    ),
    Exercise(
        "6.5.3",
        "ch06.helpers.search.methods: log_uniform",
        "Random numbers between 10^low and 10^high whose logarithm is uniform: `size` numbers, or "
        "a single one if it is None, drawn by rng.uniform.",
        ("ch06_search::test_log_uniform",),
    ),
]
