"""Practice in the portal: graders draw cards, students answer them at once, and nothing counts."""

import contextlib
import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from starlette.testclient import TestClient

from grader.course.scaffold import create_exercise
from grader.course.variants import ReleasedVariants
from grader.errors import GradebookError
from grader.gradebook import drawing_requests
from grader.gradebook.practice import PracticeBook
from grader.mistakes.misconceptions import BY_ID
from grader.model.assessment import Verdict
from grader.model.portal import Role
from grader.model.practice import Practised, TrainedConcept
from grader.model.practice_history import PracticeMap, StoredCard
from grader.pipeline import practice_cards, practice_in_portal
from grader.pipeline.course_site import CourseSite
from grader.pipeline.handing_out import hand_out
from grader.pipeline.marking import now
from grader.pipeline.personal_notebooks import draw_notebooks
from grader.pipeline.portal_people import enrol_roster
from grader.pipeline.practice import PracticeQuestions, exposed_by
from grader.pipeline.practice_cards import SPARE, CardDrawer, are_cards_coming
from grader.pipeline.practice_in_portal import practice_overview
from grader.pipeline.practice_marking import mark_practice
from grader.portal.application import application
from grader.portal.rates import LIMITS, Rates
from grader.practice import learner
from tests.gradebook.book_samples import practice_answer, practice_card
from tests.portal.people import ADDRESS, SLUG, Person, answered, grade_all, roster
from tests.portal.test_own_work_in_portal import words
from tests.portal.test_personal_notebooks import write_key, write_notebook

Enter = Callable[..., Person]
FEW_NUMBERS = """
def draw(rng):
    return {"size": rng.choice([5, 6, 7])}

def answers(given):
    return {"width": given["size"] + 1, "padding": "valid"}
"""


@pytest.fixture
def practised(site: CourseSite) -> CourseSite:
    """The course, whose exercise has a question with numbers."""
    write_key(site, 1)
    write_notebook(site, "**How wide** is it? The size is")
    return site


def draw_all(site: CourseSite) -> None:
    """Draw all cards that were asked for."""
    drawer = CardDrawer(site, print)
    while drawer.draw_some():
        pass


def open_card(site: CourseSite, student: Person) -> StoredCard:
    """The card that a student gets next."""
    address = student.get("/practice/next").headers["location"]
    stored = site.practice.card(int(address.rpartition("/")[2]), student.member.account)
    assert stored is not None
    return stored


def prepared(site: CourseSite, enter: Enter) -> Person:
    """A student of a course with cards."""
    ada = enter("ada")
    assert "Questions are being prepared." in ada.get("/practice").text
    draw_all(site)
    return ada


def test_a_student_asks_answers_and_sees_the_result_at_once(practised: CourseSite, enter: Enter) -> None:
    ada = prepared(practised, enter)
    assert "Not started" in ada.get("/practice").text
    stored = open_card(practised, ada)
    address = f"/practice/cards/{stored.number}"
    page = words(ada.get(address).text)
    assert "How wide" in page
    assert f"The size is {stored.card.numbers['size']}." in page
    assert ada.post(address, answer=str(stored.card.answer - 1)).status_code == 303
    page = words(ada.get(address).text)
    assert "Not right yet" in page
    assert f"Expected {stored.card.answer}" in page
    assert "Learning" in ada.get("/practice").text


def test_a_calculation_is_an_answer(practised: CourseSite, enter: Enter) -> None:
    ada = prepared(practised, enter)
    stored = open_card(practised, ada)
    address = f"/practice/cards/{stored.number}"
    ada.post(address, answer=f"{stored.card.numbers['size']} + 1")
    assert "Right" in words(ada.get(address).text)
    assert [one.is_right for one in practised.practice.answers(ada.member.account)] == [True]


def test_a_page_contains_no_answer_before_the_student_has_answered(practised: CourseSite, enter: Enter) -> None:
    ada = prepared(practised, enter)
    stored = open_card(practised, ada)
    for address in ("/practice", f"/practice/cards/{stored.number}"):
        assert not re.search(rf"\b{stored.card.answer}\b", words(ada.get(address).text))


@pytest.mark.parametrize("text", ["", "   ", "..."])
def test_an_empty_answer_is_not_stored(practised: CourseSite, enter: Enter, text: str) -> None:
    ada = prepared(practised, enter)
    address = f"/practice/cards/{open_card(practised, ada).number}"
    assert ada.post(address, answer=text).status_code == 400
    assert practised.practice.answers(ada.member.account) == []


@pytest.mark.parametrize("text", ["(1,2", "about 3", "24 x 24", "5 %"])
def test_what_cannot_be_read_is_typed_again_and_does_not_count(practised: CourseSite, enter: Enter, text: str) -> None:
    ada = prepared(practised, enter)
    stored = open_card(practised, ada)
    answer = ada.post(f"/practice/cards/{stored.number}", answer=text)
    assert answer.status_code == 400
    assert "is not a number, a calculation or a list of numbers" in words(answer.text)
    assert f'value="{text}"' in answer.text
    assert not re.search(rf"\b{stored.card.answer}\b", words(answer.text))
    assert practised.practice.answers(ada.member.account) == []


def test_a_student_stays_with_the_concept_that_they_chose(practised: CourseSite, enter: Enter) -> None:
    ada = prepared(practised, enter)
    concept = f"?concept={SLUG}"
    place = ada.get(f"/practice/next{concept}").headers["location"]
    assert place.endswith(concept)
    assert ada.post(place, answer="1").headers["location"] == place
    assert f'href="/practice/next{concept}"' in ada.get(place).text


def test_the_first_answer_to_a_card_counts(practised: CourseSite, enter: Enter) -> None:
    ada = prepared(practised, enter)
    stored = open_card(practised, ada)
    for text in ("0", str(stored.card.answer)):
        assert ada.post(f"/practice/cards/{stored.number}", answer=text).status_code == 303
    assert [one.written for one in practised.practice.answers(ada.member.account)] == ["0"]


def test_practice_is_endless_and_no_card_comes_twice(practised: CourseSite, enter: Enter) -> None:
    ada = prepared(practised, enter)
    numbers = []
    for _ in range(3 * SPARE):
        stored = open_card(practised, ada)
        numbers.append(stored.card.fingerprint)
        ada.post(f"/practice/cards/{stored.number}", answer="1")
        ada.get("/practice")
        draw_all(practised)
    assert len(set(numbers)) == 3 * SPARE


def test_nothing_of_practice_reaches_a_mark(practised: CourseSite, enter: Enter) -> None:
    ada = prepared(practised, enter)
    ada.submit(answered(practised, -1))
    grade_all(practised)
    book = practised.book(SLUG)
    assert book is not None
    before = [mark.assessment for mark in book.marks()]
    stored = open_card(practised, ada)
    ada.post(f"/practice/cards/{stored.number}", answer=str(stored.card.answer))
    grade_all(practised)
    assert [mark.assessment for mark in book.marks()] == before


def cards_of(site: CourseSite, person: Person) -> set[str]:
    """Fingerprints of the cards that a person may get."""
    numbers = [place.number for place in site.practice.unanswered(person.member.account)]
    stored = [site.practice.card(number, person.member.account) for number in numbers]
    return {one.card.fingerprint for one in stored if one is not None}


def own_numbers(site: CourseSite, *students: str) -> dict[str, str]:
    """Give students numbers of their own; student -> fingerprint of these numbers."""
    path = site.course.root / "class.csv"
    path.write_bytes(roster(*students))
    hand_out(site.course, SLUG, path, site.course.root / "out", None, print)
    questions, variants = PracticeQuestions(site.course), ReleasedVariants(site.course, SLUG)
    return {name: questions.fingerprints(SLUG, variants.variant(name).seed)["width"] for name in students}


def test_no_student_gets_a_card_with_their_own_numbers_or_the_common_ones(practised: CourseSite, enter: Enter) -> None:
    (practised.course.solution_folder(SLUG) / "key.py").write_text(FEW_NUMBERS)
    names = [f"st{number:02}" for number in range(30)]
    students = {name: enter(name) for name in names}
    own = own_numbers(practised, *names)
    questions = PracticeQuestions(practised.course)
    everything = {questions.card(SLUG, "width", str(seed)).fingerprint for seed in range(50)}
    assert everything <= set(own.values()), "the class has all numbers that there are"
    students["st00"].get("/practice")
    draw_all(practised)
    for name, person in students.items():
        assert cards_of(practised, person) == everything - {own[name]}


def test_a_student_does_not_get_numbers_that_became_their_own_later(practised: CourseSite, enter: Enter) -> None:
    (practised.course.solution_folder(SLUG) / "key.py").write_text(FEW_NUMBERS)
    ada = enter("ada")
    ada.get("/practice")
    draw_all(practised)
    before = cards_of(practised, ada)
    own = own_numbers(practised, "ada")["ada"]
    assert are_cards_coming(practised)
    draw_all(practised)
    assert cards_of(practised, ada) == before - {own}


def test_numbers_that_a_student_gets_in_the_portal_are_noted_at_once(practised: CourseSite, enter: Enter) -> None:
    (practised.course.solution_folder(SLUG) / "key.py").write_text(FEW_NUMBERS)
    ada = enter("ada")
    ada.get("/practice")
    draw_all(practised)
    before = cards_of(practised, ada)
    draw_notebooks(practised, SLUG, "ada")
    draw_all(practised)
    variant = ReleasedVariants(practised.course, SLUG).variant("ada")
    own = PracticeQuestions(practised.course).fingerprints(SLUG, variant.seed)["width"]
    assert cards_of(practised, ada) == before - {own}


def test_numbers_that_a_student_gets_outside_the_portal_are_noted_without_a_visit(
    practised: CourseSite, enter: Enter
) -> None:
    (practised.course.solution_folder(SLUG) / "key.py").write_text(FEW_NUMBERS)
    ada = prepared(practised, enter)
    before = cards_of(practised, ada)
    drawer = CardDrawer(practised, print)
    while drawer.draw_some():
        pass
    own = own_numbers(practised, "ada")["ada"]
    while drawer.draw_some():
        pass
    assert cards_of(practised, ada) == before - {own}
    assert drawer.draw_some() == 0


def test_numbers_of_a_student_who_comes_to_the_portal_later_are_noted(practised: CourseSite, enter: Enter) -> None:
    (practised.course.solution_folder(SLUG) / "key.py").write_text(FEW_NUMBERS)
    ada = enter("ada")
    own = own_numbers(practised, "ada", "bob")["bob"]
    ada.get("/practice")
    draw_all(practised)
    enrol_roster(practised, roster("ada", "bob"), "class.csv", None)
    draw_all(practised)
    (bob,) = (member for member in practised.accounts.members(Role.STUDENT) if member.student == "bob")
    shown = cards_of(practised, Person(ada.client, bob))
    assert shown == practised.practice.stored(SLUG)["width"] - {own}


def test_a_question_whose_numbers_are_used_up_is_not_waited_for(practised: CourseSite, enter: Enter) -> None:
    (practised.course.solution_folder(SLUG) / "key.py").write_text(FEW_NUMBERS)
    ada = prepared(practised, enter)
    for place in practised.practice.unanswered(ada.member.account):
        ada.post(f"/practice/cards/{place.number}", answer="0")
    ada.get("/practice")
    draw_all(practised)
    page = ada.get("/practice").text
    assert "You have answered all questions that you can practise now." in page
    assert "being prepared" not in page


def test_a_removed_exercise_is_no_longer_practised(practised: CourseSite, enter: Enter) -> None:
    ada = prepared(practised, enter)
    address = f"/practice/cards/{open_card(practised, ada).number}"
    create_exercise(practised.course, "other")
    shutil.rmtree(practised.course.exercise_folder(SLUG))
    with contextlib.closing(practised.opener()()) as restarted:
        browser = TestClient(application(restarted, hosts=["portal.test"]), base_url=ADDRESS, follow_redirects=False)
        browser.cookies, browser.headers["origin"] = ada.client.cookies, ADDRESS
        for _ in range(2):
            assert browser.get("/practice").status_code == 200
            assert browser.get("/practice/next").headers["location"] == "/practice"
            assert browser.get(address).status_code == 404
            assert browser.post(address, data={"answer": "1"}).status_code == 404
            (restarted.folder / "practice-concepts.json").unlink(missing_ok=True)  # as before graders wrote it


def test_a_database_that_is_away_for_a_moment_stops_no_practice(
    practised: CourseSite, enter: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada = enter("ada")
    ada.get("/practice")
    problems: list[str] = []
    drawer = CardDrawer(practised, problems.append)

    def is_away(*_: object) -> None:
        raise GradebookError("gradebook: is locked.")

    with monkeypatch.context() as patch:
        patch.setattr(PracticeBook, "add", is_away)
        assert drawer.draw_some() == 0
    assert problems == ["No cards for practice were drawn. gradebook: is locked."]
    monkeypatch.setattr(drawing_requests, "AGAIN_SECONDS", 0.0)
    ada.get("/practice")
    while drawer.draw_some():
        pass
    assert open_card(practised, ada).card.question.id == "width"


def test_a_changed_key_replaces_the_cards(practised: CourseSite, enter: Enter) -> None:
    ada = prepared(practised, enter)
    before = practised.practice.stored(SLUG)["width"]
    write_key(practised, 2)
    assert are_cards_coming(practised)
    draw_all(practised)
    assert not before & practised.practice.stored(SLUG)["width"]
    stored = open_card(practised, ada)
    assert stored.card.answer == stored.card.numbers["size"] + 2


def test_a_broken_key_stops_no_grader_and_is_told_once(practised: CourseSite, enter: Enter) -> None:
    (practised.course.solution_folder(SLUG) / "key.py").write_text("answers = 1 +")
    enter("ada").get("/practice")
    problems: list[str] = []
    drawer = CardDrawer(practised, problems.append)
    while drawer.draw_some():
        pass
    assert [problem.startswith(f"{SLUG}: no cards for practice were drawn.") for problem in problems] == [True]


def test_a_course_without_numbers_says_that_there_is_nothing_to_practise(site: CourseSite, enter: Enter) -> None:
    ada = enter("ada")
    ada.get("/practice")
    draw_all(site)
    assert "There are no questions to practise now." in ada.get("/practice").text
    assert ada.get("/practice/next").headers["location"] == "/practice"


def test_a_grader_draws_a_few_cards_at_a_time(
    practised: CourseSite, enter: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(practice_cards, "_AT_ONCE", 2)
    enter("ada").get("/practice")
    drawer = CardDrawer(practised, print)
    assert drawer.draw_some() == 2
    assert len(practised.practice.stored(SLUG)["width"]) == 2


def test_the_model_of_the_learner_chooses_the_concept_and_the_question(
    practised: CourseSite, enter: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada = prepared(practised, enter)
    size, width = (TrainedConcept(id=name, title=name, questions=(f"{SLUG}/{name}",)) for name in ("size", "width"))
    after = replace(width, after=("size",))
    known = PracticeMap(concepts=(size, after), exposed={})
    monkeypatch.setattr(practice_in_portal, "practice_map", lambda _: known)
    practised.practice.add([replace(practice_card("size"), exercise=SLUG)], "edition", {})
    chosen = practice_overview(practised, ada.member.account)
    assert chosen.following is not None
    assert (chosen.next_concept, chosen.following.question) == (size, "size")
    asked_for = practice_overview(practised, ada.member.account, "width")
    assert asked_for.following is not None
    assert (asked_for.next_concept, asked_for.following.question) == (after, "width")


def test_correct_answers_master_a_concept_and_it_is_due_later(
    practised: CourseSite, enter: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada = prepared(practised, enter)
    while "Mastered" not in ada.get("/practice").text:
        stored = open_card(practised, ada)
        assert ada.post(f"/practice/cards/{stored.number}", answer=str(stored.card.answer)).status_code == 303
        draw_all(practised)
    page = ada.get("/practice").text
    assert "You have mastered everything that you can practise now." in page
    assert "Due again:" in page
    later = now() + timedelta(days=2)
    monkeypatch.setattr(practice_in_portal, "now", lambda: later)
    page = ada.get("/practice").text
    assert "Mastered, to be practised again" in page
    assert "Next question" in page


def test_the_portal_says_the_same_of_a_student_as_the_command(practised: CourseSite, enter: Enter) -> None:
    ada = prepared(practised, enter)
    questions = PracticeQuestions(practised.course)
    history = []
    for offset in (1, 0, 0):
        stored = open_card(practised, ada)
        text = str(stored.card.answer + offset)
        ada.post(f"/practice/cards/{stored.number}", answer=text)
        finding = mark_practice(stored.card, text)
        answer = Practised(
            question=stored.card.name,
            is_right=finding.verdict is Verdict.PASSED,
            exposes=exposed_by(stored.card),
            misconceptions=finding.shown_misconceptions,
            at=now(),
        )
        history.append(answer)
    of_command = learner.standings(questions.concepts(), history, questions.exposed(), now())
    of_portal = [one.standing for one in practice_overview(practised, ada.member.account).concepts]
    assert [(one.stage, one.probability) for one in of_portal] == [(one.stage, one.probability) for one in of_command]


def test_a_misconception_that_is_repeated_is_named_to_the_student_and_counted_for_the_class(
    practised: CourseSite, enter: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada, roe = prepared(practised, enter), enter("roe", Role.INSTRUCTOR)
    answer = practice_answer(question="width", exercise=SLUG, misconceptions=("bias-left-out",))
    practised.practice.answer(ada.member.account, answer)
    exposed = {f"{SLUG}/width": frozenset({"bias-left-out"})}
    known = PracticeMap(concepts=PracticeQuestions(practised.course).concepts(), exposed=exposed)
    monkeypatch.setattr(practice_in_portal, "practice_map", lambda _: known)
    assert str(BY_ID["bias-left-out"].title) in ada.get("/practice").text
    assert counts(roe.get("/practice/class").text) == ["1", "0", "1"]


def counts(page: str) -> list[str]:
    """The numbers of the table about the class."""
    return re.findall(r'<td class="table-amount">(\d+)</td>', page)


def test_concepts_that_cannot_be_read_are_told_and_each_exercise_is_one(practised: CourseSite, enter: Enter) -> None:
    (practised.course.settings_folder / "concepts.toml").write_text("[width]\ntitle = 1\n")
    ada = enter("ada")
    ada.get("/practice")
    problems: list[str] = []
    drawer = CardDrawer(practised, problems.append)
    while drawer.draw_some():
        pass
    assert len(problems) == 1
    assert "concepts.toml" in problems[0]
    assert "Tiny" in ada.get("/practice").text
    assert open_card(practised, ada).card.question.id == "width"


def test_instructors_see_the_class_without_names(practised: CourseSite, enter: Enter) -> None:
    ada, roe = prepared(practised, enter), enter("roe", Role.INSTRUCTOR)
    assert "No student has practised yet." in roe.get("/practice/class").text
    for _ in range(6):
        stored = open_card(practised, ada)
        ada.post(f"/practice/cards/{stored.number}", answer="0")
        draw_all(practised)
    page = roe.get("/practice/class").text
    assert counts(page) == ["1", "0", "1"]
    assert "ada" not in words(page).lower().split()


def test_a_card_that_is_not_there_is_a_missing_page(practised: CourseSite, enter: Enter) -> None:
    ada = prepared(practised, enter)
    assert ada.get("/practice/cards/999999").status_code == 404


def test_too_many_answers_are_refused(practised: CourseSite, enter: Enter) -> None:
    ada = prepared(practised, enter)
    address = f"/practice/cards/{open_card(practised, ada).number}"
    statuses = {ada.post(address, answer="").status_code for _ in range(600)}
    assert statuses == {400}
    assert ada.post(address, answer="").status_code == 429


def test_a_student_answers_only_so_many_cards_in_a_day(practised: CourseSite, enter: Enter) -> None:
    ada = prepared(practised, enter)
    address = f"/practice/cards/{open_card(practised, ada).number}"
    portal = application(practised, hosts=["portal.test"], rates=Rates({**LIMITS, "practice day": "2/day"}))
    browser = TestClient(portal, base_url=ADDRESS, follow_redirects=False, headers={"origin": ADDRESS})
    browser.cookies = ada.client.cookies
    assert [browser.post(address, data={"answer": ""}).status_code for _ in range(3)] == [400, 400, 429]
    assert "Go on tomorrow." in browser.post(address, data={"answer": "1"}).text
    assert practised.practice.answers(ada.member.account) == []


def test_practice_speaks_german(practised: CourseSite, enter: Enter) -> None:
    ada = prepared(practised, enter)
    ada.post("/account", language="de", zone="")
    assert "Nächste Frage" in ada.get("/practice").text
    stored = open_card(practised, ada)
    assert "Antwort prüfen" in ada.get(f"/practice/cards/{stored.number}").text


def test_a_text_with_markup_stays_text(practised: CourseSite, enter: Enter) -> None:
    ada = prepared(practised, enter)
    address = f"/practice/cards/{open_card(practised, ada).number}"
    answer = ada.post(address, answer="<script>alert(1)</script>")
    page = answer.text if answer.status_code == 400 else ada.get(address).text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
