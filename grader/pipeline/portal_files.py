"""Files for other programs in the portal: the same exports and imports as on the command line, without a key."""

import shutil
from dataclasses import replace
from pathlib import Path

from grader.course.variants import without_numbers
from grader.errors import InputError
from grader.gradebook.results import Results
from grader.model.adjustment import AdjustmentKind
from grader.model.exercise import Exercise
from grader.model.portal import Member, Role
from grader.model.student import Student
from grader.pipeline import exporting
from grader.pipeline.anonymous import pseudonyms
from grader.pipeline.course_site import CourseSite
from grader.pipeline.deciding import as_marks, read_decisions
from grader.pipeline.exporting import WITH_PAGES, WITH_TITLES, ExportRequest, Format, Identifier, Visibility, Written
from grader.pipeline.feedback_pages import still_open
from grader.pipeline.marking import now
from grader.pipeline.queueing import queue
from grader.pipeline.staff_tasks import queue_decisions
from grader.text.language import marked, say

ANSWERS = "answers.csv"
"""The file of answers that need manual grading; each marker gets the answers that this person has not graded."""
_NEEDED_FILES = {
    Format.CANVAS: marked("Choose the gradebook that Canvas exported, under “Options for individual formats”."),
    Format.MOODLE_WORKSHEET: marked(
        "Choose the grading worksheet that Moodle exported, under “Options for individual formats”."
    ),
}


def exported_files(results: Results) -> list[Path]:
    """The files that exports have written, sorted by name; also those of the command line."""
    folder = results.folder / "exports"
    paths = folder.iterdir() if folder.is_dir() else ()
    return sorted(path for path in paths if path.name[0] != "." and path.is_file() and not path.is_symlink())


def export_marks(site: CourseSite, slug: str, by: Member, request: ExportRequest) -> Written:
    """Write the marks of an exercise as `grader export` does, and note it in the audit log.

    Without a roster in the request, the people of the course identify the students.

    Args:
        site: The course.
        slug: The exercise.
        by: The person.
        request: One form, without `file`: the result is in the usual place.

    Returns:
        What was written; only files. A folder becomes an archive.

    Raises:
        InputError: There are no marks; a file is missing or cannot be used; or the form needs the key.
    """
    exercise = site.exercise(slug).exercise
    (form,) = request.forms
    if form in WITH_TITLES and _has_numbers(exercise):
        raise InputError(
            say(
                "The titles contain individual numbers, which the portal does not know. Choose another format, "
                "or ask the administrator of the server for this one."
            )
        )
    if form is Format.RESEARCH:
        raise InputError(
            say("Only a grader knows the secret of the course. Ask the administrator of the server for this format.")
        )
    if form in WITH_PAGES and still_open(site.course, slug, site.results(slug)):
        raise InputError(
            say(
                "While students can still gain points, only a grader can write this format. Choose another format, "
                "export again later, or ask the administrator of the server."
            )
        )
    if form in _NEEDED_FILES and request.source is None:
        raise InputError(say(_NEEDED_FILES[form]))
    if request.roster is None:
        request = replace(request, people=tuple(map(_listed, site.accounts.members(Role.STUDENT))))
    (written,) = exporting.export(site.course, slug, site.results(slug), request)
    site.note_event(by.account, "export", f"{slug} {form}: {written.count}", now())
    return replace(written, paths=tuple(_as_file(path) for path in written.paths))


def answers_to_grade(site: CourseSite, slug: str, by: Member, path: Path) -> int:
    """Write the answers that a person can grade by hand, as `grader queue` does; returns their number.

    Raises:
        InputError: No submission of the exercise has been graded.
    """
    answers = queue(site.exercise(slug), site.results(slug), path, marker=by.login, disagreements=False).answers
    site.note_event(by.account, "export", f"{slug} {ANSWERS}: {len(answers)}", now())
    return len(answers)


def import_decisions(site: CourseSite, slug: str, by: Member, path: Path, name: str) -> int:
    """Queue the points and comments of a file that `answers_to_grade` wrote and a person filled in.

    A grader stores them as `grader decide` does.

    Args:
        site: The course.
        slug: The exercise.
        by: The person, who is the author of each decision.
        path: The file.
        name: Its name for messages.

    Returns:
        The number of answers with points.

    Raises:
        InputError: The file cannot be read, is not filled in, or has a row that is wrong; then nothing is queued.
    """
    read, results = site.exercise(slug), site.results(slug)
    attempts = results.existing(read.settings, slug).attempts()
    aliases = pseudonyms(results, slug, attempts) if read.settings.manual_grading.anonymous else {}
    try:
        decisions = read_decisions(read, results, path, by.login, aliases)
    except InputError as error:
        raise InputError(str(error).replace(str(path), name)) from error
    unknown = [decision.student for decision in decisions if decision.student not in attempts]
    if unknown:
        raise InputError(say("{file}: there is no submission of {student}.", file=name, student=unknown[0]))
    if not decisions:
        raise InputError(say("{file}: has neither points nor comments. Fill some in.", file=name))
    if read.settings.manual_grading.markers > 1:
        decisions = as_marks(decisions)
    queue_decisions(site, slug, by, decisions)
    site.note_event(by.account, "import", f"{slug} {name}: {len(decisions)}"[:500], now())
    return sum(decision.kind is not AdjustmentKind.COMMENT for decision in decisions)


def _listed(member: Member) -> Student:
    """A student as a list of the class has them. A login that is the address is none on a learning platform."""
    login = "" if "@" in member.login else member.login
    return Student(id=member.student, name=member.name, email=member.email, login=login, section=member.section)


def _has_numbers(exercise: Exercise) -> bool:
    """Whether titles contain numbers of single students."""
    named = without_numbers(exercise).questions
    return any(question.title != other.title for question, other in zip(exercise.questions, named, strict=True))


def _as_file(path: Path) -> Path:
    if not path.is_dir():
        return path
    return Path(shutil.make_archive(str(path), "zip", path))


__all__ = [
    "ANSWERS",
    "ExportRequest",
    "Format",
    "Identifier",
    "Visibility",
    "Written",
    "answers_to_grade",
    "export_marks",
    "exported_files",
    "import_decisions",
]
