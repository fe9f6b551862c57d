"""Assessments as the text that the database keeps, and back."""

import re
from functools import lru_cache

from grader.gradebook.earlier_findings import with_figures
from grader.model.assessment import Assessment
from grader.storage import codec

_YEARS = re.compile(r'(?<="late_by":")P(\d+)Y(?:(\d+)D)?')


def text_of(assessment: Assessment) -> str:
    """An assessment as JSON; what JSON lacks becomes null, and half of a character `?`."""
    return codec.encode(assessment).decode()


# Marks are read again a moment after they were stored, in batches of 20 students, and most marks that count equal the
# automatic marks of their attempt.
@lru_cache(maxsize=100)
def assessment_of(text: str) -> Assessment:
    """The assessment that a text holds.

    Raises:
        ValueError: It holds none.
    """
    try:
        return with_figures(codec.decode(Assessment, text), text)
    except ValueError:
        if (in_days := _YEARS.sub(_days, text)) != text:
            return assessment_of(in_days)
        raise


def _days(years: re.Match[str]) -> str:
    """A span of time as it is written now; earlier graders wrote years of 365 days."""
    return f"P{365 * int(years[1]) + int(years[2] or 0)}D"
