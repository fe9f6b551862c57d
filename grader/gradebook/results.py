"""The results of one exercise in a folder: what was handed in, what came of it, and the pages about it."""

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pydantic import TypeAdapter

from grader.errors import InputError
from grader.gradebook import files
from grader.model.assessment import Assessment
from grader.model.submission import Submission

_ASSESSMENT = TypeAdapter(Assessment)


@dataclass(frozen=True, slots=True)
class Entry:
    """One submission as it was taken in.

    Attributes:
        submission: What was handed in.
        folder: Name of the student's folder.
        record: Key of its record; empty where the notebook could not be read.
    """

    submission: Submission
    folder: str
    record: str


class Results:
    """The results folder.

    Args:
        folder: Made when the first file is written.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @property
    def overview(self) -> Path:
        """The page about the class."""
        return self.folder / "index.html"

    @property
    def records(self) -> Path:
        """Where the records of all runs are kept."""
        return self.folder / "records"

    def keep(self, entry: Entry) -> None:
        """Keep what was handed in, so that it can be assessed again without it."""
        submission = entry.submission
        facts = {
            "student": submission.student,
            "exercise": submission.exercise,
            "origin": submission.origin,
            "submitted_at": submission.submitted_at.isoformat() if submission.submitted_at else None,
            "problem": submission.problem,
            "remarks": submission.remarks,
            "record": entry.record,
        }
        files.write(self.folder / entry.folder / "submission.ipynb", submission.content)
        files.write(self.folder / entry.folder / "submission.json", json.dumps(facts, indent=1).encode())

    def entries(self, exercise: str) -> list[Entry]:
        """What has been kept, by name of the folder.

        Raises:
            InputError: If nothing of this exercise has been graded into this folder.
        """
        paths = sorted(self.folder.glob("*/submission.json"))
        found = [entry for entry in map(_read_entry, paths) if entry.submission.exercise == exercise]
        if not found:
            raise InputError(
                f"{self.folder}: nothing of {exercise!r} has been graded into this folder; "
                f"run `grader grade {exercise} SUBMISSIONS --out {self.folder}` first."
            )
        return found

    def write_student(self, folder: str, report: str, assessment: str) -> None:
        """Write a student's page and marks."""
        files.write(self.folder / folder / "report.html", report.encode())
        files.write(self.folder / folder / "assessment.json", assessment.encode())

    def read_assessment(self, folder: str) -> Assessment | None:
        """The last assessment of a student; None if there is none."""
        path = self.folder / folder / "assessment.json"
        return _ASSESSMENT.validate_json(path.read_bytes()) if path.exists() else None

    def write_class(self, overview: str, grades: str) -> None:
        """Write the page about the class and the table of marks."""
        files.write(self.overview, overview.encode())
        files.write(self.folder / "grades.csv", grades.encode())


def _read_entry(path: Path) -> Entry:
    facts = json.loads(path.read_text())
    at = facts["submitted_at"]
    submission = Submission(
        student=facts["student"],
        exercise=facts["exercise"],
        origin=facts["origin"],
        content=path.with_name("submission.ipynb").read_bytes(),
        submitted_at=datetime.fromisoformat(at) if at else None,
        problem=facts["problem"],
        remarks=tuple(facts["remarks"]),
    )
    return Entry(submission, path.parent.name, facts["record"])
