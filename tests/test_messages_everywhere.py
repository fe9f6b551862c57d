"""Whatever shows a text shows a message as well: each page, table, export and view of a terminal reads the same."""

import io
import json
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass, replace
from pathlib import Path
from typing import Any, get_type_hints

import pytest
from rich.console import Console

from grader.cohort.statistics import of_class
from grader.gradebook.exports import gradescope, nbgrader, plain
from grader.gradebook.exports.mark import ExportedMark, summary
from grader.gradebook.rows import stored_text, text_of_column
from grader.gradebook.texts import assessment_of, text_of
from grader.marks.changes import change
from grader.model.assessment import Assessment, Verdict
from grader.model.record import CellError, Outcome, Record
from grader.model.statistics import ExerciseStatistics
from grader.model.student import Student
from grader.pipeline.deciding import Waiting, write_queue
from grader.report.course import render_course
from grader.report.dashboard import render_dashboard
from grader.report.statistics import statistics_csv, statistics_json
from grader.report.statistics_terminal import terminal_view
from grader.report.student import render_student
from grader.report.tables import assessment_json, grades_csv
from grader.text import catalogues
from grader.text.language import speaking
from grader.text.messages import Text, joined, message, number
from tests.reading import as_read
from tests.report import report_samples as samples
from tests.report import sample_pages as pages

CLASS = [
    *pages.assessments(14),
    samples.assessment("Late", remarks=("It has no cell ids.",), notice="Hand in the other one."),
]


def as_messages(value: Any, kind: Any = None) -> Any:
    """The same value with messages in place of texts; other languages write them otherwise than English does."""
    if kind == Text and value:
        if len(value) % 2:
            return message("{first} and {last}", first=value, last=number(1024.5))
        return joined(value, number(1024.5), message("unknown"))
    if is_dataclass(value) and not isinstance(value, type):
        hints = get_type_hints(type(value))
        names = [field.name for field in fields(value) if field.init]
        return replace(value, **{name: as_messages(getattr(value, name), hints[name]) for name in names})
    if isinstance(value, tuple | list):
        return type(value)(as_messages(inner, Text if kind == tuple[Text, ...] else None) for inner in value)
    return value


def student_pages(made: list[Assessment]) -> str:
    record = as_messages(samples.record(remarks=("It was run twice.",)))
    stopped = as_messages(CellError("CellTimeout", "the cell was stopped", 1))
    record = replace(record, cells=(*record.cells, replace(record.cells[0], error=stopped)))
    records: list[Record] = [record, replace(record, outcome=Outcome.INVALID_NOTEBOOK, cells=())]
    if made == as_read(made):
        records = as_read(records)
    return "".join(
        render_student(samples.exercise(), samples.CELLS, each, record) for each in made for record in records
    )


def overview(made: list[Assessment]) -> str:
    rows = [pages.dashboard_row(number, each) for number, each in enumerate(made)]
    return render_dashboard(samples.exercise(), rows, statistics=statistics(made))


def course(made: list[Assessment]) -> str:
    rows = [pages.dashboard_row(number, each) for number, each in enumerate(made)]
    return render_course([(samples.exercise(), rows)])


def statistics(made: list[Assessment]) -> ExerciseStatistics:
    return of_class(samples.exercise(), made, {})


def statistics_on_a_terminal(made: list[Assessment]) -> str:
    page = io.StringIO()
    Console(width=100, file=page, highlight=False).print(terminal_view(statistics(made)))
    return page.getvalue()


def marks(made: list[Assessment]) -> list[ExportedMark]:
    return [
        ExportedMark(
            assessment=assessment, student=Student(id=assessment.student, name=assessment.student), folder="folder"
        )
        for assessment in made
    ]


def findings_csv(made: list[Assessment]) -> str:
    return plain.as_csv(plain.findings(samples.exercise(), marks(made)), marks(made)).content.decode()


def findings_parquet(made: list[Assessment]) -> str:
    return repr(plain.as_parquet(plain.findings(samples.exercise(), marks(made)), marks(made)).content)


def gradescope_json(made: list[Assessment]) -> str:
    return "".join(gradescope.as_json(gradescope.results(samples.exercise(), each)).decode() for each in marks(made))


def other_exports(made: list[Assessment]) -> str:
    cells = [summary(samples.exercise(), each) for each in marks(made)]
    return "\n".join([nbgrader.grades(samples.exercise(), marks(made)).content.decode(), *cells])


def changes(made: list[Assessment]) -> str:
    before = [
        replace(each, findings=tuple(replace(one, points=one.max_points / 4) for one in each.findings)) for each in made
    ]
    return repr([change(new.student, old, new) for old, new in zip(before, made, strict=True)])


def queue(made: list[Assessment], folder: Path) -> str:
    waits = [
        Waiting(each.student, "A title", finding)
        for each in made
        for finding in each.findings
        if finding.verdict is Verdict.NEEDS_HUMAN
    ]
    path = folder / f"queue {len(list(folder.iterdir()))}.csv"
    write_queue(waits, path)
    return path.read_text(encoding="utf-8-sig")


VIEWS: dict[str, Callable[[list[Assessment]], str]] = {
    "reports": student_pages,
    "dashboard": overview,
    "course": course,
    "statistics as JSON": lambda made: statistics_json(statistics(made)),
    "statistics as a table": lambda made: statistics_csv(statistics(made)),
    "statistics on a terminal": statistics_on_a_terminal,
    "marks as a table": lambda made: grades_csv(samples.exercise(), made),
    "marks as JSON": lambda made: "".join(map(assessment_json, made)),
    "findings as CSV": findings_csv,
    "findings as Parquet": findings_parquet,
    "Gradescope": gradescope_json,
    "other exports": other_exports,
    "changes": changes,
}


@pytest.fixture(params=["en", "de"])
def made(request: pytest.FixtureRequest) -> Iterator[tuple[list[Assessment], list[Assessment]]]:
    """A class with messages, and the same with what they say in a language."""
    with speaking(catalogues.language(request.param)):
        messages = as_messages(CLASS)
        texts = as_read(messages)
        assert messages != texts
        yield messages, texts


@pytest.mark.parametrize("view", VIEWS.values(), ids=VIEWS)
def test_a_view_of_messages_reads_as_one_of_texts(
    made: tuple[list[Assessment], list[Assessment]], view: Callable[[list[Assessment]], str]
) -> None:
    messages, texts = made
    page = view(messages)
    assert page == view(texts)
    assert not any(sign in page for sign in ("Message(", "Joined(", "Numeral(", '"template"'))


def test_the_list_of_what_waits_reads_the_same(made: tuple[list[Assessment], list[Assessment]], tmp_path: Path) -> None:
    messages, texts = made
    assert queue(messages, tmp_path) == queue(texts, tmp_path)
    assert "1.024,5" in queue(messages, tmp_path) or "1,024.5" in queue(messages, tmp_path)


def test_statistics_as_json_hold_what_messages_say() -> None:
    questions = json.loads(statistics_json(statistics(as_messages(CLASS))))["questions"]
    wrong = [answer for each in questions for answer in each["wrong"]]
    assert "589,824 and 1,024.5" in [answer["found"] for answer in wrong]


def test_messages_count_with_the_same_texts_of_an_earlier_grader() -> None:
    messages = as_messages(CLASS)
    assert as_read(statistics([*messages, *as_read(messages)])) == as_read(statistics([*messages, *messages]))


@pytest.mark.parametrize("text", ["", "a text", '{"a": 1}', message("a {x}", x=1), number(3.5), joined("a", number(2))])
def test_a_text_comes_back_from_its_column(text: Text) -> None:
    assert text_of_column(stored_text(text)) == text


def test_a_class_of_messages_comes_back_from_its_storage() -> None:
    for each in as_messages(CLASS):
        assert assessment_of(text_of(each)) == each
