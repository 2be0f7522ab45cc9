"""Section 8.2: the networks that won, and what made them deep."""
