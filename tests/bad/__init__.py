"""Bad input for each public function: the cases, and how their results are judged."""
