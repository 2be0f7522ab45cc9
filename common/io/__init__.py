"""Files, pickles and the progress line: what goes in and comes out."""
