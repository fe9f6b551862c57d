"""`python -m grader` does what `grader` does."""

from grader.cli import main

main()
