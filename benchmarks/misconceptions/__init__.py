"""Plausible wrong answers to the questions of the course, worked out without the keys' slips and methods.

`listed.py` and `seen.py` have those that the methods were mended by; `held_back.py` those that no method was
made for. Each is a question, what a student thinks, the wrong answer, and the words of which a right reason has one.
"""
