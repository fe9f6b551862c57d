"""Plausible wrong answers to the questions of the course, worked out without the keys' slips and methods.

`listed.py` has those that the methods of the keys were made with. `held_back.py` has those that were written down
before, and that no method was made for. Each is a question, what a student thinks, the wrong answer, and the words of
which a right reason has one.
"""
