"""Decisions of people: points, comments, excuses, extensions; kept for good, and in the report at once."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from zoneinfo import ZoneInfo

from grader.course.layout import Course
from grader.course.settings import moment
from grader.errors import InputError
from grader.gradebook.exports.worksheet import parsed
from grader.gradebook.matching import match
from grader.gradebook.results import Results
from grader.intake.instructor_files import content_of
from grader.intake.names import folder_name
from grader.intake.roster import read_roster
from grader.marks.overrides import problem
from grader.marks.second_marking import identity
from grader.model.adjustment import Adjustment, AdjustmentKind
from grader.model.assessment import CriterionMark, Finding
from grader.model.attempt import Attempt
from grader.model.exercise import Exercise
from grader.model.mark import Mark
from grader.model.rubric import Rubric
from grader.model.student import Student
from grader.pipeline.anonymous import pseudonyms
from grader.pipeline.history import decision_in_words
from grader.pipeline.marker import Marker
from grader.pipeline.marking import now
from grader.pipeline.material import CourseExercise, Material
from grader.pipeline.naming import known_name, unknown_student
from grader.pipeline.renaming import refuse_a_new_beginning
from grader.pipeline.rubrics import decisions_of_items, renew_outdated
from grader.storage import atomic
from grader.storage.csv_table import lines, read_table, restored

COLUMNS = ("student", "question", "title", "answer", "points", "max_points", "comment", "reason", "items")
_MOST_BYTES = 200_000_000
_DATE_ONLY = re.compile(r"[0-9]{4}-?(?:[0-9]{2}-?[0-9]{2}|W[0-9]{2}(?:-?[0-9])?)")
_BEFORE_HANDING_IN = (AdjustmentKind.EXTENSION, AdjustmentKind.EXCUSED, AdjustmentKind.IMPORTED)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A question that waits for a person.

    Attributes:
        student: Whose answer it is.
        title: Of the question.
        finding: The answer as it was found, and what it is worth.
        criterion: The criterion that waits, if the question has a rubric.
    """

    student: str
    title: str
    finding: Finding
    criterion: CriterionMark | None = None

    @property
    def place(self) -> str:
        """What is decided: the id of the question, or with that of the criterion, as in `why.clarity`."""
        return f"{self.finding.question}.{self.criterion.criterion}" if self.criterion else self.finding.question

    @property
    def max_points(self) -> float:
        """The most that can be given."""
        return self.criterion.max_points if self.criterion else self.finding.max_points


@dataclass(frozen=True, slots=True)
class Replaced:
    """A decision whose place another one takes.

    Attributes:
        before: What counted until now.
        after: What counts from now on.
    """

    before: Adjustment
    after: Adjustment

    @property
    def by_another(self) -> bool:
        """Whether somebody else had decided."""
        return self.after.kind is not AdjustmentKind.MARK and self.before.author != self.after.author

    def in_words(self, zone: ZoneInfo, aliases: Mapping[str, str] = MappingProxyType({})) -> str:
        """Both decisions in a clause, with times of a time zone, and pseudonyms for names that have one."""
        old, new = self.before, self.after
        about = f", {new.question}" if new.question else ""
        then = f"{old.at.astimezone(zone):%Y-%m-%d %H:%M} {zone.key}"
        now_counts = f"{decision_in_words(new, zone)} ({new.author})"
        counted = f"{decision_in_words(old, zone)} ({old.author}, {then})"
        return f"{aliases.get(new.student, new.student)}{about}: {now_counts} instead of {counted}"


@dataclass(frozen=True, slots=True)
class Decided:
    """The result of decisions.

    Attributes:
        decisions: The decisions, with the names of students as the user wrote them.
        marks: The marks that count now; none for students who have not submitted yet.
        replaced: Earlier decisions that no longer count.
        pseudonyms: Student -> pseudonym, which is printed in place of the name; empty if names are printed.
    """

    decisions: tuple[Adjustment, ...]
    marks: list[Mark]
    replaced: tuple[Replaced, ...]
    pseudonyms: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Expected:
    """Who may be named before anything was handed in.

    Attributes:
        listed: The students of a roster.
        anybody: Whether a person has confirmed that the name is right.
    """

    listed: tuple[Student, ...] = ()
    anybody: bool = False

    def knows(self, student: str) -> bool:
        """Whether somebody of the name is expected."""
        return self.anybody or bool(match([Student(id=student, name=student)], self.listed).pairs)


_NOBODY_ELSE = Expected()


def decide(
    material: Material,
    results: Results,
    decisions: Sequence[Adjustment],
    expected: Expected = _NOBODY_ELSE,
    overrules: bool = True,
    aliases: Mapping[str, str] = MappingProxyType({}),
) -> Decided:
    """Keep decisions and write the pages of those whom they are about; runs nothing.

    Args:
        material: The exercise.
        results: What `grade` left.
        decisions: What people decided.
        expected: Who may be excused, or get an extension, though nothing came from them yet.
        overrules: Whether the decisions of others are replaced; if not, one that differs stops all.
        aliases: Student -> pseudonym, which messages give in place of the name.

    Raises:
        InputError: A decision is about nobody or no question that there is, gives more points than there are, or
            replaces that of somebody else; then none is kept.
    """
    course, slug = material.settings, material.exercise.slug
    ahead = all(decision.kind in _BEFORE_HANDING_IN for decision in decisions)
    book = results.open(course, slug, begins=True) if ahead else results.existing(course, slug)
    attempts = book.collected()
    earlier = book.adjustments()
    known = dict.fromkeys([*attempts, *earlier])
    named, problems = _named(decisions, attempts, known, expected)
    problems += [text for decision in named if (text := problem(_with_pseudonym(decision, aliases), material.exercise))]
    if problems:
        raise InputError("\n".join(problems))
    replaced = tuple(_replaced(named, earlier))
    if overruled := [decision for decision in replaced if decision.by_another and not overrules]:
        sentences = [f"{decision.in_words(material.settings.zone, aliases)}." for decision in overruled]
        remedy = "No override was recorded. Agree on one, or use --overrule to apply yours."
        raise InputError("\n".join([*sentences, remedy]))
    book.adjust(named, {decision.student: folder_name(decision.student) for decision in named})
    students = dict.fromkeys(decision.student for decision in named)
    if any(decision.items for decision in named):
        renew_outdated(book, material.exercise, list(students))
    extended = [decision.student for decision in named if decision.kind is AdjustmentKind.EXTENSION]
    for others in book.submitted.fellows(*extended).values():  # an extension holds for the whole group
        students |= dict.fromkeys(sorted(others))
    assessed = book.assessed()
    with Marker(material, results, book, notifies=True) as marker:
        marks = marker.save([student for student in students if _is_marked(attempts.get(student, ()), assessed)])
        marker.publish()
    return Decided(tuple(decisions), marks, replaced, aliases)


def _with_pseudonym(decision: Adjustment, aliases: Mapping[str, str]) -> Adjustment:
    return replace(decision, student=aliases.get(decision.student, decision.student))


def decide_from_file(material: Material, results: Results, path: Path, *, author: str, overrules: bool) -> Decided:
    """Store the decisions of a file that `queue` wrote and a person filled in; see `decide` and `read_decisions`.

    Args:
        material: The exercise.
        results: The results of `grade`.
        path: The file.
        author: The person who decided.
        overrules: Whether the decisions of other people are replaced.

    Raises:
        InputError: The file cannot be read, is not filled in, or has a decision that cannot be stored.
    """
    rules, slug = material.settings.manual_grading, material.exercise.slug
    attempts = results.existing(material.settings, slug).collected()
    aliases = pseudonyms(results, slug, attempts) if rules.anonymous else {}
    decisions = read_decisions(material, results, path, author, aliases)
    if not decisions:
        raise InputError(f"{path}: has neither points nor comments. Fill some in.")
    if rules.markers > 1:
        decisions = as_marks(decisions)
    return decide(material, results, decisions, overrules=overrules, aliases=aliases)


def as_marks(decisions: Sequence[Adjustment]) -> list[Adjustment]:
    """The decisions with marks of one of several markers in place of points; a mark has the comment of its row."""
    comments = {
        (decision.student, decision.question): decision.text
        for decision in decisions
        if decision.kind is AdjustmentKind.COMMENT
    }
    marks = [
        replace(
            decision,
            kind=AdjustmentKind.MARK,
            text=comments.pop((decision.student, decision.question), ""),
        )
        for decision in decisions
        if decision.kind is AdjustmentKind.POINTS
    ]
    alone = [
        decision
        for decision in decisions
        if decision.kind is AdjustmentKind.COMMENT and (decision.student, decision.question) in comments
    ]
    return [*marks, *alone]


def adjust(
    course: Course,
    material: Material,
    results: Results,
    decision: Adjustment,
    *,
    usual: Path | None,
    roster: Path | None,
    anybody: bool,
) -> Decided:
    """Keep one decision, which may come before anything was submitted; see `decide`.

    Args:
        course: The course.
        material: The exercise.
        results: The results folder, which may not exist yet.
        decision: What a person decided.
        usual: The folder of the results of all exercises; None if the user named a folder.
        roster: CSV file of the students who may be named before they submit; None if there is none.
        anybody: Whether the user has confirmed the name of the student.

    Raises:
        InputError: See `decide`; or the roster cannot be read; or the exercise seems to have another name now.
    """
    expected = Expected(read_roster(roster) if roster else (), anybody)
    refuse_a_new_beginning(course, material.exercise.slug, results, usual)
    return decide(material, results, [decision], expected)


def written_moment(text: str, zone: ZoneInfo) -> datetime | None:
    """The moment of a date with a time that a person wrote; None if the text is something else.

    A date alone would mean its first minute, but a person who gives one means the last.

    Args:
        text: The text, such as `2026-05-01 23:59`.
        zone: The time zone, unless the text has its own offset.
    """
    try:
        at = None if _DATE_ONLY.fullmatch(text.strip()) else datetime.fromisoformat(text.strip())
        return moment(at, zone) if at else None
    except (ValueError, OverflowError):
        return None


def waiting(course_exercise: CourseExercise, results: Results, path: Path | None = None) -> list[Waiting]:
    """Collect the answers that need manual grading, by question and student.

    Args:
        course_exercise: The exercise.
        results: The results of `grade`.
        path: The CSV file to write them to, for a person to fill in; None for no file.

    Raises:
        InputError: No submission of the exercise has been graded, or the file already exists.
    """
    slug = course_exercise.exercise.slug
    marks = results.existing(course_exercise.settings, slug).marks()
    if not marks:
        raise results.nothing(slug)
    waits = [
        wait
        for question in course_exercise.exercise.questions
        for mark in marks
        for finding in mark.assessment.findings
        if finding.question == question.id and finding.waits
        for wait in _waits(mark.student, question.title, finding)
    ]
    if path is not None:
        write_queue(waits, path)
    return waits


def _waits(student: str, title: str, finding: Finding) -> Iterator[Waiting]:
    """A question that waits, or each criterion of its rubric that is not decided."""
    if not finding.criteria:
        yield Waiting(student, title, finding)
    for criterion in finding.criteria:
        if criterion.points is None:
            yield Waiting(student, f"{title}: {criterion.title}", finding, criterion)


def write_queue(waits: Sequence[Waiting], path: Path) -> None:
    """Write a CSV file that a person can fill in, and that `read_decisions` reads.

    Raises:
        InputError: The file already exists; a person may have filled it in.
    """
    if path.exists():
        raise InputError(f"{path}: already exists. Name another file, or remove it.")
    rows = [_queued(question) for question in waits]
    atomic.write(path, lines([COLUMNS, *rows]).encode("utf-8-sig"))


def _queued(question: Waiting) -> list[str]:
    texts = [question.student, question.place, question.title, str(question.finding.found)]
    return [*texts, "", f"{question.max_points:g}", "", "", ""]


def read_decisions(
    course_exercise: CourseExercise,
    results: Results,
    path: Path,
    author: str,
    aliases: Mapping[str, str] = MappingProxyType({}),
) -> list[Adjustment]:
    """The decisions of a file: for each row its points and its comment, where there are some.

    Args:
        course_exercise: The exercise.
        results: What `grade` left, which knows the students: `Ada` and `ada` may be two, or one.
        path: The file, as `write_queue` wrote it and a person filled it in.
        author: Who decided.
        aliases: Student -> pseudonym, if the file has pseudonyms in place of names.

    Raises:
        InputError: It cannot be read or lacks a column; or rows have points that are no number, or contradict others:
            each such row is named.
    """
    settings, exercise = course_exercise.settings, course_exercise.exercise
    book = results.existing(settings, exercise.slug)
    students, rubric = book.collected(), book.rubrics.read()
    content = content_of(path, "file of overrides", _MOST_BYTES, "Give the file that you filled in")
    try:
        table = read_table(content)
    except ValueError as error:
        raise InputError(f"{path}: {error}.") from error
    header = [name.strip().casefold() for name in table.header()]
    if lacking := [name for name in ("student", "question", "points") if name not in header]:
        raise InputError(f"{path}: has no column `{lacking[0]}`. Fill in the file that `grader queue` writes.")
    rows = [
        {name: restored(table.text(row, header.index(name))) if name in header else "" for name in COLUMNS}
        for row in range(1, len(table.rows))
    ]
    decisions: list[Adjustment] = []
    wrong: list[str] = []
    first: dict[tuple[str, str, AdjustmentKind], tuple[int, Adjustment]] = {}
    named = {pseudonym: student for student, pseudonym in aliases.items()}
    for number, row in enumerate(rows, 2):
        place = f"{path}: line {number}"
        if aliases and row["student"].strip() not in named and not known_name(row["student"], students):
            wrong.append(f"{place}: there is no student {row['student']!r}. Copy a name from a file of `grader queue`.")
            continue
        pseudonym, row["student"] = row["student"], named.get(row["student"].strip(), row["student"])
        try:
            of_row = list(_of_row(row, exercise, rubric, author))
        except InputError as error:
            wrong.append(f"{place}: {error}")
            continue
        for decision in of_row:
            who = known_name(decision.student, students) or decision.student
            before, other = first.setdefault((who, decision.question, decision.kind), (number, decision))
            if _value(other) != _value(decision):
                wrong.append(f"{place}: {_contradiction(decision, other, before, pseudonym, settings.zone)}")
            decisions.append(decision)
    if wrong:
        raise InputError("\n".join(wrong))
    return decisions


def _contradiction(decision: Adjustment, other: Adjustment, line: int, student: str, zone: ZoneInfo) -> str:
    """What is wrong with two decisions of a file about the same points or comment."""
    mine, theirs = (decision_in_words(one, zone) for one in (decision, other))
    about = f"{student}, {decision.question}" if decision.question else student
    return f"says '{mine}' for {about}, but line {line} says '{theirs}'. Keep one."


def _of_row(row: dict[str, str], exercise: Exercise, rubric: Rubric, author: str) -> Iterator[Adjustment]:
    points, comment = parsed(row["points"].strip()), row["comment"].strip()
    if row["points"].strip() and points is None:
        raise InputError(f"`points` must be a number or blank. Received: {row['points'].strip()!r}.")
    base = Adjustment(
        student=row["student"],
        exercise=exercise.slug,
        kind=AdjustmentKind.POINTS,
        author=author,
        reason=row["reason"].strip() or "read by a person",
        at=now(),
        question=row["question"].strip(),
    )
    if numbers := row["items"].replace(",", " ").replace(";", " ").split():
        if points is not None:
            raise InputError("has both points and items. Keep one of them.")
        if not all(number.isdecimal() for number in numbers):
            raise InputError(f"`items` must be numbers of rubric items. Received: {row['items'].strip()!r}.")
        yield from decisions_of_items(rubric, exercise, base, [int(number) for number in numbers], comment)
        return
    if points is not None:
        yield replace(base, points=points)
    if comment:
        yield replace(base, kind=AdjustmentKind.COMMENT, text=comment)


def _named(
    decisions: Sequence[Adjustment], attempts: Collection[str], known: Collection[str], expected: Expected
) -> tuple[list[Adjustment], list[str]]:
    """The decisions with the names that the gradebook has, and what is wrong with the names of the others."""
    named, problems = [], []
    for decision in decisions:
        try:
            named.append(replace(decision, student=_student(decision, attempts, known, expected)))
        except InputError as error:
            problems.append(str(error))
    return named, problems


def _student(decision: Adjustment, attempts: Collection[str], known: Collection[str], expected: Expected) -> str:
    """The name of a student as the gradebook has it."""
    if name := known_name(decision.student, attempts):
        return name
    if decision.kind not in _BEFORE_HANDING_IN:
        raise InputError(unknown_student(decision.student, attempts))
    name = known_name(decision.student, known)
    if name is None and not expected.knows(decision.student):
        names = [*known, *(student.shown for student in expected.listed)]
        raise InputError(
            f"{unknown_student(decision.student, names)} If they have not submitted yet, give a list of the class with"
            " --roster, or confirm the name with --before-handing-in."
        )
    return name or decision.student


def _replaced(decisions: Sequence[Adjustment], earlier: Mapping[str, Sequence[Adjustment]]) -> Iterator[Replaced]:
    """Which earlier decisions no longer count, and say something else."""
    for decision in decisions:
        before = [
            old
            for old in earlier.get(decision.student, ())
            if (old.kind, old.question) == (decision.kind, decision.question)
            and (old.kind is not AdjustmentKind.MARK or identity(old.author) == identity(decision.author))
        ]
        last = sorted(before, key=lambda old: old.at)[-1] if before else None
        if last is not None and _says_something(last) and _value(last) != _value(decision):
            yield Replaced(last, decision)


def _says_something(decision: Adjustment) -> bool:
    """Whether it is more than the taking back of another one."""
    return _value(decision) not in (None, "", False)


def _value(decision: Adjustment) -> float | str | datetime | bool | None:
    match decision.kind:
        case AdjustmentKind.MARK:
            return f"{decision.points} {decision.text}"
        case AdjustmentKind.POINTS | AdjustmentKind.IMPORTED:
            return decision.points
        case AdjustmentKind.COMMENT:
            return decision.text
        case AdjustmentKind.EXTENSION:
            return decision.until
        case AdjustmentKind.EXCUSED:
            return decision.excused


def _is_marked(attempts: Sequence[Attempt], assessed: Collection[int]) -> bool:
    return any(attempt.id in assessed for attempt in attempts)
