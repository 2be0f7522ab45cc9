"""Chapter 6: techniques for training."""
