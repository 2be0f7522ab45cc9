"""Section 8.3: faster networks: where the time goes, several workers, fewer bits."""
