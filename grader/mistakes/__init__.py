"""What students reckon in such a course, with the mistakes that they make on the way.

Each function works something out as `grader.model.mistakes` describes: right, or wrong by the mistakes that its first
argument makes. The keys of a course put them together to methods for their questions.
"""
