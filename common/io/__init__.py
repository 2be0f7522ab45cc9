"""Input and output: files, pickles and the progress bar."""
