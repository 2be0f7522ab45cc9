"""Chapter 7: convolutional neural networks."""
