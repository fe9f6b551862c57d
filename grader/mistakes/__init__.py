"""The calculations that students do in such a course, with the mistakes that they make on the way.

Each function computes something as `grader.model.mistakes` describes: correctly, or with the mistakes that its first
argument makes. The keys of a course combine these functions into methods for their questions.
"""
