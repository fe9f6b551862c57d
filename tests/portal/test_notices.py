"""What is new for a person: on pages until it is seen, and by e-mail through a real SMTP connection."""

import re
import shutil
import time
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest

from grader.course.scaffold import create_exercise
from grader.errors import GraderError
from grader.gradebook.results import Results
from grader.model.adjustment import Adjustment, AdjustmentKind
from grader.model.notice import NoticeKind
from grader.model.portal import Enrolment, Role
from grader.model.portal_settings import Encryption, MailSettings
from grader.pipeline import mailing
from grader.pipeline.course_site import CourseSite
from grader.pipeline.deciding import decide
from grader.pipeline.mailing import Mailer
from grader.pipeline.marking import now
from grader.pipeline.queued_grading import work
from grader.pipeline.regrading import regrade
from tests.fakes import Fake
from tests.portal.mail_server import MailServer, mail_server
from tests.portal.people import SLUG, Person, answered, grade_all

Enter = Callable[..., Person]
QUESTION = "width"
THREAD = f"/class/{SLUG}/threads/{QUESTION}/ada"
URL = "https://grader.example.org"


@pytest.fixture
def server() -> Iterator[MailServer]:
    """A mail server."""
    with mail_server() as running:
        yield running


def with_marks(site: CourseSite, enter: Enter, *students: str) -> list[Person]:
    """Students with a mark each, and e-mail addresses, and the instructor `roe` as the last one."""
    people = []
    for name in students:
        (_,) = site.accounts.enrol(
            [Enrolment(login=name, name=name, email=f"{name}@example.org", student=name)], None, now()
        )
        people.append(enter(name))
        people[-1].submit(answered(site, -1, name))
    grade_all(site)
    site.accounts.enrol(
        [Enrolment(login="roe", name="roe", email="roe@example.org", role=Role.INSTRUCTOR)], None, now()
    )
    return [*people, enter("roe", Role.INSTRUCTOR)]


def publish(person: Person, is_published: bool = True, **fields: str) -> None:
    """Publish or hide the marks of the class, or of a student."""
    person.post(f"/class/{SLUG}/publication", publish="yes" if is_published else "no", **fields)


def kinds(site: CourseSite, person: Person) -> list[NoticeKind]:
    """What is new for a person."""
    return [notice.kind for notice in site.notices.of_person(person.member.account)]


def mailer(site: CourseSite, server: MailServer, note: Callable[[str], None] = print) -> Mailer:
    """What sends e-mails to the server."""
    settings = MailSettings(host="127.0.0.1", port=server.port, sender="grader@example.org", encryption=Encryption.NONE)
    return Mailer(site, settings, URL, note)


def test_published_marks_are_new_until_the_report_is_opened(site: CourseSite, enter: Enter) -> None:
    ada, bob, roe = with_marks(site, enter, "ada", "bob")
    assert "New: " not in ada.get("/course").text
    publish(roe)
    page = ada.get("/course").text
    assert ("New: 1" in page, "Marks published" in page) == (True, True)
    ada.get(f"/exercises/{SLUG}/report")
    assert "New: " not in ada.get("/course").text
    assert kinds(site, bob) == [NoticeKind.PUBLISHED]
    publish(roe)  # again, which changes nothing for Ada
    assert kinds(site, ada) == []


def test_what_is_new_comes_first_and_the_number_leads_to_it(site: CourseSite, enter: Enter) -> None:
    create_exercise(site.course, "a-first-exercise")
    ada, roe = with_marks(site, enter, "ada")
    report = f'href="/exercises/{SLUG}/report"'

    def order(page: str) -> list[str]:
        return re.findall(r'<h3><a href="/exercises/([^"]*)"', page)

    assert order(ada.get("/course").text) == ["a-first-exercise", SLUG]
    publish(roe)
    page = ada.get("/course").text
    assert order(page) == [SLUG, "a-first-exercise"]
    assert re.search(rf"<a {report}>\s*New: 1</a>", page)
    ada.get(f"/exercises/{SLUG}/report")
    assert order(ada.get("/course").text) == ["a-first-exercise", SLUG]


def test_one_published_mark_is_new_for_its_student_only(site: CourseSite, enter: Enter) -> None:
    ada, bob, roe = with_marks(site, enter, "ada", "bob")
    publish(roe, student="ada")
    assert (kinds(site, ada), kinds(site, bob)) == ([NoticeKind.PUBLISHED], [])


def test_hidden_marks_are_no_longer_new(site: CourseSite, enter: Enter, server: MailServer) -> None:
    ada, roe = with_marks(site, enter, "ada")
    publish(roe)
    publish(roe, is_published=False)
    assert "New: " not in ada.get("/course").text
    assert mailer(site, server).send_due() == 0


@pytest.mark.parametrize("is_published", [True, False])
def test_a_decision_is_new_if_it_changes_a_published_mark(site: CourseSite, enter: Enter, is_published: bool) -> None:
    ada, bob, roe = with_marks(site, enter, "ada", "bob")
    publish(roe, is_published)
    for person in (ada, bob):
        person.get(f"/exercises/{SLUG}/report")
    decision = {"kind": "points", "question": QUESTION, "points": "1", "reason": "found it"}
    roe.post(f"/class/{SLUG}/decisions/ada", **decision)
    grade_all(site)
    assert kinds(site, ada) == ([NoticeKind.MARK] if is_published else [])
    assert kinds(site, bob) == []
    assert ("Your mark has changed" in ada.get("/course").text) is is_published
    roe.post(f"/class/{SLUG}/decisions/ada", kind="comment", text="The same mark.")
    roe.post(f"/class/{SLUG}/regrade")
    grade_all(site)
    assert len(kinds(site, ada)) == is_published


def test_a_question_is_new_for_staff_and_its_answer_for_the_student(site: CourseSite, enter: Enter) -> None:
    ada, roe = with_marks(site, enter, "ada")
    max_ = enter("max", Role.ASSISTANT)
    publish(roe)
    ada.get(f"/exercises/{SLUG}/report")
    ada.post(f"/exercises/{SLUG}/questions/{QUESTION}", text="Why?")
    assert (kinds(site, roe), kinds(site, max_), kinds(site, ada)) == ([NoticeKind.QUESTION], [NoticeKind.QUESTION], [])
    assert "New: 1" in roe.get("/course").text
    roe.get(THREAD)
    assert kinds(site, roe) == []
    roe.post(THREAD, text="Because.")
    assert (kinds(site, max_), kinds(site, ada)) == ([], [NoticeKind.ANSWER])  # for Max, nothing is left to do
    assert "New answer: " in ada.get("/course").text
    ada.get(f"/exercises/{SLUG}/questions/{QUESTION}")
    assert kinds(site, ada) == []


def test_an_e_mail_says_only_that_there_is_something_new(site: CourseSite, enter: Enter, server: MailServer) -> None:
    ada, roe = with_marks(site, enter, "ada")
    publish(roe)
    ada.post(f"/exercises/{SLUG}/questions/{QUESTION}", text="A secret question?")
    roe.post(THREAD, text="A secret answer.")
    assert mailer(site, server).send_due() == 1
    assert mailer(site, server).send_due() == 0
    ((address, letter),) = server.letters
    assert (address, letter["To"], letter["From"]) == ("ada@example.org", "ada@example.org", "grader@example.org")
    text = letter.get_content()
    assert f"{URL}/course" in text
    assert f"{URL}/account" in text
    for secret in ("secret", "roe", "width", "Width", SLUG, "Tiny", "0"):
        assert secret not in text + letter["Subject"]


def test_what_was_seen_before_is_not_mailed(site: CourseSite, enter: Enter, server: MailServer) -> None:
    ada, roe = with_marks(site, enter, "ada")
    publish(roe)
    ada.get(f"/exercises/{SLUG}/report")
    assert mailer(site, server).send_due() == 0


def test_a_person_can_turn_e_mails_off(site: CourseSite, enter: Enter, server: MailServer) -> None:
    ada, bob, roe = with_marks(site, enter, "ada", "bob")
    assert 'value="yes" checked' in ada.get("/account").text
    ada.post("/account", language="", zone="")
    bob.post("/account", language="de", zone="", mail="yes")
    assert 'value="yes" checked' not in ada.get("/account").text
    publish(roe)
    mailer(site, server).send_due()
    ((address, letter),) = server.letters
    assert address == "bob@example.org"
    assert "Neues" in letter["Subject"]
    assert kinds(site, ada) == [NoticeKind.PUBLISHED]  # on pages, all the same


def test_an_e_mail_is_sent_later_if_the_server_is_down(
    site: CourseSite, enter: Enter, server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, roe = with_marks(site, enter, "ada")
    publish(roe)
    notes: list[str] = []
    broken = Mailer(
        site,
        MailSettings(host="127.0.0.1", port=1, sender="g@example.org", encryption=Encryption.NONE),
        URL,
        notes.append,
    )
    assert broken.send_due() == 0
    assert "127.0.0.1:1" in notes[0]
    assert "127.0.0.1:1" in roe.get("/operations").text
    assert mailer(site, server).send_due() == 0  # not before the pause is over
    monkeypatch.setattr(mailing, "now", lambda: now() + timedelta(hours=1))
    assert mailer(site, server).send_due() == 1
    assert "127.0.0.1:1" not in roe.get("/operations").text


@pytest.mark.parametrize(("code", "comes_later"), [(550, False), (452, True)])
def test_an_address_that_is_refused_holds_up_no_other(
    site: CourseSite, enter: Enter, server: MailServer, monkeypatch: pytest.MonkeyPatch, code: int, comes_later: bool
) -> None:
    _, _, roe = with_marks(site, enter, "ada", "bob")
    publish(roe)
    server.refused = code
    assert mailer(site, server).send_due() == 0
    server.refused = 0
    page = roe.get("/operations").text
    assert str(code) in page
    assert "ada@example.org" not in page
    monkeypatch.setattr(mailing, "now", lambda: now() + timedelta(hours=1))
    assert (mailer(site, server).send_due() == 2) is comes_later


def test_an_old_notice_is_not_mailed(
    site: CourseSite, enter: Enter, server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, roe = with_marks(site, enter, "ada")
    publish(roe)
    monkeypatch.setattr(mailing, "now", lambda: now() + timedelta(days=3))
    assert mailer(site, server).send_due() == 0


def test_two_graders_send_each_e_mail_once(site: CourseSite, enter: Enter, server: MailServer) -> None:
    _, _, roe = with_marks(site, enter, "ada", "bob")
    publish(roe)
    first = site.notices.claim_letters(now(), now() + timedelta(minutes=10), 1)
    second = site.notices.claim_letters(now(), now() + timedelta(minutes=10), 9)
    assert [len(first), len(second)] == [1, 1]
    assert first[0].address != second[0].address
    assert mailer(site, server).send_due() == 0


def test_a_grader_sends_e_mails(site: CourseSite, enter: Enter, server: MailServer) -> None:
    _, roe = with_marks(site, enter, "ada")
    publish(roe)
    until = time.monotonic() + 20
    work(
        site,
        Fake(),
        lambda: bool(server.letters) or time.monotonic() > until,
        lambda text: pytest.fail(text),
        mailer=mailer(site, server),
    )
    assert [address for address, _ in server.letters] == ["ada@example.org"]


def test_an_address_that_is_none_breaks_nothing(site: CourseSite, enter: Enter, server: MailServer) -> None:
    _, roe = with_marks(site, enter, "ada")
    (_,) = site.accounts.enrol(
        [Enrolment(login="eve", name="eve", email="eve@x.org\nBcc: all@x.org", student="eve")], None, now()
    )
    site.publications.decide(SLUG, "", True, roe.member.account, now(), ["ada", "eve"])
    try:
        assert mailer(site, server).send_due() == 1
    except GraderError as error:
        pytest.fail(str(error))
    assert [address for address, _ in server.letters] == ["ada@example.org"]


def test_commands_notify_students_as_the_portal_does(site: CourseSite, enter: Enter) -> None:
    """`grader decide`, `regrade` and the others end in the same call as a task of the portal."""
    ada, bob, roe = with_marks(site, enter, "ada", "bob")
    material, results = site.material(SLUG), site.results(SLUG)

    def decided(student: str, points: float | None) -> list[list[NoticeKind]]:
        decision = Adjustment(
            student=student,
            exercise=SLUG,
            kind=AdjustmentKind.POINTS,
            author="roe",
            reason="found it",
            at=now(),
            question=QUESTION,
            points=points,
        )
        decide(material, results, [decision])
        return [kinds(site, ada), kinds(site, bob)]

    assert decided("ada", 1.0) == [[], []]  # while marks are hidden
    publish(roe, student="ada")
    ada.get(f"/exercises/{SLUG}/report")
    assert decided("bob", 1.0) == [[], []]
    assert decided("ada", 1.0) == [[], []]  # the same points
    assert decided("ada", 0.5) == [[NoticeKind.MARK], []]
    ada.get(f"/exercises/{SLUG}/report")
    assert decided("ada", None) == [[NoticeKind.MARK], []]
    ada.get(f"/exercises/{SLUG}/report")
    key = site.course.solution_folder(SLUG) / "key.py"
    key.write_text(key.read_text().replace("yield IMAGE - FILTER + 1", "yield -1"))  # what both have answered
    assert regrade(site.material(SLUG), results, dry_run=True).changes
    assert kinds(site, ada) == []
    changes = {one.student: one for one in regrade(site.material(SLUG), results).changes}
    assert changes["ada"].before != changes["ada"].after
    assert [kinds(site, ada), kinds(site, bob)] == [[NoticeKind.MARK], []]


def test_results_elsewhere_notify_nobody(site: CourseSite, enter: Enter) -> None:
    """A copy of the results beside those of the portal is not what students see."""
    ada, roe = with_marks(site, enter, "ada")
    publish(roe)
    ada.get(f"/exercises/{SLUG}/report")
    results = site.results(SLUG)
    copy = site.folder / "a copy"
    shutil.copytree(results.folder, copy)
    decision = Adjustment(
        student="ada",
        exercise=SLUG,
        kind=AdjustmentKind.POINTS,
        author="roe",
        reason="a trial",
        at=now(),
        question=QUESTION,
        points=1.0,
    )
    elsewhere = Results(copy)
    decide(site.material(SLUG), elsewhere, [decision])
    elsewhere.database.close()
    assert kinds(site, ada) == []
    decide(site.material(SLUG), results, [decision])
    assert kinds(site, ada) == [NoticeKind.MARK]
