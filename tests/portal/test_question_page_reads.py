"""The page of a question reads only the rows of that question, and shows what the marks say."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine

from grader.model.portal import Role
from grader.pipeline.course_site import CourseSite
from grader.pipeline.question_answers import question_answers
from tests.conftest import present
from tests.portal.people import SLUG, Person, answered, grade_all

Enter = Callable[..., Person]
QUESTION = "width"
ADDRESS = f"/class/{SLUG}/questions/{QUESTION}"
VALUES = {"ada": 26, "bob": 7, "cora": 26, "dan": 9}


@pytest.fixture
def statements() -> Iterator[list[tuple[str, Any]]]:
    """The statements that databases get from now on, with their values."""
    seen: list[tuple[str, Any]] = []

    def note(_connection: object, _cursor: object, statement: str, values: Any, *_: object) -> None:
        seen.append((statement, values))

    event.listen(Engine, "before_cursor_execute", note)
    yield seen
    event.remove(Engine, "before_cursor_execute", note)


@pytest.fixture
def roe(site: CourseSite, enter: Enter) -> Person:
    """An instructor of a class whose answers are graded."""
    for name, value in VALUES.items():
        enter(name).submit(answered(site, value, name))
    grade_all(site)
    return enter("roe", Role.INSTRUCTOR)


def test_the_page_reads_only_the_rows_of_its_question(roe: Person, statements: list[tuple[str, Any]]) -> None:
    assert roe.get(ADDRESS).status_code == 200
    assert not [text for text, _ in statements if "standings.body" in text]
    reads = [(text, values) for text, values in statements if "answers.verdict" in text]
    assert reads
    for text, values in reads:
        assert "answers.question = " in text
        assert QUESTION in (values.values() if isinstance(values, dict) else values)


def test_the_page_shows_what_the_marks_say(site: CourseSite, roe: Person) -> None:
    shown = present(question_answers(site, SLUG, QUESTION, roe.member))
    expected: dict[tuple[str, str, float], list[str]] = {}
    for mark in present(site.book(SLUG)).marks():
        (finding,) = (one for one in mark.assessment.findings if one.question == QUESTION)
        expected.setdefault((str(finding.found), finding.verdict.value, finding.points), []).append(mark.student)
    assert {(str(one.answer), one.verdict.value, one.points): list(one.students) for one in shown.groups} == expected
    assert shown.groups[0].students == ("ada", "cora")
    page = roe.get(ADDRESS).text
    assert all(name in page for name in VALUES)


def test_a_decision_is_in_the_rows(site: CourseSite, roe: Person) -> None:
    roe.post(f"/class/{SLUG}/decisions/bob", kind="points", question=QUESTION, points="1.5", reason="half right")
    roe.post(f"/class/{SLUG}/decisions/bob", kind="comment", question=QUESTION, text='{"type":"message"} <b>')
    grade_all(site)
    shown = present(question_answers(site, SLUG, QUESTION, roe.member))
    assert {group.points for group in shown.groups if "bob" in group.students} == {1.5}
    assert roe.get(ADDRESS).status_code == 200
