"""What a student has mastered, and which question comes next."""
