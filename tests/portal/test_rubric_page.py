"""Rubric items in the portal: applied while grading, and changed for everyone who has them."""

from collections.abc import Callable

import pytest

from grader.model.portal import Role
from grader.pipeline.course_site import CourseSite
from tests.portal.people import SLUG, Person, grade_all, hidden
from tests.portal.test_grading_by_hand import PAGE, PLAIN, RUBRIC, claim, finding, grade, with_answers

Enter = Callable[..., Person]
NEW = {"new points": "3", "new text": "Names the cause."}


def apply(person: Person, page: str, **fields: str) -> object:
    """Send the form of a page to grade; blanks of a field's name are written as underscores."""
    names = {name: name.replace("_", " ") if name.startswith("item") else name for name in fields}
    return grade(person, page, **{names[name]: value for name, value in fields.items()})


def marked(site: CourseSite, *students: str) -> list[tuple[float, str]]:
    """Points and comment of students."""
    return [(finding(site, name).points, str(finding(site, name).comment)) for name in students]


def test_an_item_is_made_while_grading_and_used_again(site: CourseSite, enter: Enter) -> None:
    with_answers(site, enter, PLAIN, ada=1, bob=2, cyd=3)
    roe = enter("roe", Role.ASSISTANT)
    grade(roe, claim(roe), **NEW)
    page = roe.get(f"{PAGE}/grading").text
    assert "Names the cause." in page
    apply(roe, page, item_why_1="yes", comment="See lecture 3.")
    apply(roe, roe.get(f"{PAGE}/grading").text, points_why="1")
    grade_all(site)
    assert marked(site, "ada", "bob", "cyd") == [
        (3, "Names the cause."),
        (3, "Names the cause.\nSee lecture 3."),
        (1, ""),
    ]
    log = [(event.who, event.what, event.about) for event in site.events(30)]
    assert ("roe", "add rubric item", f"{SLUG} why 1") in log


def test_an_instructor_changes_an_item_for_everyone_after_a_preview(site: CourseSite, enter: Enter) -> None:
    with_answers(site, enter, PLAIN, ada=1, bob=2, cyd=3)
    roe = enter("roe", Role.INSTRUCTOR)
    assert roe.post(f"{PAGE}/items", **NEW).status_code == 303
    for _ in range(2):
        apply(roe, claim(roe), item_why_1="yes")
    grade_all(site)
    change = {"points": "1,5", "text": "Names it.", "reason": "too generous"}
    roe.post(f"{PAGE}/items/1", **change)
    assert "waiting for the grader" in roe.get(f"{PAGE}/rubric").text
    grade_all(site)
    page = roe.get(f"{PAGE}/rubric").text
    assert "Marks that would change" in page
    assert (">ada<" in page, ">bob<" in page, ">cyd<" in page) == (True, True, False)
    assert marked(site, "ada", "bob") == [(3, "Names the cause.")] * 2
    roe.post(f"{PAGE}/items/1", apply="yes", **change)
    grade_all(site)
    assert marked(site, "ada", "bob") == [(1.5, "Names it.")] * 2
    assert finding(site, "cyd").waits
    page = roe.get(f"{PAGE}/rubric").text
    assert "Marks that changed" in page
    assert "too generous" in page
    log = [(event.who, event.what, event.about) for event in site.events(30)]
    assert ("roe", "change rubric item", f"{SLUG} why 1: too generous") in log


def test_a_queued_answer_with_the_old_item_gets_the_points_of_today(site: CourseSite, enter: Enter) -> None:
    with_answers(site, enter, PLAIN, ada=1)
    roe = enter("roe", Role.INSTRUCTOR)
    roe.post(f"{PAGE}/items", **NEW)
    page = claim(roe)
    roe.post(f"{PAGE}/items/1", apply="yes", points="1", text="Names the cause.", reason="strict")
    apply(roe, page, item_why_1="yes")  # before a grader has changed the item
    grade_all(site)
    assert marked(site, "ada") == [(1, "Names the cause.")]


def test_each_criterion_has_its_own_items(site: CourseSite, enter: Enter) -> None:
    with_answers(site, enter, RUBRIC, ada=1)
    roe = enter("roe", Role.ASSISTANT)
    roe.client.post(f"{PAGE}/items", data={**NEW, "new place": "why.cause"})
    apply(roe, claim(roe), points_clarity="0.5", **{"item_why.cause_1": "yes"})
    grade_all(site)
    assert [item.points for item in finding(site, "ada").criteria] == [3, 0.5]
    assert finding(site, "ada").criteria[0].comment == "Names the cause."


def test_a_group_gets_items_at_once(site: CourseSite, enter: Enter) -> None:
    with_answers(site, enter, PLAIN, ada=1, bob=1)
    roe = enter("roe", Role.ASSISTANT)
    roe.post(f"{PAGE}/items", **NEW)
    key = hidden(roe.get(PAGE).text, "group")
    roe.client.post(f"{PAGE}/groups", data={"group": key, "reason": "same", "item why 1": "yes"})
    grade_all(site)
    assert marked(site, "ada", "bob") == [(3, "Names the cause.")] * 2


@pytest.mark.parametrize(
    "fields",
    [
        {"item why 1": "yes", "points why": "1"},
        {"item why 1": "yes", "quick": "full"},
        {"item why 9": "yes"},
        {"new points": "9", "new text": "too many"},
        {"new points": "1", "new text": ""},
        {"new points": "", "new text": "no points"},
        {"new points": "1", "new text": "elsewhere", "new place": "width"},
    ],
)
def test_a_form_that_cannot_be_changes_nothing(site: CourseSite, enter: Enter, fields: dict[str, str]) -> None:
    with_answers(site, enter, PLAIN, ada=1)
    roe = enter("roe", Role.ASSISTANT)
    roe.post(f"{PAGE}/items", **NEW)
    assert grade(roe, claim(roe), **fields).status_code in (400, 404)  # type: ignore[attr-defined]
    assert site.tasks.count_open() == 0


def test_an_assistant_adds_items_and_changes_none(site: CourseSite, enter: Enter) -> None:
    with_answers(site, enter, PLAIN, ada=1)
    roe = enter("roe", Role.ASSISTANT)
    roe.post(f"{PAGE}/items", **NEW)
    page = roe.get(f"{PAGE}/rubric").text
    assert "Names the cause." in page
    assert "Change item" not in page
    assert roe.post(f"{PAGE}/items/1", points="1", reason="x").status_code == 404


def test_the_page_of_a_student_shows_the_comment_of_a_question(site: CourseSite, enter: Enter) -> None:
    with_answers(site, enter, PLAIN, ada=1)
    roe = enter("roe", Role.INSTRUCTOR)
    grade(roe, claim(roe), **NEW)
    grade_all(site)
    page = roe.get(f"/class/{SLUG}/students/ada")
    assert page.status_code == 200
    assert "Comment: Names the cause." in page.text


def test_an_item_that_is_sent_twice_is_added_once(site: CourseSite, enter: Enter) -> None:
    with_answers(site, enter, PLAIN, ada=1)
    roe = enter("roe", Role.INSTRUCTOR)
    for _ in range(2):
        assert roe.post(f"{PAGE}/items", **NEW).status_code == 303
    form = {**NEW, "claim": hidden(claim(roe), "claim"), "points why": "many"}
    for _ in range(2):  # the page says why this fails, and its form still has the new item
        assert "Points must be a number" in roe.post(f"{PAGE}/grading", **form).text
    assert roe.post(f"{PAGE}/items", **{**NEW, "new points": "2"}).status_code == 303
    book = site.book(SLUG)
    assert book is not None
    assert [(item.number, item.points) for item in book.rubrics.read().items.values()] == [(1, 3), (2, 2)]
