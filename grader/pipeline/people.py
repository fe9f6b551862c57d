"""Merges and deletes students, in all results of a course: gradebooks, pages, submitted files and records."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from grader.course.layout import Course
from grader.course.settings import read_settings
from grader.errors import InputError
from grader.gradebook import people
from grader.gradebook.courses import known_as
from grader.gradebook.drawing_requests import DrawingRequests
from grader.gradebook.people import Belongings, ChangeKind
from grader.gradebook.renaming import exercises_of
from grader.gradebook.results import Results
from grader.intake.names import folder_name
from grader.pipeline.check_runs import delete_files_of_checks
from grader.pipeline.course_page import publish_course
from grader.pipeline.marker import Marker
from grader.pipeline.marking import now
from grader.pipeline.material import load
from grader.pipeline.naming import near
from grader.pipeline.personal_notebooks import notebook_files
from grader.pipeline.portal_file import delete_student_in_portal, rename_student_in_portal
from grader.pipeline.regrading import regrade
from grader.pipeline.student_reports import remove_reports, report_files
from grader.storage import atomic
from grader.storage.csv_table import read_table, restored
from grader.storage.records import RecordStore

_STAFF_FILES = ("groups.csv", "variants.csv")


@dataclass(frozen=True, slots=True)
class ResultsPlace:
    """Results of some exercises with one gradebook.

    Attributes:
        results: The results of each exercise; they have the same gradebook.
        course: Name of the course in the gradebook.
    """

    results: dict[str, Results]
    course: str

    @property
    def any_results(self) -> Results:
        """One of the results."""
        return next(iter(self.results.values()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Deletion:
    """What is deleted about a student, and what stays.

    Attributes:
        submissions: Number of submissions.
        decisions: Number of decisions.
        exercises: Slugs of the exercises.
        removed: Paths of the files and folders that are removed, sorted.
        named_in: Paths of files of the course that still name the student.
        is_done: Whether it has been deleted; False for a dry run.
    """

    submissions: int
    decisions: int
    exercises: tuple[str, ...]
    removed: tuple[str, ...]
    named_in: tuple[str, ...]
    is_done: bool


def places_of(course: Course, folder: Path, gradebook: str | None) -> list[ResultsPlace]:
    """The gradebooks of a course below a folder.

    Args:
        course: The course.
        folder: The results of one exercise, or a folder with a results folder for each exercise.
        gradebook: Address of the database that they share; None if each folder has its own.

    Raises:
        InputError: There are no results.
    """
    settings = read_settings(course)
    folders = [folder] if _has_one_exercise(course, folder) else [folder / slug for slug in course.slugs()]
    shared: dict[str, Results] = {}
    places: list[ResultsPlace] = []
    for path in folders:
        results = Results(path, gradebook)
        if not results.database.exists or (gradebook is not None and not path.is_dir()):
            continue
        name = known_as(results.database, settings, results.is_own, begins=False).name
        slugs = [slug for slug in exercises_of(results.database, name) if slug in course.slugs()]
        if gradebook is not None and path.name in slugs:
            shared[path.name] = results
        elif gradebook is None and slugs:
            places.append(ResultsPlace(dict.fromkeys(slugs, results), name))
    if shared:
        first = next(iter(shared.values()))
        places.append(ResultsPlace(shared, known_as(first.database, settings, False, begins=False).name))
    if not places:
        raise InputError(f"{folder}: contains no results of this course. Name their folder with --results.")
    return places


def _has_one_exercise(course: Course, folder: Path) -> bool:
    """Whether a folder has the results of one exercise, and not a folder for each.

    The database in the folder does not decide it: the portal has one of the same name, beside the folders of exercises.
    """
    is_below = any(Results(folder / slug).database.exists for slug in course.slugs())
    return Results(folder).database.exists and not is_below


def _has_portal_file(course: Course, folder: Path, gradebook: str | None) -> bool:
    """Whether a portal may have a database of its own in a folder."""
    return gradebook is None and not _has_one_exercise(course, folder)


@contextlib.contextmanager
def _opened(course: Course, folder: Path, gradebook: str | None) -> Iterator[list[ResultsPlace]]:
    """The gradebooks of a course, which are closed at the end: only then does their file contain nothing deleted."""
    places = places_of(course, folder, gradebook)
    try:
        yield places
    finally:
        for results in (one for place in places for one in place.results.values()):
            results.database.close()


def merge_student(course: Course, folder: Path, gradebook: str | None, old: str, new: str, author: str) -> list[str]:
    """Move attempts, decisions and group membership of one student to another, and write the pages again.

    If an earlier call was killed, the same call again does the rest.

    Returns:
        Slugs of the exercises with something of either student.

    Raises:
        InputError: The names are equal, or a gradebook does not know one of them.
    """
    if not new.strip() or old == new:
        raise InputError("merge-student: both names are the same. Give two different names.")
    with _opened(course, folder, gradebook) as places:
        _refuse_unknown(places, old, new)
        if _has_portal_file(course, folder, gradebook):
            rename_student_in_portal(folder, read_settings(course), old, new)
        changed = _merge(course, places, old, new, author)
    _publish_course(course, folder, gradebook)
    return sorted(changed)


def _refuse_unknown(places: list[ResultsPlace], old: str, new: str) -> None:
    """Stop if no gradebook knows one of two students who are to be merged.

    Raises:
        InputError: None knows one of them.
    """
    merged_before = [
        any((one.what, one.old_name, one.new_name) == (ChangeKind.MERGED, old, new) for one in _changes(place))
        for place in places
    ]
    has_old = [people.belongings(place.any_results.database, place.course, old) is not None for place in places]
    has_new = [people.belongings(place.any_results.database, place.course, new) for place in places]
    if not any(has_old) and not any(merged_before):
        raise _unknown(places, old)
    if not any(has_new):
        raise _unknown(places, new)


def _merge(course: Course, places: list[ResultsPlace], old: str, new: str, author: str) -> list[str]:
    """Merge two students in some gradebooks; returns the exercises whose marks were computed again."""
    changed: list[str] = []
    for place in places:
        database = place.any_results.database
        before = people.belongings(database, place.course, old)
        if before is not None:
            for results in place.results.values():  # first, because a later call does not know the folder any more
                results.remove_student(before.folder)
                _remove_empty(results.folder / before.folder)
                remove_reports(results, before.folder)
                delete_files_of_checks(results, before.folder)
                for path in notebook_files(results, before.folder):
                    path.unlink(missing_ok=True)
            people.add_student(database, place.course, new, folder_name(new))
            people.merge_student(database, place.course, old, new, author, now())
        after = people.belongings(database, place.course, new)
        for slug in after.exercises if after else ():
            if slug in place.results:
                changed.append(slug)
                _regrade(course, slug, place.results[slug])
    return changed


def delete_student(
    course: Course, folder: Path, gradebook: str | None, student: str, author: str, *, is_dry_run: bool
) -> Deletion:
    """Delete everything about a student: attempts, marks, decisions, pages, and files that nobody else submitted.

    Files go first and the gradebook last. If a call was killed, the same call again therefore does the rest.

    Raises:
        InputError: No gradebook knows the student.
    """
    with _opened(course, folder, gradebook) as places:
        has_portal = _has_portal_file(course, folder, gradebook)
        deletion = _delete(course, places, student, author, is_dry_run, folder if has_portal else None)
    if not is_dry_run:
        _publish_course(course, folder, gradebook)
    return deletion


def _delete(
    course: Course, places: list[ResultsPlace], student: str, author: str, is_dry_run: bool, portal: Path | None
) -> Deletion:
    """Delete a student from some gradebooks, and write the pages about the class again.

    `portal` is the folder in which a portal may have a database of its own.
    """
    all_belongings = [(place, people.belongings(place.any_results.database, place.course, student)) for place in places]
    known = [(place, belongings) for place, belongings in all_belongings if belongings is not None]
    if not known and not any(one.what is ChangeKind.DELETED for place in places for one in _changes(place)):
        raise _unknown(places, student)
    paths = sorted({path for place, belongings in known for path in _files(place, belongings)})
    deletion = Deletion(
        submissions=sum(belongings.submissions for _, belongings in known),
        decisions=sum(belongings.decisions for _, belongings in known),
        exercises=tuple(sorted({slug for _, belongings in known for slug in belongings.exercises})),
        removed=tuple(map(str, paths)),
        named_in=tuple(_named_in(course, student)),
        is_done=not is_dry_run,
    )
    if is_dry_run:
        return deletion
    for path in paths:
        path.unlink(missing_ok=True)
    if portal is not None:
        delete_student_in_portal(portal, read_settings(course), student)
    for place, belongings in known:
        for results in place.results.values():
            _remove_empty(results.folder / belongings.folder)
            remove_reports(results, belongings.folder)
            delete_files_of_checks(results, belongings.folder)
            DrawingRequests(results.folder).forget(student)
            _forget_pseudonym(results, student)
        people.delete_student(place.any_results.database, place.course, student, author, now())
    for place in places:  # also after an earlier call that was killed before it had written the pages
        for slug, results in place.results.items():
            material = load(course, slug)
            with Marker(material, results, results.open(material.settings, slug)) as marker:
                marker.publish()
    return deletion


def _regrade(course: Course, slug: str, results: Results) -> None:
    """Compute the marks of an exercise again, if anything of it has been submitted."""
    material = load(course, slug)
    if any(of_one for of_one in results.open(material.settings, slug).collected().values()):
        regrade(material, results)


def _unknown(places: list[ResultsPlace], student: str) -> InputError:
    names = {name for place in places for name in people.names(place.any_results.database, place.course)}
    nearest = " or ".join(f"'{name}'" for name in near(student, names))
    hint = f"Did you mean {nearest}?" if nearest else "Use a name from the dashboard."
    return InputError(f"{student}: there is no student of this name. {hint}")


def _changes(place: ResultsPlace) -> list[people.StudentChange]:
    return people.changes(place.any_results.database, place.course)


def _files(place: ResultsPlace, belongings: Belongings) -> Iterator[Path]:
    """The files of a student that exist."""
    for results in place.results.values():
        paths = [results.handed_in / digest[:2] / f"{digest}.ipynb.gz" for digest in belongings.notebooks]
        paths += [results.handed_in / digest[:2] / digest for digest in belongings.files]
        paths += [path for key in belongings.records for path in RecordStore(results.records).paths(key)]
        paths += [results.folder / belongings.folder / name for name in ("report.html", "assessment.json")]
        paths += report_files(results, belongings.folder)
        paths += notebook_files(results, belongings.folder)
        paths += [path for path in (results.folder / "exports").rglob("*") if path.is_file()]
        yield from (path for path in paths if path.is_file())


def _remove_empty(folder: Path) -> None:
    """Remove a student's folder, unless somebody has put other files into it."""
    if folder.is_dir():
        atomic.remove_unfinished(folder)
        if not any(folder.iterdir()):
            folder.rmdir()


def _forget_pseudonym(results: Results, student: str) -> None:
    names = results.pseudonyms()
    if names.pop(student, None) is not None:
        results.keep_pseudonyms(names)


def _named_in(course: Course, student: str) -> Iterator[str]:
    """The staff's files that have the student's name in a cell."""
    for name in _STAFF_FILES:
        for path in (course.solutions / name, *(course.solution_folder(slug) / name for slug in course.slugs())):
            if path.is_file():
                try:
                    table = read_table(path.read_bytes())
                except (OSError, ValueError):
                    continue
                cells = (
                    table.text(row, column) for row, texts in enumerate(table.rows) for column in range(len(texts))
                )
                if any(restored(cell).strip() == student for cell in cells):
                    yield course.shown(path)


def _publish_course(course: Course, folder: Path, gradebook: str | None) -> None:
    """Write the page about the whole course again, if there is one."""
    if not _has_one_exercise(course, folder) and (folder / "grades.csv").exists():
        publish_course(course, folder, gradebook, lambda _: None)
