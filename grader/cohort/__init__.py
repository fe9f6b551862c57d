"""What concerns one class: statistics, equal weights, guessed names, and how marks change from attempt to attempt."""
