"""What staff see first: an empty course, a roster that was just added, and how far the marks of a class are."""

import re
from collections.abc import Callable

from grader.model.portal import Role
from grader.pipeline.course_site import CourseSite
from grader.pipeline.portal_people import enrol_roster
from tests.portal.people import SLUG, Person, answered, grade_all

Enter = Callable[..., Person]
CLASS = f"/class/{SLUG}"


def words(page: str) -> str:
    """The text of a page without markup, on one line."""
    return " ".join(re.sub(r"<[^>]*>", " ", page).split())


def test_a_course_without_students_says_where_to_add_them(enter: Enter) -> None:
    roe = enter("roe", Role.INSTRUCTOR)
    assert "No students yet. Add students" in words(roe.get("/course").text)
    assert roe.get("/roster").status_code == 200
    enter("ada")
    assert "No students yet" not in roe.get("/course").text


def test_a_roster_is_one_line_of_the_latest_actions_and_one_for_each_person_in_the_log(
    site: CourseSite, enter: Enter
) -> None:
    roe = enter("roe", Role.INSTRUCTOR)
    roster = "".join(f"st{number:02},Student {number}\n" for number in range(12))
    enrol_roster(site, f"login,name\n{roster}".encode(), "roster.csv", roe.member.account)
    latest = words(roe.get("/course").text)
    assert "Added st11 (student), st10 (student), st09 (student) and 9 more" in latest
    assert "st08" not in latest
    log = words(enter("root", Role.ADMINISTRATOR).get("/operations/log/1").text)
    assert all(f"Added st{number:02} (student)" in log for number in range(12))


def test_the_page_of_a_class_says_how_many_are_graded_and_who_has_not_submitted(site: CourseSite, enter: Enter) -> None:
    enter("ada").submit(answered(site, -1))
    enter("bob")
    grade_all(site)
    page = enter("roe", Role.INSTRUCTOR).get(CLASS).text
    assert "Graded: 1 of 2. Not submitted: 1." in words(page)
    assert "Mean of the marks:" in words(page)
    rows = {row.split("/students/")[1][:3]: words(row) for row in page.split("<tr") if "/students/" in row}
    assert " no" in rows["ada"]
    assert " no" not in rows["bob"]


def test_a_question_that_the_grader_marks_has_no_manual_grading(site: CourseSite, enter: Enter) -> None:
    enter("ada").submit(answered(site, -1))
    grade_all(site)
    question = next(one for one in site.exercise(SLUG).exercise.questions if one.kind == "number")
    page = words(enter("roe", Role.INSTRUCTOR).get(f"{CLASS}/questions/{question.id}").text)
    assert "Manual grading" not in page
    assert "Rubric" in page
