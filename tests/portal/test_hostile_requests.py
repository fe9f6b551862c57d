"""Requests that no browser sends: absurd numbers and texts in addresses and forms. Each gets an ordinary answer."""

import re
from urllib.parse import quote

import pytest

from tests.portal.people import SLUG
from tests.portal.test_access import OWNER, QUESTION, ROWS, Row, Scene, scene

__all__ = ["scene"]

NUMBERS = {"more than a column holds": "9" * 19, "more than Python reads": "9" * 5000}
TEXTS = {"NUL": "a\0b", "a path": "../../etc/passwd"}
VALUES = {"NUL": "a\0b", "an infinite number": "1e400", "the first day": "0001-01-01T00:00"}
FIELDS = (
    *("login", "password", "name", "language", "zone", "mail", "old", "answer", "code", "answer_1", "student"),
    *("question", "points", "text", "until", "reason", "group", "comment", "claim", "reuse", "new text", "new points"),
    *("new place", "offer", "column", "sections", "exercise", "token"),
    *(f"points {QUESTION}", f"item {QUESTION} 99999999"),
)
"""The names of all fields that a view reads."""
KINDS = {
    "/class/{slug}/decisions/{student:path}": ("points", "comment"),
    "/class/{slug}/exceptions/{student:path}": ("excused", "extension"),
}
"""Path -> the values of its field `kind`."""
PARTS = {"{slug}": SLUG, "{question}": QUESTION, "{student:path}": OWNER}
NUMBERED = [(method, path) for method, path in ROWS if ":int}" in path]
NAMED = [(method, path) for method, path in ROWS if re.search(r"\{\w+(:path)?\}", path)]
POSTED = [path for method, path in ROWS if method == "POST"]


def visitor(row: Row) -> str:
    """Somebody who may open an address."""
    return next((name for name in (OWNER, "administrator") if name in {*row.hidden, *(row.published or ())}), OWNER)


def status(scene: Scene, method: str, path: str, address: str) -> int:
    """The status of a request of somebody who may open a path."""
    row = ROWS[method, path]
    data = dict(row.fields) if method == "POST" else None
    return int(scene.client(row, visitor(row)).request(method, address, data=data).status_code)


def filled(path: str, number: str = "1") -> str:
    """An address of a path."""
    for part, value in PARTS.items():
        path = path.replace(part, value)
    return re.sub(r"\{\w+:int\}", number, path)


@pytest.mark.parametrize("number", NUMBERS.values(), ids=NUMBERS)
@pytest.mark.parametrize(("method", "path"), NUMBERED, ids=str)
def test_what_has_an_absurd_number_is_not_there(scene: Scene, method: str, path: str, number: str) -> None:
    scene.publish(True)
    assert status(scene, method, path, filled(path, number)) == 404


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
@pytest.mark.parametrize(("method", "path"), NAMED, ids=str)
def test_a_name_that_nothing_has_is_not_there(scene: Scene, method: str, path: str, text: str) -> None:
    scene.publish(True)
    for part in re.findall(r"\{\w+(?::path)?\}", path):
        address = filled(path.replace(part, quote(text, safe="")))
        assert status(scene, method, path, address) in (404, 405), address[:80]


@pytest.mark.parametrize("value", VALUES.values(), ids=VALUES)
@pytest.mark.parametrize("path", POSTED)
def test_a_form_with_an_absurd_value_gets_an_ordinary_answer(scene: Scene, path: str, value: str) -> None:
    scene.publish(True)
    row = ROWS["POST", path]
    fields = {**dict.fromkeys(FIELDS, value), **row.fields}
    address = row.address.replace("{owner}", str(scene.members[OWNER].account))
    for kind in KINDS.get(path, ("",)):
        answer = scene.client(row, visitor(row)).post(address, data={**fields, "kind": kind or fields.get("kind", "")})
        assert answer.status_code < 500
        assert "\0" not in answer.text


@pytest.mark.parametrize("path", POSTED)
def test_half_a_character_gets_an_ordinary_answer(scene: Scene, path: str) -> None:
    row = ROWS["POST", path]
    address = row.address.replace("{owner}", str(scene.members[OWNER].account))
    fields = {**dict.fromkeys(FIELDS, "+2AA-"), **row.fields}  # U+D800 in UTF-7, which a program may choose
    parts = (f'--b\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{text}\r\n' for name, text in fields.items())
    headers = {"content-type": "multipart/form-data; boundary=b; charset=utf-7"}
    content = "".join((*parts, "--b--\r\n"))
    assert scene.client(row, visitor(row)).post(address, content=content, headers=headers).status_code < 500


def test_an_absurd_length_is_refused_before_anything_is_read(scene: Scene) -> None:
    row = ROWS["POST", "/account"]
    headers = {"content-length": "9" * 5000}
    assert scene.client(row, OWNER).post(row.address, content=b"x", headers=headers).status_code == 413
