"""The exercises of chapter 2: perceptrons, gates, circuits."""

from exercises.exercise import Exercise

ROWS = [
    Exercise(
        "2.3.1",
        "ch02.and_gate: AND_threshold",
        "The AND gate in its first form: multiply each input by its weight, add, and compare the "
        "sum with the threshold theta. Return the integer 1 if the sum is larger, else 0.",
        (
            "ch02::test_truth_tables[AND_threshold-expected0]",
            "ch02::test_other_settings_make_the_same_and",
            "ch02::test_threshold_and_bias_are_the_same_gate_on_real_numbers",
        ),
        ("The sum is w1 * x1 + w2 * x2. At the threshold itself the output is 0.",),
    ),
    Exercise(
        "2.3.2",
        "ch02.perceptron: weighted_sum perceptron",
        "A perceptron with any number of inputs: the sum of all inputs times their weights, and "
        "the output 1 if this sum plus the bias b is larger than 0.",
        (
            "ch02::test_weights_and_bias_step_by_step",
            "ch02::test_the_bias_says_how_easily_it_fires",
            "ch02::test_on_the_boundary_the_output_is_0",
        ),
        ("For arrays, w * x multiplies element by element; np.sum adds.",),
    ),
    Exercise(
        "2.3.3",
        "ch02.and_gate: AND",
        "The AND gate with weights and a bias, as NumPy arrays: find numbers for them yourself. "
        "It must give the same outputs as AND_threshold with its defaults, for any inputs.",
        (
            "ch02::test_truth_tables[AND-expected1]",
            "ch02::test_threshold_and_bias_are_the_same_gate_on_real_numbers",
        ),
        ("The bias is the threshold of section 2.3.1 with the other sign.",),
    ),
    Exercise(
        "2.3.3",
        "ch02.nand_gate: NAND",
        "The NAND gate: the same perceptron as AND, only the weights and the bias differ.",
        (
            "ch02::test_truth_tables[NAND-expected2]",
            "ch02::test_threshold_and_bias_are_the_same_gate_on_real_numbers",
        ),
        ("Change the signs of the weights and the bias of AND.",),
    ),
    Exercise(
        "2.3.3",
        "ch02.or_gate: OR",
        "The OR gate: again a perceptron with other numbers.",
        ("ch02::test_truth_tables[OR-expected3]",),
        ("One input alone must be enough: w1 + b and w2 + b are positive, b is negative.",),
    ),
    Exercise(
        "2.5.2",
        "ch02.xor_gate: XOR",
        "The XOR gate, which no single perceptron can be: combine NAND, OR and AND.",
        ("ch02::test_truth_tables[XOR-expected5]", "ch02::test_figure_2_12"),
        ("The first layer: s1 = NAND(x1, x2) and s2 = OR(x1, x2). Which gate joins them?",),
    ),
    Exercise(
        "2.6",
        "ch02.helpers.circuits: not_ and_ or_",
        "NOT, AND and OR, made of NAND gates only: call NAND, and nothing else.",
        ("ch02::test_gates_from_nand", "ch02::test_circuits_are_made_of_nand_only"),
        (
            "Both inputs of a NAND gate may be the same signal.",
            "OR: invert both inputs first, then NAND.",
        ),
    ),
    Exercise(
        "2.6",
        "ch02.helpers.circuits: half_adder full_adder",
        "The half adder adds two bits: the sum is 1 if exactly one bit is 1, the carry if both "
        "are. The full adder adds a third bit, the carry from the right, with two half adders.",
        ("ch02::test_half_and_full_adder",),
        ("A full adder has a carry if one of its two half adders has one.",),
    ),
    Exercise(
        "2.6",
        "ch02.helpers.circuits: add",
        "Add two numbers, given as lists of bits with the lowest bit first: a full adder for each "
        "position, which passes its carry to the next.",
        ("ch02::test_adder_and_equality_for_all_numbers", "ch02::test_alu_for_all_numbers"),
        ("Loop over zip(a, b, strict=True); append each sum, and keep the carry.",),
    ),
]
