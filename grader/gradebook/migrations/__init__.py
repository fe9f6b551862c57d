"""How a gradebook of an earlier form becomes one of today's; one step a file in `versions/`."""
