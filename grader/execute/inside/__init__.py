"""The code that runs inside the sandbox, and nothing else.

This folder is all of the grader that student code can see: it imports nothing of the rest and holds
no answer, no rubric and no held-out data.
"""
