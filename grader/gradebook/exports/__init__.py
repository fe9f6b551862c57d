"""Marks for other programs, one module for each form: pure functions of assessments, students and options."""
