"""Chapter 2: the perceptron, its logic gates and its limits."""
