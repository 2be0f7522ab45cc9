"""Chapter 4: learning: loss functions, numerical gradients, gradient descent."""
