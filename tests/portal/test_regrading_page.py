"""A regrade in the portal: first whose mark would change and why, then the change."""

from collections.abc import Callable

from grader.model.assessment import Assessment
from grader.model.portal import Role
from grader.pipeline.course_site import CourseSite
from tests.portal.people import SLUG, Person, answered, grade_all, right_answer

Enter = Callable[..., Person]
PAGE = f"/class/{SLUG}/regrade"


def mark(site: CourseSite) -> Assessment:
    """The mark of the only student."""
    book = site.book(SLUG)
    assert book is not None
    (found,) = book.marks("ada")
    return found.assessment


def test_a_preview_changes_nothing_and_the_regrade_changes_what_it_said(site: CourseSite, enter: Enter) -> None:
    enter("ada").submit(answered(site, right_answer(site.material(SLUG))))
    grade_all(site)
    roe, before = enter("roe", Role.INSTRUCTOR), mark(site).points
    path = site.course.exercise_folder(SLUG) / "exercise.toml"
    path.write_text(path.read_text().replace("points = ", "points = 1", 1))
    roe.post(PAGE)
    assert "waiting for the grader" in roe.get(PAGE).text
    assert "Apply the regrade" not in roe.get(PAGE).text
    grade_all(site)
    preview = roe.get(PAGE).text
    assert "Marks that would change" in preview
    assert ">ada<" in preview
    assert mark(site).points == before
    roe.post(PAGE, apply="yes")
    grade_all(site)
    assert mark(site).points > before
    assert "Marks that changed" in roe.get(PAGE).text
    log = [(event.who, event.what, event.about) for event in site.events(10)]
    assert ("roe", "regrade", SLUG) in log


def test_without_a_change_no_mark_differs(site: CourseSite, enter: Enter) -> None:
    enter("ada").submit(answered(site, -1))
    grade_all(site)
    roe = enter("roe", Role.INSTRUCTOR)
    roe.post(PAGE)
    grade_all(site)
    assert "No marks change." in roe.get(PAGE).text
    assert "Apply the regrade" not in roe.get(PAGE).text


def test_a_new_sentence_in_a_report_can_be_applied_although_no_mark_changes(site: CourseSite, enter: Enter) -> None:
    enter("ada").submit(answered(site, -1))
    grade_all(site)
    roe = enter("roe", Role.INSTRUCTOR)
    path = site.course.exercise_folder(SLUG) / "exercise.toml"
    path.write_text(path.read_text().replace("Count the positions", "Think of the positions"))
    roe.post(PAGE)
    grade_all(site)
    page = roe.get(PAGE).text
    assert "keeps the mark, but the report changes" in page
    assert "Apply the regrade" in page
    roe.post(PAGE, apply="yes")
    grade_all(site)
    roe.post(PAGE)
    grade_all(site)
    assert "Apply the regrade" not in roe.get(PAGE).text
