"""The exercises of chapter 5: back-propagation, layer by layer."""

from exercises.exercise import Exercise

ROWS = [
    Exercise(
        "5.2.2",
        "ch05.helpers.nodes: PowerLayer.forward PowerLayer.backward",
        "The node y = x^n: the forward pass keeps x, and the backward pass multiplies the incoming "
        "derivative by n x^(n - 1).",
        (
            "ch05_graphs::test_nodes_compute_what_their_names_say",
            "ch05_graphs::test_a_node_of_one_number[<lambda>--1.3]",
            "ch05_graphs::test_a_node_of_one_number[<lambda>-0.7]",
            "ch05_graphs::test_the_square_of_a_sum",
        ),
    ),
]
