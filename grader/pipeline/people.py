"""Renames, merges and deletes students, in all results of a course: gradebooks, pages, submitted files, records."""

import contextlib
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from grader.course.layout import Course
from grader.course.settings import read_settings
from grader.course.student_names import StudentNames
from grader.errors import InputError
from grader.gradebook import people, renaming
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
from grader.pipeline.portal_file import delete_student_in_portal, rename_student_in_portal, students_in_portal
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


@dataclass(frozen=True, slots=True, kw_only=True)
class RenamedStudent:
    """A student who got another name.

    Attributes:
        exercises: Slugs of the exercises with something of the student, sorted.
        is_joined: Whether somebody of the new name had submitted, too, so that two are one now.
        named_in: Paths of the files of groups that still have the old name.
    """

    exercises: tuple[str, ...]
    is_joined: bool
    named_in: tuple[str, ...]


def rename_student(course: Course, slug: str, results: Results, old: str, new: str, author: str) -> RenamedStudent:
    """Give a student another name in an exercise and in all exercises beside it, and write the pages again.

    Numbers, marks and pseudonyms stay as they are. If an earlier call was killed, the same call again does the rest.

    Args:
        course: The course.
        slug: The exercise.
        results: Its results. Those of other exercises are beside them if the folder has the name of the exercise.
        old: The present name.
        new: The new name.
        author: The person who renames.

    Raises:
        InputError: Nobody has the old name, there are decisions about both names, or nothing has been graded.
    """
    if not new.strip() or old == new:
        raise InputError("rename-student: the old and the new name are the same. Give two different names.")
    with _opened_beside(course, slug, results) as places:
        portal = results.folder.parent if results.is_own else None
        if not places and not _is_known(course, places, portal, old):
            raise results.nothing(slug)
        _refuse_new_name(course, places, portal, old, new)
        had_submitted = any(_has_submitted(place, old) and _has_submitted(place, new) for place in places)
        # First: until the gradebooks have the new name, both lead to the same numbers.
        StudentNames(course).add(old, new, is_joined=_is_known(course, places, portal, new))
        for place in places:
            if old in _names(place):
                _rename_in(place, old, new, author)
        if portal is not None:
            rename_student_in_portal(portal, read_settings(course), old, new)
        changed = [one for place in places for one in _regrade_student(course, place, new)]
    return RenamedStudent(
        exercises=tuple(sorted(changed)),
        is_joined=had_submitted,
        named_in=tuple(_named_in(course, {old}, ("groups.csv",))),
    )


def _refuse_new_name(course: Course, places: list[ResultsPlace], portal: Path | None, old: str, new: str) -> None:
    """Stop if a student cannot get another name.

    Raises:
        InputError: Nobody has the old name, or there are decisions about both names.
    """
    was_renamed = any(
        (one.what, one.old_name, one.new_name) == (ChangeKind.RENAMED, old, new)
        for place in places
        for one in _changes(place)
    )
    if not was_renamed and not _is_known(course, places, portal, old):
        raise _unknown(places, old)
    for place in places:
        renaming.refuse_two_decided(place.any_results.database, place.course, old, new)


def _is_known(course: Course, places: list[ResultsPlace], portal: Path | None, student: str) -> bool:
    """Whether a gradebook or the portal knows a student."""
    in_portal = portal is not None and student in students_in_portal(portal, read_settings(course))
    return in_portal or any(student in _names(place) for place in places)


def _names(place: ResultsPlace) -> list[str]:
    return people.names(place.any_results.database, place.course)


def _rename_in(place: ResultsPlace, old: str, new: str, author: str) -> None:
    """Give a student another name in a gradebook and the files beside it."""
    for one in place.results.values():
        _carry_pseudonym(one, old, new)
    renaming.rename_student(place.any_results.database, place.course, old, new, author, now())
    for one in place.results.values():
        _forget_pseudonym(one, old)


@contextlib.contextmanager
def _opened_beside(course: Course, slug: str, results: Results) -> Iterator[list[ResultsPlace]]:
    """`_places_beside`, whose gradebooks are closed at the end; the caller closes that of the exercise."""
    places = _places_beside(course, slug, results)
    try:
        yield places
    finally:
        for one in (one for place in places for one in place.results.values()):
            if one.database is not results.database:
                one.database.close()


def _places_beside(course: Course, slug: str, results: Results) -> list[ResultsPlace]:
    """The gradebook of an exercise, and those of the exercises whose results are beside it."""
    settings = read_settings(course)
    shared = None if results.is_own else results.database
    beside = [results.folder.parent / other for other in course.slugs()] if results.folder.name == slug else []
    others = [Results(path, shared) for path in beside if path.is_dir() and path != results.folder]
    there = [one for one in (results, *others) if one.database.exists]
    if shared is not None and there:
        name = known_as(shared, settings, False, begins=False).name
        return [ResultsPlace({one.folder.name if one is not results else slug: one for one in there}, name)]
    places = []
    for one in there:
        name = known_as(one.database, settings, True, begins=False).name
        slugs = [held for held in exercises_of(one.database, name) if held in course.slugs()]
        places.append(ResultsPlace(dict.fromkeys(slugs, one), name))
    return [place for place in places if place.results]


def _has_submitted(place: ResultsPlace, student: str) -> bool:
    belongings = people.belongings(place.any_results.database, place.course, student)
    return belongings is not None and belongings.submissions > 0


def _carry_pseudonym(results: Results, old: str, new: str) -> None:
    """Give the new name of a student the pseudonym of the old one, unless it has one."""
    names = results.pseudonyms()
    if old in names and new not in names:
        results.keep_pseudonyms({**names, new: names[old]})


def _regrade_student(course: Course, place: ResultsPlace, student: str) -> Iterator[str]:
    """Compute the marks of all exercises with something of a student again; gives their slugs."""
    belongings = people.belongings(place.any_results.database, place.course, student)
    for slug in belongings.exercises if belongings else ():
        if slug in place.results:
            _regrade(course, slug, place.results[slug])
            yield slug


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
        StudentNames(course).add(old, new, is_joined=True)  # the numbers of both names count from now on
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
        changed += _regrade_student(course, place, new)
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
    student_names = StudentNames(course)
    names = {student, *student_names.earlier(student)}
    paths = sorted({path for place, belongings in known for path in _files(place, belongings)})
    deletion = Deletion(
        submissions=sum(belongings.submissions for _, belongings in known),
        decisions=sum(belongings.decisions for _, belongings in known),
        exercises=tuple(sorted({slug for _, belongings in known for slug in belongings.exercises})),
        removed=tuple(map(str, paths)),
        named_in=tuple(_named_in(course, names, _STAFF_FILES)),
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
    student_names.forget(student)
    return deletion


def _regrade(course: Course, slug: str, results: Results) -> None:
    """Compute the marks of an exercise again, if anything of it has been submitted."""
    material = load(course, slug)
    if any(of_one for of_one in results.open(material.settings, slug).collected().values()):
        regrade(material, results)


def _unknown(places: list[ResultsPlace], student: str) -> InputError:
    names = {name for place in places for name in _names(place)}
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


def _named_in(course: Course, names: Collection[str], files: Sequence[str]) -> Iterator[str]:
    """The staff's files of some names that have one of a student's names in a cell."""
    for name in files:
        for path in (course.solutions / name, *(course.solution_folder(slug) / name for slug in course.slugs())):
            if path.is_file():
                try:
                    table = read_table(path.read_bytes())
                except (OSError, ValueError):
                    continue
                cells = (
                    table.text(row, column) for row, texts in enumerate(table.rows) for column in range(len(texts))
                )
                if any(restored(cell).strip() in names for cell in cells):
                    yield course.shown(path)


def _publish_course(course: Course, folder: Path, gradebook: str | None) -> None:
    """Write the page about the whole course again, if there is one."""
    if not _has_one_exercise(course, folder) and (folder / "grades.csv").exists():
        publish_course(course, folder, gradebook, lambda _: None)
