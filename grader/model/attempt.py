"""An attempt: one submission of a student, from the moment it is kept."""

from dataclasses import dataclass
from datetime import datetime

from grader.model.assessment import Assessment
from grader.model.record import Resources
from grader.model.submission import Submission


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One attempt of a student.

    Attributes:
        id: Its number in the gradebook; of two attempts the one that was kept later has the greater number. 0 until
            the gradebook has it.
        submission: The submission. In an attempt from the gradebook, it lacks the content of the notebook.
        folder: Name of the student's folder in the results.
        notebook: SHA-256 of the notebook, in hexadecimal.
        digest: SHA-256 of notebook and files together: two attempts with the same one are the same attempt.
        record_key: Key of its record; empty if the notebook could not be read.
        run: Number of the run of `grade` that found it last; 0 until the gradebook has it.
        collected_at: When it was kept for the first time.
        assessment: Its automatic marks, before overrides and deadlines; None until it has been assessed.
        fingerprint: Digest of everything that these marks depend on: an equal one means equal marks. Empty if the
            marks must be made again.
        work: JSON of what is compared between the students of a class; empty if there is nothing to compare.
        used: Resources that its run used; None if it has not run.
    """

    id: int = 0
    submission: Submission
    folder: str
    notebook: str
    digest: str
    record_key: str
    run: int = 0
    collected_at: datetime
    assessment: Assessment | None = None
    fingerprint: str = ""
    work: str = ""
    used: Resources | None = None

    @property
    def student(self) -> str:
        """Name of the student."""
        return self.submission.student
