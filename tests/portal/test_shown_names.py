"""Pages for staff name students as people know them, and still hide names where grading is anonymous."""

from collections.abc import Callable

import pytest

from grader.model.portal import Enrolment, Role
from grader.pipeline.course_site import CourseSite
from grader.pipeline.marking import now
from grader.pipeline.shown_names import ShownName, shown_names
from tests.portal.people import SLUG, Person, answered, grade_all

Enter = Callable[..., Person]
THREAD = f"/class/{SLUG}/threads/{{}}/st01"


@pytest.fixture
def question(site: CourseSite, enter: Enter) -> str:
    """A question about which `st01`, whose name is Ada Lovelace, has asked."""
    site.accounts.enrol([Enrolment(login="st01", name="Ada Lovelace", student="st01")], None, now())
    student, roe = enter("st01"), enter("roe", Role.INSTRUCTOR)
    student.submit(answered(site, -1))
    grade_all(site)
    roe.post(f"/class/{SLUG}/publication", publish="yes")
    first = site.exercise(SLUG).exercise.questions[0].id
    student.post(f"/exercises/{SLUG}/questions/{first}", text="Please look again.")
    return first


def pages(question: str) -> list[str]:
    """The pages for staff that name the student."""
    student = f"/class/{SLUG}/students/st01"
    return [f"/class/{SLUG}", student, THREAD.format(question), "/questions", f"/class/{SLUG}/questions/{question}"]


def hide_names(site: CourseSite) -> None:
    """Have the course grade anonymously."""
    path = site.course.exercises / "course.toml"
    path.write_text('title = "The course"\n[manual_grading]\nanonymous = true\n')


def test_staff_see_the_name_and_the_login_of_a_student(enter: Enter, question: str) -> None:
    roe = enter("roe", Role.INSTRUCTOR)
    for address in pages(question):
        page = roe.get(address).text
        assert "<bdi>Ada Lovelace</bdi>" in page, address
        assert "<bdi>st01</bdi>" in page, address


def test_no_page_adds_a_name_while_grading_is_anonymous(site: CourseSite, enter: Enter, question: str) -> None:
    hide_names(site)
    roe = enter("roe", Role.INSTRUCTOR)
    for address in pages(question):
        answer = roe.get(address)
        assert answer.status_code == 200
        assert "Lovelace" not in answer.text, address


def test_a_search_among_questions_looks_at_the_names_that_the_page_shows(enter: Enter, question: str) -> None:
    roe = enter("roe", Role.INSTRUCTOR)
    for text in ("lovelace", "ST01"):
        assert THREAD.format(question) in roe.get(f"/questions?q={text}").text
    assert THREAD.format(question) not in roe.get("/questions?q=hopper").text


def test_a_student_without_an_account_has_the_name_of_the_gradebook(site: CourseSite) -> None:
    assert shown_names(site, SLUG, ["nobody", "nobody"]) == {"nobody": ShownName("nobody")}
