"""Pictures in Markdown cells and submitted files: encoded again, limited, and graded by a person."""

import base64
import io
import json
from typing import Any

import pytest
from PIL import Image

from grader.assess import form
from grader.assess.engine import assess, validate
from grader.assess.evidence import Surroundings, TextCell
from grader.intake import notebooks
from grader.model.assessment import Finding, Verdict
from grader.model.figures import Pictures
from grader.model.key import AnswerKey
from grader.model.submission import HandedIn
from grader.pipeline.surroundings import surroundings
from grader.report import figures
from grader.storage.pictures import START, as_address
from tests.assess.assess_samples import exercise, question, record

NO_KEY = AnswerKey(answers={}, slips={}, heldout={}, references={})
PLACE = figures.FigurePlace(anchor="q", number=1, shows_expected=True, points=0)
DRAWING = question("image", answer="", cell="drawing")


def encoded(size: tuple[int, int] = (8, 4), form: str = "PNG", mode: str = "RGB", **more: Any) -> bytes:
    stream = io.BytesIO()
    Image.new(mode, size, "red" if mode != "P" else 1).save(stream, form, **more)
    return stream.getvalue()


def decoded(address: str) -> Image.Image:
    assert address.startswith(START)
    return Image.open(io.BytesIO(base64.b64decode(address.removeprefix(START))))


def finding_of(asked: Any, *texts: TextCell, files: tuple[HandedIn, ...] = ()) -> Finding:
    around = Surroundings(texts=texts, files=files)
    return assess("ada", exercise(asked), NO_KEY, record(), {}, (), around).findings[0]


def drawing(*pictures: bytes, source: str = "My drawing.\n![a](attachment:a.png)") -> TextCell:
    return TextCell(0, "markdown", source, "drawing", pictures)


FORMS = [("PNG", "RGB"), ("PNG", "RGBA"), ("PNG", "P"), ("JPEG", "L"), ("WEBP", "RGB")]


@pytest.mark.parametrize(("form", "mode"), FORMS)
def test_a_picture_is_encoded_again(form: str, mode: str) -> None:
    hidden = b"<script>alert(1)</script>"
    address = as_address(encoded(form=form, mode=mode) + hidden)
    assert decoded(address).size == (8, 4)
    assert hidden not in base64.b64decode(address.removeprefix(START))


def test_a_picture_loses_its_metadata_and_is_upright_and_small() -> None:
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 6, "the camera of Ada"
    picture = decoded(as_address(encoded((3000, 1500), "JPEG", exif=exif)))
    assert picture.size == (600, 1200)
    assert not picture.getexif()


BOMB = encoded((9000, 9000), "PNG", "L")
SIGN = b"\x89PNG\r\n\x1a\n"
BAD = [b"", b"text", b"<svg onload='alert(1)'/>", b"GIF89a" + bytes(50), encoded()[:40], BOMB, SIGN + bytes(99)]


@pytest.mark.parametrize("content", BAD, ids=range(len(BAD)))
def test_anything_else_is_not_shown(content: bytes) -> None:
    assert as_address(content) == ""


def test_a_picture_in_a_cell_waits_for_a_person() -> None:
    finding = finding_of(DRAWING, drawing(encoded()))
    assert (finding.verdict, str(finding.found)) == (Verdict.NEEDS_HUMAN, "1 picture\nMy drawing.")
    [figure] = finding.figures
    assert isinstance(figure, Pictures)
    assert decoded(figure.addresses[0]).size == (8, 4)
    assert f'<img src="{figure.addresses[0]}"' in figures.draw(figure, PLACE)


def test_too_many_and_damaged_pictures_are_mentioned() -> None:
    finding = finding_of(DRAWING, drawing(b"no", *[encoded()] * 4))
    assert "Only the first 3 pictures are shown." in str(finding.reason)
    assert "1 picture could not be shown" in str(finding.reason)
    assert "could not be shown" in str(form.problem(DRAWING, record(), (), Surroundings(texts=(drawing(b"no"),))))


def test_without_a_picture_the_question_is_not_attempted() -> None:
    assert finding_of(DRAWING).verdict is Verdict.NOT_ATTEMPTED
    assert finding_of(DRAWING, drawing()).verdict is Verdict.NOT_ATTEMPTED
    assert finding_of(question("image", answer="", file="*.png")).verdict is Verdict.NOT_ATTEMPTED


def test_a_submitted_file_is_shown() -> None:
    files = (HandedIn("model.keras", b"x"), HandedIn("Sketch.PNG", encoded()))
    finding = finding_of(question("image", answer="", file="*.png"), files=files)
    assert (finding.verdict, len(finding.figures)) == (Verdict.NEEDS_HUMAN, 1)


def test_a_page_draws_no_other_address() -> None:
    hostile = Pictures(
        addresses=('x" onerror="alert(1)', "https://example.org/a.png", "data:image/svg+xml;base64,AAAA")
    )
    assert "<img" not in figures.draw(hostile, PLACE)


def notebook(*cells: dict[str, Any]) -> notebooks.Notebook:
    return notebooks.parse(json.dumps({"cells": cells, "nbformat": 4, "nbformat_minor": 5, "metadata": {}}).encode())


def markdown(source: str, **more: Any) -> dict[str, Any]:
    return {"cell_type": "markdown", "id": "drawing", "metadata": {}, "source": source, **more}


def test_pictures_are_read_from_attachments_and_from_the_text() -> None:
    text = base64.b64encode(encoded()).decode()
    attached = notebook(markdown("![a](attachment:a.png)", attachments={"a.png": {"image/png": text}}))
    inline = notebook(markdown(f"[image1]: <data:image/png;base64,{text}>"))
    assert attached.cells[0].pictures == inline.cells[0].pictures == (encoded(),)
    around = surroundings(attached, notebook(markdown("![a](attachment:a.png)")))
    assert [cell.pictures for cell in around.texts] == [(encoded(),)]
    assert surroundings(attached, attached).texts == ()


@pytest.mark.parametrize(
    "attachments",
    [
        3,
        [],
        {"a": 3},
        {"a": {"image/svg+xml": "AAAA"}},
        {"a": {"image/png": 3}},
        {"a": {"image/png": "!"}},
        {"a": {"image/png": ["é"]}},
    ],
)
def test_attachments_of_any_form_break_nothing(attachments: Any) -> None:
    assert notebook(markdown("text", attachments=attachments)).cells[0].pictures == ()


@pytest.mark.parametrize(
    ("options", "fact"),
    [
        ({}, "the place of the pictures is missing. Set 'cell' or 'file'."),
        ({"cell": "a", "file": "b"}, "cell and file cannot be used together"),
        ({"cell": "a", "most": 0}, "most"),
    ],
)
def test_a_place_has_to_be_named(options: dict[str, Any], fact: str) -> None:
    problems = validate(exercise(question("image", answer="", **options)), NO_KEY)
    assert any(fact in line for line in problems), problems
