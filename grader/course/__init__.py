"""What the course is made of: folders -> Exercise, and solution notebook -> student notebook."""
