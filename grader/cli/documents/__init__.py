"""The document that `--json` prints, for each command. `docs/reference/json.md` is made from these docstrings.

Documents are typed dictionaries: JSON consists of dictionaries, and these cost nothing when a command starts.
"""

from collections.abc import Mapping
from typing import Any

from grader.cli.documents.course import (
    CheckedExercise,
    CheckedNotebook,
    ConceptProgress,
    CourseImport,
    DataSets,
    Demo,
    Facts,
    Files,
    ImportedPictures,
    Listing,
    MachineState,
    SolutionMarks,
)
from grader.cli.documents.marks import (
    Archive,
    CoursePage,
    Decisions,
    DeletedStudent,
    Exported,
    HistoryEntry,
    ImportedTable,
    Merged,
    OwnWorkMark,
    RegradedMark,
    Renamed,
    Repairs,
    RepeatedRuns,
    RubricItems,
    StudentMark,
    WaitingAnswers,
)
from grader.cli.documents.portal import Graded, Portal
from grader.cli.documents.statistics import ClassFigures
from grader.model.api import AttemptResult, CheckedFiles, CourseState

DOCUMENTS: Mapping[str, Any] = {
    "demo": Demo,
    "list": Listing,
    "init": Files,
    "new": Files,
    "import nbgrader": CourseImport,
    "import otter": CourseImport,
    "import marks": ImportedTable,
    "release": Files,
    "verify": list[SolutionMarks],
    "test": list[CheckedExercise],
    "facts": Facts,
    "check": CheckedNotebook,
    "submit": AttemptResult | CheckedFiles,
    "status": CourseState,
    "grade": list[StudentMark],
    "own-work": list[OwnWorkMark],
    "practice": list[ConceptProgress],
    "regrade": list[RegradedMark],
    "rerun": RepeatedRuns,
    "repair": Repairs,
    "adjust": Decisions,
    "comment": Decisions,
    "queue": WaitingAnswers,
    "decide": Decisions,
    "rubric": RubricItems,
    "history": list[HistoryEntry],
    "backup": Archive,
    "restore": Archive,
    "rename-exercise": Renamed,
    "rename-student": Renamed,
    "merge-student": Merged,
    "delete-student": DeletedStudent,
    "stats": ClassFigures,
    "course": CoursePage,
    "export": list[Exported],
    "serve": Portal,
    "work": Graded,
    "doctor": MachineState,
    "data make": Files,
    "data import": ImportedPictures,
    "data provide": Files,
    "data list": DataSets,
}
"""Command -> its document."""
