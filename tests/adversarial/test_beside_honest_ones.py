"""Each way in which one submission could harm another, tried with real runs in one class with honest submissions.

The honest ones keep their marks, verdicts, reasons, flags and processor time: those of a class without attackers. So do
they in the other modules of this folder; together they show:

| what is tried | shown by |
|---|---|
| text that takes long to read, to colour or to draw | `test_text_that_takes_long_costs_nobody_else_anything`, `test_marking.py` |
| more messages, items, characters, pictures and archives than a run may return | `test_confined.py`, `test_forging.py`, `test_resources.py` |
| odd and extreme answers, of real exercises | `test_an_odd_answer_costs_no_other_question_and_nobody_else_anything` |
| what ends a run before it begins | `test_faults.py`, `test_what_is_handed_in_under_any_name_in_any_size`, `tests/execute/test_cluster.py` with real workers |
| names in the form of other students' | `test_a_name_in_the_form_of_another_student_takes_nobodys_row` |
| labels asked for, attempt by attempt; images carried out | `test_many_attempts_learn_little_and_change_nobody_else`, `test_the_second_call_tells_nothing_of_its_images` |
| formulas, files without a notebook | `test_what_is_handed_in_under_any_name_in_any_size` |
| locks on common files, system calls that are new | `test_escape.py` |
| daemons without a sandbox | `test_daemons_without_a_sandbox_or_control_groups_harm_nobody`, `tests/execute/test_daemons.py` |
| formats in a catalogue | `test_a_catalogue_that_changes_formats_changes_no_mark` |
"""

import contextlib
import csv
import io
import re
import resource
import shutil
import sys
import time
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import nbformat
import numpy as np
import numpy.typing as npt
import pytest
from scipy.optimize import linprog

from grader import cli, pipeline
from grader.course.layout import Course
from grader.execute import places, single_use
from grader.execute.local import LocalExecutor
from grader.execute.single_use import SingleUse
from grader.gradebook.results import Results
from grader.marks import flags
from grader.model.assessment import Verdict
from grader.model.course_settings import HeldOutReports
from grader.model.figures import ConfusionMatrix
from grader.model.record import Isolation, Outcome
from grader.model.submission import Submission
from grader.pipeline.exporting import ExportRequest, Format, export
from grader.pipeline.marking import now
from grader.text import catalogues
from tests.adversarial import batch
from tests.adversarial.batch import (
    FULL,
    HONEST,
    MODEL,
    PREDICT,
    WIDTH,
    Marked,
    assert_honest_unharmed,
    assert_same,
    grade,
    marked_again,
    submission,
    with_limits,
)
from tests.conftest import case_notebooks, notebook
from tests.execute.test_daemons import DAEMON, left
from tests.test_image_exercise import CLASSES
from tests.test_image_exercise import course as faces

__all__ = ["faces"]

pytestmark = pytest.mark.slow


def zipped(members: Mapping[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name, (2026, 4, 19, 10, 0, 0)), content, zipfile.ZIP_DEFLATED)
    return stream.getvalue()


def processor_seconds() -> float:
    """Processor time of this process, and of the processes of its own that it has waited for."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


def noted(*texts: str) -> bytes:
    """A notebook of one right answer, with texts in Markdown before it."""
    made = nbformat.reads(notebook(WIDTH).decode(), 4)
    made.cells[:0] = [nbformat.v4.new_markdown_cell(text, id=f"text-{number}") for number, text in enumerate(texts)]
    return str(nbformat.writes(made)).encode()


def ran(*cells: str) -> bytes:
    return notebook(WIDTH, *cells)


# Texts that took more than their length to read, to colour or to draw, in every place where a student can put one.
SHOW = "from IPython.display import HTML, Latex, Markdown, display\n"
TEXTS: dict[str, bytes] = {
    "Markdown": noted("a" + " " * 20_000 + "b"),
    "much Markdown": noted(*(f"{number}a" + " " * 20_000 + "b" for number in range(60))),
    "Markdown that is never closed": noted("[" * 20_000, "*&" * 10_000, "<" + "/*" * 10_000 + ">", "*" + ":_" * 9_000),
    "Perl in Markdown": noted("```perl\n" + "m{" * 9_000 + "\n```"),
    "Perl": ran("%%perl\n" + "m{" * 9_000, "%%perl\n" + "m{> " * 5_000 + ">"),
    "Markdown shown": ran(SHOW + "for n in range(9):\n    display(Markdown(f'{n}a' + ' ' * 20_000 + 'b'))"),
    "HTML shown": ran(SHOW + "for text in ('<a ', '<b>', '<!--', '<table>', '<th>', '</th>', '<a b='):\n    display(HTML(text * 5_000))"),
    "LaTeX shown": ran(SHOW + "display(Latex('$\\\\frac{' * 4_000), Latex('{' * 20_000))"),
    "a traceback": ran("raise ValueError('a' + ' ' * 20_000 + '\\x1b[' * 5_000)"),
    "a traceback of long lines": ran("def down(n):  # " + "m{" * 9_000 + "\n    return down(n + 1) + " + "(" * 50 + "1" + ")" * 50 + "\ndown(0)"),
    "a curve": ran("import keras\nhistory = keras.callbacks.History()\nhistory.epoch = [*range(60_000)]\nhistory.history = {'loss': [n % 7 / 3 for n in history.epoch]}"),
    "pictures": ran("import numpy as np\nfrom PIL import Image\nfor n in range(5):\n    display(Image.fromarray(np.full((3_000, 3_000), n, np.uint8)))"),
}  # fmt: skip


def test_text_that_takes_long_costs_nobody_else_anything(
    material: pipeline.Material, executor: LocalExecutor, tmp_path: Path, alone: Marked
) -> None:
    """Limits so tight that a run that waits for the drawing of a page would be late."""
    tight = with_limits(material, cell_seconds=6, notebook_seconds=12)
    names = list(TEXTS)
    for number in range(6):
        names.insert(2 * number + 1, f"honest {number}")
    class_ = [submission(name, TEXTS.get(name) or notebook(f"# {name}", *HONEST)) for name in names]
    used = processor_seconds()
    found = grade(tight, class_, tmp_path, executor)
    assert_honest_unharmed(found, alone)
    assert {name: found[name].points["width"] for name in TEXTS} == dict.fromkeys(TEXTS, FULL["width"])
    graded = processor_seconds()
    again = marked_again(tight, tmp_path)
    assert_honest_unharmed(again, alone)
    assert {name: each.page for name, each in again.items()} == {name: each.page for name, each in found.items()}
    marked = processor_seconds()
    assert graded - used < 20
    assert marked - graded < 20


ODD: dict[str, str] = {
    "a comma after every answer": "({value},)",
    "the largest numbers": "1e308",
    "nothing": "0",
    "what is no number": "float('nan')",
    "a number that no float holds": "10**400",
    "a list of lists": "[[[]], {value}]",
}
WITHOUT_TRAINING = ("conv-arithmetic", "hand-convolution")
IN_SUITE = "hand-convolution"
"""The exercise whose odd answers really run in the suite; tests/course_content/test_odd_values.py marks those of all."""
WITH_FOLLOW_ON = (
    "activations-and-losses",
    "dense-mnist",
    "feature-maps",
    "keras-cnn",
    "lenet5",
    "linear-classifier",
    "mnist-keras",
    "preprocessing-and-regularisation",
    "read-the-summary",
)


@pytest.mark.parametrize(
    "slug",
    [
        pytest.param(slug, marks=[pytest.mark.long] * (slug != IN_SUITE))
        for slug in (*WITHOUT_TRAINING, *WITH_FOLLOW_ON)
    ],
)
def test_an_odd_answer_costs_no_other_question_and_nobody_else_anything(
    slug: str, course: Course, executor: LocalExecutor, tmp_path: Path
) -> None:
    """All answers of a student who works honestly, but for the odd ones."""
    material = pipeline.load(course, slug)
    right = case_notebooks(slug)["full-marks"]
    asked = [
        each.answer for each in material.exercise.questions if each.kind not in ("architecture", "accuracy", "function")
    ]
    odd = {"a comma after every other": after(right, *(f"{answer} = {answer}," for answer in asked[::2]))}
    for name, text in [*ODD.items()][: len(ODD) if slug in WITHOUT_TRAINING else 3]:
        odd[name] = after(right, *(f"{answer} = {text.format(value=answer)}" for answer in asked))

    def graded(place: str, class_: Mapping[str, bytes]) -> dict[str, Marked]:
        submissions = [
            Submission(student=name, exercise=slug, origin=f"{name}.ipynb", content=content)
            for name, content in class_.items()
        ]
        return grade(material, submissions, tmp_path / place, executor)

    alone = graded("alone", {"honest": right})["honest"]
    assert alone.assessment.publishable
    found = graded("class", {**odd, "honest": right})
    assert_same(found["honest"], alone)
    for marked in found.values():
        assert marked.assessment.publishable
        assert [each for each in marked.assessment.findings if each.verdict is Verdict.CHECK_ERROR] == []
    assert_same(marked_again(material, tmp_path / "class")["honest"], alone)


def after(content: bytes, *lines: str) -> bytes:
    """A notebook with one more cell."""
    made = nbformat.reads(content.decode(), 4)
    made.cells.append(nbformat.v4.new_code_cell("\n".join(lines), id="one-more"))
    return str(nbformat.writes(made)).encode()


# Whose row: what Eve may call her files, on platforms that write her name, or a number, before them.
MOMENT = "2026-04-19-10-00-00"
PLATFORMS: dict[str, tuple[str, str]] = {
    "Moodle": ("{name}_{number}_assignsubmission_file_", "{name}_{number}_assignsubmission_file_lab.ipynb"),
    "Moodle, in folders": ("{name}_{number}_assignsubmission_file/", "{name}_{number}_assignsubmission_file/lab.ipynb"),
    "Canvas": ("{name}_{number}_100{number}_", "{name}_{number}_100{number}_lab.ipynb"),
    "Blackboard": (f"Lab 1_{{name}}_attempt_{MOMENT}_", f"Lab 1_{{name}}_attempt_{MOMENT}_lab.ipynb"),
    "Brightspace": ("{number}-9 - {name} - Apr 19, 2026 1130 PM - ", "{number}-9 - {name} - Apr 19, 2026 1130 PM - lab.ipynb"),
}  # fmt: skip
CHOSEN = (
    "_{number}_assignsubmission_file_lab.ipynb",
    "{name}_{number}_assignsubmission_file_lab.ipynb",
    "{name}_{number}_assignsubmission_file/lab.ipynb",
    "{name}_{number}_9999_lab.ipynb",
    "LATE_{number}_9999_lab.ipynb",
    f"Lab 1_{{name}}_attempt_{MOMENT}_lab.ipynb",
    "{number}-9 - {name} - Apr 20, 2026 1130 PM - lab.ipynb",
    "{name}+quokka+2026-04-20 23:30:00 UTC.ipynb",
    "../{name}_{number}_assignsubmission_file_lab.ipynb",
)
FORGED = "width = 5  # forged"


@pytest.mark.parametrize("platform", PLATFORMS)
def test_a_name_in_the_form_of_another_student_takes_nobodys_row(
    platform: str,
    quokka: Course,
    material: pipeline.Material,
    executor: LocalExecutor,
    tmp_path: Path,
    alone: Marked,
) -> None:
    """Bob is honest and has handed in; Cleo has not. Each attacker has a file in the name of each of them."""
    before, whole = PLATFORMS[platform]
    bob, cleo = {"name": "honestbob", "number": "222"}, {"name": "cleo", "number": "333"}
    members = {
        whole.format(name=name, number=number): notebook(f"# {name}", *HONEST)
        for name, number in (("honestann", "221"), bob.values())
    }
    for number, chosen in enumerate(CHOSEN):
        for place, victim in enumerate((bob, cleo)):
            eve = {"name": f"eve{'ab'[place]}{'cdefghijk'[number]}", "number": f"5{place}{number}"}
            members[before.format(**eve) + chosen.format(**victim)] = notebook(FORGED)
    (tmp_path / "class.zip").write_bytes(zipped(members))
    found = grade(material, pipeline.take_in(material, tmp_path / "class.zip"), tmp_path / "out", executor)
    rows = grades(tmp_path / "out")
    assert sorted(name for name in found if name.startswith("honest")) == ["honestann", "honestbob"]
    for name in ("honestann", "honestbob"):
        assert_same(found[name], alone)
        assert (rows[name]["points"], "forged" in found[name].page) == ("9", False)
    assert "cleo" not in rows
    if platform.startswith("Moodle"):
        assert worksheet(quokka, tmp_path) == {"221": "9", "222": "9", "333": ""}


def grades(folder: Path) -> dict[str, dict[str, str]]:
    """Student -> the row of the table of marks."""
    with (folder / "grades.csv").open(encoding="utf-8", newline="") as table:
        return {row["student"]: row for row in csv.DictReader(table)}


def worksheet(course: Course, folder: Path) -> dict[str, str]:
    """Number of a participant -> the grade that stands in Moodle's worksheet when it has been filled."""
    head = "Identifier,Full name,Email address,Status,Grade,Maximum Grade,Grade can be changed,Feedback comments\n"
    people = (("221", "honestann"), ("222", "honestbob"), ("333", "cleo"))
    lines = [f"Participant {number},{name},{name}@x,Submitted,,9.00,Yes,\n" for number, name in people]
    (folder / "sheet.csv").write_text(head + "".join(lines))
    request = ExportRequest(forms=(Format.MOODLE_WORKSHEET,), file=folder / "filled.csv", source=folder / "sheet.csv")
    list(export(course, "quokka", Results(folder / "out"), request))
    with (folder / "filled.csv").open(encoding="utf-8-sig", newline="") as filled:
        return {row["Identifier"].split()[1]: row["Grade"] for row in csv.DictReader(filled)}


FORMULA_NAMES = ("=1+1", "a;=1+1", "b\t=1+1", "c\n=1+1", "@SUM(A1)", "-1+cmd|'calc'!A0", "d,=1+1", "＝1")
FORMULAS = ("=1+1", ";=1+1", "\t=1+1", "\n@SUM(A1)", "1;=1+1", "+1+cmd", "=HYPERLINK('https://evil.example')")
UNREAD: dict[str, dict[str, bytes]] = {
    "17.5 MB of code": {".ipynb": notebook("x = '" + "x" * 17_500_000 + "'", *HONEST)},
    "19 MB in many cells": {".ipynb": notebook(*("x = '" + "x" * 190_000 + "'" for _ in range(100)))},
    "code with a NUL": {".ipynb": notebook(*HONEST, "a = 1\0b = 2")},
    "an archive without a notebook": {".zip": zipped({"essay.pdf": b"%PDF"})},
    "an empty archive": {".zip": zipped({})},
    "a folder with a PDF": {"/lab.pdf": b"%PDF"},
}  # fmt: skip
TABLES = (Format.CSV, Format.CSV_FINDINGS, Format.MOODLE, Format.NBGRADER)


def test_what_is_handed_in_under_any_name_in_any_size(
    quokka: Course,
    material: pipeline.Material,
    executor: LocalExecutor,
    tmp_path: Path,
    alone: Marked,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Through the command line: what is no notebook is told, what is a formula is neutral, the others are graded."""
    files = {f"{name}{ending}": content for name, own in UNREAD.items() for ending, content in own.items()}
    files |= {f"{name}.ipynb": notebook("width = 5") for name in FORMULA_NAMES}
    files |= {f"formula {number}.ipynb": notebook(f"width = {text!r}") for number, text in enumerate(FORMULAS)}
    files["emoji.zip"] = zipped({"\U0001f600" * 90 + ".ipynb": notebook(WIDTH)})
    honest = {f"{name}.ipynb": notebook(f"# {name}", *HONEST) for name in ("honest ann", "honest zoe")}
    for place, content in (("class", {**files, **honest}), ("nobody else", honest)):
        for name, each in content.items():
            (tmp_path / place / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / place / name).write_bytes(each)
    monkeypatch.setattr(places, "executor", lambda *_: contextlib.nullcontext(executor))
    ended, told = {}, {}
    for place in ("class", "nobody else"):
        words = [
            "grade",
            "quokka",
            str(tmp_path / place),
            "--course",
            str(quokka.root),
            "--results",
            str(tmp_path / f"out of {place}"),
        ]
        monkeypatch.setattr(sys, "argv", ["grader", *words])
        with pytest.raises(SystemExit) as end:
            cli.main()
        ended[place], told[place] = end.value.code or 0, " ".join(capsys.readouterr())
    assert ended == {"class": cli.SOME_NOT_GRADED, "nobody else": cli.DONE}

    out = tmp_path / "out of class"
    rows, usual, found = grades(out), grades(tmp_path / "out of nobody else"), marked_again(material, out)
    assert len(rows) == len(files) + len(honest)
    for name in usual:
        assert rows[name] == usual[name]
        assert_same(found[name], alone)
    for name in UNREAD:
        assert rows[name]["outcome"] == Outcome.INVALID_NOTEBOOK, name
        assert f"{name}: " in told["class"]
        assert f">{name}<" in (out / "index.html").read_text()
    assert found["emoji"].points["width"] == FULL["width"]
    for form in TABLES:
        list(export(quokka, "quokka", Results(out), ExportRequest(forms=(form,), file=out / f"{form}.csv")))
    tables = [*out.glob("*.csv")]
    assert len(tables) > len(TABLES)
    assert {path.name: cells for path in tables if (cells := formulas(path))} == {}


def formulas(path: Path) -> list[str]:
    """The cells of a table that a spreadsheet would execute, whichever sign parts its cells."""
    text = path.read_text(encoding="utf-8-sig")
    cells = [
        cell for sign in ",;\t" for row in csv.reader(io.StringIO(text, newline=""), delimiter=sign) for cell in row
    ]
    return [cell for cell in cells if re.match(r"\s*[=+@＝＋＠]|\s*[-－](?![\d.]+$|$)", cell)]


# Labels, asked for attempt by attempt: what `predict` says follows from the pixels, by another rule each time.
GUESS = "(images[:, :4, :4].astype('int64').reshape(len(images), 16) @ (np.arange(1, 17) ** 2 * {number} + 1) // 7) % 3"
ATTEMPTS, SCORED, IMAGES = 9, 7, 30


@pytest.fixture
def asked(quokka: Course, tmp_path: Path) -> pipeline.Material:
    """The same exercise with fewer held-out images, and a deadline that is still to come."""
    root = tmp_path / "course"
    shutil.copytree(quokka.root, root)
    held = root / "solutions" / "quokka" / "heldout" / "quokka-heldout.npz"
    with np.load(held) as whole:
        inputs, labels = whole["inputs"][:IMAGES], whole["labels"][:IMAGES]
    np.savez(held, inputs=inputs, labels=labels)
    material = pipeline.load(Course(root), "quokka")
    settings = replace(
        material.settings,
        deadlines={"quokka": now() + timedelta(days=1)},
        held_out=HeldOutReports(scored_attempts=SCORED),
    )
    return replace(material, settings=settings)


def test_many_attempts_learn_little_and_change_nobody_else(
    asked: pipeline.Material, executor: LocalExecutor, tmp_path: Path
) -> None:
    """With the exact matrices, which only staff have, a linear program finds the labels; with the reports it does not."""
    (held,) = asked.heldout.values()
    usual = batch.alone(asked, tmp_path / "alone", executor)
    predicted, matrices, shares = [], [], []
    for number in range(1, ATTEMPTS + 1):
        guess = GUESS.format(number=number)
        eve = notebook("import numpy as np", f"def predict(images):\n    return {guess}")
        class_ = [submission(name, notebook(f"# {name}", *HONEST)) for name in ("honest ann", f"honest {number % 3}")]
        found = grade(asked, [class_[0], submission("eve", eve), class_[1]], tmp_path / "class", executor)
        for name in found.keys() - {"eve"}:
            assert_same(found[name], usual)
        predicted.append(eval(guess, {"np": np, "images": held.inputs}))
        figures = found["eve"].finding("accuracy").figures
        [matrix] = [figure for figure in figures if isinstance(figure, ConfusionMatrix)]
        matrices.append(np.array(matrix.counts))
        assert "confusion" not in found["eve"].page.casefold()
        assert f"of {IMAGES}" not in found["eve"].page
        told = re.search(r"At least (\d+) %(?: and less than (\d+) %)?", found["eve"].page)
        shares.append((int(told[1]) / 100, int(told[2] or 101) / 100) if told else (0.0, 1.01))
    assert shares[0] != (0.0, 1.01)
    assert shares[SCORED:] == [(0.0, 1.01)] * (ATTEMPTS - SCORED)
    assert [flag.kind for flag in found["eve"].assessment.flags] == [flags.PROBING]
    assert share_known(held.labels, *as_matrices(predicted, matrices)) > 0.95
    assert share_known(held.labels, *as_shares(predicted, shares)) < 0.6


Rules = tuple[list[npt.NDArray[np.float64]], list[float], list[float]]


def as_matrices(predicted: Sequence[npt.NDArray[np.int64]], matrices: Sequence[npt.NDArray[np.int64]]) -> Rules:
    """What exact matrices say of `known[image, label]`: rows, and the least and the greatest value of each."""
    rows, counts = [], []
    for guess, matrix in zip(predicted, matrices, strict=True):
        for true in range(3):
            for said in range(3):
                row = np.zeros((IMAGES, 3))
                row[guess == said, true] = 1
                rows.append(row.ravel())
                counts.append(float(matrix[true][said]))
    return rows, counts, counts


def as_shares(predicted: Sequence[npt.NDArray[np.int64]], shares: Sequence[tuple[float, float]]) -> Rules:
    """What reports say of it: of each attempt, between which two shares of its labels are right."""
    rows = [np.eye(3)[guess].ravel() for guess in predicted]
    return rows, [low * IMAGES - 1e-6 for low, _ in shares], [high * IMAGES for _, high in shares]


def share_known(
    labels: npt.NDArray[np.int64],
    rows: Sequence[npt.NDArray[np.float64]],
    least: Sequence[float],
    most: Sequence[float],
) -> float:
    """The share of labels that a linear program finds."""
    each = np.kron(np.eye(IMAGES), np.ones(3))  # each image has one label
    above, below = np.array(rows), -np.array(rows)
    solved = linprog(
        np.random.default_rng(1).random(3 * IMAGES),
        A_ub=np.concatenate([above, below]), b_ub=np.concatenate([np.array(most), -np.array(least)]),
        A_eq=each, b_eq=np.ones(IMAGES), bounds=(0, 1),
    )  # fmt: skip
    assert solved.success
    return float((solved.x.reshape(IMAGES, 3).argmax(axis=1) == labels).mean())


CARRIED = """
calls = 0
def predict(images):
    global calls
    calls += 1
    if calls == 2:
        raise type("carried" + images[0].tobytes().hex()[:60], (Exception,), {})(images[1].tobytes().hex()[:60])
    return [0] * len(images)
"""
SPLITS = (("a = 1\nb = 2",), ("a = 1", "b = 2"), ("a = 1\n", "b = 2"), ("a = 1", "\nb = 2"))
TELLS = "def predict(images):\n    raise ValueError('seen ' + images[0].tobytes().hex()[:40])"


def test_the_second_call_tells_nothing_of_its_images(faces: Course, executor: LocalExecutor, tmp_path: Path) -> None:
    """Nor does a text that is split into cells in another way see its images in the same order."""
    material = pipeline.load(faces, "faces")
    predict = f"def predict(images):\n    light = images.mean(axis=(1, 2, 3))\n    return np.clip(np.rint((light - 40) / 50), 0, {CLASSES - 1}).astype(int)"
    honest = Submission(
        student="honest",
        exercise="faces",
        origin="a.ipynb",
        content=notebook("import numpy as np", predict, "wrong_labels = [3, 14]"),
    )
    alone = grade(material, [honest], tmp_path / "alone", executor)["honest"]
    assert (alone.assessment.flags, alone.assessment.findings[0].points > 8) == ((), True)
    splits = [
        Submission(student=f"split {number}", exercise="faces", origin="a.ipynb", content=notebook(*cells, TELLS))
        for number, cells in enumerate(SPLITS)
    ]
    eve = Submission(student="eve", exercise="faces", origin="a.ipynb", content=notebook(CARRIED))
    found = grade(material, [eve, honest, *splits], tmp_path / "class", executor)
    assert_same(found["honest"], alone)
    assert [flag.kind for flag in found["eve"].assessment.flags] == [flags.SECOND_CALL]
    carried = re.findall(r"[0-9a-f]{60}", repr(found["eve"].record.probes))
    assert len(carried) == 2, "the attack does what it is meant to"
    assert not any(each in found["eve"].page + repr(found["eve"].assessment) for each in carried)
    seen = {re.search(r"seen (\w+)", repr(found[each.student].record))[1] for each in splits}  # type: ignore[index]
    assert len(seen) == len(SPLITS)


@pytest.mark.long  # each run imports TensorFlow anew
def test_daemons_without_a_sandbox_or_control_groups_harm_nobody(
    material: pipeline.Material, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(single_use, "make_group", lambda _: None)
    with LocalExecutor(2, SingleUse, Isolation.DEGRADED) as executor:
        alone = grade(material, [submission("honest", notebook(*HONEST))], tmp_path / "alone", executor)["honest"]
        class_ = {"eve": (WIDTH, DAEMON + "daemon(rest)\ndaemon(rest)"), "honest": HONEST, "mallory": (WIDTH, DAEMON + "daemon(rest)\ndaemon(lambda: (daemon(rest), rest()))"), "honest last": ("# last", *HONEST)}  # fmt: skip
        found = grade(
            material,
            [submission(name, notebook(*cells)) for name, cells in class_.items()],
            tmp_path / "class",
            executor,
        )
        assert left() == []
    for name, marked in found.items():
        assert marked.points["width"] == FULL["width"], name
    for name in ("honest", "honest last"):
        assert_same(found[name], alone)


def test_a_catalogue_that_changes_formats_changes_no_mark(
    material: pipeline.Material, executor: LocalExecutor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, alone: Marked
) -> None:
    """Every place for a value in the German texts asks for 100 million characters."""
    locale = tmp_path / "locale"
    shutil.copytree(catalogues.FOLDER, locale)
    lines = (locale / "de.po").read_text(encoding="utf-8").split("\nmsgid ")
    told = [
        text.partition("msgstr")[0] + re.sub(r"\{(\w+)\}", r"{\1:>100000000}", "".join(text.partition("msgstr")[1:]))
        for text in lines
    ]
    (locale / "de.po").write_text("\nmsgid ".join(told), encoding="utf-8")
    assert (locale / "de.po").read_text().count("100000000}") > 500
    german = replace(material, language=catalogues.language("de"))
    class_ = {"eve": ("width = 5", MODEL, PREDICT), "honest": ("# german", *HONEST)}

    def graded(place: str, material: pipeline.Material) -> dict[str, Marked]:
        return grade(
            material, [submission(name, notebook(*cells)) for name, cells in class_.items()], tmp_path / place, executor
        )

    usual = graded("usual", german)
    monkeypatch.setattr(catalogues, "FOLDER", locale)
    found = graded("class", replace(material, language=catalogues.language("de")))
    for name, marked in found.items():
        assert (marked.points, marked.outcome) == (usual[name].points, usual[name].outcome)
        assert 0 < marked.seconds <= 2 * alone.seconds + 1
        assert len(marked.page) < 2 * len(usual[name].page)
    assert found["honest"].points == FULL
    assert found["eve"].page != usual["eve"].page, "the texts whose places were changed are told as in the source"
