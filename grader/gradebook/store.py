"""The gradebook of one exercise: every attempt, its marks, people's decisions, and the mark that counts."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Row, bindparam, insert, select, update

from grader.errors import GradebookError
from grader.gradebook.answer_rows import put_answers
from grader.gradebook.database import Database
from grader.gradebook.mark_history import add_marks
from grader.gradebook.people import StudentChange, changes
from grader.gradebook.place import Place
from grader.gradebook.rows import (
    RESOURCES,
    VALUES_AT_ONCE,
    batches,
    inserted,
    mark_row,
    pairs,
    put_record,
    source_of,
    submission_row,
    text_of_column,
    upsert,
)
from grader.gradebook.rubrics import Rubrics, items_column, items_of_column
from grader.gradebook.schema import (
    IDENTITY,
    adjustments,
    assessments,
    courses,
    exercises,
    exports,
    runs,
    standings,
    students,
    submissions,
    versions,
)
from grader.gradebook.selections import (
    assessed_attempts,
    attempts_with_marks,
    collected_attempts,
    last_changes,
    last_marks,
    marks_with_attempts,
    shown_pages,
)
from grader.gradebook.sharing import Submitted, fellows, has_groups
from grader.gradebook.texts import assessment_of
from grader.model.adjustment import Adjustment, AdjustmentKind
from grader.model.assessment import Assessment
from grader.model.attempt import Attempt
from grader.model.mark import Mark
from grader.model.record import Record, Resources
from grader.model.student import Student
from grader.model.submission import HandedIn, Submission
from grader.storage import codec
from grader.text.messages import Text

Counting = Callable[[Sequence[Attempt], Sequence[Adjustment]], Mark]
"""From all attempts of a student and all decisions to the mark that counts."""

_FIXED = ("digest", "notebook", "files", "submitted_at")
"""Columns of a submission that an attempt that is stored already keeps."""

_FILES = tuple[tuple[str, str], ...]
_REMARKS = tuple[Text, ...]


class Gradebook:
    """Everything that is stored about one exercise of a course.

    Args:
        database: The database; several courses and graders may share one.
        course: Name of the course.
        slug: The exercise.
        files: The folder that holds the files handed in with notebooks, by their digest.
    """

    def __init__(self, database: Database, course: str, slug: str, files: Path) -> None:
        self.database = database
        self._course = course
        self._slug = slug
        self._place = Place(course, slug)
        self._files = files

    def begin(self, what: str, at: datetime) -> int:
        """Note that a run begins: `grade`, `regrade` and the like; returns its number."""
        with self.database.writing() as connection:
            row = {"exercise_id": self._place.exercise(connection), "what": what, "began_at": at}
            return inserted(connection, runs, row)

    def keep(self, run: int, attempts: Sequence[Attempt]) -> None:
        """Store attempts; an attempt that is stored already takes over the run and what its platform says of it."""
        with self.database.writing() as connection:
            exercise = self._place.exercise(connection)
            ids = self._place.students(connection, {attempt.student: attempt.folder for attempt in attempts})
            rows = [
                {
                    "exercise_id": exercise,
                    "student_id": ids[attempt.student],
                    "run_id": run,
                    "taken_at": attempt.collected_at,
                    **submission_row(attempt),
                }
                for attempt in attempts
            ]
            key = ("exercise_id", "student_id", "digest")
            if rows:
                changed = tuple(name for name in submission_row(attempts[0]) if name not in _FIXED)
                changed += ("run_id",)
                upsert(connection, submissions, rows, key=key, changed=changed, once=("submitted_at",))
            for attempt, row in zip(attempts, rows, strict=True):
                if attempt.submission.has_stated_time:  # it replaces a time that is stored already
                    of_row = [submissions.c[name] == row[name] for name in key]
                    connection.execute(update(submissions).where(*of_row).values(submitted_at=row["submitted_at"]))

    def version(self, digest: str, title: str, max_points: float, at: datetime) -> int:
        """Note a version of the exercise; returns its number."""
        with self.database.writing() as connection:
            exercise = self._place.exercise(connection)
            row = {"exercise_id": exercise, "digest": digest, "title": title, "max_points": max_points, "since": at}
            upsert(connection, versions, [row], key=("exercise_id", "digest"), changed=())
            query = select(versions.c.id).where(versions.c.exercise_id == exercise, versions.c.digest == digest)
            return int(connection.execute(query).scalar_one())

    def save(
        self,
        version: int,
        students: Sequence[str],
        attempts: Sequence[Attempt],
        counting: Counting,
        at: datetime,
        record: Record | None = None,
        redraw: bool = False,
    ) -> list[Mark]:
        """Store the marks of attempts, and the mark that counts after them: all together, or nothing.

        Args:
            version: Number of the version of the exercise.
            students: Whose mark that counts is computed again.
            attempts: Attempts of these students that have been assessed; none if only people decided anew.
            counting: Computes the mark that counts from all attempts of a student and all decisions. It is called in
                the transaction, so that no other grader changes either meanwhile; it must only compute. Its mark is
                stored without the digest of its page if the page shows another one: see `note_pages`.
            at: When.
            record: The record of the run that the marks come from, if there is one.
            redraw: Whether to store all marks without the digests of their pages, so that the pages are drawn again.

        Returns:
            The marks that count, one for each of `students`, with the digests of the pages that show them.
        """
        # `counting` is called between reading and writing, and not before the transaction. It depends on all attempts
        # and decisions of a student, which another grader may change until the row of the exercise is locked. Computed
        # before, its mark could miss a decision that is stored meanwhile; it would have to be compared with what is
        # there now, and computed again under the lock if they differ. It neither reads files nor draws.
        with self.database.writing() as connection:
            exercise = self._place.exercise(connection)
            if record is not None and record.key:
                put_record(connection, record, at)
            add_marks(connection, version, attempts, at)
            stored, decisions = self._attempts_in(connection, students), self._bearing_in(connection, students)
            marks = [counting(stored[name], decisions.get(name, [])) for name in students]
            pages = {} if redraw else pairs(connection, self._place.only(shown_pages(), students))
            self._put(connection, exercise, [_until_drawn(mark, pages) for mark in marks], at)
        return marks

    def replace(self, changes: Sequence[tuple[Mark, Mark]], write: Callable[[Mark], None], at: datetime) -> list[Mark]:
        """Store marks that count with the flags that the comparison of a class has added.

        A mark that another grader has changed since it was read stays as it is. That grader compares the class later.

        Args:
            changes: Each mark as it was read, and with its flags.
            write: Is called with each mark that is stored, before another grader can change it.
            at: When.

        Returns:
            The marks that were stored.
        """
        with self.database.writing() as connection:
            exercise = self._place.exercise(connection)
            saved = []
            for some in batches(changes, VALUES_AT_ONCE):
                students_now = [old.student for old, _ in some]
                now = {mark.attempt.id: mark for mark in self._marks_in(connection, students_now)}
                saved += [new for old, new in some if now.get(old.attempt.id) == old]
            for mark in saved:
                write(mark)
            self._put(connection, exercise, saved, at)
        return saved

    def attempts(self, *names: str, withdrawn: bool = False) -> dict[str, list[Attempt]]:
        """Student -> every attempt, in the order of collection, with its last marks; for some students, or for all.

        Args:
            names: The students; none for all.
            withdrawn: Whether to include attempts of a group that the student has left, which never count.
        """
        with self.database.reading() as connection:
            return self._attempts_in(connection, names or None, withdrawn)

    def collected(self, *names: str, withdrawn: bool = False) -> dict[str, list[Attempt]]:
        """The same attempts as they were collected: without their marks, which take nearly all of the time to read."""
        with self.database.reading() as connection:
            return self._attempts_in(connection, names or None, withdrawn, with_marks=False)

    def assessed(self) -> set[int]:
        """Numbers of the attempts that have marks."""
        with self.database.reading() as connection:
            return set(connection.execute(self._place.only(assessed_attempts(), None)).scalars())

    @property
    def place(self) -> Place:
        """The place of the exercise in the database."""
        return self._place

    @property
    def submitted(self) -> Submitted:
        """Who submitted what, and who shares it."""
        return Submitted(self.database, self._place)

    @property
    def rubrics(self) -> Rubrics:
        """The rubric items of the exercise."""
        return Rubrics(self.database, self._place)

    def bearing(self, *names: str) -> dict[str, list[Adjustment]]:
        """Student -> the decisions that bear on their mark: their own, and extensions of members of their group."""
        with self.database.reading() as connection:
            return self._bearing_in(connection, names or None)

    def pages(self, *names: str) -> dict[str, str]:
        """Student -> digest of what the page shows; empty if that no longer counts. For some students, or for all."""
        with self.database.reading() as connection:
            return pairs(connection, self._place.only(shown_pages(), names or None))

    def last_changes(self, *names: str) -> dict[str, datetime]:
        """Student -> when the mark that counts was last stored; of some, or of all."""
        with self.database.reading() as connection:
            return pairs(connection, self._place.only(last_changes(), names or None))

    def note_pages(self, pages: Mapping[str, str], since: Mapping[str, datetime] | None = None) -> None:
        """Store what pages show, after they have been written.

        Args:
            pages: Student -> digest of everything that the page shows; empty if the page must be written again.
            since: Student -> see `last_changes`, read before the marks that the page shows. If another mark has been
                stored since, the page is not noted, so it will be written again.
        """
        with self.database.writing() as connection:
            exercise = self._place.exercise(connection)
            ids = self._place.students(connection, {})
            here = standings.c.exercise_id == exercise
            statement = update(standings).where(here, standings.c.student_id == bindparam("student"))
            if since is not None:
                statement = statement.where(standings.c.changed_at == bindparam("since"))
            rows = [{"student": ids[name], "page": page} for name, page in pages.items()]
            if since is not None:
                rows = [row | {"since": since[name]} for name, row in zip(pages, rows, strict=True)]
            if rows:
                connection.execute(statement.values(page=bindparam("page")), rows)

    def marks(self, student: str | None = None) -> list[Mark]:
        """The marks that count, by name of the students' folders."""
        with self.database.reading() as connection:
            return self._marks_in(connection, None if student is None else [student])

    def marks_of(self, names: Sequence[str]) -> dict[str, Mark]:
        """Student -> the mark that counts, for some students; those without a mark are missing."""
        with self.database.reading() as connection:
            return {mark.student: mark for mark in self._marks_in(connection, names)}

    def taken_without_mark(self) -> list[str]:
        """Names of the students who have submitted and have no mark yet, sorted."""
        query = (
            select(students.c.name)
            .join(submissions, submissions.c.student_id == students.c.id)
            .join(exercises, exercises.c.id == submissions.c.exercise_id)
            .join(
                standings,
                (standings.c.student_id == students.c.id) & (standings.c.exercise_id == exercises.c.id),
                isouter=True,
            )
            .where(standings.c.id.is_(None), submissions.c.withdrawn.is_(False))
            .distinct()
        )
        with self.database.reading() as connection:
            return sorted(connection.execute(self._place.only(query, None)).scalars())

    def identify(self, known: Mapping[str, Student]) -> None:
        """Store what a roster says about students.

        Args:
            known: Name of a student in this gradebook -> the line of the roster.
        """
        with self.database.writing() as connection:
            course = self._place.course_number(connection)
            for name, listed in known.items():
                identity = {"listed": listed.shown, **{field: getattr(listed, field) for field in IDENTITY[2:]}}
                statement = update(students).where(students.c.course_id == course, students.c.name == name)
                connection.execute(statement.values(identity | {"full_name": listed.name}))

    def identities(self) -> dict[str, Student]:
        """Name -> what a roster says about the student, for the students who are on one."""
        with self.database.reading() as connection:
            course = select(courses.c.id).where(courses.c.name == self._course).scalar_subquery()
            query = select(students).where(students.c.course_id == course, students.c.listed != "")
            return {
                row.name: Student(name=row.full_name, **{field: getattr(row, field) for field in IDENTITY[2:]})
                for row in connection.execute(query)
            }

    def student_changes(self) -> list[StudentChange]:
        """The students of the course who were renamed, merged or deleted, oldest first."""
        return changes(self.database, self._course)

    def note_export(self, form: str, path: str, marks: int, at: datetime) -> None:
        """Note that marks were exported."""
        with self.database.writing() as connection:
            row = {"exercise_id": self._place.exercise(connection), "form": form, "path": path}
            connection.execute(insert(exports).values(row | {"marks": marks, "made_at": at}))

    def adjust(self, decisions: Sequence[Adjustment], folders: Mapping[str, str] | None = None) -> None:
        """Add decisions of people; a decision is never changed or deleted.

        Args:
            decisions: About students who have submitted, or who are named in `folders`.
            folders: Student -> name of the folder in the results, for students who may not have submitted yet.

        Raises:
            GradebookError: A decision is about another student; then none is stored.
        """
        with self.database.writing() as connection:
            exercise, ids = self._place.exercise(connection), self._place.students(connection, folders or {})
            if unknown := [decision.student for decision in decisions if decision.student not in ids]:
                place = f"{self.database.place}: {self._course}"
                raise GradebookError(f"{place}: there is no student {unknown[0]!r}. Grade their submission first.")
            for decision in decisions:
                row = {
                    "exercise_id": exercise,
                    "student_id": ids[decision.student],
                    **{name: getattr(decision, name) for name in _ADJUSTMENT},
                    "kind": decision.kind.value,
                    "items": items_column(decision.items),
                }
                connection.execute(insert(adjustments).values(row))

    def adjustments(self, *names: str) -> dict[str, list[Adjustment]]:
        """Student -> the decisions about their work, in the order in which they were made; for some, or for all."""
        with self.database.reading() as connection:
            return self._decisions_in(connection, names or None)

    def marks_of_attempts(self) -> dict[str, list[float]]:
        """Student -> last mark of each attempt that has one, in percent, in the order of collection."""
        query = (
            select(students.c.name, assessments.c.points, assessments.c.max_points)
            .select_from(submissions)
            .join(students, students.c.id == submissions.c.student_id)
            .join(exercises, exercises.c.id == submissions.c.exercise_id)
            .join(assessments, assessments.c.id == last_marks())
            .where(assessments.c.publishable, assessments.c.max_points > 0, submissions.c.record_key != "")
            .where(submissions.c.withdrawn.is_(False))
        )
        percents: dict[str, list[float]] = defaultdict(list)
        with self.database.reading() as connection:
            for name, points, most in connection.execute(self._place.only(query, None).order_by(submissions.c.id)):
                percents[name].append(round(100 * points / most, 1))
        return dict(percents)

    def marks_over_time(self, student: str) -> list[tuple[Attempt, datetime, float, float]]:
        """Every assessment of every attempt of a student: when, points and the most that could be had."""
        query = (
            select(assessments.c.made_at, assessments.c.points, assessments.c.max_points, submissions.c.id)
            .join(submissions, submissions.c.id == assessments.c.submission_id)
            .join(students, students.c.id == submissions.c.student_id)
            .join(exercises, exercises.c.id == submissions.c.exercise_id)
        )
        attempts = {attempt.id: attempt for attempt in self.collected(student, withdrawn=True).get(student, [])}
        with self.database.reading() as connection:
            rows = connection.execute(self._place.only(query, [student]).order_by(assessments.c.id)).all()
        return [(attempts[row.id], row.made_at, row.points, row.max_points) for row in rows]

    def _attempts_in(
        self, connection: Connection, names: Sequence[str] | None, withdrawn: bool = False, with_marks: bool = True
    ) -> dict[str, list[Attempt]]:
        of_student: dict[str, list[Attempt]] = defaultdict(list)
        selection = attempts_with_marks() if with_marks else collected_attempts()
        query = self._place.only(selection, names).order_by(submissions.c.id)
        for row in connection.execute(query if withdrawn else query.where(submissions.c.withdrawn.is_(False))):
            of_student[row.name].append(self._attempt(row))
        return dict(of_student)

    def _decisions_in(self, connection: Connection, names: Sequence[str] | None) -> dict[str, list[Adjustment]]:
        query = (
            select(adjustments, students.c.name)
            .join(students, students.c.id == adjustments.c.student_id)
            .join(exercises, exercises.c.id == adjustments.c.exercise_id)
        )
        decisions: dict[str, list[Adjustment]] = defaultdict(list)
        for row in connection.execute(self._place.only(query, names).order_by(adjustments.c.id)):
            fields = {name: getattr(row, name) for name in _ADJUSTMENT} | {"kind": AdjustmentKind(row.kind)}
            fields["items"] = items_of_column(row.items)
            decisions[row.name].append(Adjustment(student=row.name, exercise=self._slug, **fields))
        return dict(decisions)

    def _bearing_in(self, connection: Connection, names: Sequence[str] | None) -> dict[str, list[Adjustment]]:
        decisions = self._decisions_in(connection, names)
        exercise = self._place.known_exercise(connection)
        if exercise is None or not has_groups(connection, exercise):
            return decisions
        everyone = self._decisions_in(connection, None)
        extensions = {
            name: [decision for decision in of_one if decision.kind is AdjustmentKind.EXTENSION]
            for name, of_one in everyone.items()
        }
        members = fellows(connection, exercise, names if names is not None else self._place.names(connection))
        bearing = {
            name: [*decisions.get(name, ()), *(one for other in sorted(others) for one in extensions.get(other, ()))]
            for name, others in members.items()
        }
        return decisions | {name: of_one for name, of_one in bearing.items() if of_one}

    def _marks_in(self, connection: Connection, names: Sequence[str] | None) -> list[Mark]:
        marks = [
            Mark(attempt=self._attempt(row), assessment=self._assessment(row.final, row.name), page=row.page)
            for row in connection.execute(self._place.only(marks_with_attempts(), names))
        ]
        return sorted(marks, key=lambda mark: mark.attempt.folder)  # a database would sort whole rows, texts and all

    def _put(self, connection: Connection, exercise: int, marks: Sequence[Mark], at: datetime) -> None:
        of_student: dict[Any, int] = {}
        for some in batches([mark.attempt.id for mark in marks], VALUES_AT_ONCE):
            query = select(submissions.c.id, submissions.c.student_id).where(submissions.c.id.in_(some))
            of_student |= pairs(connection, query)
        rows = [mark_row(mark, exercise, of_student[mark.attempt.id], at) for mark in marks]
        if rows:
            changed = tuple(name for name in rows[0] if name not in ("exercise_id", "student_id"))
            upsert(connection, standings, rows, key=("exercise_id", "student_id"), changed=changed)
            put_answers(connection, exercise, {of_student[mark.attempt.id]: mark.assessment for mark in marks})

    def _attempt(self, row: Row[Any]) -> Attempt:
        stored = codec.decode(_FILES, row.files)
        files = tuple(HandedIn(name, self._files / digest[:2] / digest, digest) for name, digest in stored)
        submission = Submission(
            student=row.name,
            exercise=self._slug,
            origin=row.origin,
            content=b"",
            submitted_at=row.submitted_at,
            problem=text_of_column(row.problem),
            remarks=codec.decode(_REMARKS, row.remarks),
            files=files,
            attempt=row.attempt,
            source=source_of(row.source),
            submitter=row.submitter,
            group=row.group_name,
            numbers_of=row.numbers_of,
        )
        marked = "body" in row._fields and row.body is not None
        used = None if row.wall_seconds is None else Resources(*(getattr(row, name) for name in RESOURCES))
        return Attempt(
            id=row.id,
            submission=submission,
            folder=row.folder,
            notebook=row.notebook,
            digest=row.digest,
            record_key=row.record_key,
            run=row.run_id,
            collected_at=row.taken_at,
            assessment=self._assessment(row.body, row.name) if marked else None,
            fingerprint=row.fingerprint if marked else "",
            work=getattr(row, "work", None) or "",
            used=used,
        )

    def _assessment(self, text: str, student: str) -> Assessment:
        """A stored assessment, with the names that its student and exercise have now: both may have been renamed."""
        try:
            assessment = assessment_of(text)
            if (assessment.student, assessment.exercise) == (student, self._slug):
                return assessment
            return replace(assessment, student=student, exercise=self._slug)
        except ValueError as error:
            place = f"{self.database.place}: {self._slug}"
            raise GradebookError(f"{place}: a mark {error}. Restore an earlier copy, or grade again.") from error


_ADJUSTMENT = ("question", "points", "text", "until", "excused", "author", "reason", "at")


def _until_drawn(mark: Mark, pages: Mapping[str, str]) -> Mark:
    """A mark as it is stored before its page is drawn: without the page's digest, unless the page already shows it."""
    return mark if pages.get(mark.student) == mark.page else replace(mark, page="")
