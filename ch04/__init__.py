"""Chapter 4: learning with loss functions, numerical gradients and gradient descent."""
