"""Chapter 5: back-propagation with layers."""
