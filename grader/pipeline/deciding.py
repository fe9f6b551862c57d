"""Decisions of people: points, comments, excuses, extensions; kept for good, and in the report at once."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from grader.assess.decisions import problem
from grader.course.messages import suggestion
from grader.errors import InputError
from grader.gradebook import files
from grader.gradebook.exports.worksheet import parsed
from grader.gradebook.results import Results
from grader.gradebook.store import Gradebook
from grader.intake.instructor_files import content_of
from grader.intake.names import folder_name
from grader.model.adjustment import Adjustment, AdjustmentKind
from grader.model.assessment import Finding
from grader.model.language import speaking
from grader.model.standing import Standing, Try
from grader.model.table import lines, read_table, restored
from grader.pipeline.class_pages import settle_class
from grader.pipeline.marking import Marking, now, version_of
from grader.pipeline.material import Material
from grader.pipeline.stored import Stored

COLUMNS = ("student", "question", "title", "answer", "points", "max_points", "comment", "reason")
_MOST_BYTES = 200_000_000
_BEFORE_HANDING_IN = (AdjustmentKind.EXTENSION, AdjustmentKind.EXCUSED)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A question that waits for a person.

    Attributes:
        student: Whose answer it is.
        title: Of the question.
        finding: The answer as it was found, and what it is worth.
    """

    student: str
    title: str
    finding: Finding


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the history of a student's work.

    Attributes:
        at: When.
        what: What happened, in a few words.
        by: Who did it; empty for the grader.
    """

    at: datetime
    what: str
    by: str = ""


@dataclass(frozen=True, slots=True)
class History:
    """All that happened to a student's work on one exercise.

    Attributes:
        student: Who.
        lines: In the order of time.
        standing: The mark that counts; None where there is none yet.
        tries: Every try, in the order of being taken in.
    """

    student: str
    lines: tuple[Line, ...]
    standing: Standing | None
    tries: tuple[Try, ...]


def decide(material: Material, results: Results, decisions: Sequence[Adjustment]) -> list[Standing]:
    """Keep decisions and write the pages of those whom they are about; runs nothing.

    Returns:
        The marks that count now; none for who has not handed in yet.

    Raises:
        InputError: A decision is about nobody or no question that there is, or gives more points than there are;
            then none is kept.
    """
    title, slug = material.settings.title, material.exercise.slug
    ahead = all(each.kind in _BEFORE_HANDING_IN for each in decisions)
    book = results.gradebook(title, slug) if ahead else results.existing(title, slug)
    tries = book.tries()
    named = [replace(each, student=_student(each, tries)) for each in decisions]
    if problems := [text for each in named if (text := problem(each, material.exercise))]:
        raise InputError("\n".join(problems))
    book.adjust(named, {each.student: folder_name(each.student) for each in named})
    marking, stored = Marking(material, results), Stored(material, results)

    def stand(of_student: Sequence[Try], decided: Sequence[Adjustment]) -> Standing:
        standing = marking.standing(of_student, decided)
        if run := stored.run(standing.entry):
            marking.write(standing, run)
        return standing

    marked = [name for name in dict.fromkeys(each.student for each in named) if _is_marked(tries.get(name, ()))]
    with speaking(material.language):
        standings = book.settle(version_of(material, book), [(name, []) for name in marked], stand, now())
        settle_class(material, book, results, marking)
    return standings


def waiting(material: Material, results: Results) -> list[Waiting]:
    """The questions that wait for a person, by question and student.

    Raises:
        InputError: Nothing of the exercise has been graded.
    """
    slug = material.exercise.slug
    standings = results.existing(material.settings.title, slug).standings()
    if not standings:
        raise results.nothing(slug)
    return [
        Waiting(each.entry.student, question.title, finding)
        for question in material.exercise.questions
        for each in standings
        for finding in each.assessment.findings
        if finding.question == question.id and finding.waits
    ]


def write_queue(waits: Sequence[Waiting], path: Path) -> None:
    """Write what waits as a CSV file, to be filled in and read by `read_decisions`.

    Raises:
        InputError: There is such a file already; it may have been filled in.
    """
    if path.exists():
        raise InputError(f"{path}: exists already; name another file, or remove it.")
    rows = [_queued(each) for each in waits]
    files.write(path, lines([COLUMNS, *rows]).encode("utf-8-sig"))


def _queued(each: Waiting) -> list[str]:
    texts = [each.student, each.finding.question, each.title, each.finding.found]
    return [*texts, "", f"{each.finding.max_points:g}", "", ""]


def read_decisions(material: Material, path: Path, author: str) -> list[Adjustment]:
    """The decisions of a file: for each row its points and its comment, where there are some.

    Raises:
        InputError: It cannot be read, lacks a column, or a row's points are no number.
    """
    content = content_of(path, "file of decisions", _MOST_BYTES, "name the file that you filled in")
    try:
        table = read_table(content)
    except ValueError as error:
        raise InputError(f"{path}: {error}.") from error
    header = [name.strip().casefold() for name in table.header()]
    if lacking := [name for name in ("student", "question", "points") if name not in header]:
        raise InputError(f"{path}: has no column `{lacking[0]}`; fill in the file that `grader queue` writes.")
    rows = [
        {name: restored(table.text(row, header.index(name))) if name in header else "" for name in COLUMNS}
        for row in range(1, len(table.rows))
    ]
    return [
        each
        for number, row in enumerate(rows, 2)
        for each in _of_row(row, f"{path}: line {number}", material.exercise.slug, author)
    ]


def history(material: Material, results: Results, student: str) -> History:
    """All that happened to a student's work.

    Raises:
        InputError: Nobody of that name has handed anything in.
    """
    book = results.existing(material.settings.title, material.exercise.slug)
    tries, decisions = book.tries(), book.adjustments()
    name = _known(student, [*tries, *decisions])
    if name is None:
        raise InputError(_nobody(student, [*tries, *decisions]))
    standings = book.standings(name)
    lines = [*_of_tries(tries.get(name, ())), *_of_marks(book, name), *_of_decisions(decisions.get(name, ()))]
    return History(
        name,
        tuple(sorted(lines, key=lambda line: line.at)),
        standings[0] if standings else None,
        tuple(tries.get(name, ())),
    )


def save_tries(results: Results, told: History, folder: Path) -> list[Path]:
    """Write every notebook that a student handed in, and the files that came with it, to a folder.

    Raises:
        InputError: There is such a folder already.
    """
    if folder.exists():
        raise InputError(f"{folder}: exists already; name a folder that does not, or remove it.")
    written = []
    for number, each in enumerate(told.tries, 1):
        content = results.notebook(each.taken.notebook)
        place = folder / f"try-{number}"
        if content:
            files.write(place / "notebook.ipynb", content)
            written.append(place / "notebook.ipynb")
        for file in each.submission.files:
            files.write(place / file.name, file.content)
            written.append(place / file.name)
    return written


def _of_row(row: dict[str, str], place: str, slug: str, author: str) -> Iterator[Adjustment]:
    text, comment = row["points"].strip(), row["comment"].strip()
    points = parsed(text)
    if text and points is None:
        raise InputError(f"{place}: points is {text!r}; write a number, or leave it blank.")
    base = Adjustment(
        row["student"],
        slug,
        AdjustmentKind.POINTS,
        author,
        row["reason"].strip() or "read by a person",
        now(),
        row["question"].strip(),
    )
    if points is not None:
        yield replace(base, points=points)
    if comment:
        yield replace(base, kind=AdjustmentKind.COMMENT, text=comment)


def _student(decision: Adjustment, tries: dict[str, list[Try]]) -> str:
    """The name of a student as the gradebook has it."""
    name = _known(decision.student, tries)
    if name is None and decision.kind not in _BEFORE_HANDING_IN:
        raise InputError(_nobody(decision.student, tries))
    return name or decision.student


def _known(student: str, names: Sequence[str] | dict[str, list[Try]]) -> str | None:
    """Who is meant: the same name, or the only one that is the same but for case."""
    if student in names:
        return student
    alike = [name for name in names if name.casefold() == student.casefold()]
    return alike[0] if len(alike) == 1 else None


def _nobody(student: str, names: Sequence[str] | dict[str, list[Try]]) -> str:
    return f"{student}: nobody of that name has handed anything in; {suggestion(student, tuple(names))}."


def _is_marked(tries: Sequence[Try]) -> bool:
    return any(each.assessed for each in tries)


def _of_tries(tries: Sequence[Try]) -> Iterator[Line]:
    for number, each in enumerate(tries, 1):
        at = each.submission.submitted_at
        handed_in = f", handed in {at:%Y-%m-%d %H:%M} UTC" if at else ""
        problem_of = f"; {each.submission.problem}" if each.submission.problem else ""
        what = f"try {number}: {each.submission.origin} ({each.taken.digest[:12]}){handed_in}{problem_of}"
        yield Line(each.taken_at, what)


def _of_marks(book: Gradebook, student: str) -> Iterator[Line]:
    numbers = {each.id: number for number, each in enumerate(book.tries(student)[student], 1)} if student else {}
    for each, at, points, most in book.marks_over_time(student):
        yield Line(at, f"try {numbers[each.id]} marked: {points:g} of {most:g}")


def _of_decisions(decisions: Sequence[Adjustment]) -> Iterator[Line]:
    for each in decisions:
        about = f"{each.question}: " if each.question else ""
        reason = f" ({each.reason})" if each.reason else ""
        yield Line(each.at, f"{about}{_said(each)}{reason}", each.author)


def _said(decision: Adjustment) -> str:
    match decision.kind:
        case AdjustmentKind.POINTS:
            return "points as the grader gave them" if decision.points is None else f"{decision.points:g} points"
        case AdjustmentKind.COMMENT:
            return f"comment: {decision.text}" if decision.text else "comment taken back"
        case AdjustmentKind.EXCUSED:
            return "excused" if decision.excused else "no longer excused"
        case AdjustmentKind.EXTENSION:
            until = decision.until
            return f"extension until {until:%Y-%m-%d %H:%M %Z}" if until else "extension taken back"
