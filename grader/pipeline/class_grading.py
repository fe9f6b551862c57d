"""`grader grade`: everything from a folder of submissions to the marks of a class."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from grader.course.layout import Course
from grader.course.machine_needs import lacked_by
from grader.execute.executor import Executor
from grader.gradebook.results import Results
from grader.model.mark import Mark
from grader.pipeline.case_grading import case_submissions
from grader.pipeline.enrolment import Enrolled, enrol
from grader.pipeline.grading import grade, take_in
from grader.pipeline.material import load
from grader.pipeline.renaming import refuse_a_new_beginning, seem_renamed
from grader.pipeline.running import Watch
from grader.pipeline.stated_times import with_stated_times


@dataclass(frozen=True, slots=True, kw_only=True)
class GradedClass:
    """What came of grading a class.

    Attributes:
        marks: The marks that count of the students who submitted.
        enrolled: Who is missing from the roster, and who has not submitted; None without a roster.
    """

    marks: list[Mark]
    enrolled: Enrolled | None


def grade_class(
    course: Course,
    slug: str,
    submissions: Path,
    results: Results,
    *,
    usual: Path | None,
    roster: Path | None,
    times: Path | None,
    executor: Callable[[], AbstractContextManager[Executor]],
    watch: Callable[[int, int], AbstractContextManager[Watch]],
    note: Callable[[str], None],
) -> GradedClass:
    """Collect the submissions of a class, grade them, and find the students on the roster.

    Args:
        course: The course.
        slug: The exercise.
        submissions: A folder or an archive of notebooks, or one notebook; the folder of the exercise's cases gives the
            cases as a class.
        results: The results folder, which may have those of earlier calls.
        usual: The folder of the results of all exercises; None if the user named a folder.
        roster: CSV file of the students; None if there is none.
        times: CSV file with times of submission; None if there is none.
        executor: Starts what runs notebooks. It is called after the submissions have been read.
        watch: Starts a view of the progress, from the numbers of students and of notebooks that run at once.
        note: Is told what an instructor should know, one sentence at a time.

    Raises:
        InputError: Something that the user named cannot be read, or the exercise seems to have another name now.
        SpecificationError: The exercise is not valid.
    """
    material = load(course, slug)
    for remark in material.settings.remarks:
        note(remark)
    for line in lacked_by(material.preparation, material.missing_data):
        note(line)
    are_cases = submissions.resolve() == (course.solution_folder(slug) / "cases").resolve()
    collected = case_submissions(course, material.exercise) if are_cases else take_in(material, submissions, note)
    if times is not None:
        collected = with_stated_times(collected, material.settings, times, note)
    refuse_a_new_beginning(course, slug, results, usual)
    students = len({submission.student for submission in collected})
    with executor() as running, watch(students, running.slots) as view:
        marks = grade(material, collected, results, running, view.done, view.plan)
    for line in seem_renamed(material, results):
        note(line)
    return GradedClass(marks=marks, enrolled=enrol(material, results, roster) if roster else None)
