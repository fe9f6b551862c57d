"""What concerns one class: statistics, equal weights, guessed names, and how marks move from attempt to attempt."""
