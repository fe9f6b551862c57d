"""A grader of the portal in a process of its own that runs nothing: see `tests.gradebook.cheap_grader`.

Usage: cheap_portal_grader.py FOLDER GRADEBOOK SECONDS

FOLDER holds the course and the results; SECONDS is what a notebook takes. What it runs it writes to FOLDER/ran.
"""

import sys
from pathlib import Path

from grader.course.layout import Course
from grader.pipeline.course_site import CourseSite
from grader.pipeline.queued_grading import work
from tests.gradebook.cheap_grader import Cheap

if __name__ == "__main__":
    place, gradebook, seconds = sys.argv[1:4]
    folder = Path(place)
    site = CourseSite(Course(folder / "course"), folder / "results", gradebook or None)
    work(site, Cheap(folder / "ran", float(seconds)), lambda: False, print, until_empty=True)
