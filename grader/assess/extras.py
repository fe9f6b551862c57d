"""Extras of a mark: a failure in an extra costs only the extra, never the mark.

Credit for what follows from earlier answers, pictures and known causes make a report better. None of them decides
what an answer is worth. So a fault in one of them is reported to staff, and the mark is published without it.
"""

import traceback
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from grader.model.assessment import Finding
from grader.model.exercise import Question

Result = TypeVar("Result")


class Extras:
    """Computes extras of the marks of one submission, and collects their faults for staff."""

    def __init__(self) -> None:
        self._faults: dict[str, str] = {}

    def noted(self, finding: Finding) -> Finding:
        """The finding with the fault of its extras, for staff; a fault of the marking itself takes precedence."""
        fault = self._faults.get(finding.question, "")
        return replace(finding, fault=fault) if fault and not finding.fault else finding

    def computed(self, question: Question, extra: Callable[[], Result], without: Result) -> Result:
        """Compute an extra.

        Args:
            question: The question that it belongs to.
            extra: Computes it.
            without: The result if that fails.
        """
        try:
            return extra()
        except Exception as error:  # a student chooses the values, and they may make an extra raise anything
            self.failed(question, error)
            return without

    def failed(self, question: Question, error: Exception) -> None:
        """Store the fault of an extra for staff; the first one of a question counts."""
        self._faults.setdefault(question.id, fault_of(error))


def fault_of(error: Exception) -> str:
    """Describe an error in one line for staff, with the file and line that raised it."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f" ({Path(frames[-1].filename).name}:{frames[-1].lineno})" if frames else ""
    return f"{type(error).__name__}: {str(error)[:200]}{place}"
