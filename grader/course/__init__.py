"""Reads the folders of a course: folders -> Exercise and AnswerKey, and solution notebook -> student notebook."""
