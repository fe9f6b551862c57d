"""The results of one exercise in a folder: what was handed in, what came of it, and the pages about it."""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from pydantic import TypeAdapter

from grader.errors import InputError
from grader.gradebook import files
from grader.model.assessment import Assessment
from grader.model.submission import HandedIn, Submission

_ASSESSMENT = TypeAdapter(Assessment)
_FILES = "files"
_PSEUDONYMS = "pseudonyms.json"


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
    def leaderboard(self) -> Path:
        """The page that ranks the class."""
        return self.folder / "leaderboard.html"

    @property
    def records(self) -> Path:
        """Where the records of all runs are kept."""
        return self.folder / "records"

    def keep(self, entry: Entry) -> Entry:
        """Keep what was handed in, so that it can be assessed again without it.

        Returns:
            The same entry; the files of its submission are those that were kept.
        """
        submission = entry.submission
        kept = self._kept(entry)
        facts = {
            "student": submission.student,
            "exercise": submission.exercise,
            "origin": submission.origin,
            "submitted_at": submission.submitted_at.isoformat() if submission.submitted_at else None,
            "problem": submission.problem,
            "remarks": submission.remarks,
            "record": entry.record,
            "files": [{"name": file.name, "sha256": file.sha256} for file in kept],
        }
        files.write(self.folder / entry.folder / "submission.ipynb", submission.content)
        files.write(self.folder / entry.folder / "submission.json", json.dumps(facts, indent=1).encode())
        return replace(entry, submission=replace(submission, files=kept))

    def _kept(self, entry: Entry) -> tuple[HandedIn, ...]:
        """Keep the files that came with a notebook, and none of an earlier try."""
        folder = self.folder / entry.folder / _FILES
        handed_in = entry.submission.files
        for path in folder.iterdir() if folder.is_dir() else ():
            if path.name not in {file.name for file in handed_in}:
                path.unlink()
        for file in handed_in:
            path = folder / file.name
            if not path.exists() or HandedIn(file.name, path).sha256 != file.sha256:
                files.write(path, file.content)
        return tuple(HandedIn(file.name, folder / file.name, file.sha256) for file in handed_in)

    def entries(self, exercise: str) -> list[Entry]:
        """What has been kept, by name of the folder.

        Raises:
            InputError: If nothing of this exercise has been graded into this folder.
        """
        return self._entries(exercise, with_notebook=True)

    def _entries(self, exercise: str, with_notebook: bool) -> list[Entry]:
        paths = sorted(self.folder.glob("*/submission.json"))
        read = (_read_entry(path, with_notebook) for path in paths)
        found = [entry for entry in read if entry.submission.exercise == exercise]
        if not found:
            raise self._nothing(exercise)
        return found

    def assessments(self, exercise: str) -> list[Assessment]:
        """The last assessment of each student, by name of the folder.

        Raises:
            InputError: If nothing of this exercise has been graded into this folder.
        """
        paths = sorted(self.folder.glob("*/assessment.json"))
        found = [each for path in paths if (each := _read_assessment(path)).exercise == exercise]
        if not found:
            raise self._nothing(exercise)
        return found

    def _nothing(self, exercise: str) -> InputError:
        return InputError(
            f"{self.folder}: nothing of {exercise!r} has been graded into this folder; "
            f"run `grader grade {exercise} SUBMISSIONS --out {self.folder}` first."
        )

    def assessed(self, exercise: str) -> list[tuple[Entry, Assessment | None]]:
        """What has been kept, by name of the folder, with its last assessment; None where there is none yet.

        The notebooks are left out, so that a large class fits into memory.

        Raises:
            InputError: If nothing of this exercise has been graded into this folder.
        """
        entries = self._entries(exercise, with_notebook=False)
        return [(entry, self.read_assessment(entry.folder)) for entry in entries]

    def write_student(self, folder: str, report: str, assessment: str) -> None:
        """Write a student's page and marks."""
        files.write(self.folder / folder / "report.html", report.encode())
        files.write(self.folder / folder / "assessment.json", assessment.encode())

    def rewrite_report(self, folder: str, change: Callable[[str], str]) -> None:
        """Change the page of a student who has one, for example by what is known only of the whole class."""
        path = self.folder / folder / "report.html"
        page = path.read_bytes().decode() if path.exists() else ""
        changed = change(page) if page else ""
        if changed != page:
            files.write(path, changed.encode())

    def write_assessment(self, folder: str, assessment: str) -> None:
        """Write a student's marks for programs again, for example with what the whole class tells about them."""
        files.write(self.folder / folder / "assessment.json", assessment.encode())

    def read_assessment(self, folder: str) -> Assessment | None:
        """The last assessment of a student; None if there is none."""
        path = self.folder / folder / "assessment.json"
        return _read_assessment(path) if path.exists() else None

    def write_leaderboard(self, page: str) -> None:
        """Write the page that ranks the class."""
        files.write(self.leaderboard, page.encode())

    def pseudonyms(self) -> dict[str, str]:
        """Student -> name on the leaderboard, as given before; whoever has a name keeps it."""
        path = self.folder / _PSEUDONYMS
        return dict(json.loads(path.read_text())) if path.exists() else {}

    def keep_pseudonyms(self, names: dict[str, str]) -> None:
        """Keep the names on the leaderboard."""
        files.write(self.folder / _PSEUDONYMS, (json.dumps(names, indent=1, sort_keys=True) + "\n").encode())

    def write_class(self, overview: str, grades: str, statistics: str) -> None:
        """Write the page about the class, the table of marks and the table of their statistics."""
        files.write(self.overview, overview.encode())
        files.write(self.folder / "grades.csv", grades.encode())
        files.write(self.folder / "statistics.csv", statistics.encode())


def _read_assessment(path: Path) -> Assessment:
    return _ASSESSMENT.validate_json(path.read_bytes())


def _read_entry(path: Path, with_notebook: bool) -> Entry:
    facts = json.loads(path.read_text())
    at = facts["submitted_at"]
    submission = Submission(
        student=facts["student"],
        exercise=facts["exercise"],
        origin=facts["origin"],
        content=path.with_name("submission.ipynb").read_bytes() if with_notebook else b"",
        submitted_at=datetime.fromisoformat(at) if at else None,
        problem=facts["problem"],
        remarks=tuple(facts["remarks"]),
        files=tuple(
            HandedIn(file["name"], path.parent / _FILES / file["name"], file["sha256"])
            for file in facts.get("files", ())
        ),
    )
    return Entry(submission, path.parent.name, facts["record"])
