"""What a gradebook keeps, on SQLite and on PostgreSQL."""

import ast
import inspect
import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, text

from grader.errors import GradebookError
from grader.gradebook import rows, store
from grader.gradebook.database import Database
from grader.gradebook.schema import adjustments, assessments, metadata
from grader.gradebook.texts import assessment_of, text_of
from grader.intake.names import readable
from grader.model.adjustment import AdjustmentKind
from grader.model.assessment import Flag, Part
from grader.model.figures import FIGURES, ConfusionMatrix, Figure
from grader.model.lateness import Lateness
from grader.model.record import Resources
from grader.model.score import Score
from grader.model.student import Student
from grader.model.submission import HandedIn, Platform, Source, TimeCertainty, Who
from grader.text.messages import Message, message
from tests.gradebook import book_samples as samples
from tests.gradebook.book_samples import AT, later


@pytest.fixture
def book(database: Database) -> store.Gradebook:
    return samples.gradebook(database)


def count(database: Database, table: str) -> int:
    with database.reading() as connection:
        return int(connection.execute(select(func.count()).select_from(metadata.tables[table])).scalar_one())


def test_the_same_attempt_again_is_kept_once_and_keeps_its_first_time(book: store.Gradebook) -> None:
    samples.keep(book, samples.attempt(submitted_at=AT), at=later(1))
    tries = samples.keep(book, samples.attempt(submitted_at=later(9), origin="again.ipynb"), at=later(10))
    ((kept,),) = tries.values()
    assert (kept.submission.submitted_at, kept.collected_at, kept.run) == (AT, later(1), 2)
    assert kept.submission.origin == "again.ipynb"


def test_a_time_that_was_not_known_at_first_is_taken_over(book: store.Gradebook) -> None:
    samples.keep(book, samples.attempt())
    ((kept,),) = samples.keep(book, samples.attempt(submitted_at=AT)).values()
    assert kept.submission.submitted_at == AT


def test_every_attempt_is_kept_in_the_order_of_being_taken_in(book: store.Gradebook) -> None:
    samples.keep(book, samples.attempt(content="one"), samples.attempt("bob"))
    samples.keep(book, samples.attempt(content="two"), samples.attempt(content="one"))
    tries = book.attempts("ada")["ada"]
    assert [each.notebook for each in tries] == [samples.attempt(content=name).notebook for name in ("one", "two")]
    assert [each.run for each in tries] == [2, 2]
    assert set(book.attempts()) == {"ada", "bob"}
    assert set(book.attempts("bob")) == {"bob"}


def test_what_was_handed_in_comes_back_as_it_was(book: store.Gradebook) -> None:
    file = HandedIn("model.keras", b"bytes")
    fields: dict[str, Any] = {
        "problem": "",
        "remarks": ("a remark", "ünd\ud800"),
        "files": (file,),
        "attempt": 3,
        "submitted_at": AT,
    }
    ((kept,),) = samples.keep(book, samples.attempt(**fields)).values()
    for name, value in fields.items():
        assert getattr(kept.submission, name) == value
    assert kept.submission.files[0].source == Path("handed-in") / file.sha256[:2] / file.sha256
    assert kept.folder == "folder-ada"


def test_a_mark_comes_back_as_it_was_with_what_the_run_used(book: store.Gradebook) -> None:
    samples.keep(book, samples.attempt())
    made = samples.mark(book)
    book.note_pages({"ada": made.page})
    (kept,) = book.marks()
    assert kept.assessment == made.assessment
    assert (kept.page, kept.used) == ("0-3", Resources(1.5, 1.25, 300.0, 4.0))
    assert book.pages() == {"ada": "0-3"}
    assert book.attempts()["ada"][0].assessment == samples.assessment()


def test_a_mark_that_changes_the_page_says_so_until_the_page_is_written(book: store.Gradebook) -> None:
    samples.keep(book, samples.attempt(), samples.attempt("bob"))
    made = {student: samples.mark(book, student) for student in ("ada", "bob")}
    assert book.pages() == {"ada": "", "bob": ""}
    book.note_pages({student: each.page for student, each in made.items()})
    samples.mark(book)
    assert book.pages() == {"ada": "0-3", "bob": "0-3"}, "the same mark again changes no page"
    assert samples.mark(book, points=4.0).page == "0-4"
    assert book.pages() == {"ada": "", "bob": "0-3"}
    assert book.pages("ada") == {"ada": ""}


def test_a_page_is_not_noted_where_another_mark_was_kept_since_it_was_drawn(book: store.Gradebook) -> None:
    samples.keep(book, samples.attempt(), samples.attempt("bob"))
    made = {student: samples.mark(book, student, at=later(1)) for student in ("ada", "bob")}
    since = book.last_changes()
    samples.mark(book, points=4.0, at=later(2))
    book.note_pages({student: each.page for student, each in made.items()}, since)
    assert book.pages() == {"ada": "", "bob": "0-3"}


def test_collected_attempts_are_the_same_without_their_marks(book: store.Gradebook) -> None:
    file = HandedIn("model.keras", b"bytes")
    samples.keep(book, samples.attempt(files=(file,), submitted_at=AT), samples.attempt("bob"))
    samples.keep(book, samples.attempt(content="two"))
    samples.mark(book)
    samples.mark(book, "bob")
    without_marks = {
        name: [replace(attempt, assessment=None, fingerprint="", work="") for attempt in attempts]
        for name, attempts in book.attempts().items()
    }
    assert book.collected() == without_marks
    assert book.collected("bob") == {"bob": without_marks["bob"]}


def test_the_attempts_with_marks_are_those_that_have_been_assessed(book: store.Gradebook) -> None:
    samples.keep(book, samples.attempt(), samples.attempt("bob"))
    assert book.assessed() == set()
    samples.mark(book)
    samples.mark(book, points=4.0)
    assert book.assessed() == {attempt.id for attempt in book.attempts()["ada"]}


def test_only_who_has_no_mark_yet_is_named_without_one(book: store.Gradebook) -> None:
    samples.keep(book, samples.attempt(), samples.attempt("bob"))
    samples.mark(book)
    assert book.taken_without_mark() == ["bob"]


def test_other_marks_are_a_new_line_and_the_same_are_none(book: store.Gradebook) -> None:
    samples.keep(book, samples.attempt())
    for minute, points in enumerate((3.0, 3.0, 4.0, 4.0, 3.0)):
        samples.mark(book, points=points, at=later(minute))
    told = [(at, points, most) for _, at, points, most in book.marks_over_time("ada")]
    assert told == [(later(0), 3.0, 4.0), (later(2), 4.0, 4.0), (later(4), 3.0, 4.0)]


def test_marks_that_lack_half_a_character_are_the_same_again(book: store.Gradebook) -> None:
    samples.keep(book, samples.attempt())
    version = book.version("1" * 64, "A tiny CNN", 4.0, AT)
    for _ in range(2):
        (attempt,) = book.attempts()["ada"]
        marked = samples.assessed(attempt, found="\ud83d", reason="a\0b")
        book.save(version, ["ada"], [marked], samples.counting, AT)
    assert len(book.marks_over_time("ada")) == 1
    assert book.marks()[0].assessment.findings[0].found == "?"


def test_marks_are_compared_with_the_last_ones_and_not_with_those_once_read(book: store.Gradebook) -> None:
    """Another grader may have marked the try after this one read it."""
    samples.keep(book, samples.attempt())
    samples.mark(book, points=3.0)
    (stale,) = book.attempts()["ada"]
    samples.mark(book, points=4.0)
    version = book.version("1" * 64, "A tiny CNN", 4.0, AT)
    book.save(version, ["ada"], [samples.assessed(stale, points=3.0)], samples.counting, AT)
    assert [points for _, _, points, _ in book.marks_over_time("ada")] == [3.0, 4.0, 3.0]
    with book.database.reading() as connection:
        for points, body in connection.execute(select(assessments.c.points, assessments.c.body)):
            assert json.loads(body)["findings"][0]["points"] == points


def test_a_version_is_noted_once(book: store.Gradebook, database: Database) -> None:
    numbers = [book.version(digest * 64, "A tiny CNN", 4.0, AT) for digest in "1121"]
    assert numbers == [numbers[0], numbers[0], numbers[2], numbers[0]]
    assert count(database, "versions") == 2


def test_a_decision_counts_and_outlasts_marking_again(book: store.Gradebook) -> None:
    samples.keep(book, samples.attempt())
    samples.mark(book, points=1.0)
    book.adjust([samples.adjustment(points=4.0)])
    for points in (1.0, 0.0):
        assert samples.mark(book, points=points).assessment.points == 4.0
    assert book.marks()[0].assessment.findings[0].decided_by == "Prof. Roe"


def test_decisions_come_back_in_their_order_with_all_they_say(book: store.Gradebook) -> None:
    samples.keep(book, samples.attempt(), samples.attempt("bob"))
    decisions = [
        samples.adjustment(points=2.5),
        samples.adjustment(kind=AdjustmentKind.EXTENSION, question="", points=None, until=later(60)),
        samples.adjustment(kind=AdjustmentKind.EXCUSED, question="", points=None, excused=False),
        samples.adjustment(kind=AdjustmentKind.COMMENT, text="Gut! 👍", points=None),
    ]
    book.adjust(decisions)
    book.adjust([samples.adjustment("bob")])
    assert book.adjustments("ada") == {"ada": decisions}
    assert set(book.adjustments()) == {"ada", "bob"}


def test_a_decision_about_a_student_who_is_not_there_is_refused(book: store.Gradebook, database: Database) -> None:
    samples.keep(book, samples.attempt())
    with pytest.raises(GradebookError, match=r"Networks: there is no student 'nobody'\. Grade"):
        book.adjust([samples.adjustment(), samples.adjustment("nobody")])
    assert count(database, "adjustments") == 0


@pytest.mark.parametrize("module", [store, rows])
def test_nothing_changes_or_takes_away_a_decision(module: object) -> None:
    """The source has one statement that writes decisions, and it adds."""
    changing = {"update": [], "delete": [], "upsert": [], "_upsert": []}  # type: dict[str, list[str]]
    for node in ast.walk(ast.parse(inspect.getsource(module))):  # type: ignore[arg-type]
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in changing:
            changing[node.func.id] += [name.id for name in ast.walk(node) if isinstance(name, ast.Name)]
    assert changing["delete"] == []
    assert all(adjustments.name not in names for names in changing.values())


def test_a_transaction_that_fails_keeps_nothing(book: store.Gradebook, database: Database) -> None:
    samples.keep(book, samples.attempt(), samples.attempt("bob"))
    samples.mark(book, points=1.0)
    before = {name: count(database, name) for name in metadata.tables}

    def broken(*_: object) -> None:
        raise OSError("no room for the page")

    with pytest.raises(OSError, match="no room"):
        samples.mark(book, points=4.0, by=broken)  # type: ignore[arg-type]
    assert {name: count(database, name) for name in metadata.tables} == before
    assert [each.assessment.points for each in book.marks()] == [1.0]
    assert samples.mark(book, "bob").assessment.student == "bob"


def test_courses_and_exercises_do_not_see_each_other(database: Database) -> None:
    places = [("Networks", "one"), ("Networks", "two"), ("Statistics", "one")]
    books = [samples.gradebook(database, *place) for place in places]
    for points, each in enumerate(books):
        samples.keep(each, samples.attempt())
        samples.mark(each, points=float(points))
        each.adjust([samples.adjustment(points=float(points))])
    for points, each in enumerate(books):
        assert [standing.assessment.points for standing in each.marks()] == [float(points)]
        assert [decision.points for decision in each.adjustments()["ada"]] == [float(points)]
        assert len(each.attempts()["ada"]) == len(each.marks_over_time("ada")) == 1
        assert each.pages().keys() == {"ada"}
    assert count(database, "students") == 2


NAMES = [
    'O\'Neil "Bo"; DROP TABLE students; --',
    "👩‍🔬 Zoë 王小明 אבג",
    "x" * 300,
    "🦊" * 300,
    readable("caf\udce9 \x00\x1b[31m\n"),
    "%s %(name)s :name ? {0} \\",
    " ",
    "Ada",
    "ada",
    "É",
    "E\u0301",
]


def test_names_of_all_kinds_come_back_and_are_kept_apart(book: store.Gradebook) -> None:
    assert set(samples.keep(book, *map(samples.attempt, NAMES))) == set(NAMES)
    for name in NAMES:
        samples.mark(book, name)
        book.adjust([samples.adjustment(name)])
    assert {each.student for each in book.marks()} == set(NAMES)
    for name in NAMES:
        assert [each.student for each in book.adjustments(name)[name]] == [name]
        assert [each.student for each in book.marks(name)] == [name]


def test_texts_that_a_database_cannot_keep_stand_escaped(book: store.Gradebook) -> None:
    said = "half \ud83d and \0 nothing"
    ((kept,),) = samples.keep(book, samples.attempt(problem=said, origin=said)).values()
    book.adjust([samples.adjustment(reason=said, text=said, author=said)])
    (decision,) = book.adjustments()["ada"]
    told = (kept.submission.problem, kept.submission.origin, decision.reason, decision.text, decision.author)
    assert told == ("half \\ud83d and \\x00 nothing",) * 5


def test_texts_that_json_lacks_are_kept_without_what_it_lacks(book: store.Gradebook) -> None:
    samples.keep(book, samples.attempt())
    version = book.version("1" * 64, "A tiny CNN", 4.0, AT)
    figure = ConfusionMatrix(classes=("a\0b", "\ud800"), counts=((1, 2), (3, 4)))
    (attempt,) = book.attempts()["ada"]
    marked = samples.assessed(
        attempt, figures=(figure,), parts=(Part(label="layer \0", correct=False, expected="1", found="\ud800"),)
    )
    book.save(version, ["ada"], [marked], samples.counting, AT)
    (finding,) = book.marks()[0].assessment.findings
    assert finding.figures == (replace(figure, classes=("a\0b", "?")),)
    assert finding.parts[0].label == "layer \0"


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers(-(10**30), 10**30) | st.text(st.characters(), max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(st.characters(), max_size=3), inner, max_size=3)
    ),
    max_leaves=6,
)

EARLIER_NAMES = ("alignment", "worked", "sizes", "maps", "accuracy", "confusion", "mistakes", "until_deadline", "f1")
FINITE = st.floats(allow_nan=False, allow_infinity=False)
st.register_type_strategy(float, FINITE)
st.register_type_strategy(Message, st.text(max_size=20).map(lambda text: message("It is {text}.", text=text)))
FIGURE = st.one_of([st.builds(kind) for kind in FIGURES])
SCORE = st.builds(Score)


@settings(deadline=None, max_examples=60)
@given(st.lists(FIGURE, max_size=3).map(tuple), st.none() | SCORE, st.text(st.characters(), max_size=20))
def test_marks_written_read_and_written_again_are_the_same(
    figures: tuple[Figure, ...], score: Score | None, said: str
) -> None:
    written = text_of(samples.assessment(figures=figures, score=score, found=said, reason=said))
    assert "\0" not in written
    assert text_of(assessment_of(written)) == written


def test_names_of_files_are_stored_exactly_since_the_key_of_a_run_depends_on_them(book: store.Gradebook) -> None:
    files = (HandedIn("m\udcff.keras", b"1"), HandedIn("ü.npz", b"2"))
    samples.keep(book, samples.attempt(files=files, remarks=("half \ud800", "é")))
    ((stored,),) = book.attempts().values()
    assert stored.submission.files == files
    assert stored.submission.remarks == ("half \ud800", "é")


@settings(deadline=None, max_examples=60)
@given(st.dictionaries(st.sampled_from(EARLIER_NAMES), JSON, max_size=4), st.text(st.characters(), max_size=20))
def test_whatever_earlier_graders_kept_with_a_finding_costs_nothing_else_of_it(
    evidence: dict[str, object], said: str
) -> None:
    written = json.loads(text_of(samples.assessment(found=said, reason=said)))
    before = assessment_of(json.dumps(written))
    for finding in written["findings"]:
        finding["evidence"] = evidence
    read = assessment_of(json.dumps(written, separators=(",", ":")))
    bare = [replace(finding, figures=(), score=None, follows_from=(), fault="") for finding in read.findings]
    assert replace(read, findings=tuple(bare)) == before


@pytest.mark.parametrize(("span", "days"), [("P1Y35D", 400), ("P2Y", 730), ("P3DT2H", 3 + 2 / 24), ("PT0S", 0)])
def test_spans_of_time_are_read_as_every_earlier_grader_wrote_them(span: str, days: float) -> None:
    late = Lateness(deadline=AT, submitted_at=AT, late_by=timedelta(days=12))
    written = text_of(replace(samples.assessment(), late=late))
    assert written.count("P12D") == 1
    read = assessment_of(written.replace("P12D", span)).late
    assert read == replace(late, late_by=timedelta(days=days))


def test_a_class_that_is_compared_loses_no_decision_made_meanwhile(book: store.Gradebook) -> None:
    samples.keep(book, samples.attempt(), samples.attempt("bob"))
    samples.mark(book, points=1.0)
    samples.mark(book, "bob", points=1.0)
    read = book.marks()
    flagged = [replace(each, assessment=replace(each.assessment, flags=(Flag("same", "as Bob"),))) for each in read]
    book.adjust([samples.adjustment()])
    samples.mark(book, points=1.0)
    written: list[str] = []
    kept = book.replace(list(zip(read, flagged, strict=True)), lambda each: written.append(each.student), later(1))
    assert [each.student for each in kept] == written == ["bob"]
    ada, bob = (each.assessment for each in book.marks())
    assert (ada.points, ada.flags) == (4.0, ())
    assert (bob.points, bob.flags) == (1.0, (Flag("same", "as Bob"),))


def test_a_text_that_is_no_mark_is_told_with_its_place(book: store.Gradebook, database: Database) -> None:
    samples.keep(book, samples.attempt())
    samples.mark(book)
    with database.writing() as connection:
        connection.execute(text("UPDATE assessments SET body = '{}'"))
    message = r"tiny-cnn: a mark is not a valid assessment: .*\. Restore an earlier copy"
    with pytest.raises(GradebookError, match=message):
        book.attempts()


def test_a_class_larger_than_what_one_question_names_is_settled_at_once(book: store.Gradebook) -> None:
    names = [f"student-{number:04}" for number in range(1100)]
    tries = samples.keep(book, *map(samples.attempt, names))
    version = book.version("1" * 64, "A tiny CNN", 4.0, AT)
    marked = [samples.assessed(tries[name][0]) for name in names]
    assert len(book.save(version, names, marked, samples.counting, AT)) == len(book.marks()) == 1100


def test_what_a_platform_says_of_a_submission_is_kept(database: Database) -> None:
    member = Student(name="Zoë", login="zoe")
    source = Source(
        platform=Platform.ILIAS,
        who=Who.GROUP,
        name="Team 5",
        members=(member,),
        late=True,
        clock=TimeCertainty.EXACT,
        place="Team 5",
    )
    book = samples.gradebook(database)
    samples.keep(book, samples.attempt(source=source), samples.attempt("bob"))
    assert book.attempts("ada")["ada"][0].submission.source == source
    assert book.attempts("bob")["bob"][0].submission.source is None


@pytest.mark.parametrize("source", [None, Source()])
def test_a_time_from_before_sources_were_kept_was_that_of_a_file_and_goes_when_it_is_taken_in_again(
    database: Database, source: Source | None
) -> None:
    book = samples.gradebook(database)
    samples.keep(book, samples.attempt(submitted_at=samples.AT, source=source))
    samples.keep(book, samples.attempt(source=Source()))
    [kept] = book.attempts("ada")["ada"]
    assert kept.submission.submitted_at == (None if source is None else samples.AT)
