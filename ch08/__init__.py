"""Chapter 8: deep learning."""
