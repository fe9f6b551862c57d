"""What is added to a mark: a failure in it costs only the addition, never the mark.

Credit for what follows from earlier answers, pictures and known causes make a report better. None of them decides
what an answer is worth, so a fault in one of them is told to staff, and the mark is published without it.
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
    """Works out additions to the marks of one submission, and keeps what failed for staff."""

    def __init__(self) -> None:
        self._faults: dict[str, str] = {}

    def noted(self, finding: Finding) -> Finding:
        """The finding with what failed of its additions, for staff."""
        fault = self._faults.get(finding.question, "")
        return replace(finding, fault=fault) if fault and not finding.fault else finding

    def worked_out(self, question: Question, extra: Callable[[], Result], without: Result) -> Result:
        """What an addition gives, or what there is without it where it fails."""
        try:
            return extra()
        except Exception as error:  # whatever a student's values do to an addition, the mark stays
            self.failed(question, error)
            return without

    def failed(self, question: Question, error: Exception) -> None:
        """Keep the fault of an addition for staff; the first one of a question counts."""
        self._faults.setdefault(question.id, told(error))


def told(error: Exception) -> str:
    """What went wrong and where, in one line for staff."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f" ({Path(frames[-1].filename).name}:{frames[-1].lineno})" if frames else ""
    return f"{type(error).__name__}: {str(error)[:200]}{place}"
