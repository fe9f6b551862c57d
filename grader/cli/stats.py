"""The command `grader stats`."""

import json

from grader.cli.results import results_of
from grader.cli.shared import CourseFolder, ExerciseName, GradebookUrl, ResultsFolder, answer, course_of, out
from grader.pipeline import class_statistics
from grader.report import statistics_terminal
from grader.report.statistics import statistics_json


def command(
    exercise: ExerciseName,
    folder: ResultsFolder = None,
    gradebook: GradebookUrl = None,
    course: CourseFolder = None,
) -> None:
    """Print statistics: marks, hard questions and common mistakes."""
    statistics = class_statistics(course_of(course), exercise, results_of(exercise, folder, gradebook))
    answer(json.loads(statistics_json(statistics)))
    out.print(statistics_terminal.terminal_view(statistics))
