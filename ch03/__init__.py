"""Chapter 3: the forward pass of neural networks, from inputs to a prediction."""
