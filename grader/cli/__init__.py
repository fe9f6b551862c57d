"""The command line: one module for each command, which parses, makes one call of the pipeline, and prints.

`commands.py` lists them, `program.py` runs the one that is given, and `shared.py` has the options that many take.
"""

from grader.cli.commands import app
from grader.cli.program import main
from grader.cli.shared import DONE, INTERRUPTED, OUR_FAULT, SOME_NOT_GRADED, WRONG_USE

__all__ = ["DONE", "INTERRUPTED", "OUR_FAULT", "SOME_NOT_GRADED", "WRONG_USE", "app", "main"]
