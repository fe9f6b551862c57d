"""Assistants of sections: whose work they see, count and grade; and where the sections come from."""

from collections.abc import Callable

from grader.model.notice import NoticeKind
from grader.model.portal import Enrolment, Role
from grader.pipeline.course_site import CourseSite
from grader.pipeline.marking import now
from grader.pipeline.reach import students_in_reach
from tests.portal.people import SLUG, Person, grade_all, hidden
from tests.portal.test_grading_by_hand import PAGE, PLAIN, claim, finding, grade, with_answers

Enter = Callable[..., Person]


def limited(site: CourseSite, enter: Enter, login: str, sections: str) -> Person:
    """An assistant of some sections."""
    person = enter(login, Role.ASSISTANT)
    site.accounts.set_sections(person.member.account, sections, person.member.account, now())
    return person


def put(site: CourseSite, student: str, section: str) -> None:
    """Put a student into a section."""
    member = site.accounts.of_student(student)
    assert member is not None
    site.accounts.set_sections(member.account, section, member.account, now())


def test_an_assistant_grades_only_the_own_section(site: CourseSite, enter: Enter) -> None:
    with_answers(site, enter, PLAIN, ada=1, bob=1, cyd=2)
    put(site, "ada", "A")
    put(site, "bob", "B, C")
    kim = limited(site, enter, "kim", "C")
    page = kim.get(PAGE).text
    assert (">bob<" in page, ">ada<" in page, ">cyd<" in page) == (True, False, False)
    # Ada has the same answer and is in another section, so she gets no points with the group.
    kim.post(f"{PAGE}/groups", group=hidden(page, "group"), points="3", reason="the same answer")
    grade_all(site)
    assert finding(site, "bob").points == 3
    assert finding(site, "ada").waits
    assert kim.post(f"{PAGE}/next").headers["location"] == PAGE  # none is left for Kim
    lee = limited(site, enter, "lee", "A")
    page = claim(lee)
    assert ">ada<" in page
    grade(lee, page, points_why="1")
    grade_all(site)
    assert finding(site, "ada").points == 1


def test_a_claim_ends_with_the_section(site: CourseSite, enter: Enter) -> None:
    with_answers(site, enter, PLAIN, ada=1)
    put(site, "ada", "A")
    kim = limited(site, enter, "kim", "A")
    page = claim(kim)
    put(site, "ada", "B")
    assert kim.get(f"{PAGE}/grading").headers["location"] == PAGE
    assert grade(kim, page, points_why="1").status_code == 400  # type: ignore[attr-defined]
    assert site.tasks.count_open() == 0


def test_counts_are_those_of_the_section(site: CourseSite, enter: Enter) -> None:
    with_answers(site, enter, PLAIN, ada=1, bob=2)
    put(site, "ada", "A")
    kim, max_ = limited(site, enter, "kim", "A"), enter("max", Role.ASSISTANT)
    assert "<dt>Graded</dt><dd>1</dd>" in kim.get("/course").text
    assert "<dt>Graded</dt><dd>2</dd>" in max_.get("/course").text
    max_.post(f"{PAGE}/items", **{"new points": "1", "new text": "Good."})
    for _ in range(2):
        grade(max_, claim(max_), **{"item why 1": "yes"})
    grade_all(site)
    assert "1 student" in kim.get(f"{PAGE}/rubric").text
    assert "2 students" in max_.get(f"{PAGE}/rubric").text


def test_staff_of_the_section_get_the_question(site: CourseSite, enter: Enter) -> None:
    with_answers(site, enter, PLAIN, ada=1)
    put(site, "ada", "A")
    kim, lee = limited(site, enter, "kim", "A"), limited(site, enter, "lee", "B")
    member = site.accounts.of_student("ada")
    assert member is not None
    site.threads.write(SLUG, "ada", "why", member.account, "Why?", now())
    assert [notice.kind for notice in site.notices.of_person(kim.member.account)] == [NoticeKind.QUESTION]
    assert site.notices.of_person(lee.member.account) == []
    assert "questions: 0" in lee.get("/course").text
    assert "questions: 1" in kim.get("/course").text


def test_sections_are_set_on_the_page_of_people_and_a_roster_without_them_keeps_them(
    site: CourseSite, enter: Enter
) -> None:
    ada, kim, roe = enter("ada"), enter("kim", Role.ASSISTANT), enter("roe", Role.INSTRUCTOR)
    roe.post(f"/roster/{ada.member.account}/sections", sections=" B ,A,, ")
    roe.post(f"/roster/{kim.member.account}/sections", sections="A")
    assert site.accounts.sections() == {"ada": "A, B"}
    enter("ada")  # enrolled again, without a section
    assert site.accounts.sections() == {"ada": "A, B"}
    assert 'value="A, B"' in roe.get("/roster").text
    member = site.accounts.of_account(kim.member.account)
    assert member is not None
    assert students_in_reach(site, "", member) == frozenset({"ada"})
    log = [(event.who, event.what, event.about) for event in site.events(10)]
    assert ("roe", "set sections", "ada A, B") in log
    assert roe.post(f"/roster/{roe.member.account}/sections", sections="A").status_code == 404
    assert roe.post("/roster/999/sections", sections="A").status_code == 404


def test_an_instructor_is_never_limited(site: CourseSite, enter: Enter) -> None:
    enter("ada")
    (roe,) = site.accounts.enrol([Enrolment(login="roe", name="roe", role=Role.INSTRUCTOR, section="Z")], None, now())
    assert students_in_reach(site, "", roe) is None
