"""Pure rendering: what a student, an instructor and another program get to read."""
