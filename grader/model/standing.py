"""What a gradebook keeps of a student's work: every try, and the mark that counts."""

from dataclasses import dataclass
from datetime import datetime

from grader.model.assessment import Assessment
from grader.model.record import Resources
from grader.model.submission import Submission


@dataclass(frozen=True, slots=True)
class Taken:
    """A submission as it is taken in.

    Attributes:
        submission: What was handed in.
        folder: Name of the student's folder in the results.
        notebook: SHA-256 of the notebook, in hexadecimal.
        digest: SHA-256 of notebook and files together: two tries with the same one are the same try.
        record: Key of its record; empty where the notebook could not be read.
    """

    submission: Submission
    folder: str
    notebook: str
    digest: str
    record: str


@dataclass(frozen=True, slots=True)
class Assessed:
    """The marks of one try, as the grader gave them.

    Attributes:
        assessment: The marks, before a person or a deadline changes anything.
        fingerprint: Digest of all that they follow from; the same one gives the same marks.
        work: JSON of what is compared between the students of a class; empty where there is nothing.
    """

    assessment: Assessment
    fingerprint: str
    work: str


@dataclass(frozen=True, slots=True)
class Try:
    """One try of a student.

    Attributes:
        id: Its number in the gradebook; of two tries the one that was taken in later has the greater one.
        taken: What was handed in; the content of the notebook is left out.
        run: Number of the run that found it last: what is handed in now comes after what was handed in before.
        taken_at: When it was first taken in.
        assessed: Its last marks; None where there are none yet.
        used: What its run used; None where it has not run.
    """

    id: int
    taken: Taken
    run: int
    taken_at: datetime
    assessed: Assessed | None = None
    used: Resources | None = None

    @property
    def submission(self) -> Submission:
        """What was handed in."""
        return self.taken.submission

    @property
    def student(self) -> str:
        """Who handed it in."""
        return self.taken.submission.student

    @property
    def folder(self) -> str:
        """Name of the student's folder in the results."""
        return self.taken.folder

    @property
    def record(self) -> str:
        """Key of its record; empty where the notebook could not be read."""
        return self.taken.record


@dataclass(frozen=True, slots=True)
class Standing:
    """The mark of a student that counts.

    Attributes:
        entry: The try that it stands on.
        assessment: The marks, with all that people and deadlines changed, and with what the class tells of them.
        page: Digest of all that the student's page shows; a page with the same one need not be written again.
        work: JSON of what is compared between the students of a class.
        shown: The marks as the student's page shows them now, where that is less than all; None elsewhere, and in what
            is read from a gradebook.
    """

    entry: Try
    assessment: Assessment
    page: str
    work: str
    shown: Assessment | None = None

    @property
    def used(self) -> Resources:
        """What the run used; nothing where that is not known."""
        return self.entry.used or Resources()
