"""The tests mirror common, dataset and the chapters; ``claims/book.py`` has the printed numbers."""
