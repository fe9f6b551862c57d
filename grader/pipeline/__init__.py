"""The work of each command as a short story: release, check, collect, grade, regrade, override, export."""

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
