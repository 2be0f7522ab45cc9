"""Every figure, number and statement of the book, and how each is checked: see `claims.claim`."""
