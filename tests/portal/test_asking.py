"""A student asks about the mark of a question; staff answer and decide."""

import html
import re
from collections.abc import Callable

import pytest

from grader.model.portal import Enrolment, Role
from grader.pipeline.course_site import CourseSite
from grader.pipeline.marking import now
from grader.report import words
from tests.conftest import present
from tests.portal.people import SLUG, Person, answered, grade_all

Enter = Callable[..., Person]


def published(site: CourseSite, enter: Enter) -> tuple[Person, Person, str]:
    """A student with a published mark, an instructor, and a question."""
    ada, roe = enter("ada"), enter("roe", Role.INSTRUCTOR)
    ada.submit(answered(site, -1))
    grade_all(site)
    roe.post(f"/class/{SLUG}/publication", publish="yes")
    return ada, roe, site.exercise(SLUG).exercise.questions[0].id


def test_from_the_question_to_the_decision(site: CourseSite, enter: Enter) -> None:
    ada, roe, question = published(site, enter)
    own, theirs = f"/exercises/{SLUG}/questions/{question}", f"/class/{SLUG}/threads/{question}/ada"
    assert f'href="{own}"' in ada.get(f"/exercises/{SLUG}/report").text
    assert ada.post(own, text="I counted <b>twice</b>.").headers["location"] == own
    assert f'href="{theirs}"' in roe.get("/questions").text
    assert f'href="{theirs}"' in roe.get(f"/class/{SLUG}/students/ada").text
    assert "I counted &lt;b&gt;twice&lt;/b&gt;." in roe.get(theirs).text
    roe.post(theirs, text="Please look again.")
    assert "Not decided yet" in ada.get(own).text
    roe.post(theirs, text="The mark is right.", decides="yes")
    for page in (ada.get(own).text, roe.get(theirs).text):
        assert "The mark is right." in page
        assert "Decided:" in page
    assert "There are no open questions." in roe.get("/questions").text
    ada.post(own, text="I do not agree.")
    assert f'href="{theirs}"' in roe.get("/questions").text
    log = [(event.who, event.what, event.about) for event in site.events(10)]
    assert ("roe", "decide a question", f"{SLUG} ada {question}") in log


def test_staff_see_what_a_question_is_about_and_reach_the_points(site: CourseSite, enter: Enter) -> None:
    ada, roe, question = published(site, enter)
    title = site.exercise(SLUG).exercise.questions[0].title
    ada.post(f"/exercises/{SLUG}/questions/{question}", text="Please look again.")
    assert f"ada</bdi>: {title}</a>" in roe.get("/questions").text
    thread = roe.get(f"/class/{SLUG}/threads/{question}/ada").text
    assert f'href="/class/{SLUG}/reports/ada"' in thread
    assert f'href="/class/{SLUG}/students/ada?question={question}#decide"' in thread
    assert 'id="decide"' in roe.get(f"/class/{SLUG}/students/ada").text


def test_a_student_gives_a_reason_first_and_then_writes_messages(site: CourseSite, enter: Enter) -> None:
    ada, _, question = published(site, enter)
    own = f"/exercises/{SLUG}/questions/{question}"
    assert "<label>Your reason" in ada.get(own).text
    ada.post(own, text="Please look again.")
    assert "<label>Your next message" in ada.get(own).text


def test_a_student_cannot_decide(site: CourseSite, enter: Enter) -> None:
    ada, _, question = published(site, enter)
    own = f"/exercises/{SLUG}/questions/{question}"
    ada.post(own, text="Full points, please.", decides="yes")
    assert "Not decided yet" in ada.get(own).text


@pytest.mark.parametrize("text", ["", "  \n", "x" * 5001])
def test_an_empty_or_endless_message_is_refused(site: CourseSite, enter: Enter, text: str) -> None:
    ada, _, question = published(site, enter)
    assert ada.post(f"/exercises/{SLUG}/questions/{question}", text=text).status_code == 400
    assert site.threads.of_student(SLUG, "ada") == {}


def test_nothing_is_seen_or_asked_while_the_mark_is_hidden(site: CourseSite, enter: Enter) -> None:
    ada, roe, question = published(site, enter)
    own = f"/exercises/{SLUG}/questions/{question}"
    ada.post(own, text="Why?")
    roe.post(f"/class/{SLUG}/publication", publish="no")
    assert ada.get(own).status_code == 404
    assert ada.post(own, text="Why?").status_code == 404
    assert ada.get(f"/exercises/{SLUG}/questions/no-such").status_code == 404


def test_a_student_sees_only_the_own_thread(site: CourseSite, enter: Enter) -> None:
    ada, roe, question = published(site, enter)
    bob = enter("bob")
    bob.submit(answered(site, -2))
    grade_all(site)
    ada.post(f"/exercises/{SLUG}/questions/{question}", text="A secret of Ada.")
    assert "A secret of Ada." not in bob.get(f"/exercises/{SLUG}/questions/{question}").text
    assert bob.get(f"/class/{SLUG}/threads/{question}/ada").status_code == 404
    assert roe.get(f"/class/{SLUG}/threads/{question}/bob").status_code == 404


def asked_about(site: CourseSite, enter: Enter) -> tuple[Person, Person, str]:
    """A student who asked, an instructor, and the page of staff about the question."""
    ada, roe, question = published(site, enter)
    ada.post(f"/exercises/{SLUG}/questions/{question}", text="Please look again.")
    return ada, roe, f"/class/{SLUG}/threads/{question}/ada"


def test_staff_see_the_answer_and_its_points_beside_the_question(site: CourseSite, enter: Enter) -> None:
    _, roe, address = asked_about(site, enter)
    (mark,) = present(site.book(SLUG)).marks("ada")
    finding = mark.assessment.findings[0]
    thread = roe.get(address).text
    assert f"{words.number(finding.points)}/{words.number(finding.max_points)}</p>" in thread
    answer = present(re.search(r'<p class="portal-answer">(.+?)</p>', thread))[1]
    assert html.unescape(re.sub("<[^>]*>", "", answer)) == str(finding.found).replace("`", "")
    assert "1" in answer


def test_staff_see_an_override_and_its_reason_beside_the_question(site: CourseSite, enter: Enter) -> None:
    ada, roe, address = asked_about(site, enter)
    question = site.exercise(SLUG).exercise.questions[0].id
    fields = {"kind": "points", "question": question, "points": "0.5", "reason": "Half of it is correct."}
    assert roe.post(f"/class/{SLUG}/decisions/ada", **fields).status_code == 303
    grade_all(site)
    thread = roe.get(address).text
    assert "0.5/" in thread
    assert "Half of it is correct." in thread
    assert "Half of it is correct." not in ada.get(f"/exercises/{SLUG}/questions/{question}").text


def test_a_student_sees_only_messages_beside_a_question(site: CourseSite, enter: Enter) -> None:
    ada, roe, address = asked_about(site, enter)
    question = site.exercise(SLUG).exercise.questions[0].id
    assert 'id="answer"' in roe.get(address).text
    own = ada.get(f"/exercises/{SLUG}/questions/{question}").text
    assert "Please look again." in own
    assert 'id="answer"' not in own
    assert own.count("portal-answer") == 1
    assert f"/class/{SLUG}" not in own


def test_a_link_to_the_forms_for_points_chooses_the_question(site: CourseSite, enter: Enter) -> None:
    _, roe, address = asked_about(site, enter)
    link = present(re.search(r'href="([^"]*)#decide"', roe.get(address).text))[1]
    page = roe.get(link).text
    question = site.exercise(SLUG).exercise.questions[0].id
    forms = [form for form in page.split("<form")[1:] if f'<option value="{question}" selected>' in form]
    assert ['name="points"' in form or 'name="text"' in form for form in forms] == [True, True]


@pytest.mark.parametrize("query", ["", "?question=", "?question=of-another-exercise", "?question=%22%3E%3Cb%3E"])
def test_no_question_is_chosen_unless_the_exercise_has_it(site: CourseSite, enter: Enter, query: str) -> None:
    _, roe, _ = asked_about(site, enter)
    page = roe.get(f"/class/{SLUG}/students/ada{query}")
    assert page.status_code == 200
    assert " selected>" not in page.text
    assert "of-another-exercise" not in page.text
    assert "<b>" not in page.text


def test_a_question_of_another_exercise_has_no_page(site: CourseSite, enter: Enter) -> None:
    _, roe, _ = asked_about(site, enter)
    assert roe.get(f"/class/{SLUG}/threads/of-another-exercise/ada").status_code == 404


def test_the_answer_names_no_student_while_grading_is_anonymous(site: CourseSite, enter: Enter) -> None:
    site.accounts.enrol([Enrolment(login="ada", name="Ada Lovelace", student="ada")], None, now())
    _, roe, address = asked_about(site, enter)
    site.accounts.enrol([Enrolment(login="ada", name="Ada Lovelace", student="ada")], None, now())
    assert "Lovelace" in roe.get(address).text
    (site.course.exercises / "course.toml").write_text("[manual_grading]\nanonymous = true\n")
    page = roe.get(address).text
    assert 'id="answer"' in page
    assert "Lovelace" not in page


def test_a_message_that_is_sent_twice_is_stored_once(site: CourseSite, enter: Enter) -> None:
    ada, roe, question = published(site, enter)
    own, theirs = f"/exercises/{SLUG}/questions/{question}", f"/class/{SLUG}/threads/{question}/ada"
    for person, address, fields in (
        (ada, own, {"text": "Why?"}),
        (roe, theirs, {"text": "Because."}),
        (roe, theirs, {"text": "Because.", "decides": "yes"}),
        (ada, own, {"text": "Why?"}),
    ):
        for _ in range(2):
            assert person.post(address, **fields).status_code == 303
    (thread,) = site.threads.of_student(SLUG, "ada").values()
    assert [message.text for message in thread.messages] == ["Why?", "Because.", "Because.", "Why?"]
    assert thread.decided_at is None


def test_too_many_messages_are_refused(site: CourseSite, enter: Enter) -> None:
    ada, _, question = published(site, enter)
    own = f"/exercises/{SLUG}/questions/{question}"
    assert {ada.post(own, text=f"Message {number}").status_code for number in range(30)} == {303}
    refused = ada.post(own, text="One more")
    assert refused.status_code == 429
    assert "Wait 10 minutes." in refused.text
    assert len(site.threads.of_student(SLUG, "ada")[question].messages) == 30
