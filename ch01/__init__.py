"""Chapter 1: a short tour of Python, NumPy and Matplotlib."""
