"""The API keeps what its OpenAPI document says: Schemathesis generates requests from the document, valid and not."""

import contextlib
import json
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.core.failures import Failure
from schemathesis.specs.openapi.checks import positive_data_acceptance
from starlette.testclient import TestClient

from grader.course.layout import Course
from grader.course.scaffold import create_exercise
from grader.model.portal import Enrolment, Member, Role
from grader.pipeline.course_site import CourseSite
from grader.pipeline.marking import now
from grader.pipeline.portal_people import new_secret, new_token
from grader.pipeline.uploading import ArrivedFile, submit
from grader.portal.application import application
from grader.portal.program_routes import DESCRIBED
from grader.portal.rates import LIMITS, Rates
from grader.portal.routes import ROUTES
from tests.conftest import notebook
from tests.portal.people import SLUG, answered, grade_all, right_answer


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Any, dict[Role, str]]]:
    """An application with a published mark and without limits, and a token of a student and of an instructor."""
    root = tmp_path_factory.mktemp("course")
    for name in ("exercises", "solutions", "reference_models"):
        (root / name).mkdir()
    create_exercise(Course(root), SLUG)
    ada = Enrolment(login="ada", name="ada", student="ada")
    people = [ada, Enrolment(login="roe", name="roe", role=Role.INSTRUCTOR)]
    with contextlib.closing(CourseSite(Course(root), root / "results")) as site:
        members = site.accounts.enrol(people, None, now())
        hand_in(site, members[0])
        site.publications.decide(SLUG, "", True, members[1].account, now())
        app = application(site, hosts=["testserver"], rates=Rates(dict.fromkeys(LIMITS, "99999/second")))
        yield app, {member.role: new_token(site, member, "test") or "" for member in members}


def hand_in(site: CourseSite, member: Member) -> None:
    """Submit a notebook that earns points, and grade it."""
    file = ArrivedFile(name="a.ipynb", content=answered(site, right_answer(site.material(SLUG))))
    submit(site, SLUG, member, new_secret(), file, [])
    grade_all(site)


@pytest.fixture(scope="module")
def document(portal: tuple[Any, dict[Role, str]]) -> dict[str, Any]:
    """The document as the portal serves it."""
    answer = TestClient(portal[0]).get("/api/openapi.json")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")
    described: dict[str, Any] = answer.json()
    return described


def strict(document: dict[str, Any]) -> dict[str, Any]:
    """The document with objects that allow no key besides those that are described, and with names that exist."""
    copied: dict[str, Any] = json.loads(json.dumps(document))
    for kind in copied["components"]["schemas"].values():
        kind["additionalProperties"] = False
    for operations in copied["paths"].values():
        for operation in operations.values():
            for parameter in operation.get("parameters", []):
                if parameter["name"] in EXISTING:
                    parameter["schema"]["enum"] = EXISTING[parameter["name"]]
    return copied


EXISTING: dict[str, list[Any]] = {"slug": [SLUG, "none"], "number": [1, 2]}
OPERATIONS = [(method, route.path) for route, operations in DESCRIBED for method in operations]


def operation_of(document: dict[str, Any], app: Any, method: str, path: str) -> Any:
    """An operation of the document, which asks the application."""
    schema = schemathesis.openapi.from_dict(strict(document))
    schema.app = app
    return schema[path.replace(":int", "")][method]


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["valid", "invalid"])
@pytest.mark.parametrize("role", [Role.STUDENT, Role.INSTRUCTOR])
@pytest.mark.parametrize(("method", "path"), OPERATIONS, ids=lambda value: str(value))
def test_generated_requests_get_the_answers_that_are_described(
    portal: tuple[Any, dict[Role, str]],
    document: dict[str, Any],
    method: str,
    path: str,
    role: Role,
    mode: GenerationMode,
) -> None:
    app, tokens = portal
    operation = operation_of(document, app, method, path)
    statuses: set[int] = set()
    # The document cannot say which bytes are a notebook, so a form that it allows may be refused.
    excluded = [positive_data_acceptance] if method == "POST" else []

    @settings(max_examples=10, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(case=operation.as_strategy(generation_mode=mode))
    def check(case: Any) -> None:
        answer = case.call(headers={"Authorization": f"Bearer {tokens[role]}"})
        statuses.add(answer.status_code)
        case.validate_response(answer, excluded_checks=excluded)

    check()
    (roles,) = {route.roles for route, _ in DESCRIBED if route.path == path}
    if mode is GenerationMode.POSITIVE:
        assert (statuses == {403}) == (role not in roles)
        assert (200 in statuses) == (role in roles and method == "GET")
    else:
        assert statuses <= {200, 400, 401, 403, 404, 422}


def test_each_kind_of_answer_to_a_submission_is_described(
    portal: tuple[Any, dict[Role, str]], document: dict[str, Any]
) -> None:
    app, tokens = portal
    operation = operation_of(document, app, "POST", "/api/attempts")
    client = TestClient(app)
    known = {"authorization": f"Bearer {tokens[Role.STUDENT]}"}
    good = notebook("width = 26", 'padding = "same"')

    def send(content: bytes, **headers: str) -> int:
        files = {"files": ("mine.ipynb", content, "application/x-ipynb+json")}
        answer = client.post("/api/attempts", data={"exercise": SLUG}, files=files, headers=headers)
        operation.validate_response(answer)
        assert ("location" in answer.headers) == (answer.status_code == 201)
        return int(answer.status_code)

    with_key = known | {"idempotency-key": "one"}
    assert [send(good, **with_key), send(good, **with_key)] == [201, 201]
    assert send(notebook("width = 1"), **with_key) == 409
    assert send(b"no notebook", **known) == 422
    assert send(good, **known, **{"idempotency-key": "x" * 201}) == 400
    assert send(good, authorization="Bearer guess") == 401
    assert send(good, authorization=f"Bearer {tokens[Role.INSTRUCTOR]}") == 403
    headers = known | {"content-length": str(10**9), "content-type": "multipart/form-data; boundary=x"}
    answer = client.post("/api/attempts", content=b"", headers=headers)
    operation.validate_response(answer)
    assert answer.status_code == 413
    attempts = client.get(f"/api/exercises/{SLUG}", headers=known).json()["attempts"]
    assert [attempt["number"] for attempt in attempts] == [1, 2]  # the first one is that of the fixture


def test_an_answer_with_an_undescribed_key_is_noticed(
    portal: tuple[Any, dict[Role, str]], document: dict[str, Any]
) -> None:
    app, tokens = portal
    operation = operation_of(document, app, "GET", "/api/exercises")
    answer = TestClient(app).get("/api/exercises", headers={"authorization": f"Bearer {tokens[Role.STUDENT]}"})
    operation.validate_response(answer)
    answer._content = json.dumps(answer.json() | {"secret": 1}).encode()
    with pytest.raises(Failure, match="secret"):
        operation.validate_response(answer)


def test_every_route_for_programs_is_described(document: dict[str, Any]) -> None:
    routes = {
        (method, route.path.replace(":int", "")) for route in ROUTES for method in route.views if route.for_programs
    }
    paths = {(method.upper(), path) for path, methods in document["paths"].items() for method in methods}
    assert paths == routes
    assert document["openapi"] == "3.1.0"
    for kind in document["components"]["schemas"].values():
        assert all(field["description"] for field in kind["properties"].values())
