"""One question of all students: groups of answers, manual grading, claims, and anonymity."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from grader.model.assessment import Finding
from grader.model.job import Job
from grader.model.portal import Role
from grader.model.record import Answer, AnswerState, Record
from grader.pipeline.course_site import CourseSite
from grader.pipeline.marking import now
from tests.fakes import Fake
from tests.portal.people import SLUG, Person, answered, grade_all, hidden

Enter = Callable[..., Person]
PLAIN = '\n[[questions]]\nid = "why"\ntitle = "Why it overfits"\nkind = "text"\nanswer = "why"\npoints = 4\n'
RUBRIC = (
    '\n[[questions]]\nid = "why"\ntitle = "Why it overfits"\nkind = "text"\nanswer = "why"\npoints = 4\n'
    '[[questions.criteria]]\nid = "cause"\ntitle = "Cause"\npoints = 3\n'
    '[[questions.criteria]]\nid = "clarity"\ntitle = "Clarity"\npoints = 1\n'
)
PAGE = f"/class/{SLUG}/questions/why"


class Writer(Fake):
    """Pretends that the answer to the question `why` is a sentence with the number beside it."""

    def run(self, jobs: Iterable[Job]) -> Iterator[Record]:
        for record in super().run(jobs):
            number = record.answers["why"].value
            text = Answer(AnswerState.VALUE, f"Because of {number}.", "str")
            yield replace(record, answers={**record.answers, "why": text})


def with_answers(site: CourseSite, enter: Enter, question: str, **answers: int) -> None:
    """Add a question that a person grades, and the answers of students to it."""
    path = site.course.exercise_folder(SLUG) / "exercise.toml"
    path.write_text(path.read_text() + question)
    for name, value in answers.items():
        enter(name).submit(answered(site, -1, f"{name}\nwhy = {value}"))
    grade_all(site, Writer())


def finding(site: CourseSite, student: str) -> Finding:
    """What counts for the question of a student."""
    book = site.book(SLUG)
    assert book is not None
    (mark,) = book.marks(student)
    return next(item for item in mark.assessment.findings if item.question == "why")


def claim(person: Person, **fields: str) -> str:
    """Claim the next answer; returns the page of it."""
    answer = person.post(f"{PAGE}/next", **fields)
    assert answer.headers["location"] == f"{PAGE}/grading"
    page: str = person.get(f"{PAGE}/grading").text
    return page


def grade(person: Person, page: str, **fields: str) -> object:
    """Send the form of a page."""
    names = {name.replace("points_", "points why.").replace("points why.why", "points why"): name for name in fields}
    data = {sent: fields[name] for sent, name in names.items()}
    return person.client.post(f"{PAGE}/grading", data={"claim": hidden(page, "claim"), **data})


def test_identical_answers_are_one_group(site: CourseSite, enter: Enter) -> None:
    with_answers(site, enter, PLAIN, ada=1, bob=1, cyd=2)
    page = enter("roe", Role.ASSISTANT).get(PAGE).text
    assert page.count('<li class="card">') == 2
    assert page.index("2 students") < page.index("1 student<")


def test_answers_are_graded_one_after_the_other(site: CourseSite, enter: Enter) -> None:
    with_answers(site, enter, PLAIN, ada=1, bob=2)
    roe = enter("roe", Role.ASSISTANT)
    page = claim(roe)
    assert ">ada<" in page
    grade(roe, page, points_why="2.5", comment="Name the cause.")
    page = roe.get(f"{PAGE}/grading").text
    assert ">bob<" in page
    grade(roe, page, quick="full")
    assert roe.get(f"{PAGE}/grading").headers["location"] == PAGE  # none is left
    grade_all(site)
    ada, bob = finding(site, "ada"), finding(site, "bob")
    assert (ada.points, ada.comment, ada.decided_by) == (2.5, "Name the cause.", "roe")
    assert (bob.points, bob.comment, bob.decided_by) == (4, "", "roe")
    assert "Grade the next answer" not in roe.get(PAGE).text


def test_each_criterion_of_a_rubric_has_its_points(site: CourseSite, enter: Enter) -> None:
    with_answers(site, enter, RUBRIC, ada=1)
    roe = enter("roe", Role.ASSISTANT)
    page = claim(roe)
    assert "Cause (0–3)" in page
    grade(roe, page, points_cause="2", points_clarity="0,5")
    grade_all(site)
    assert [item.points for item in finding(site, "ada").criteria] == [2, 0.5]
    assert finding(site, "ada").points == 2.5


@pytest.mark.parametrize("points", ["", "5", "-1", "a few", "nan"])
def test_points_that_cannot_be_are_refused_and_the_claim_stays(site: CourseSite, enter: Enter, points: str) -> None:
    with_answers(site, enter, PLAIN, ada=1)
    roe = enter("roe", Role.ASSISTANT)
    answer = grade(roe, claim(roe), points_why=points)
    assert answer.status_code == 400  # type: ignore[attr-defined]
    assert ">ada<" in roe.get(f"{PAGE}/grading").text
    assert site.tasks.count_open() == 0


def test_two_assistants_never_have_the_same_answer(site: CourseSite, enter: Enter) -> None:
    with_answers(site, enter, PLAIN, ada=1, bob=2)
    roe, max_ = enter("roe", Role.ASSISTANT), enter("max", Role.ASSISTANT)
    assert ">ada<" in claim(roe)
    assert ">bob<" in claim(max_)
    third = enter("eve", Role.ASSISTANT)
    assert third.post(f"{PAGE}/next").headers["location"] == PAGE
    assert "roe" in third.get(PAGE).text
    # Skipping does not lead to the answer of another person.
    assert ">ada<" in claim(roe, skip="yes")


def test_a_claim_ends_and_its_old_page_grades_nothing(
    site: CourseSite, enter: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_answers(site, enter, PLAIN, ada=1)
    roe, max_ = enter("roe", Role.ASSISTANT), enter("max", Role.ASSISTANT)
    old = claim(roe)
    with monkeypatch.context() as patch:
        patch.setattr("grader.pipeline.question_answers.now", lambda: now() + timedelta(hours=1))
        assert ">ada<" in claim(max_)
        assert grade(roe, old, points_why="1").status_code == 400  # type: ignore[attr-defined]
    assert site.tasks.count_open() == 0


def test_a_page_of_an_earlier_answer_does_not_grade_the_next_one(site: CourseSite, enter: Enter) -> None:
    with_answers(site, enter, PLAIN, ada=1, bob=2)
    roe = enter("roe", Role.ASSISTANT)
    page = claim(roe)
    grade(roe, page, points_why="1")
    assert grade(roe, page, points_why="4").status_code == 400  # type: ignore[attr-defined]
    grade_all(site)
    assert finding(site, "ada").points == 1
    assert finding(site, "bob").waits


def test_a_group_gets_the_same_points_at_once(site: CourseSite, enter: Enter) -> None:
    with_answers(site, enter, PLAIN, ada=1, bob=1, cyd=2)
    roe = enter("roe", Role.ASSISTANT)
    key = hidden(roe.get(PAGE).text, "group")
    assert roe.post(f"{PAGE}/groups", group=key, points="3").status_code == 400  # without a reason
    roe.post(f"{PAGE}/groups", group=key, points="3", comment="Almost.", reason="the same answer")
    grade_all(site)
    assert [finding(site, name).points for name in ("ada", "bob")] == [3, 3]
    assert finding(site, "ada").comment == "Almost."
    assert finding(site, "cyd").waits
    # The group of the old page is gone, so the form changes nothing.
    assert roe.post(f"{PAGE}/groups", group=key, points="1", reason="again").status_code == 400


def test_a_comment_can_be_used_again(site: CourseSite, enter: Enter) -> None:
    with_answers(site, enter, PLAIN, ada=1, bob=2)
    roe = enter("roe", Role.ASSISTANT)
    grade(roe, claim(roe), points_why="1", comment="Name the cause.")
    grade_all(site)
    page = roe.get(f"{PAGE}/grading").text
    assert re.search('<option value="Name the cause.">1: Name the cause.', page)
    grade(roe, page, points_why="1", reuse="Name the cause.")
    grade_all(site)
    assert finding(site, "bob").comment == "Name the cause."


def test_anonymous_grading_shows_no_name(site: CourseSite, enter: Enter) -> None:
    path = site.course.exercises / "course.toml"
    path.write_text('title = "The course"\n[manual_grading]\nanonymous = true\n')
    # Names that no random token of a page contains by chance.
    with_answers(site, enter, PLAIN, lovelace=1, hamilton=1)
    roe = enter("roe", Role.ASSISTANT)
    for page in (claim(roe), roe.get(PAGE).text):
        assert "lovelace" not in page
        assert "hamilton" not in page
    grade(roe, claim(roe), points_why="1")
    grade_all(site)
    # Pseudonyms are random, so either answer may come first.
    assert sorted(finding(site, name).points for name in ("lovelace", "hamilton")) == [0, 1]


def test_a_question_that_is_not_there_has_no_page(site: CourseSite, enter: Enter) -> None:
    roe = enter("roe", Role.INSTRUCTOR)
    assert site.book(SLUG) is None
    assert roe.get(f"/class/{SLUG}/questions/no-such").status_code == 404
    question = site.exercise(SLUG).exercise.questions[0].id
    assert "There are no answers yet." in roe.get(f"/class/{SLUG}/questions/{question}").text


def test_two_markers_grade_each_answer_once_and_agreement_counts(site: CourseSite, enter: Enter) -> None:
    path = site.course.exercises / "course.toml"
    path.write_text('title = "The course"\n[manual_grading]\nmarkers = 2\n')
    with_answers(site, enter, PLAIN, ada=1)
    roe, max_ = enter("roe", Role.ASSISTANT), enter("max", Role.ASSISTANT)
    grade(roe, claim(roe), points_why="3")
    grade_all(site)
    assert finding(site, "ada").waits
    assert roe.post(f"{PAGE}/next").headers["location"] == PAGE  # the first marker does not get it again
    grade(max_, claim(max_), points_why="3")
    grade_all(site)
    assert (finding(site, "ada").points, finding(site, "ada").waits) == (3, False)
