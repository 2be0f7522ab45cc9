"""Chapter 3: neural networks, forward: from inputs to a prediction."""
