"""What a class has earned, kept in a folder."""
