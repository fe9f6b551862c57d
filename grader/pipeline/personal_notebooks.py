"""Notebooks with a student's own numbers, which the portal offers: a grader draws them, because numbers need the key.

They are the notebooks that `grader release --roster` writes, from the same secret, and the same `variants.csv`. A drawn
notebook stays until the exercise changes.
"""

import hashlib
import shutil
from collections.abc import Sequence
from pathlib import Path

from grader.course.release import personal_notebooks, read_solutions
from grader.course.variants import ReleasedVariants, variant_in
from grader.errors import InputError
from grader.gradebook.drawing_requests import DrawingKind, DrawingRequest, DrawingRequests
from grader.gradebook.results import Results
from grader.intake.names import folder_name
from grader.model.exercise import MAIN_NOTEBOOK
from grader.model.portal import Member, Role
from grader.model.student import Student
from grader.pipeline.course_site import CourseSite
from grader.pipeline.practice_cards import note_new_numbers
from grader.storage import atomic

_FOLDER = "personal-notebooks"
_EDITION = "edition"
_DIGITS = 32


def draws_numbers(site: CourseSite, slug: str) -> bool:
    """Whether each student of an exercise has individual numbers: then the common notebook names its variant."""
    notebook = site.released().notebooks.get(slug)
    return notebook is not None and bool(variant_in("\n".join(notebook.code)))


def personal_notebook(site: CourseSite, slug: str, student: str, name: str = MAIN_NOTEBOOK) -> Path | None:
    """The notebook with a student's own numbers; None if no grader has drawn it yet.

    Args:
        site: The course.
        slug: An exercise that draws numbers.
        student: Name of the student in the gradebook.
        name: File name of the notebook in the exercise.
    """
    if name not in site.exercise(slug).exercise.notebooks:
        return None
    path = _place(site, slug, student) / name
    return path if path.is_file() else None


def is_being_drawn(site: CourseSite, slug: str, student: str) -> bool:
    """Ask for the notebooks of a student.

    Returns:
        Whether it is worth waiting; False if drawing them failed recently.
    """
    request = DrawingRequest(kind=DrawingKind.NOTEBOOK, student=student)
    return DrawingRequests(site.results(slug).folder).ask(request)


def draw_notebooks(site: CourseSite, slug: str, student: str) -> None:
    """Draw the notebooks of a student; only graders call this.

    The first call draws numbers for all students of the course: each new line of `variants.csv` makes graders read the
    exercise again. Students who have already submitted keep the common numbers, which their notebook has.

    Raises:
        InputError: The student is not in the course, or the exercise draws no numbers.
    """
    results, members = site.results(slug), site.accounts.members(Role.STUDENT)
    if student not in {member.student for member in members}:
        raise InputError(f"{student}: there is no student of this name in the portal.")
    with results.alone():
        if site.material(slug).keys.has_variants and not ReleasedVariants(site.course, slug).has(student):
            _draw_numbers(site, slug, members)
        material = site.material(slug)
        if not material.keys.has_variants:
            raise InputError(f"solutions/{slug}/key.py: draws no numbers. Run `grader release {slug}` again.")
        variant = material.given_out.variant(student)
        folder = _place(site, slug, student)
        solutions = read_solutions(site.course, material.exercise)
        for name, content in personal_notebooks(slug, solutions, material.keys.key(variant.seed), variant).items():
            atomic.write(folder / name, content, lasting=False)


def _draw_numbers(site: CourseSite, slug: str, members: Sequence[Member]) -> None:
    """Draw numbers for all students who have none and have not submitted."""
    given_out, book = ReleasedVariants(site.course, slug), site.book(slug)
    submitted = {queued.upload.student for queued in site.queue.of_exercise(slug)}
    submitted |= set(book.attempts()) if book else set()
    entries = {
        one.student: Student(id=one.student, name=one.name, login=one.login, email=one.email)
        for one in members
        if one.student not in submitted and not given_out.has(one.student)
    }
    if entries:
        given_out.add({name: folder_name(name) for name in entries}, entries)
        note_new_numbers(site)


def remove_outdated_notebooks(site: CourseSite, slug: str) -> None:
    """Remove the drawn notebooks of an exercise whose solution or key has changed; only graders call this."""
    folder = site.results(slug).folder / _FOLDER
    if not folder.is_dir():
        return
    edition, noted = site.edition(slug).encode(), folder / _EDITION
    if noted.is_file() and noted.read_bytes() == edition:
        return
    with site.results(slug).alone():
        for drawn in folder.iterdir():
            if drawn.is_dir():
                shutil.rmtree(drawn)
        atomic.write(noted, edition, lasting=False)


def note_edition(site: CourseSite, slug: str) -> None:
    """Note what notebooks are drawn from, before the first one is drawn; only graders call this."""
    noted = site.results(slug).folder / _FOLDER / _EDITION
    if not noted.exists():
        atomic.write(noted, site.edition(slug).encode(), lasting=False)


def notebook_files(results: Results, folder: str) -> list[Path]:
    """The drawn notebooks of a student.

    Args:
        results: The results of the exercise.
        folder: Name of the student's folder.
    """
    return [path for path in (results.folder / _FOLDER).glob(f"*/{folder}/*") if path.is_file()]


def _place(site: CourseSite, slug: str, student: str) -> Path:
    """The folder of a student's notebooks. A change of what students can see of the exercise leads to another one."""
    exercise = site.exercise(slug).exercise
    digest = hashlib.sha256()
    for name in ("exercise.toml", *exercise.notebooks):
        path = exercise.folder / name
        digest.update(path.read_bytes() if path.is_file() else b"")
    return site.results(slug).folder / _FOLDER / digest.hexdigest()[:_DIGITS] / folder_name(student)
