"""An open task on images as a whole: two passes, flags, a list of indices and a leaderboard."""

import io
import json
import re
import shutil
import stat
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np
import numpy.typing as npt
import pytest

from grader import pipeline
from grader.course.layout import Course
from grader.course.scaffold import create_exercise
from grader.errors import SpecificationError
from grader.gradebook.results import Results
from grader.listing import listing
from grader.marks import flags
from grader.model.job import Job
from grader.model.record import Answer, AnswerState, CellRun, Isolation, Outcome, ProbeResult, ProbeState, Record
from grader.model.submission import HandedIn, Submission
from grader.pipeline import deciding, exporting
from grader.pipeline.history import history
from tests.conftest import ROOT, Run, notebook
from tests.fakes import ignore
from tests.reading import as_read

EXERCISE = """
title = "Faces"
summary = "Who is it?"
lecture = "L"
[hand_in]
files = ["*.npz"]
max_mb = 8
[leaderboard]
question = "accuracy"
[[questions]]
id = "accuracy"
title = "Accuracy"
kind = "accuracy"
answer = "predict"
points = 10
altered = true
probabilities = true
thresholds = [{ accuracy = 0.3, points = 0 }, { accuracy = 0.9, points = 10 }]
[[questions]]
id = "mislabelled"
title = "Wrong labels"
kind = "indices"
answer = "wrong_labels"
points = 4
thresholds = [{ f1 = 0.2, points = 0 }, { f1 = 0.8, points = 4 }]
"""
KEY = """
import json
from pathlib import Path

HELDOUT = {"accuracy": {"file": "heldout/faces.npz"}}

def answers():
    known = json.loads((Path(__file__).parent / "heldout" / "faces-known.json").read_text())
    wanted, allowed = known["mislabelled"], known["ambiguous"]
    return {"mislabelled": {"wanted": wanted, "allowed": allowed, "count": 100} if known.get("known", True) else None}
"""
COUNT, CLASSES = 160, 4
Labels = npt.NDArray[np.int64]
Model = Callable[[npt.NDArray[Any]], Any]


def faces() -> tuple[npt.NDArray[np.uint8], Labels]:
    """Pictures of plain grey with some noise: a class is told by its brightness, to a shift of light all the same."""
    generator = np.random.default_rng(11)
    labels = np.arange(COUNT) % CLASSES
    light = 40 + 50 * labels + generator.normal(0, 9, COUNT)
    noise = generator.normal(0, 30, (COUNT, 12, 12, 3))
    return np.clip(light[:, None, None, None] + noise, 0, 255).astype(np.uint8), labels


IMAGES, LABELS = faces()
BY_HEART = {bytes(image): int(label) for image, label in zip(IMAGES, LABELS, strict=True)}


def classed(light: npt.NDArray[Any]) -> Labels:
    """The nearest class of each image."""
    labels: Labels = np.clip(np.rint(light), 0, CLASSES - 1).astype(np.int64)
    return labels


def by_light(images: npt.NDArray[Any]) -> Labels:
    return classed((images.mean(axis=(1, 2, 3)) - 40) / 50)


def by_light_of_the_batch(images: npt.NDArray[Any]) -> Labels:
    light = images.mean(axis=(1, 2, 3))
    return classed((light - light.mean()) / light.std() * 1.1 + 1.5)


def by_heart(images: npt.NDArray[Any]) -> Labels:
    return np.array([BY_HEART.get(bytes(image), int(image[0, 0, 0]) % CLASSES) for image in images])


def as_probabilities(images: npt.NDArray[Any]) -> npt.NDArray[np.float64]:
    rows: npt.NDArray[np.float64] = np.full((len(images), CLASSES), 0.1)
    rows[np.arange(len(images)), by_light(images)] = 0.7
    return rows


def half_right(images: npt.NDArray[Any]) -> Labels:
    return np.where(images[:, 0, 0, 0] % 2 == 0, by_light(images), 0)


MODELS: dict[str, Model] = {
    "light": by_light,
    "batch": by_light_of_the_batch,
    "heart": by_heart,
    "probabilities": as_probabilities,
    "half": half_right,
    "texts": lambda images: np.array(["Ada"] * len(images)),
    "few": lambda images: by_light(images)[:-1],
    "nan": lambda images: by_light(images) * np.nan,
}


class Fake:
    """Pretends to run jobs: a cell `use = NAME` makes `predict` the model of that name."""

    isolation = Isolation.SANDBOX
    slots = 1

    def __init__(self) -> None:
        self.ran: list[Job] = []

    def run(self, jobs: Iterable[Job]) -> Iterator[Record]:
        for job in jobs:
            self.ran.append(job)
            values: dict[str, Any] = {}
            exec("\n".join(job.cells), values)
            probes = {
                probe.name: ProbeResult(ProbeState.RETURNED, _npy(MODELS[values["use"]](_array(probe.arguments[0]))))
                for probe in job.probes
            }
            answers = {
                name: Answer(AnswerState.VALUE, values[name], "list") for name in job.names if name in values
            } | {name: Answer(AnswerState.MISSING) for name in job.names if name not in values}
            cells = tuple(CellRun((), 1) for _ in job.cells)
            yield Record(
                key=job.key,
                outcome=Outcome.COMPLETED,
                cells=cells,
                answers=answers,
                probes=probes,
                environment=job.environment,
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        return None


def _array(data: Any) -> npt.NDArray[Any]:
    return np.asarray(np.load(io.BytesIO(data), allow_pickle=False))


def _npy(array: Any) -> bytes:
    stream = io.BytesIO()
    np.save(stream, array, allow_pickle=False)
    return stream.getvalue()


@pytest.fixture
def course(tmp_path: Path) -> Course:
    folder = tmp_path / "course"
    (folder / "exercises").mkdir(parents=True)
    (folder / "solutions").mkdir()
    shutil.copytree(ROOT / "reference_models", folder / "reference_models")
    made = Course(folder)
    create_exercise(made, "faces")
    (made.exercises / "faces" / "exercise.toml").write_text(EXERCISE)
    (made.solution_folder("faces") / "key.py").write_text(KEY)
    heldout = made.solution_folder("faces") / "heldout"
    heldout.mkdir()
    np.savez(heldout / "faces.npz", inputs=IMAGES, labels=LABELS, classes=np.array(["Ada", "Bo", "Cy", "Di"]))
    known = {"mislabelled": [3, 14, 15, 92], "ambiguous": [65, 35]}
    (heldout / "faces-known.json").write_text(json.dumps(known))
    return made


@pytest.fixture
def results(tmp_path: Path) -> Results:
    return Results(tmp_path / "out")


def hand_in(student: str, model: str, indices: str = "[3, 14, 15, 92, 65]", files: tuple[HandedIn, ...] = ()) -> Any:
    cells = (f"use = {model!r}  # {student}", f"wrong_labels = {indices}")
    return Submission(
        student=student, exercise="faces", origin=f"{student}.ipynb", content=notebook(*cells), files=files
    )


def graded(course: Course, results: Results, *submissions: Submission) -> dict[str, pipeline.Mark]:
    done = pipeline.grade(pipeline.load(course, "faces"), submissions, results, Fake(), ignore)
    return {item.assessment.student: item for item in done}


def kinds(item: pipeline.Mark) -> list[str]:
    return [flag.kind for flag in item.assessment.flags]


def test_an_honest_model_gets_its_mark_and_no_flag(course: Course, results: Results) -> None:
    ada = graded(course, results, hand_in("ada", "light"))["ada"]
    assert ada.assessment.findings[0].points > 8
    assert ada.assessment.findings[1].points == 4
    assert kinds(ada) == []
    assert "second time" not in as_read(ada.assessment.findings[0].reason)


def test_statistics_of_the_batch_are_found_out_by_another_batch(course: Course, results: Results) -> None:
    bob = graded(course, results, hand_in("bob", "batch"))["bob"]
    assert kinds(bob) == [flags.BATCH]
    assert "depend on the batch" in as_read(bob.assessment.findings[0].reason)


def test_looking_images_up_gains_nothing_and_is_flagged(course: Course, results: Results) -> None:
    cy = graded(course, results, hand_in("cy", "heart"))["cy"]
    assert cy.assessment.findings[0].points < 2
    assert kinds(cy) == [flags.MEMORISED]
    report = (results.folder / "cy" / "report.html").read_text()
    assert flags.MEMORISED not in report
    assert "see them before" not in report
    assert "see them before" in (results.folder / "cy" / "assessment.json").read_text()
    assert "see them before" in results.overview.read_text()


@pytest.mark.parametrize(
    ("model", "says"), [("texts", "strings"), ("few", "160 labels, one for each image"), ("nan", "NaN")]
)
def test_what_is_no_prediction_is_a_finding_of_its_own(course: Course, results: Results, model: str, says: str) -> None:
    bad, good = graded(course, results, hand_in("bad", model), hand_in("good", "light")).values()
    assert says in as_read(bad.assessment.findings[0].reason)
    assert bad.assessment.findings[1].points == 4
    assert good.assessment.points > 12


def test_probabilities_earn_what_their_labels_earn(course: Course, results: Results) -> None:
    rows, labels = graded(course, results, hand_in("rows", "probabilities"), hand_in("labels", "light")).values()
    assert abs(rows.assessment.points - labels.assessment.points) < 0.5
    assert "The function returned probabilities" in as_read(rows.assessment.findings[0].reason)


def test_held_out_images_in_a_file_are_flagged(course: Course, results: Results) -> None:
    stream = io.BytesIO()
    np.savez_compressed(stream, hidden=IMAGES[:25])
    files = (HandedIn("model.npz", stream.getvalue()), HandedIn("other.npz", b"weights"))
    eve = graded(course, results, hand_in("eve", "light", files=files))["eve"]
    assert flags.HELD_OUT_COPIES in kinds(eve)
    assert "contains 25 of the held-out images" in results.overview.read_text()
    regraded = pipeline.regrade(pipeline.load(course, "faces"), results)
    again = regraded.marks
    outdated = regraded.outdated
    assert (kinds(again[0]), outdated) == (kinds(eve), [])


def test_the_leaderboard_names_nobody_and_ties_those_who_are_alike(course: Course, results: Results) -> None:
    names = ("ada-1815", "bob-1969", "cleo-69", "dan-2014")
    done = graded(course, results, *(hand_in(name, "half" if name == "dan-2014" else "light") for name in names))
    page = results.leaderboard.read_text()
    assert not any(name in page for name in names)
    places = re.findall(
        r'<tr>\s*<td class="table-amount">(\d+)( =)?</td>\s*<th scope="row"><bdi>([A-Z]\w+ [A-Z]\w+)', page
    )
    assert [place + shared for place, shared, _ in places] == ["1 =", "1 =", "1 =", "4"]
    report = (results.folder / "dan-2014" / "report.html").read_text()
    assert f"On the leaderboard you are {places[3][2]}" in report
    assert "leaderboard.html" in results.overview.read_text()
    assert len(done) == 4


def test_pseudonyms_stay_when_more_hand_in_and_when_marked_again(course: Course, results: Results) -> None:
    graded(course, results, hand_in("bob", "light"))
    before = results.pseudonyms()
    graded(course, results, hand_in("ada", "light"), hand_in("bob", "light"))
    pipeline.regrade(pipeline.load(course, "faces"), results)
    assert results.pseudonyms()["bob"] == before["bob"]
    assert len(set(results.pseudonyms().values())) == 2


def test_a_leaderboard_may_have_the_names_of_the_students(course: Course, results: Results) -> None:
    path = course.exercises / "faces" / "exercise.toml"
    path.write_text(EXERCISE.replace('question = "accuracy"\n', 'question = "accuracy"\nnames = "student"\n', 1))
    graded(course, results, hand_in("ada", "light"))
    assert "ada" in results.leaderboard.read_text()
    assert "On the leaderboard" not in (results.folder / "ada" / "report.html").read_text()
    assert not (course.solutions / "secret").exists()


def test_only_a_command_that_draws_a_pseudonym_makes_the_secret(course: Course, results: Results) -> None:
    secret = course.solutions / "secret"
    path = course.exercises / "faces" / "exercise.toml"
    with_names = path.read_text()
    pipeline.load(course, "faces")
    path.write_text(with_names.replace('question = "accuracy"\n', 'question = "accuracy"\nnames = "student"\n', 1))
    graded(course, results, hand_in("ada", "light"))
    path.write_text(with_names)
    material = pipeline.load(course, "faces")
    listing(course)
    pipeline.class_statistics(course, "faces", results)
    deciding.waiting(material, results)
    history(material, results, "ada")
    pipeline.regrade(material, results, dry_run=True)
    exporting.export(course, "faces", results, exporting.ExportRequest(forms=(exporting.Format.CSV,)))
    assert not secret.exists()
    pipeline.regrade(material, results)
    assert stat.S_IMODE(secret.stat().st_mode) == 0o600


def test_what_is_not_known_of_the_data_is_not_marked(course: Course, results: Results) -> None:
    known = {"mislabelled": [], "ambiguous": [], "known": False}
    (course.solution_folder("faces") / "heldout" / "faces-known.json").write_text(json.dumps(known))
    ada = graded(course, results, hand_in("ada", "light"))["ada"]
    assert ada.assessment.max_points == 10
    assert "the correct answer is not known" in as_read(ada.assessment.findings[1].reason)


def test_regrade_reads_both_passes_from_the_record(course: Course, results: Results) -> None:
    before = graded(course, results, hand_in("cy", "heart"))["cy"]
    regraded = pipeline.regrade(pipeline.load(course, "faces"), results)
    again = regraded.marks
    changes = regraded.changes
    outdated = regraded.outdated
    assert (changes, outdated) == ([], [])
    assert again[0].assessment == before.assessment


def test_inputs_that_are_no_images_cannot_be_altered(course: Course) -> None:
    path = course.solution_folder("faces") / "heldout" / "faces.npz"
    np.savez(path, inputs=np.zeros((4, 9)), labels=np.arange(4), classes=np.array(["a", "b", "c", "d"]))
    with pytest.raises(SpecificationError, match=r"question accuracy: altered: .* shape \(4, 9\)"):
        pipeline.load(course, "faces")


@pytest.mark.slow
def test_in_the_sandbox_both_calls_come_after_the_cells_and_see_no_label(run: Run, course: Course) -> None:
    material = pipeline.load(course, "faces")
    cells = (
        "seen = []",
        "def predict(images):\n    seen.append(images.shape)\n"
        "    return [len(seen)] * len(images) if len(seen) < 3 else None",
    )
    held = material.heldout["accuracy"]
    probes = held.probes(material.exercise.questions[0], cells)
    inputs = held.arguments(cells)
    record = run(*cells, probes=tuple(replace(probe, arguments=(inputs[probe.digest],)) for probe in probes))
    first, second = (_array(record.probes[probe.name].array) for probe in probes)
    assert (first.tolist(), second.tolist()) == ([1] * COUNT, [2] * (COUNT + COUNT // 2))
