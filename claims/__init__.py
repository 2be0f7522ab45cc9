"""What the book shows, prints and says, and how each claim is checked: see `claims.claim`."""
