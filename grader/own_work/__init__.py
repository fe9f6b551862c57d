"""Questions about a student's own work, drawn from the record of a run: nothing runs."""
