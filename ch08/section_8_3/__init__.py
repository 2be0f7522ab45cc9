"""Section 8.3: faster: where the time goes, several workers, fewer bits."""
