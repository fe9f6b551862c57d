"""Plausible wrong answers to the questions of the course, worked out without the keys' slips and methods.

Each is a question, what a student thinks, the wrong answer, and the words of which a right reason has one.
`benchmarks/README.md` tells when each list was written, and for what it was used. `guesses.py` has answers without a
thought behind them.
"""
