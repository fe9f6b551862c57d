"""How authors write an answer key: one function for each question, which gives its answer and the likely mistakes."""

from grader.authoring.apart import far_apart
from grader.authoring.entries import Because, Follows, because, call, slip, template
from grader.authoring.key import Answers, Array, Key
from grader.authoring.numbers import choice, integer, matrix, sample

__all__ = [
    "Answers",
    "Array",
    "Because",
    "Follows",
    "Key",
    "because",
    "call",
    "choice",
    "far_apart",
    "integer",
    "matrix",
    "sample",
    "slip",
    "template",
]
