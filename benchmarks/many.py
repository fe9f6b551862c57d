"""Writes the overview and every exported table of a class, and says what both took and how much memory it had.

Usage: many.py FOLDER RESULTS FILE; FOLDER holds the course, FILE gets seconds by name and the peak of memory in MB.
"""

import csv
import gc
import json
import resource
import sys
import time
from pathlib import Path

from books import SLUG

from grader import pipeline
from grader.course.layout import Course
from grader.gradebook.exports.moodle import Identifier
from grader.gradebook.results import Results
from grader.pipeline.class_pages import publish_class
from grader.pipeline.exporting import ExportRequest, Format, export
from grader.pipeline.marking import Marking

FORMS = tuple(
    form for form in Format if form not in (Format.MOODLE_WORKSHEET, Format.FEEDBACK, Format.FEEDBACK_NOTEBOOKS)
)
"""Without those that pack pages into archives."""


def main() -> None:
    """Write all of it, in a process that is set up as `grader` sets itself up."""
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
    folder, results, file = map(Path, sys.argv[1:])
    took: dict[str, float] = {}
    begin = time.perf_counter()
    material = pipeline.load(Course(folder / "course"), SLUG)
    done = Results(results)
    book = done.open(material.settings, SLUG, begins=True)
    students = [submission.student for submission in publish_class(material, book, done, Marking(material, done))]
    took["overview, table of marks, statistics"] = time.perf_counter() - begin
    request = every_table(results, students, material.exercise.title)
    begin = time.perf_counter()
    for written in export(Course(folder / "course"), SLUG, done, request):
        if written.count < len(students):
            summary = f"{written.count} of {len(students)} marks were written: {written.problems[:3]}"
            sys.exit(f"{written.form}: {summary}")
    took[f"one export: {', '.join(request.forms)}"] = time.perf_counter() - begin
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6
    file.write_text(json.dumps({"seconds": took, "peak_mb": peak}))


def every_table(results: Path, students: list[str], title: str) -> ExportRequest:
    """An export of every form that is a table, with the file that Canvas would have given out."""
    canvas = [["Student", "ID", "SIS User ID", "SIS Login ID", "Section", f"{title} (1)"]]
    canvas += [["    Points Possible", "", "", "", "", "24"]]
    source = _table(results / "canvas.csv", canvas, students, "{0},{1},,{0},A,")
    return ExportRequest(forms=FORMS, source=source, identifier=Identifier.USERNAME)


def _table(path: Path, head: list[list[str]], students: list[str], row: str) -> Path:
    with path.open("w", newline="", encoding="utf-8") as stream:
        rows = [row.format(name, number).split(",") for number, name in enumerate(students, 1)]
        csv.writer(stream).writerows([*head, *rows])
    return path


if __name__ == "__main__":
    main()
