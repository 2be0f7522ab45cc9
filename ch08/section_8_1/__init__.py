"""Section 8.1: deeper networks, and how to make them more accurate."""
