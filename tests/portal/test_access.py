"""Every route, for every kind of person, with marks hidden and published: who gets in, and who learns nothing."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest
from starlette.testclient import TestClient

from grader.course.layout import Course
from grader.course.scaffold import create_exercise
from grader.model.portal import Enrolment, Member, Role
from grader.pipeline.check_runs import ask_check, check_next
from grader.pipeline.course_site import CourseSite
from grader.pipeline.marking import now
from grader.pipeline.portal_people import digest, new_link, new_secret, new_token
from grader.pipeline.uploading import ArrivedFile, submit
from grader.portal.application import application
from grader.portal.rates import LIMITS, Rates
from grader.portal.routes import ROUTES
from grader.portal.security import COOKIE
from tests.fakes import Fake
from tests.gradebook.book_samples import practice_card
from tests.portal.people import ADDRESS, SLUG, answered, grade_all, right_answer

OK, GONE, ELSEWHERE = 200, 404, 303
"""A page; the answer for everything that is not there or not for this person; another page of the portal."""
NO_TOKEN, NOT_ALLOWED, UNUSABLE = 401, 403, 422
"""To programs: without a token; for people with another role, whatever is at the address; for files of a request."""

QUESTION = "width"
"""A question of the exercise."""
STRANGER, OWNER, OTHER = "stranger", "submitter", "bystander"
STAFF = tuple(role.value for role in Role if role.is_staff)
TEACHERS = ("instructor", "administrator")
STUDENTS = (OWNER, OTHER)
ALL = (*STUDENTS, *STAFF)
VISITORS = (STRANGER, *ALL)
NEAR, FAR = "near-assistant", "far-assistant"
"""Assistants who are limited to the section of the student, and to another one."""
SECTIONS = {OWNER: "A", NEAR: "A, C", FAR: "B"}


@dataclass(frozen=True)
class Row:
    """A route with an address of the owner's work, and what each visitor gets there.

    Attributes:
        address: The address that is tried.
        hidden: Visitor -> status while marks are hidden; people who are not named get `GONE`.
        published: The same for published marks; None if that makes no difference.
        stranger: Status for people who are not signed in.
        fields: Fields of the form.
        others: Status for people who are not named; programs learn that their person has the wrong role.
    """

    address: str
    hidden: Mapping[str, int]
    published: Mapping[str, int] | None = None
    stranger: int = ELSEWHERE
    fields: Mapping[str, str] = field(default_factory=dict)
    others: int = GONE

    def expected(self, visitor: str, is_published: bool) -> int:
        """The status that a visitor must get."""
        if visitor == STRANGER:
            return self.stranger
        rules = self.published if is_published and self.published is not None else self.hidden
        return rules.get(visitor, self.others)

    @property
    def is_for_programs(self) -> bool:
        """Whether a program calls it with a token."""
        return self.stranger == NO_TOKEN


def to(status: int, *visitors: str) -> dict[str, int]:
    """The same status for several visitors."""
    return dict.fromkeys(visitors, status)


def for_programs(address: str, hidden: Mapping[str, int], published: Mapping[str, int] | None = None) -> Row:
    """A route that a program calls with a token."""
    return Row(address, hidden, published, stranger=NO_TOKEN, others=NOT_ALLOWED)


_NEW_STAFF = {"login": "new", "role": "assistant"}

ROWS: Mapping[tuple[str, str], Row] = {
    ("GET", "/"): Row("/", to(ELSEWHERE, *ALL)),
    ("GET", "/health"): Row("/health", to(OK, *ALL), stranger=OK),
    ("GET", "/static/{name}"): Row("/static/portal.css", to(OK, *ALL), stranger=OK),
    ("GET", "/sign-in"): Row("/sign-in", to(ELSEWHERE, *ALL), stranger=OK),
    ("POST", "/sign-in"): Row("/sign-in", to(403, *ALL), stranger=403),  # without a password
    ("GET", "/welcome/{token}"): Row("/welcome/no-such-link", {}, stranger=GONE),
    ("POST", "/welcome/{token}"): Row("/welcome/no-such-link", {}, stranger=GONE),
    ("POST", "/sign-out"): Row("/sign-out", to(ELSEWHERE, *ALL)),
    ("GET", "/account"): Row("/account", to(OK, *ALL)),
    ("POST", "/account"): Row("/account", to(ELSEWHERE, *ALL)),
    ("POST", "/account/password"): Row("/account/password", to(400, *ALL)),  # without the old password
    ("GET", "/course"): Row("/course", to(OK, *ALL)),
    ("GET", "/exercises/{slug}"): Row(f"/exercises/{SLUG}", to(OK, *ALL)),
    ("GET", "/exercises/{slug}/notebook"): Row(f"/exercises/{SLUG}/notebook", to(OK, *ALL)),
    ("GET", "/exercises/{slug}/files/{name:path}"): Row(f"/exercises/{SLUG}/files/exercise.toml", {}),
    ("POST", "/exercises/{slug}/attempts"): Row(f"/exercises/{SLUG}/attempts", to(400, *STUDENTS)),  # without a file
    ("POST", "/exercises/{slug}/quick-checks"): Row(
        f"/exercises/{SLUG}/quick-checks",
        to(400, *STUDENTS),  # without a file
    ),
    ("POST", "/exercises/{slug}/checks"): Row(f"/exercises/{SLUG}/checks", to(400, *STUDENTS)),  # without a file
    ("GET", "/exercises/{slug}/checks/{number:int}"): Row(f"/exercises/{SLUG}/checks/1", to(OK, OWNER)),
    ("GET", "/exercises/{slug}/checks/{number:int}/events"): Row(f"/exercises/{SLUG}/checks/1/events", to(OK, OWNER)),
    ("GET", "/exercises/{slug}/attempts/{number:int}"): Row(f"/exercises/{SLUG}/attempts/1", to(OK, OWNER)),
    ("GET", "/exercises/{slug}/attempts/{number:int}/events"): Row(
        f"/exercises/{SLUG}/attempts/1/events", to(OK, OWNER)
    ),
    ("GET", "/exercises/{slug}/attempts/{number:int}/report"): Row(
        f"/exercises/{SLUG}/attempts/1/report",
        {},
        to(ELSEWHERE, OWNER),  # to the page of the attempt: no grader has drawn the report yet
    ),
    ("GET", "/exercises/{slug}/report"): Row(f"/exercises/{SLUG}/report", {}, to(OK, OWNER)),
    ("GET", "/exercises/{slug}/report/page"): Row(f"/exercises/{SLUG}/report/page", {}, to(OK, OWNER)),
    ("GET", "/exercises/{slug}/own-work"): Row(f"/exercises/{SLUG}/own-work", {}, to(OK, OWNER)),
    ("POST", "/exercises/{slug}/own-work"): Row(
        f"/exercises/{SLUG}/own-work",
        {},
        to(400, OWNER),  # no questions are open
    ),
    ("POST", "/exercises/{slug}/own-work/start"): Row(f"/exercises/{SLUG}/own-work/start", {}, to(ELSEWHERE, OWNER)),
    ("GET", "/practice"): Row("/practice", to(OK, *STUDENTS)),
    ("GET", "/practice/next"): Row("/practice/next", to(ELSEWHERE, *STUDENTS)),
    ("GET", "/practice/cards/{number:int}"): Row("/practice/cards/1", to(OK, *STUDENTS)),
    ("POST", "/practice/cards/{number:int}"): Row(
        "/practice/cards/1",
        to(400, *STUDENTS),  # without an answer
    ),
    ("GET", "/practice/class"): Row("/practice/class", to(OK, *TEACHERS)),
    ("GET", "/class/{slug}"): Row(f"/class/{SLUG}", to(OK, *STAFF)),
    ("POST", "/class/{slug}/publication"): Row(
        f"/class/{SLUG}/publication", to(ELSEWHERE, *TEACHERS), fields={"publish": "yes"}
    ),
    ("POST", "/class/{slug}/jobs/{job:int}/retry"): Row(f"/class/{SLUG}/jobs/1/retry", to(ELSEWHERE, *STAFF)),
    ("GET", "/class/{slug}/questions/{question}"): Row(f"/class/{SLUG}/questions/{QUESTION}", to(OK, *STAFF)),
    ("POST", "/class/{slug}/questions/{question}/groups"): Row(
        f"/class/{SLUG}/questions/{QUESTION}/groups",
        to(400, *STAFF),  # without points
    ),
    ("POST", "/class/{slug}/questions/{question}/next"): Row(
        f"/class/{SLUG}/questions/{QUESTION}/next", to(ELSEWHERE, *STAFF)
    ),
    ("GET", "/class/{slug}/questions/{question}/grading"): Row(
        f"/class/{SLUG}/questions/{QUESTION}/grading",
        to(ELSEWHERE, *STAFF),  # nothing is claimed
    ),
    ("POST", "/class/{slug}/questions/{question}/grading"): Row(
        f"/class/{SLUG}/questions/{QUESTION}/grading",
        to(400, *STAFF),  # nothing is claimed
    ),
    ("GET", "/class/{slug}/questions/{question}/rubric"): Row(
        f"/class/{SLUG}/questions/{QUESTION}/rubric", to(OK, *STAFF)
    ),
    ("POST", "/class/{slug}/questions/{question}/items"): Row(
        f"/class/{SLUG}/questions/{QUESTION}/items",
        to(400, *STAFF),  # without points
    ),
    ("POST", "/class/{slug}/questions/{question}/items/{number:int}"): Row(
        f"/class/{SLUG}/questions/{QUESTION}/items/1",
        to(400, *TEACHERS),  # there is no item
    ),
    ("GET", "/operations"): Row("/operations", to(OK, *TEACHERS)),
    ("GET", "/operations/log/{page:int}"): Row("/operations/log/1", to(OK, *TEACHERS)),
    ("GET", "/questions"): Row("/questions", to(OK, *STAFF)),
    ("GET", "/class/{slug}/threads/{question}/{student:path}"): Row(
        f"/class/{SLUG}/threads/{QUESTION}/{OWNER}", to(OK, *STAFF)
    ),
    ("POST", "/class/{slug}/threads/{question}/{student:path}"): Row(
        f"/class/{SLUG}/threads/{QUESTION}/{OWNER}",
        to(400, *STAFF),  # without a message
    ),
    ("GET", "/exercises/{slug}/questions/{question}"): Row(
        f"/exercises/{SLUG}/questions/{QUESTION}", {}, to(OK, OWNER)
    ),
    ("POST", "/exercises/{slug}/questions/{question}"): Row(
        f"/exercises/{SLUG}/questions/{QUESTION}", {}, to(ELSEWHERE, OWNER), fields={"text": "Why?"}
    ),
    ("GET", "/class/{slug}/files"): Row(f"/class/{SLUG}/files", to(OK, *TEACHERS)),
    ("POST", "/class/{slug}/files"): Row(f"/class/{SLUG}/files", to(OK, *TEACHERS), fields={"form": "csv"}),
    ("GET", "/class/{slug}/exports/{name}"): Row(f"/class/{SLUG}/exports/{SLUG}-marks.csv", to(OK, *TEACHERS)),
    ("POST", "/class/{slug}/answers"): Row(f"/class/{SLUG}/answers", to(OK, *TEACHERS)),
    ("POST", "/class/{slug}/import"): Row(f"/class/{SLUG}/import", to(400, *TEACHERS)),  # without a file
    ("POST", "/class/{slug}/groups"): Row(f"/class/{SLUG}/groups", to(400, *TEACHERS)),  # without a file
    ("POST", "/class/{slug}/times"): Row(f"/class/{SLUG}/times", to(400, *TEACHERS)),  # without a file
    ("GET", "/class/{slug}/regrade"): Row(f"/class/{SLUG}/regrade", to(OK, *TEACHERS)),
    ("POST", "/class/{slug}/regrade"): Row(f"/class/{SLUG}/regrade", to(ELSEWHERE, *TEACHERS)),
    ("GET", "/class/{slug}/preview/{student:path}"): Row(f"/class/{SLUG}/preview/{OWNER}", to(OK, *STAFF)),
    ("GET", "/class/{slug}/preview-page/{student:path}"): Row(f"/class/{SLUG}/preview-page/{OWNER}", to(OK, *STAFF)),
    ("GET", "/class/{slug}/students/{student:path}"): Row(f"/class/{SLUG}/students/{OWNER}", to(OK, *STAFF)),
    ("POST", "/class/{slug}/decisions/{student:path}"): Row(
        f"/class/{SLUG}/decisions/{OWNER}", to(ELSEWHERE, *STAFF), fields={"kind": "comment", "text": "Good."}
    ),
    ("POST", "/class/{slug}/exceptions/{student:path}"): Row(
        f"/class/{SLUG}/exceptions/{OWNER}",
        to(ELSEWHERE, *TEACHERS),
        fields={"kind": "excused", "excused": "no", "reason": "none"},
    ),
    ("GET", "/class/{slug}/uploads/{number:int}/{file:int}/{student:path}"): Row(
        f"/class/{SLUG}/uploads/1/0/{OWNER}", to(OK, *STAFF)
    ),
    ("POST", "/class/{slug}/reruns/{student:path}"): Row(
        f"/class/{SLUG}/reruns/{OWNER}", to(ELSEWHERE, *TEACHERS), fields={"reason": "a doubt"}
    ),
    ("GET", "/class/{slug}/reports/{student:path}"): Row(f"/class/{SLUG}/reports/{OWNER}", to(OK, *STAFF)),
    ("GET", "/roster"): Row("/roster", to(OK, *TEACHERS)),
    ("POST", "/roster"): Row("/roster", to(400, *TEACHERS)),  # without a file
    ("POST", "/roster/{account:int}/link"): Row("/roster/{owner}/link", to(OK, *TEACHERS)),
    ("POST", "/roster/{account:int}/sections"): Row(
        "/roster/{owner}/sections", to(ELSEWHERE, *TEACHERS), fields={"sections": "A"}
    ),
    ("POST", "/roster/staff"): Row(
        "/roster/staff", {"administrator": OK}, fields={"login": "new", "role": "assistant"}
    ),
    ("POST", "/account/tokens"): Row("/account/tokens", to(OK, *ALL), fields={"name": "laptop"}),
    ("POST", "/account/tokens/{token:int}/revocation"): Row("/account/tokens/999/revocation", to(ELSEWHERE, *ALL)),
    ("GET", "/api/openapi.json"): Row("/api/openapi.json", to(OK, *ALL), stranger=OK),
    ("GET", "/api/exercises"): for_programs("/api/exercises", to(OK, *ALL)),
    ("GET", "/api/exercises/{slug}"): for_programs(f"/api/exercises/{SLUG}", to(OK, *ALL)),
    ("POST", "/api/attempts"): for_programs("/api/attempts", to(UNUSABLE, *STUDENTS)),  # without a file
    ("POST", "/api/checks"): for_programs("/api/checks", to(UNUSABLE, *STUDENTS)),  # without a file
    ("GET", "/api/exercises/{slug}/attempts/{number:int}"): for_programs(
        f"/api/exercises/{SLUG}/attempts/1", {OWNER: OK, OTHER: GONE}
    ),
    ("GET", "/api/exercises/{slug}/report"): for_programs(
        f"/api/exercises/{SLUG}/report", to(GONE, *STUDENTS), {OWNER: OK, OTHER: GONE}
    ),
    ("GET", "/api/exercises/{slug}/marks"): for_programs(f"/api/exercises/{SLUG}/marks", to(OK, *TEACHERS)),
}
"""Method and path of every route. A new route needs a row here; somebody must decide who may see it."""


class Scene:
    """A course in which the student `submitter` has a mark, and everyone else is there, too."""

    def __init__(self, site: CourseSite) -> None:
        self.site = site
        self._app = application(site, hosts=["portal.test"], rates=Rates(dict.fromkeys(LIMITS, "9999/second")))
        roles = {OWNER: Role.STUDENT, OTHER: Role.STUDENT} | {role: Role(role) for role in STAFF}
        roles |= dict.fromkeys((NEAR, FAR), Role.ASSISTANT)
        self.members: dict[str, Member] = {}
        self._tokens: dict[str, str] = {}
        for login, role in roles.items():
            student = login if role is Role.STUDENT else ""
            person = Enrolment(login=login, name=login, role=role, student=student, section=SECTIONS.get(login, ""))
            (self.members[login],) = site.accounts.enrol([person], None, now())
        right = answered(site, right_answer(site.material(SLUG)))
        self.check(OWNER, right)
        self.hand_in(OWNER, right)
        site.practice.add([replace(practice_card(QUESTION), exercise=SLUG)], "edition", {})
        site.threads.write(SLUG, OWNER, QUESTION, self.members[OWNER].account, "Is it wrong?", now())

    def hand_in(self, login: str, content: bytes) -> None:
        """Submit a notebook of a student, and grade it."""
        submit(self.site, SLUG, self.members[login], new_secret(), ArrivedFile(name="a.ipynb", content=content), [])
        grade_all(self.site)

    def check(self, login: str, content: bytes) -> None:
        """Check a notebook of a student before submitting it."""
        ask_check(self.site, SLUG, self.members[login], new_secret(), ArrivedFile(name="a.ipynb", content=content), [])
        while check_next(self.site, Fake(), "test", print):
            pass

    def publish(self, is_published: bool) -> None:
        """Publish or hide all marks."""
        self.site.publications.decide(SLUG, "", is_published, self.members["instructor"].account, now())

    def browser(self, visitor: str) -> TestClient:
        """A browser of a person, with a session that is new."""
        client = TestClient(self._app, base_url=ADDRESS, follow_redirects=False, headers={"origin": ADDRESS})
        if visitor != STRANGER:
            secret = new_secret()
            until = now() + timedelta(hours=1)
            self.site.accounts.begin_session(self.members[visitor].account, digest(secret), now(), until)
            client.cookies.set(COOKIE, secret)
        return client

    def program(self, visitor: str) -> TestClient:
        """A program with a token of a person, without a session."""
        client = TestClient(self._app, base_url=ADDRESS, follow_redirects=False)
        if visitor != STRANGER:
            if visitor not in self._tokens:
                self._tokens[visitor] = new_token(self.site, self.members[visitor], "test") or ""
            client.headers["authorization"] = f"Bearer {self._tokens[visitor]}"
        return client

    def client(self, row: Row, visitor: str) -> TestClient:
        """What a person uses to open the address of a row."""
        return self.program(visitor) if row.is_for_programs else self.browser(visitor)


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """See `Scene`."""
    root = tmp_path_factory.mktemp("course")
    for name in ("exercises", "solutions", "reference_models"):
        (root / name).mkdir()
    course = Course(root)
    create_exercise(course, SLUG)
    settings = course.exercise_folder(SLUG) / "exercise.toml"
    settings.write_text(settings.read_text().replace("[[questions]]", "[own_work]\n\n[[questions]]", 1))
    site = CourseSite(course, root / "results")
    yield Scene(site)
    site.close()


def test_every_route_has_a_row_and_every_row_a_route() -> None:
    assert {(method, route.path) for route in ROUTES for method in route.views} == set(ROWS)


@pytest.mark.parametrize("is_published", [False, True], ids=["hidden", "published"])
@pytest.mark.parametrize(("method", "path"), ROWS, ids=lambda value: str(value))
def test_each_person_gets_what_the_table_says(scene: Scene, method: str, path: str, is_published: bool) -> None:
    row = ROWS[method, path]
    for visitor in VISITORS:
        scene.publish(is_published)
        address = row.address.replace("{owner}", str(scene.members[OWNER].account))
        data = dict(row.fields) if method == "POST" else None
        answer = scene.client(row, visitor).request(method, address, data=data)
        assert (visitor, answer.status_code) == (visitor, row.expected(visitor, is_published))
        if visitor == STRANGER and answer.status_code == ELSEWHERE:
            assert answer.headers["location"] == "/sign-in"


STAFF_ROWS = [
    (method, path)
    for (method, path), row in ROWS.items()
    if row.hidden.get("assistant", GONE) != GONE and not row.is_for_programs  # none of these is about one student
]


@pytest.mark.parametrize(("method", "path"), STAFF_ROWS, ids=lambda value: str(value))
def test_an_assistant_sees_only_students_of_the_own_sections(scene: Scene, method: str, path: str) -> None:
    row = ROWS[method, path]
    scene.publish(False)
    data = dict(row.fields) if method == "POST" else None
    expected = row.expected("assistant", False)
    assert scene.browser(NEAR).request(method, row.address, data=data).status_code == expected
    far = scene.browser(FAR).request(method, row.address, data=data)
    is_about_student = OWNER in row.address or "{job" in path
    assert far.status_code == (GONE if is_about_student else expected)
    assert OWNER not in far.text


def test_a_limited_assistant_sees_the_own_students_in_lists(scene: Scene) -> None:
    for address in (f"/class/{SLUG}", "/questions", f"/class/{SLUG}/questions/{QUESTION}"):
        assert OWNER in scene.browser(NEAR).get(address).text, address
        assert OWNER in scene.browser("assistant").get(address).text, address


def test_what_a_person_may_not_see_looks_like_what_is_not_there(scene: Scene) -> None:
    scene.publish(True)
    nowhere = scene.browser(OTHER).get("/there/is/no/such/page").text
    for (method, _), row in ROWS.items():
        if method == "GET" and row.expected(OTHER, True) == GONE and row.stranger == ELSEWHERE:
            assert scene.browser(OTHER).get(row.address).text == nowhere


def test_every_missing_page_says_that_reports_need_published_marks(scene: Scene) -> None:
    scene.publish(False)
    report = f"/exercises/{SLUG}/report"
    pages = {scene.browser(OTHER).get(address).text for address in (report, f"{report}/page", "/there/is/no/such/page")}
    (page,) = pages
    assert "You can open a report only while its marks are published, and a page for staff only with" in page
    assert _without_names(scene.browser(OWNER).get(report).text, OWNER) == _without_names(page, OTHER)


def test_a_session_opens_nothing_of_programs_and_a_token_opens_no_page(scene: Scene) -> None:
    for (method, path), row in ROWS.items():
        if row.stranger == OK:
            continue
        for visitor in ALL:
            client = scene.browser(visitor) if row.is_for_programs else scene.program(visitor)
            client.headers["origin"] = ADDRESS
            address = row.address.replace("{owner}", str(scene.members[OWNER].account))
            answer = client.request(method, address, data=dict(row.fields) if method == "POST" else None)
            assert (path, visitor, answer.status_code) == (path, visitor, row.stranger)


def test_programs_get_the_same_answer_for_what_is_not_theirs_and_what_is_not_there(scene: Scene) -> None:
    scene.publish(False)
    of_other = scene.program(OTHER)
    nowhere = of_other.get("/api/there/is/no/such/address")
    for address in ("attempts/7", "report", "no/such"):
        answer = of_other.get(f"/api/exercises/{SLUG}/{address}")
        assert (answer.status_code, answer.content) == (GONE, nowhere.content)
    for slug in (SLUG, "no-such-exercise"):  # a student learns nothing about exercises from the address of marks
        answer = of_other.get(f"/api/exercises/{slug}/marks")
        assert (answer.status_code, answer.content) == (
            NOT_ALLOWED,
            of_other.get(f"/api/exercises/{SLUG}/marks").content,
        )


def test_while_marks_are_hidden_no_page_depends_on_them(scene: Scene) -> None:
    """Two students, one with all points and one with none, see the same on every page."""
    scene.check(OTHER, answered(scene.site, -1))
    scene.hand_in(OTHER, answered(scene.site, -1))
    scene.publish(False)
    rows = [row for (method, _), row in ROWS.items() if method == "GET" and row.address != "/health"]
    for row in rows:
        pages = [_without_names(scene.client(row, name).get(row.address).text, name) for name in (OWNER, OTHER)]
        assert pages[0] == pages[1], row.address
    scene.publish(True)
    for client, address in ((scene.browser, "/course"), (scene.program, "/api/exercises")):
        pages = [_without_names(client(name).get(address).text, name) for name in (OWNER, OTHER)]
        assert pages[0] != pages[1]


def _without_names(page: str, name: str) -> str:
    """A page without the name of its student, times, tokens of forms, and the numbers of the student's own tokens."""
    page = re.sub(r'name="token" value="[^"]*"|/account/tokens/\d+', "", page.replace(name, "NAME"))
    return re.sub(r"\d{4}-\d\d-\d\d[^<\"]*", "", page)


def test_an_exercise_that_is_not_open_does_not_exist_for_students(scene: Scene) -> None:
    scene.publish(True)
    settings, title = scene.site.course.exercises / "course.toml", scene.site.exercise(SLUG).exercise.title
    lists = (("/course", scene.browser), ("/practice", scene.browser), ("/api/exercises", scene.program))
    assert all(title in client(OWNER).get(address).text for address, client in lists)
    settings.write_text("[portal]\nexercises = []\n")
    try:
        for (method, path), row in ROWS.items():
            if "{slug}" not in path and "/cards/" not in path:
                continue
            for visitor in STUDENTS:
                answer = scene.client(row, visitor).request(method, row.address, data=dict(row.fields))
                wrong_role = row.others == NOT_ALLOWED and visitor not in row.hidden
                assert (path, answer.status_code) == (path, NOT_ALLOWED if wrong_role else GONE)
            if method == "GET":
                for role in STAFF:
                    assert scene.client(row, role).get(row.address).status_code == row.expected(role, True)
        for address in ("/api/attempts", "/api/checks"):
            files = {"files": ("a.ipynb", answered(scene.site))}
            answer = scene.program(OWNER).post(address, data={"exercise": SLUG}, files=files)
            assert (answer.status_code, "has no exercise" in answer.text) == (UNUSABLE, True)
        assert not any(title in client(OWNER).get(address).text for address, client in lists)
        staff_page = scene.browser("assistant").get("/course").text
        assert title in staff_page
        assert "Not open to students" in staff_page
    finally:
        settings.unlink()
    assert "Not open to students" not in scene.browser("assistant").get("/course").text


def test_one_mark_can_be_published_alone_and_hidden_again(scene: Scene) -> None:
    scene.publish(False)
    account = scene.members["instructor"].account
    report = f"/exercises/{SLUG}/report/page"
    for is_published, status in ((True, OK), (False, GONE), (True, OK)):
        scene.site.publications.decide(SLUG, OWNER, is_published, account, now())
        assert scene.browser(OWNER).get(report).status_code == status
    scene.publish(False)
    assert scene.browser(OWNER).get(report).status_code == GONE
    log = [(event.who, event.what, event.about) for event in scene.site.events(10)]
    assert ("instructor", "publish", f"{SLUG} {OWNER}") in log


def test_an_instructor_makes_no_link_for_staff(scene: Scene) -> None:
    for visitor, status in (("instructor", GONE), ("administrator", OK)):
        address = f"/roster/{scene.members['administrator'].account}/link"
        assert scene.browser(visitor).post(address).status_code == status


def test_a_link_works_for_a_person_who_is_not_signed_in(scene: Scene) -> None:
    secret = new_link(scene.site, scene.members[OTHER])
    assert scene.browser(STRANGER).get(f"/welcome/{secret}").status_code == OK
