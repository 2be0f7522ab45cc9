"""The claims of the book (figures, numbers, statements) and their checks: see `claims.claim`."""
