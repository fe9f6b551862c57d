"""What concerns one class: statistics, equal weights, and how marks move from attempt to attempt."""
