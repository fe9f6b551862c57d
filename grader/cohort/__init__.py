"""One class: statistics, equal weights, alike or guessed names, and how marks change from attempt to attempt."""
