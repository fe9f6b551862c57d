"""The mark of a student: that of the attempt that counts, after overrides and deadlines."""

from dataclasses import dataclass

from grader.model.assessment import Assessment
from grader.model.attempt import Attempt
from grader.model.record import Resources


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """The mark of an attempt as it counts.

    Attributes:
        attempt: The attempt that it belongs to.
        assessment: The assessment after overrides and deadlines, with the flags that a comparison of the class raises.
        page: Digest of everything that the student's page shows; a page with the same digest need not be drawn again.
        page_assessment: The assessment as the student's page shows it now, if that is less than all; None otherwise,
            and in a mark from the gradebook.
    """

    attempt: Attempt
    assessment: Assessment
    page: str = ""
    page_assessment: Assessment | None = None

    @property
    def student(self) -> str:
        """Name of the student."""
        return self.attempt.student

    @property
    def used(self) -> Resources:
        """Resources that the run used; all 0 if that is not known."""
        return self.attempt.used or Resources()
