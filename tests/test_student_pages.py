"""What students read accuses nobody and names no other student, whatever is to be said of a class."""

import io
import json
import os
import re
import sys
import unicodedata
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from grader import cli, pipeline
from grader.cohort import alike_names, same_weights
from grader.course.layout import Course
from grader.course.variants import ReleasedVariants
from grader.gradebook.results import Results
from grader.marks import flags
from grader.model.adjustment import Adjustment, AdjustmentKind
from grader.model.assessment import Flag
from grader.model.job import Job
from grader.model.record import Isolation, LayerRow, ModelTable, Record
from grader.model.submission import Submission
from grader.pipeline.deciding import decide
from grader.text.language import speaking
from tests.conftest import ROOT, notebook
from tests.fakes import Fake, ignore
from tests.reading import as_read

KEY = """
from grader.model.key import Slip


def draw(rng):
    return {"size": rng.randint(5, 90)}


def answers(given):
    return {"width": given["size"] + 1, "padding": "same"}


def slips(given):
    return {"width": [Slip(given["size"], "One is missing.", "Add one.")]}
"""
ROSTER = ("Aurelia-Quillfeather", "Bogumil-Zwirnbaum", "Crispin-Oxenstern", "Dagobert-Ypsilanti", "Eulalia-Vrabcova")
SETTINGS = """
title = "Networks"
language = "LANGUAGE"
tries = "best"
[late]
percent = 10
[deadlines]
tiny = 2026-05-01T12:00:00
"""
DENSE = LayerRow(
    name="dense",
    kind="Dense",
    config={},
    inbound=(),
    input_shape=(None, 4),
    output_shape=(None, 3),
    parameters=15,
    trainable=15,
)
ACCUSING = re.compile(
    r"\b(cheat\w*|plagiar\w*|copied from|copying|suspicio\w*|dishonest\w*|misconduct|fraud\w*|stol\w+|someone else"
    r"|somebody else|another student\w*|other students? (handed|wrote)|same (weights|file) as|see them before"
    r"|abgeschrieben|kopiert von|betrug|betrogen|täusch\w*|plagiat\w*|verdäch\w*|jemand ander\w*"
    r"|anderen? studierende\w*)\b",
    re.IGNORECASE,
)


class Trained(Fake):
    """Pretends that every notebook has a model with the same weights, and ran without the full sandbox."""

    def run(self, jobs: Iterable[Job]) -> Iterator[Record]:
        for record in super().run(jobs):
            models = {"net": ModelTable(input_shape=(None, 4), layers=(DENSE,), compiled={}, weights=(0.5,) * 64)}
            yield replace(record, models=models, isolation=Isolation.DEGRADED)


@pytest.fixture(params=["en", "de"])
def taught(request: pytest.FixtureRequest, small: Course) -> Course:
    """An exercise with numbers of their own, files that are handed in, and a spread of the class in each report."""
    (small.exercises / "course.toml").write_text(SETTINGS.replace("LANGUAGE", request.param))
    specification = small.exercises / "tiny" / "exercise.toml"
    more = '[report]\nshow_class = true\n\n[hand_in]\nfiles = ["*.keras"]\nmax_mb = 2\n\n[[questions]]'
    specification.write_text(specification.read_text().replace("[[questions]]", more, 1))
    (small.solution_folder("tiny") / "key.py").write_text(KEY)
    roster = small.root / "roster.csv"
    roster.write_text("\n".join(["student", *ROSTER, "Frieder-Nachtigal"]) + "\n")
    pipeline.hand_out(small, "tiny", roster, small.root / "released")
    return small


def packed(files: Mapping[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return stream.getvalue()


def handed_in(course: Course) -> Path:
    """A class in which everything is to be said that can be said of a submission."""
    given = ReleasedVariants(course, "tiny")
    codes = {name: given.variant(name).code for name in ROSTER}

    def work(code: str, *more: str) -> bytes:
        return notebook(f'variant = "{code}"', "width = 17", *more)

    aurelia, bogumil, crispin = (codes[name] for name in ROSTER[:3])
    files = {
        "Aurelia-Quillfeather/tiny.ipynb": work(aurelia),
        "Aurelia-Quillfeather/model.keras": b"the same bytes",
        "Bogumil-Zwirnbaum/tiny.ipynb": work(aurelia, "a = 1"),  # numbers of Aurelia, file of Aurelia
        "Bogumil-Zwirnbaum/model.keras": b"the same bytes",
        "Crispin-Oxenstern/tiny.ipynb": work("common", "b = 1"),
        "Crispin-Oxenstern/notes.pdf": b"%PDF",
        "Dagobert-Ypsilanti/tiny.ipynb": notebook("width = 17"),  # without the cell
        "Eulalia-Vrabcova/tiny.ipynb": b'{"cells": [',  # damaged
        "Gandolf-Hagebutte/tiny.ipynb": work(bogumil),  # on no roster
        "Gandolf-Hagebutte/second.ipynb": work(crispin),
        "gandolf-hagebutte/tiny.ipynb": work(bogumil, "c = 1"),
        "Ire\u0301ne-Jablonski/tiny.ipynb": work("0badc0de"),
        "Ir\u00e9ne-Jablonski/tiny.ipynb": work("0badc0de", "d = 1"),
        "Kunigunde-Lobesam.zip": packed(
            {
                "quillfeatheraurelia_123_456_tiny.ipynb": work(aurelia),
                "zwirnbaumbogumil_124_457_tiny.ipynb": work(bogumil),
            }
        ),
        "nebukadmoritz_1001_5001_tiny.ipynb": work(crispin),
        "nebukadmoritz_LATE_1001_5002_tiny-1.ipynb": work(crispin, "e = 1"),
    }
    folder = course.root / "class"
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        os.utime(path, (datetime(2026, 5, 3, tzinfo=UTC).timestamp(),) * 2)
    return folder


def graded(course: Course, results: Results) -> pipeline.Material:
    material = pipeline.load(course, "tiny")
    pipeline.grade(material, pipeline.take_in(material, handed_in(course)), results, Trained(), ignore)
    kinds = {
        AdjustmentKind.POINTS: {"points": 1.0, "question": "width"},
        AdjustmentKind.COMMENT: {"text": "Well argued."},
        AdjustmentKind.EXTENSION: {"until": datetime(2026, 5, 2, tzinfo=UTC)},
    }
    for kind, fields in kinds.items():
        made = Adjustment(
            student="Aurelia-Quillfeather",
            exercise="tiny",
            kind=kind,
            author="Kim",
            reason="Oral exam.",
            at=datetime.now(UTC),
            **fields,
        )  # type: ignore[arg-type]
        decide(material, results, [made])
    return material


@pytest.fixture
def read(taught: Course, results: Results) -> dict[str, str]:
    """Student -> all that they get to read, in one text."""
    graded(taught, results)
    sys.argv = ["grader", "export", "tiny", "--results", str(results.folder), "--course", str(taught.root)]
    sys.argv += ["--to", "gradescope", "--to", "feedback", "--to", "nbgrader"]
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code in (cli.DONE, cli.SOME_NOT_GRADED)
    standings = Results(results.folder).gradebook("Networks", "tiny").marks()
    exports = results.folder / "exports" / "tiny-gradescope"
    return {
        each.student: (results.folder / each.attempt.folder / "report.html").read_text()
        + (exports / each.attempt.folder / "results.json").read_text()
        for each in standings
    }


def test_no_page_names_another_student(read: dict[str, str]) -> None:
    assert len(read) >= 11
    for student, text in read.items():
        own = unicodedata.normalize("NFC", student)
        said = unicodedata.normalize("NFC", text.encode().decode("unicode_escape") if "\\u" in text else text)
        others = {unicodedata.normalize("NFC", name) for name in (*read, *ROSTER, "Frieder-Nachtigal")} - {own}
        for other in others:
            assert other not in said.replace(own, ""), (student, other)  # "Ann (2)" is called so on her own page
            for word in re.findall(r"[^\W\d_]{4,}", other):
                alike = word.casefold() in own.casefold()
                assert alike or word.casefold() not in said.casefold(), (student, word)


def test_no_page_accuses_anybody(read: dict[str, str]) -> None:
    for student, text in read.items():
        assert ACCUSING.findall(text) == [], student


def test_staff_see_what_there_is_to_look_at(taught: Course, results: Results) -> None:
    graded(taught, results)
    found = {
        each.student: {flag.kind: flag.text for flag in each.assessment.flags}
        for each in results.gradebook("Networks", "tiny").marks()
    }
    material = pipeline.load(taught, "tiny")
    if material.settings.language == "de":
        with speaking(material.language):
            german = as_read(found)
        assert "Die Zahlen" not in str(german)
        assert "die Zahlen, die für Aurelia-Quillfeather gezogen wurden" in str(german["Bogumil-Zwirnbaum"])
        return
    assert "drawn for Aurelia-Quillfeather" in as_read(found["Bogumil-Zwirnbaum"][flags.OTHER_NUMBERS])
    assert "the common numbers" in as_read(found["Crispin-Oxenstern"][flags.OTHER_NUMBERS])
    assert "not on the roster" in as_read(found["Gandolf-Hagebutte"][flags.OTHER_NUMBERS])
    for student in ("Aurelia-Quillfeather", "Dagobert-Ypsilanti", "Eulalia-Vrabcova"):
        assert flags.OTHER_NUMBERS not in found[student], student
    assert "'gandolf-hagebutte'" in as_read(found["Gandolf-Hagebutte"][alike_names.ALIKE])
    assert "Bogumil-Zwirnbaum" in as_read(found["Aurelia-Quillfeather"][same_weights.SAME_FILE])
    overview = results.overview.read_text().casefold()
    for text in (flags.OTHER_NUMBERS, alike_names.ALIKE, same_weights.SAME_FILE, same_weights.SAME):
        assert text in overview
    accused = [
        line for texts in found.values() for line in texts.values() if re.search(r"cheat|someone else", str(line))
    ]
    assert accused == []


def test_no_flag_reaches_a_page(taught: Course, results: Results, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flags, "flags_of", lambda *_: (Flag("a-kind-of-flag", "the-text-of-a-flag"),))
    graded(taught, results)
    assert "the-text-of-a-flag" in results.overview.read_text()
    pages = list(results.folder.glob("*/report.html"))
    assert len(pages) >= 11
    assert [path for path in pages if "of-a-flag" in path.read_text() or "a-kind-of" in path.read_text()] == []


def test_without_the_cell_nobody_is_accused_and_marks_are_those_of_their_own_numbers(
    small: Course, results: Results
) -> None:
    """An author who knows nothing of the cell: the release adds it, and a class that lacks it is told nothing."""
    (small.solution_folder("tiny") / "key.py").write_text(KEY)
    roster = small.root / "roster.csv"
    roster.write_text("student\nada\nbob\n")
    pipeline.hand_out(small, "tiny", roster, small.root / "released")
    material = pipeline.load(small, "tiny")
    folder = small.root / "class"
    folder.mkdir()
    for name in ("ada", "bob"):
        released = json.loads((small.root / "released" / "tiny" / name / "tiny.ipynb").read_text())
        cells = [cell for cell in released["cells"] if not "".join(cell["source"]).startswith("variant")]
        assert len(cells) == len(released["cells"]) - 1
        size = material.key_of(name).numbers["size"]
        own = next(cell for cell in cells if cell["id"] == "width")
        own["source"] = f"width = {size + 1}"
        cells = [cell for cell in cells if cell["id"] != "padding"]
        (folder / f"{name}.ipynb").write_text(json.dumps({**released, "cells": cells}))
    for standing in pipeline.grade(material, pipeline.take_in(material, folder), results, Fake(), ignore):
        assert standing.assessment.findings[0].points == 2
        assert standing.assessment.flags == ()
        assert as_read(standing.assessment.remarks) == ("Cells of the exercise that are missing: 'padding'.",)


def test_what_an_earlier_grader_kept_of_a_name_reaches_no_page(small: Course, results: Results) -> None:
    material = pipeline.load(small, "tiny")
    kept = "Another submission has nearly the same name: 'ADA'. Both were graded."
    each = Submission(
        student="ada",
        exercise="tiny",
        origin="ada.ipynb",
        content=notebook("width = 1"),
        remarks=(kept, "According to Canvas, the submission was late."),
    )
    (standing,) = pipeline.grade(material, [each], results, Fake(), ignore)
    assert "According to Canvas, the submission was late." in standing.assessment.remarks
    assert "ADA" not in (results.folder / standing.attempt.folder / "report.html").read_text()


STAFF_ONLY = (
    *("grader/marks/flags.py", "grader/cohort/same_weights.py", "grader/cohort/alike_names.py"),
    "grader/report/leaderboard.py",
)
STAFF_PAGES = (
    "grader/report/dashboard",
    "grader/report/course",
    "grader/report/statistics",
    "grader/report/templates/",
)


@pytest.mark.parametrize("language", ["en", "de"])
def test_no_message_that_a_student_may_read_accuses(language: str) -> None:
    with (ROOT / "grader" / "locale" / f"{language}.po").open("rb") as stream:
        catalogue = read_po(stream)
    texts = {
        text: [place for place, _ in message.locations]
        for message in catalogue
        for said in (message.id, message.string)
        for text in ([said] if isinstance(said, str) else said or ())
        if text
    }
    assert len(texts) > 800
    found = [
        text
        for text, places in texts.items()
        if ACCUSING.search(text) and not all(place.startswith((*STAFF_ONLY, *STAFF_PAGES)) for place in places)
    ]
    assert found == []
