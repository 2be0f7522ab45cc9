"""Bad input for each public function: what is tried, and how it is judged."""
