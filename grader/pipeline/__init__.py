"""The work of each command as a short story: release, check, collect, grade, regrade, override, export.

A name is imported from its module when it is first used, so a command needs the packages of its own story only.
Students, who run `grader check`, install no database.
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from grader.gradebook.results import Results
    from grader.marks.changes import Change
    from grader.model.mark import Mark
    from grader.pipeline.checking import Checked, check
    from grader.pipeline.class_pages import class_statistics
    from grader.pipeline.grading import grade, take_in, ungraded
    from grader.pipeline.handing_out import hand_out
    from grader.pipeline.material import CourseExercise, Material, load, load_exercise
    from grader.pipeline.regrading import Regraded, regrade
    from grader.pipeline.rerunning import Rerun, rerun

__all__ = [
    "Change",
    "Checked",
    "CourseExercise",
    "Mark",
    "Material",
    "Regraded",
    "Rerun",
    "Results",
    "check",
    "class_statistics",
    "grade",
    "hand_out",
    "load",
    "load_exercise",
    "regrade",
    "rerun",
    "take_in",
    "ungraded",
]

_MODULES = {
    "Results": "grader.gradebook.results",
    "Change": "grader.marks.changes",
    "Mark": "grader.model.mark",
    **dict.fromkeys(("Checked", "check"), "grader.pipeline.checking"),
    "class_statistics": "grader.pipeline.class_pages",
    **dict.fromkeys(("grade", "take_in", "ungraded"), "grader.pipeline.grading"),
    "hand_out": "grader.pipeline.handing_out",
    **dict.fromkeys(("CourseExercise", "Material", "load", "load_exercise"), "grader.pipeline.material"),
    **dict.fromkeys(("Regraded", "regrade"), "grader.pipeline.regrading"),
    **dict.fromkeys(("Rerun", "rerun"), "grader.pipeline.rerunning"),
}
"""Name -> the module that defines it, as in the imports above."""


def __getattr__(name: str) -> Any:
    """Import a name from its module; Python calls this function for a name that this module does not have yet."""
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(importlib.import_module(_MODULES[name]), name)
    globals()[name] = value
    return value
