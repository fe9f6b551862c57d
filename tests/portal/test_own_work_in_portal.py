"""Questions about a student's own work in the portal, from the start to the staff's page, beside the small notebook."""

import csv
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from grader.gradebook.own_work import OwnWorkBook
from grader.model.own_work import AskedQuestions, OwnWorkResult, letters
from grader.model.portal import Role
from grader.own_work.marking import mark
from grader.pipeline import own_work_in_portal
from grader.pipeline.course_site import CourseSite
from grader.pipeline.drawing import draw_requested
from grader.pipeline.own_work import mark_own_work, release_own_work
from grader.pipeline.queued_grading import QueueGrader
from grader.pipeline.student_overview import exercise_of_student
from grader.storage.records import RecordStore
from tests.fakes import Fake
from tests.own_work import generated
from tests.portal.people import SLUG, Person, answered, grade_all
from tests.portal.test_report_detail import PAST, SOON, settings
from tests.test_own_work import filled

Enter = Callable[..., Person]
PLACE = f"/exercises/{SLUG}/own-work"
TABLE = "[own_work]\nquestions = 3\nminutes = 15\n\n[[questions]]"


def asks_questions(site: CourseSite) -> None:
    """Let the exercise ask students about their own work."""
    path = site.course.exercise_folder(SLUG) / "exercise.toml"
    path.write_text(path.read_text().replace("[[questions]]", TABLE, 1))


def marked(site: CourseSite, enter: Enter, due_in: timedelta | None = None, **rules: str) -> Person:
    """A student with a published mark, whose run left a model and its training behind."""
    settings(site, due_in, **rules)
    asks_questions(site)
    ada, roe = enter("ada"), enter("roe", Role.INSTRUCTOR)
    ada.submit(answered(site, -1))
    grade_all(site)
    with_models(site)
    roe.post(f"/class/{SLUG}/publication", publish="yes")
    return ada


def with_models(site: CourseSite, seed: int = 1) -> None:
    """Give each record a model, as if the notebooks had built it."""
    book, store = site.book(SLUG), RecordStore(site.results(SLUG).records)
    assert book is not None
    for one in book.marks():
        record = store.get(one.attempt.record_key)
        assert record is not None
        models, histories = {"model": generated.table(seed)}, {"history": generated.history(1)}
        store.put(replace(record, models=models, histories=histories))


def stored(site: CourseSite, student: str = "ada") -> OwnWorkResult:
    """The questions that a student was asked last."""
    book = site.book(SLUG)
    assert book is not None
    return OwnWorkBook(book.database, book.place).latest()[student]


def started(site: CourseSite, student: Person) -> AskedQuestions:
    """The questions of a student who has just started."""
    assert student.post(f"{PLACE}/start").status_code == 303
    grade_all(site)
    return stored(site, student.member.student).question_set


def right(question_set: AskedQuestions, wrong: int = 0) -> dict[str, str]:
    """The fields of a form with the correct answers, but for the first ones."""
    fields = {"code": question_set.code}
    for number, question in enumerate(question_set.questions, 1):
        offered = letters(question.choices)
        fields[f"answer_{number}"] = offered[(question.right + (number <= wrong)) % len(offered)]
    return fields


def words(page: str) -> str:
    """The text of a page."""
    return " ".join(re.sub(r"<[^>]*>", " ", page).split())


def test_a_student_starts_waits_answers_and_sees_the_result(site: CourseSite, enter: Enter) -> None:
    ada = marked(site, enter)
    for place in (f"/exercises/{SLUG}", f"/exercises/{SLUG}/report", PLACE):
        assert "3 questions. About 15 minutes." in ada.get(place).text
    ada.post(f"{PLACE}/start")
    assert "Your questions are being prepared." in ada.get(PLACE).text
    grade_all(site)
    form, question_set = ada.get(PLACE).text, stored(site).question_set
    assert form.count("<fieldset") == len(question_set.questions) == 3
    assert form.count('type="radio"') == sum(len(question.choices) for question in question_set.questions)
    assert ada.post(PLACE, **right(question_set, wrong=1)).status_code == 303
    page = words(ada.get(PLACE).text)
    assert "You answered 2 of 3 questions correctly." in page
    assert "Your answers to questions about your work" in ada.get(f"/exercises/{SLUG}").text


def test_no_page_has_a_question_or_a_mistake_before_the_start(site: CourseSite, enter: Enter, tmp_path: Path) -> None:
    ada = marked(site, enter)
    release_own_work(site.course, SLUG, site.results(SLUG), tmp_path)
    question_set = stored(site).question_set
    pages = [words(ada.get(place).text) for place in (f"/exercises/{SLUG}", f"/exercises/{SLUG}/report", PLACE)]
    for question in question_set.questions:
        assert not any(words(str(question.text)) in page for page in pages)
    ada.post(f"{PLACE}/start")
    open_page = ada.get(PLACE).text
    for question in question_set.questions:
        assert str(question.text).split("`")[0].strip()[:20] in words(open_page)
        for choice in question.choices:
            assert not choice.mistake or str(choice.mistake) not in words(open_page)
        assert str(question.step) not in words(open_page)


def test_answers_that_were_sent_cannot_be_changed(site: CourseSite, enter: Enter) -> None:
    ada = marked(site, enter)
    question_set = started(site, ada)
    ada.post(PLACE, **right(question_set, wrong=2))
    first = stored(site)
    assert ada.post(PLACE, **right(question_set)).status_code == 303
    ada.post(f"{PLACE}/start")
    assert stored(site) == first
    assert first.right == 1


def test_a_form_without_an_answer_or_with_other_questions_is_not_stored(site: CourseSite, enter: Enter) -> None:
    ada = marked(site, enter)
    question_set = started(site, ada)
    blank, other = ada.post(PLACE, code=question_set.code), ada.post(PLACE, code="0" * 12, answer_1="a")
    assert (blank.status_code, other.status_code) == (400, 400)
    assert "Choose an answer for at least one question." in blank.text
    assert "These questions are not open any more." in other.text
    assert re.search(r'name="answer_1" value="a" checked', other.text)  # the form keeps what was chosen
    assert not stored(site).is_answered


def test_odd_fields_of_a_form_are_wrong_answers(site: CourseSite, enter: Enter) -> None:
    ada = marked(site, enter)
    question_set = started(site, ada)
    fields = {"answer_1": "z" * 60_000, "answer_99": "a", "answer_x": "a", "answer_\u0661": "a"}
    assert ada.post(PLACE, code=question_set.code, **fields).status_code == 303
    assert stored(site).right == 0


def test_the_portal_and_the_notebook_give_the_same_result(site: CourseSite, enter: Enter, tmp_path: Path) -> None:
    ada, bob = marked(site, enter), enter("bob")
    bob.submit(answered(site, -2))
    grade_all(site)
    with_models(site)
    release_own_work(site.course, SLUG, site.results(SLUG), tmp_path)
    of_ada, of_bob = stored(site).question_set, stored(site, "bob").question_set
    ada.post(f"{PLACE}/start")
    ada.post(PLACE, **right(of_ada, wrong=1))
    folder = tmp_path / SLUG
    for student, question_set in (("ada", of_ada), ("bob", of_bob)):
        fields = right(question_set, wrong=1)
        answers = {number: f'"{fields[f"answer_{number}"]}"' for number in range(1, 4)}
        filled(folder / student / f"{SLUG}-own-work.ipynb", answers)
    marks = mark_own_work(site.course, SLUG, folder, site.results(SLUG))
    assert [result.question_set.student for result in marks.results] == ["bob"]
    assert marks.problems == ()  # the same answers in both places need no remark
    for student in ("ada", "bob"):
        result = stored(site, student)
        answers = {number: right(result.question_set, 1)[f"answer_{number}"] for number in range(1, 4)}
        assert result.findings == mark(result.question_set, answers)


def test_the_first_answers_count_whichever_way_they_came(site: CourseSite, enter: Enter, tmp_path: Path) -> None:
    ada = marked(site, enter)
    release_own_work(site.course, SLUG, site.results(SLUG), tmp_path)
    question_set = stored(site).question_set
    path = tmp_path / SLUG / "ada" / f"{SLUG}-own-work.ipynb"
    filled(path, {1: f'"{right(question_set)["answer_1"]}"'})
    ada.post(f"{PLACE}/start")
    ada.post(PLACE, **right(question_set, wrong=3))
    (problem,) = mark_own_work(site.course, SLUG, tmp_path / SLUG, site.results(SLUG)).problems
    assert problem == "ada: has answered these questions before. The first answers count."
    assert stored(site).right == 0


def test_a_notebook_that_was_marked_first_closes_the_form(site: CourseSite, enter: Enter, tmp_path: Path) -> None:
    ada = marked(site, enter)
    release_own_work(site.course, SLUG, site.results(SLUG), tmp_path)
    question_set = stored(site).question_set
    ada.post(f"{PLACE}/start")
    filled(tmp_path / SLUG / "ada" / f"{SLUG}-own-work.ipynb", {1: f'"{right(question_set)["answer_1"]}"'})
    mark_own_work(site.course, SLUG, tmp_path / SLUG, site.results(SLUG))
    assert ada.post(PLACE, **right(question_set)).status_code == 303
    assert stored(site).right == 1
    assert "You answered 1 of 3 questions correctly." in words(ada.get(PLACE).text)


def test_the_time_runs_from_the_start_to_the_answers_and_closes_nothing(
    site: CourseSite, enter: Enter, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada = marked(site, enter)
    release_own_work(site.course, SLUG, site.results(SLUG), tmp_path)
    begin = stored(site).question_set.asked_at + timedelta(days=7)

    def at(minutes: int) -> Callable[[], datetime]:
        return lambda: begin + timedelta(minutes=minutes)

    monkeypatch.setattr(own_work_in_portal, "now", at(0))
    ada.post(f"{PLACE}/start")
    monkeypatch.setattr(own_work_in_portal, "now", at(5))
    ada.post(f"{PLACE}/start")  # opening the questions again does not begin the time again
    monkeypatch.setattr(own_work_in_portal, "now", at(25))
    ada.post(PLACE, **right(stored(site).question_set))
    grade_all(site)
    assert (stored(site).minutes, stored(site).minutes_late) == (25, 10)
    with (site.results(SLUG).folder / "own-work.csv").open(newline="") as stream:
        (row,) = csv.DictReader(stream)
    assert (row["right"], row["minutes_late"]) == ("3", "10")


def test_a_grader_adds_the_answers_to_the_report_and_the_mark_stays(site: CourseSite, enter: Enter) -> None:
    ada = marked(site, enter)
    book = site.book(SLUG)
    assert book is not None
    before = book.marks("ada")[0].assessment
    report = f"/exercises/{SLUG}/report/page"
    question_set = started(site, ada)
    assert "Questions about your own work" not in ada.get(report).text
    ada.post(PLACE, **right(question_set, wrong=1))
    grade_all(site)
    section = ada.get(report).text.partition("<!-- own work -->")[2].partition("<!-- /own work -->")[0]
    assert words(section) in words(ada.get(PLACE).text)  # the page of the portal shows what the report shows
    assert book.marks("ada")[0].assessment.points == before.points


@pytest.mark.parametrize(
    ("before", "has_reason", "has_expected"),
    [("verdicts", False, False), ("reasons", True, False), ("expected", True, True)],
)
def test_the_result_shows_what_reports_may_show_before_the_deadline(
    site: CourseSite, enter: Enter, before: str, has_reason: bool, has_expected: bool
) -> None:
    ada = marked(site, enter, SOON, before=before)
    question_set = started(site, ada)
    ada.post(PLACE, **right(question_set, wrong=3))
    page = ada.get(PLACE).text
    assert page.count("Not correct") == 3
    assert ("<dt>Why</dt>" in page) is has_reason
    assert ("<dt>Expected</dt>" in page) is has_expected
    assert ("<dt>How to find it</dt>" in page) is has_expected
    assert ("appear here after the deadline" in page) is not has_expected
    settings(site, PAST, before=before)
    assert "<dt>Expected</dt>" in ada.get(PLACE).text


def test_while_the_mark_is_hidden_there_are_no_questions(site: CourseSite, enter: Enter) -> None:
    ada = marked(site, enter)
    question_set = started(site, ada)
    enter("roe", Role.INSTRUCTOR).post(f"/class/{SLUG}/publication", publish="no")
    for answer in (ada.get(PLACE), ada.post(PLACE, **right(question_set)), ada.post(f"{PLACE}/start")):
        assert answer.status_code == 404
    assert "own-work" not in ada.get(f"/exercises/{SLUG}").text
    assert not stored(site).is_answered


def test_an_exercise_without_the_table_has_no_such_page(site: CourseSite, enter: Enter) -> None:
    ada, roe = enter("ada"), enter("roe", Role.INSTRUCTOR)
    ada.submit(answered(site, -1))
    grade_all(site)
    roe.post(f"/class/{SLUG}/publication", publish="yes")
    assert ada.get(PLACE).status_code == 404
    assert "own-work" not in ada.get(f"/exercises/{SLUG}").text


def test_a_student_whose_work_allows_no_question_is_told_so(site: CourseSite, enter: Enter) -> None:
    ada = marked(site, enter)
    book, store = site.book(SLUG), RecordStore(site.results(SLUG).records)
    assert book is not None
    record = store.get(book.marks("ada")[0].attempt.record_key)
    assert record is not None
    store.put(replace(record, models={}, histories={}))
    ada.post(f"{PLACE}/start")
    grade_all(site)
    assert "No questions about your work could be prepared." in ada.get(PLACE).text
    assert "own-work" not in ada.get(f"/exercises/{SLUG}").text


def test_another_student_has_other_questions_and_cannot_answer_these(site: CourseSite, enter: Enter) -> None:
    ada, bob = marked(site, enter), enter("bob")
    bob.submit(answered(site, -1))
    grade_all(site)
    with_models(site)
    of_ada, of_bob = started(site, ada), started(site, bob)
    assert {question.id for question in of_ada.questions} != {question.id for question in of_bob.questions}
    assert bob.post(PLACE, **right(of_ada)).status_code == 400
    assert not stored(site).is_answered


def test_another_attempt_that_counts_gets_its_own_questions(site: CourseSite, enter: Enter) -> None:
    ada = marked(site, enter)
    first = started(site, ada)
    ada.submit(answered(site, -2))
    grade_all(site)
    with_models(site, seed=2)
    assert ada.post(PLACE, **right(first)).status_code == 400
    assert "3 questions." in ada.get(PLACE).text
    assert started(site, ada).code != first.code


def test_the_time_of_an_attempt_that_counts_meanwhile_does_not_begin(site: CourseSite, enter: Enter) -> None:
    ada = marked(site, enter)
    ada.post(f"{PLACE}/start")
    ada.submit(answered(site, -2))
    with QueueGrader(site, Fake(), "test", print) as grader:
        while grader.grade_next() is not None:
            pass
    with_models(site, seed=2)
    draw_requested(site, print)
    assert "Question 1" not in ada.get(PLACE).text
    question_set = started(site, ada)
    assert "Question 1" in ada.get(PLACE).text
    assert question_set.opened_at is not None


def test_there_are_no_questions_while_a_student_must_not_know_which_attempt_counts(
    site: CourseSite, enter: Enter
) -> None:
    marked(site, enter)
    item = exercise_of_student(site, SLUG, "ada")
    assert item.report is not None
    assert own_work_in_portal.own_work_in_portal(site, item) is not None
    of_latest_attempt = replace(item, report=replace(item.report, is_of_mark=False))  # see `report_of_mark`
    assert own_work_in_portal.own_work_in_portal(site, of_latest_attempt) is None


def test_staff_see_the_answers_and_the_minutes(site: CourseSite, enter: Enter) -> None:
    ada, roe = marked(site, enter), enter("roe", Role.INSTRUCTOR)
    place = f"/class/{SLUG}/students/ada"
    assert "own work" not in roe.get(place).text
    question_set = started(site, ada)
    assert "The student has not answered yet." in roe.get(place).text
    ada.post(PLACE, **right(question_set, wrong=1))
    page = words(roe.get(place).text)
    assert "2 of 3 correct. Answered after 0 minutes. Allowed: 15 minutes." in page
    assert str(stored(site).findings[0].reason) in page.replace(" .", ".")


def test_too_many_forms_are_refused(site: CourseSite, enter: Enter) -> None:
    ada = marked(site, enter)
    statuses = [ada.post(f"{PLACE}/start").status_code for _ in range(61)]
    assert statuses == [303] * 60 + [429]


def test_the_questions_speak_german(site: CourseSite, enter: Enter) -> None:
    ada = marked(site, enter)
    ada.post("/account", language="de", zone="")
    started(site, ada)
    assert "Frage 1" in ada.get(PLACE).text
    assert "Antworten abschicken" in ada.get(PLACE).text
