"""Whatever is said, left, shown or named, end to end: graded, marked again and exported beside an honest submission.

Bounded: about three minutes on a machine that is free.
"""

import contextlib
import csv
import io
import json
import os
import random
import socket
import struct
import threading
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from grader import pipeline
from grader.course.layout import Course
from grader.execute import claims
from grader.execute.conversation import Conversation
from grader.gradebook.results import Results
from grader.intake.names import readable
from grader.model.assessment import Verdict
from grader.model.job import Job
from grader.model.record import Answer, CellRun, Isolation, Record, Resources
from grader.model.submission import Submission
from grader.pipeline.exporting import ExportRequest, Format, export
from grader.report.dashboard import SCRIPT
from grader.report.page import source
from tests.adversarial.test_messages import framed
from tests.adversarial.test_reports import TEXTS, Page
from tests.conftest import ROOT, notebook
from tests.execute.runs import Unused
from tests.fakes import Fake, ignore

pytestmark = pytest.mark.long

COURSE = Course(ROOT)
FORMS = tuple(form for form in Format if form not in (Format.CANVAS, Format.MOODLE_WORKSHEET))
LONGEST_PAGE, LONGEST_TABLE = 6_000_000, 2_000_000

ODD_TEXTS = [
    *TEXTS,
    "",
    "26",
    "26,",
    "26;=1+1",
    "1e400",
    "-" * 300,
    "a" * 5_000,
    "\ud800",
    "%s{0}{x!r}",
    "$\\frac{1}{0}$",
]
ODD_NUMBERS = [0, -0.0, 1e308, -1e308, 5e-324, 1e-15, 2**63, -(2**200), 10**70, True, False, 26, 3.5, -1, 1, 2, 28]
TYPES = ["int", "float", "str", "list", "tuple", "ndarray", "dict", "NoneType", "complex", "set", "bool", "é" * 200, ""]
SETTINGS = [
    "units",
    "filters",
    "kernel_size",
    "strides",
    "padding",
    "activation",
    "use_bias",
    "rate",
    "target_shape",
    "size",
]
KINDS = [
    "Conv2D",
    "Dense",
    "Flatten",
    "MaxPooling2D",
    "Dropout",
    "Lambda",
    "Add",
    "BatchNormalization",
    "Reshape",
    "relu",
]
MEDIA = ["text/plain", "text/html", "text/markdown", "text/latex", "application/json", "image/png", "image/svg+xml"]
NAME_PARTS = [
    "/",
    "\\",
    "..",
    "_",
    "_LATE_",
    "_1001_",
    "_5001_",
    "_assignsubmission_file_",
    "Eve Adams_111",
    "-1",
    " ",
    ".",
    "~",
]
NAME_PARTS += [
    "con",
    "é",
    "e\u0301",
    "_attempt_2026-05-01-10-00-00_",
    "results",
    "report.html",
    "index.html",
    "honest",
    "grades",
]
FIELD_NAMES = [
    "index",
    "name",
    "answer",
    "output",
    "display_id",
    "histories",
    "error",
    "count",
    "seconds",
    "cut",
    "wait",
    "model",
    "bodies",
]
ENDS = [".ipynb", ".ipynb", ".ipynb", ".zip", ".IPYNB", "/", ".html", ""]


@dataclass(frozen=True)
class Hostile:
    """Draws hostile things; the seed comes from Hypothesis, which prints it, and so each run tries others."""

    dice: random.Random

    def some(self, make: Callable[[], Any], most: int) -> list[Any]:
        return [make() for _ in range(self.dice.randint(0, most))]

    def text(self) -> str:
        if self.dice.random() < 0.5:
            return self.dice.choice(ODD_TEXTS)
        highest = self.dice.choice([0x7F, 0x2FF, 0xFFFF, 0x10FFFF])
        return "".join(chr(self.dice.randint(0, highest)) for _ in range(self.dice.randint(0, 30)))

    def number(self) -> Any:
        made = (
            lambda: self.dice.choice(ODD_NUMBERS),
            lambda: self.dice.randint(-3, 300),
            lambda: self.dice.gauss(0, 1e3),
        )
        return self.dice.choice(made)()

    def value(self, depth: int = 0) -> Any:
        kind = self.dice.choice(["leaf", "list", "dict", "rows", "numbers"] if depth < 3 else ["leaf"])
        match kind:
            case "list":
                return self.some(lambda: self.value(depth + 1), 5)
            case "dict":
                return {self.text(): self.value(depth + 1) for _ in range(self.dice.randint(0, 4))}
            case "rows":
                width = self.dice.randint(1, 4)
                return [[self.number() for _ in range(width)] for _ in range(self.dice.randint(1, 4))]
            case "numbers":
                return self.some(self.number, 12)
        return self.dice.choice([None, "...", "nan", "inf", "-inf", self.number(), self.text()])

    def near(self, right: Any) -> Any:
        """A value that is nearly the right one, or any other."""
        found = [right, [right], [right, right], str(right), {"value": right}, [[right]], self.value(), self.value()]
        if isinstance(right, (int, float)) and not isinstance(right, bool):
            found += [-right, right * 10**6, right / 7, right + 1, 0, right * 1e300 if abs(right) < 1e7 else 0.0, 1e308]
        if isinstance(right, list):
            found += [right[::-1], right[:-1], [*right, 0], [right, right], right[0] if right else []]
        return self.dice.choice(found)

    def answer(self) -> dict[str, Any]:
        state = self.dice.choice(["value", "value", "value", "blank", "missing", "unsupported", "too_large"])
        return {"state": state, "value": self.value(), "type_name": self.dice.choice(TYPES)}

    def shape(self) -> list[int | None] | None:
        return self.dice.choice([None, self.some(lambda: self.dice.choice([None, -1, 0, 1, 3, 28, 2**33]), 5)])

    def config(self) -> dict[str, Any]:
        return {self.dice.choice(SETTINGS): self.value(1) for _ in range(self.dice.randint(0, 6))}

    def layer(self) -> dict[str, Any]:
        return {
            "name": self.dice.choice(["a", "b", "c", self.text()]),
            "kind": self.dice.choice([*KINDS, self.text()]),
            "config": self.config(),
            "inbound": self.some(lambda: self.dice.choice("abc"), 3),
            "input_shape": self.shape(),
            "output_shape": self.shape(),
            "parameters": self.dice.choice([0, 40, 435, 2**40]),
            "trainable": self.dice.choice([0, 40, 435, 2**40]),
        }

    def model(self) -> dict[str, Any]:
        fields = {"input_shape": self.shape(), "layers": self.some(self.layer, 6), "compiled": self.config()}
        return {**fields, "weights": self.some(self.number, 4)}

    def shown(self) -> dict[str, Any]:
        kind = self.dice.choice(["stream", "display_data", "execute_result", "error"])
        if kind == "stream":
            return {"output_type": kind, "name": self.dice.choice(["stdout", "stderr"]), "text": self.text()}
        if kind == "error":
            return {
                "output_type": kind,
                "ename": self.text(),
                "evalue": self.text(),
                "traceback": self.some(self.text, 4),
            }
        return {
            "output_type": kind,
            "data": {self.dice.choice(MEDIA): self.text() for _ in range(self.dice.randint(0, 4))},
        }

    def array(self) -> bytes:
        """A `.npy` of some form, the right one among them, or bytes that are none."""
        shape = self.dice.choice([(200,), (200, 3), (200, 1), (3, 200), (), (0,), (199,), (200, 3, 1)])
        values = np.random.default_rng(self.dice.randint(0, 9)).integers(0, 3, shape)
        made = np.asarray(values).astype(self.dice.choice(["<f8", "<i8", "|u1", "|b1", "<f4", "<c16", "<U3"]))
        if made.dtype.kind == "f" and self.dice.random() < 0.3:
            made = made * np.nan
        stream = io.BytesIO()
        np.save(stream, made)
        return stream.getvalue()[: self.dice.choice([10**6, 10**6, 10**6, 50])]

    def message(self) -> bytes:
        """A message of any kind with fields of any kind, or none at all."""
        if self.dice.random() < 0.3:
            return self.dice.randbytes(self.dice.randint(0, 60))
        kind = self.dice.choice(
            [
                "started",
                "cell",
                "output",
                "update",
                "clear",
                "done",
                "answer",
                "model",
                "histories",
                "ended",
                "finished",
                "returned",
                "x",
            ]
        )
        fields = {name: self.value() for name in self.dice.sample(FIELD_NAMES, 5)}
        return framed({"type": kind, **fields})

    def run(self) -> bytes:
        """All that a process sends: mostly messages of a right form with odd contents, now and then others."""
        said = [framed({"type": "started"})]
        for index in range(2):
            said.append(framed({"type": "cell", "index": index}))
            shown = self.some(self.shown, 3)
            said += [framed({"type": "output", "display_id": self.text(), "output": each}) for each in shown]
            error = {"error": {"name": self.text(), "message": self.text(), "line": self.dice.randint(0, 9)}}
            done = {"type": "done", "count": index + 1, "seconds": 0.1}
            said.append(framed({**done, **(error if self.dice.random() < 0.5 else {})}))
        said += [framed({"type": "answer", "name": name, "answer": self.answer()}) for name in ("width", "predict")]
        answer = {"state": "unsupported", "type_name": "Sequential", "model": self.model()}
        said.append(framed({"type": "answer", "name": "model", "answer": answer}))
        curves = {self.dice.choice(["loss", "val_loss", self.text()]): self.some(self.number, 5) for _ in range(3)}
        said.append(framed({"type": "histories", "histories": {self.text(): curves}}))
        said.append(framed({"type": "finished", "cut": self.dice.random() < 0.2}))
        for _ in range(2):
            body, state = (
                self.array(),
                self.dice.choice(["returned", "returned", "raised", "refused", "nothing", "missing"]),
            )
            head = {"type": "returned", "state": state, "message": self.text(), "seconds": 0.1, "bodies": [len(body)]}
            said.append(framed(head) + body)
        if self.dice.random() < 0.3:
            place = self.dice.randint(1, len(said))
            said[place:place] = self.some(self.message, 6)
        return b"".join(said)

    def name(self) -> str:
        parts = [self.dice.choice([*NAME_PARTS, self.text()[:60]]) for _ in range(self.dice.randint(1, 5))]
        return "".join(parts) + self.dice.choice(ENDS)


def conversation(job: Job, said: bytes) -> Record:
    """The record of a run whose process says this, whatever it is sent."""
    ours, theirs = socket.socketpair()

    def listen() -> None:
        with contextlib.suppress(OSError):
            while theirs.recv(2**20):
                pass

    def talk() -> None:
        with contextlib.suppress(OSError):
            theirs.sendall(said)
            theirs.shutdown(socket.SHUT_WR)

    threads = [threading.Thread(target=each) for each in (listen, talk)]
    for thread in threads:
        thread.start()
    with ours:
        draft = Conversation(ours, job, tuple(b"" for _ in (*job.files, *job.handed_in)), Unused()).hold()
    for thread in threads:
        thread.join()
    theirs.close()
    return draft.record(Resources(), Isolation.SANDBOX)


class Scripted(Fake):
    """Gives each job the record that was made for the student whom its first cell names."""

    def __init__(self, made: Mapping[str, Callable[[Job], Record]]) -> None:
        super().__init__()
        self.made = made

    def run(self, jobs: Iterable[Job]) -> Iterator[Record]:
        for job in jobs:
            name = job.cells[0].removeprefix("# ") if job.cells else ""
            if name in self.made:
                yield self.made[name](job)
            else:
                yield from super().run([job])


def settled(found: Iterable[pipeline.Mark]) -> dict[str, Any]:
    """Student -> the mark of each question."""
    return {each.student: [(finding.verdict, finding.points) for finding in each.assessment.findings] for each in found}


def whole_way(
    course: Course, material: pipeline.Material, submissions: Sequence[Submission], executor: Fake, folder: Path
) -> dict[str, pipeline.Mark]:
    """Grade, mark again and export; looks at all that was written."""
    results, slug = Results(folder), material.exercise.slug
    graded = pipeline.grade(material, submissions, results, executor, ignore)
    broken = {
        each.student: finding.fault
        for each in graded
        for finding in each.assessment.findings
        if finding.verdict is Verdict.CHECK_ERROR
    }
    assert broken == {}
    again = pipeline.regrade(material, results)
    assert settled(again.marks) == settled(graded)
    assert again.changes == []
    for form in FORMS:
        file = folder / "exports" / f"{form}.out"
        list(export(course, slug, results, ExportRequest(forms=(form,), file=file)))
    results.database.close()
    look_at(folder)
    return {each.student: each for each in graded}


def look_at(folder: Path) -> None:
    """Pages are inert, tables hold no formula, and nothing is large."""
    for path in folder.rglob("*.html"):
        html = path.read_text(encoding="utf-8")
        assert len(html) < LONGEST_PAGE, path
        assert Page(html.replace(f"<script>{source(SCRIPT)}</script>", "")).active == [], path
        assert not {"\x00", "\x07", "\x08", "\x1b", "\x9b"} & set(html), path
    for path in (folder / "grades.csv", folder / "exports" / "csv.out"):
        text = path.read_text(encoding="utf-8-sig")
        rows = list(csv.reader(io.StringIO(text)))
        assert len({len(row) for row in rows}) == 1
        assert len(text) < LONGEST_TABLE
        cells = [cell for row in rows for cell in row]
        assert [cell for cell in cells if cell.startswith(("=", "+", "@", "\t", "\r"))] == []


BOUNDED = settings(max_examples=5, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
HOSTILE = st.randoms(use_true_random=True).map(Hostile)


@BOUNDED
@given(hostile=HOSTILE)
def test_whatever_a_process_says(tmp_path_factory: pytest.TempPathFactory, quokka: Course, hostile: Hostile) -> None:
    said = [hostile.run() for _ in range(20)]
    material = pipeline.load(quokka, "quokka")
    made = {f"hostile {number}": (lambda job, each=each: conversation(job, each)) for number, each in enumerate(said)}
    names = [*[*made][:6], "honest", *[*made][6:]]
    class_ = [
        Submission(student=name, exercise="quokka", origin=f"{name}.ipynb", content=notebook(f"# {name}", "width = 26"))
        for name in names
    ]
    found = whole_way(quokka, material, class_, Scripted(made), tmp_path_factory.mktemp("said"))
    assert set(found) == set(names)
    assert [finding.points for finding in found["honest"].assessment.findings] == [2.0, 0.0, 0.0]


def claimed(value: Any, type_name: str) -> Answer:
    """An answer as it comes out of the sandbox; missing where such a value cannot."""
    try:
        return claims.answer({"state": "value", "value": value, "type_name": type_name})
    except claims.ClaimError:
        return claims.answer({"state": "missing"})


@pytest.mark.parametrize("slug", COURSE.slugs())
@settings(BOUNDED, max_examples=2)
@given(hostile=HOSTILE)
def test_whatever_is_left_as_an_answer_of_any_exercise(
    tmp_path_factory: pytest.TempPathFactory, slug: str, hostile: Hostile
) -> None:
    material = pipeline.load(COURSE, slug)
    key = material.key.answers
    right = {each.answer: key[each.id] for each in material.exercise.questions if each.id in key}
    names = [each.answer for each in material.exercise.questions]

    def record_of(answers: Mapping[str, Answer], models: Mapping[str, Any]) -> Callable[[Job], Record]:
        def record(job: Job) -> Record:
            probes = {probe.name: claims.probe_result({"state": "returned"}, hostile.array()) for probe in job.probes}
            kept = {name: answer for name, answer in answers.items() if name in job.names}
            return replace(
                next(Fake().run([replace(job, cells=())])),
                key=job.key, cells=tuple(CellRun((), 1) for _ in job.cells),
                answers=kept, models=models, probes=probes,
            )  # fmt: skip

        return record

    made = {}
    for number in range(10):
        answers, models = {}, {}
        for name in names:
            value = hostile.near(plain(right.get(name)))
            answers[name] = claimed(value, hostile.dice.choice(TYPES))
            if hostile.dice.random() < 0.2:
                answers[name] = claims.answer(hostile.answer())
            with contextlib.suppress(claims.ClaimError):
                if hostile.dice.random() < 0.3:
                    models[name] = claims.model_table(hostile.model())
        made[f"hostile {number}"] = record_of(answers, models)
    honest = {name: claimed(plain(value), type(value).__name__) for name, value in right.items()}
    made["honest"] = record_of(honest, {})
    class_ = [
        Submission(student=name, exercise=slug, origin=f"{name}.ipynb", content=notebook(f"# {name}")) for name in made
    ]
    alone = whole_way(COURSE, material, class_[-1:], Scripted(made), tmp_path_factory.mktemp("alone"))
    found = whole_way(COURSE, material, class_, Scripted(made), tmp_path_factory.mktemp("class"))
    numbers = [
        number for number, each in enumerate(material.exercise.questions) if each.kind not in ("accuracy", "function")
    ]
    marks = settled(found.values())["honest"], settled(alone.values())["honest"]
    assert [marks[0][number] for number in numbers] == [marks[1][number] for number in numbers]


def plain(value: Any) -> Any:
    """A right value as JSON has it; a text where it is none."""
    try:
        return json.loads(json.dumps(value))
    except (TypeError, ValueError):
        return str(value)


def archive(names: Sequence[str], contents: Sequence[bytes]) -> bytes:
    """A zip with these members, and an honest one."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as made:
        for name, content in zip(names, contents, strict=True):
            info = zipfile.ZipInfo("x")
            info.filename = name.encode("utf-8", "replace").decode()
            with contextlib.suppress(ValueError, struct.error, UnicodeError):
                made.writestr(info, content)
        made.writestr("honest.ipynb", notebook("# honest", "width = 26"))
    return stream.getvalue()


CONTENTS = [
    notebook("# x", "width = 26"),
    notebook("width = 3"),
    b"",
    b"{",
    b"PK\x03\x04",
    archive(["a.ipynb"], [b"{"]),
]


@settings(BOUNDED, max_examples=3)
@given(hostile=HOSTILE)
def test_whatever_is_called_something(
    tmp_path_factory: pytest.TempPathFactory, quokka: Course, hostile: Hostile
) -> None:
    material, place = pipeline.load(quokka, "quokka"), tmp_path_factory.mktemp("named")
    names = list(dict.fromkeys(hostile.name() for _ in range(16)))
    contents = [hostile.dice.choice(CONTENTS) for _ in names]
    (place / "class.zip").write_bytes(archive(names, contents))
    (place / "class").mkdir()
    for name, content in zip(names, contents, strict=True):
        path = (
            os.fsencode(place / "class")
            + b"/"
            + name.encode("utf-8", "surrogatepass" if hostile.dice.random() < 0.5 else "replace")
            .replace(b"\0", b"0")
            .lstrip(b"/")
        )
        if b".." not in path:
            with contextlib.suppress(OSError):
                Path(os.fsdecode(path)).parent.mkdir(parents=True, exist_ok=True)
                Path(os.fsdecode(path)).write_bytes(content)
    (place / "class" / "honest.ipynb").write_bytes(notebook("# honest", "width = 26"))
    for taken in (place / "class.zip", place / "class"):
        out = place / f"out of {taken.stem}{taken.suffix}"
        submissions = [
            *pipeline.take_in(material, taken),
            *(
                Submission(student=readable(name), exercise="quokka", origin=name, content=notebook("1"))
                for name in names[:3]
            ),
        ]
        found = whole_way(quokka, material, submissions, Fake(), out)
        honest = [each for name, each in found.items() if name == "honest"]
        assert [finding.points for finding in honest[0].assessment.findings] == [2.0, 0.0, 0.0]
        inside = {path.resolve() for path in place.rglob("*")}
        assert all(path.is_relative_to(place.resolve()) for path in inside)
