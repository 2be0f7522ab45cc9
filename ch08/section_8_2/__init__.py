"""Section 8.2: the networks that won ILSVRC, and what made them deep."""
