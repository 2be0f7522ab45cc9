"""The tests mirror common, dataset and the chapters; ``book.py`` holds the printed numbers."""
