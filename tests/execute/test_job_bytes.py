"""What crosses between machines: all of a job and a record, no secret, no path, nothing that could be executed."""

import base64
import io
import json
import math
import re
from collections.abc import Iterable, Iterator
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from grader import pipeline
from grader.course.layout import Course
from grader.execute.claims import ClaimError
from grader.execute.inside.wire import WireError
from grader.execute.job_bytes import CHECKS, Envelope, job_bytes, job_of, record_bytes, record_of
from grader.gradebook.results import Results
from grader.intake.folders import collect
from grader.model.dataset import DataSet, Shown
from grader.model.exercise import DataFile, Limits
from grader.model.job import Job, JobPart, Observation, Probe
from grader.model.job_parts import joined, record_of_part, with_parts
from grader.model.preparation import Preparation
from grader.model.record import (
    Answer,
    AnswerState,
    CellError,
    CellRun,
    Isolation,
    LayerRow,
    ModelTable,
    ObservationRun,
    ObservationState,
    Outcome,
    PartRun,
    ProbeResult,
    ProbeState,
    Record,
    Resources,
)
from grader.model.submission import HandedIn
from tests.conftest import ROOT, notebook
from tests.fakes import Fake
from tests.storage.any_value import FINITE, any_value


def array(*numbers: float) -> bytes:
    stream = io.BytesIO()
    np.save(stream, np.array(numbers), allow_pickle=False)
    return stream.getvalue()


def picture() -> str:
    stream = io.BytesIO()
    Image.new("RGB", (4, 4), (10, 20, 30)).save(stream, "PNG")
    return base64.b64encode(stream.getvalue()).decode()


MNIST = DataSet("mnist", "ef" * 32, (Shown(source="mnist/mnist.npz", place="keras/datasets/mnist.npz"),))
JOB = Job(
    cells=("a = 1", "print('ü')"),
    names=("a", "model", "table"),
    probes=(Probe("predict", "predict", (array(1, 2), 3, None, "text"), "ab" * 32),),
    files=(DataFile("data/points.csv", Path("/home/teacher/points.csv"), "cd" * 32),),
    limits=Limits(memory_mb=1234),
    seed=7,
    environment=(("python", "3.11.2"), ("keras", "3.15.1")),
    handed_in=(HandedIn("model.keras", b"weights"),),
    observations=(Observation(name="epochs", code="def epochs(history): return 1", reads=("history",)),),
    on_files=(Observation(name="saved", code="def saved(path='a'): ...", reads=("a",), of_files=True),),
    parts=(JobPart(notebook="notebook.ipynb", cells=1), JobPart(notebook="b.ipynb", cells=1, uses=("k.npy",))),
    saves=("k.npy",),
).prepared(Preparation(datasets=(MNIST,)))
LAYER = LayerRow(
    name="dense",
    kind="Dense",
    config={"units": 3, "activation": "relu"},
    inbound=("input",),
    input_shape=(None, 4),
    output_shape=(None, 3),
    parameters=15,
    trainable=15,
)
RECORD = Record(
    key=JOB.key,
    outcome=Outcome.OUTPUT_LIMIT,
    cells=(
        CellRun(
            (
                {"output_type": "stream", "name": "stdout", "text": "ü\n"},
                {"output_type": "display_data", "data": {"image/png": picture()}, "metadata": {}},
            ),
            1,
            0.25,
        ),
        CellRun((), None, 0.0, CellError("ValueError", "no", 2)),
    ),
    answers={
        "a": Answer(AnswerState.VALUE, [1, "nan", {"b": None}], "list"),
        "model": Answer(AnswerState.UNSUPPORTED, None, "Sequential"),
        "table": Answer(AnswerState.VALUE, [[1]], "DataFrame", details={"columns": ["a"], "index": [None]}),
    },
    models={
        "model": ModelTable(input_shape=(None, 4), layers=(LAYER,), compiled={"loss": "mse"}, weights=tuple(range(64)))
    },
    histories={"history": {"loss": (0.5, math.inf, -math.inf)}},
    probes={"predict": ProbeResult(ProbeState.RETURNED, array(1, 2, 3), "", 0.5)},
    resources=Resources(1.5, 1.25, 300.0, 4.0),
    isolation=Isolation.DEGRADED,
    environment=JOB.environment,
    remarks=("The notebook printed too much.",),
    observations={
        "epochs": ObservationRun(state=ObservationState.RAISED, message="E: e", in_cells=True, reads=("history",)),
        "saved": ObservationRun(
            state=ObservationState.UNSUITABLE, about="a", found="list", wanted="b", line=3, reads=("a",)
        ),
    },
    parts=(
        PartRun("notebook.ipynb", 1, Outcome.COMPLETED),
        PartRun("b.ipynb", 1, Outcome.OUTPUT_LIMIT, ("The notebook printed too much.",)),
    ),
)


def test_a_job_arrives_as_it_was_sent_but_for_places_on_disk() -> None:
    arrived = job_of(job_bytes(JOB, (b"weights",)))
    assert arrived.files[0].path == Path()
    assert replace(arrived, files=JOB.files) == JOB
    assert arrived.key == JOB.key
    assert arrived.handed_in[0].content == b"weights"
    assert arrived.probes[0].arguments == JOB.probes[0].arguments


def test_a_record_arrives_as_it_was_sent() -> None:
    assert record_of(record_bytes(RECORD), JOB) == RECORD


def test_a_loss_that_is_no_number_arrives() -> None:
    record = replace(RECORD, histories={"history": {"loss": (math.nan, 1.0)}})
    first, second = record_of(record_bytes(record), JOB).histories["history"]["loss"]
    assert math.isnan(first)
    assert second == 1.0


COUNT = st.integers(0, 2**63 - 1)
SECONDS = st.floats(0, 1e6, exclude_max=True)
TEXTS = st.text(max_size=4)
PLAIN = any_value(Any, TEXTS, FINITE)
SHAPE = st.none() | st.lists(st.none() | COUNT, max_size=8).map(tuple)
OUTPUT = st.sampled_from(
    [
        {"output_type": "stream", "name": "stderr", "text": "\0ü"},
        {"output_type": "error", "ename": "E", "evalue": "v", "traceback": ["a", "b"]},
        {"output_type": "execute_result", "data": {"text/plain": "1"}, "metadata": {}, "execution_count": 1},
        {"output_type": "display_data", "data": {"image/png": picture()}, "metadata": {}},
    ]
)
ROW = st.builds(
    LayerRow,
    name=TEXTS,
    kind=TEXTS,
    config=st.dictionaries(TEXTS, PLAIN, max_size=2),
    inbound=st.lists(TEXTS, max_size=2).map(tuple),
    input_shape=SHAPE,
    output_shape=SHAPE,
    parameters=COUNT,
    trainable=COUNT,
    operation=st.booleans(),
    first=TEXTS,
)
TABLE = st.builds(
    ModelTable,
    input_shape=SHAPE,
    layers=st.lists(ROW, max_size=2).map(tuple),
    compiled=st.dictionaries(TEXTS, TEXTS | FINITE | st.none(), max_size=2),
    weights=st.just(()) | st.integers(1, 99).map(lambda seed: tuple(seed * number / 7 for number in range(64))),
    has_graph=st.booleans(),
    counted=st.none() | COUNT,
)
CELL = st.builds(
    CellRun,
    outputs=st.lists(OUTPUT, max_size=2).map(tuple),
    execution_count=st.none() | COUNT,
    seconds=SECONDS,
    error=st.none() | st.builds(CellError, name=TEXTS, message=TEXTS, line=COUNT),
)
ANSWER = st.builds(Answer, state=st.just(AnswerState.VALUE), value=PLAIN, type_name=TEXTS) | st.builds(
    Answer,
    state=st.sampled_from([state for state in AnswerState if state is not AnswerState.VALUE]),
    type_name=TEXTS,
    gone_after=st.integers(0, len(JOB.cells)),
)
PROBE = st.builds(
    ProbeResult,
    state=st.just(ProbeState.RETURNED),
    array=st.lists(FINITE, max_size=3).map(lambda numbers: array(*numbers)),
    message=TEXTS,
    seconds=SECONDS,
) | st.builds(ProbeResult, state=st.sampled_from([ProbeState.RAISED, ProbeState.MISSING]), message=TEXTS)
OBSERVED = {
    name: st.builds(
        ObservationRun,
        state=st.sampled_from(ObservationState),
        about=TEXTS,
        found=TEXTS,
        wanted=TEXTS,
        message=TEXTS,
        line=COUNT,
        in_cells=st.booleans(),
        seconds=SECONDS,
        reads=st.just(reads),
    )
    for name, reads in JOB.reads_of_observations.items()
}
USED = st.floats(0, 1e12, exclude_max=True)
ANY_RECORD = st.builds(
    Record,
    key=st.just(JOB.key),
    outcome=st.sampled_from(Outcome),
    cells=st.just(()) | st.tuples(CELL, CELL),
    answers=st.dictionaries(st.sampled_from(JOB.names), ANSWER),
    models=st.dictionaries(TEXTS, TABLE, max_size=2),
    histories=st.dictionaries(
        TEXTS, st.dictionaries(TEXTS, st.lists(st.floats(), max_size=3).map(tuple), max_size=2), max_size=2
    ),
    probes=st.dictionaries(st.just("predict"), PROBE),
    resources=st.builds(Resources, USED, USED, USED, USED),
    isolation=st.sampled_from(Isolation),
    environment=st.just(JOB.environment),
    remarks=st.lists(TEXTS, max_size=2).map(tuple),
    observations=st.just({}) | st.fixed_dictionaries(OBSERVED),
)


@settings(deadline=None, max_examples=60)
@given(record=ANY_RECORD)
def test_any_record_of_a_worker_arrives_as_it_was(record: Record) -> None:
    """Compared as Python writes it: NaN, -0.0 and the type of each number must be the same, too."""
    assert repr(record_of(record_bytes(record), JOB)) == repr(record)


@settings(deadline=None, max_examples=60)
@given(data=st.data())
def test_any_job_arrives_with_the_key_that_it_had(data: st.DataObject) -> None:
    """Numbers keep their types: the key of a job with a limit of 10 is not that of one with 10.0."""
    contents = data.draw(st.lists(st.binary(max_size=3), max_size=2))
    limits = data.draw(st.dictionaries(st.sampled_from([field.name for field in fields(Limits)]), st.integers(1, 99)))
    job = Job(
        cells=data.draw(any_value(tuple[str, ...])),
        names=data.draw(any_value(tuple[str, ...])),
        probes=data.draw(any_value(tuple[Probe, ...], floats=FINITE)),
        files=tuple(DataFile(name, Path(), "ab" * 32) for name in data.draw(any_value(tuple[str, ...]))),
        limits=replace(data.draw(any_value(Limits, floats=FINITE)), **limits),
        seed=data.draw(any_value(int)),
        environment=data.draw(any_value(tuple[tuple[str, str], ...])),
        handed_in=tuple(HandedIn(data.draw(any_value(str)), content) for content in contents),
        observations=data.draw(any_value(tuple[Observation, ...])),
        on_files=data.draw(any_value(tuple[Observation, ...])),
        parts=data.draw(any_value(tuple[JobPart, ...])),
        saves=data.draw(any_value(tuple[str, ...])),
    )
    arrived = job_of(job_bytes(job, tuple(contents)))
    assert repr(arrived) == repr(job)
    assert arrived.key == job.key
    assert [file.content for file in arrived.handed_in] == contents


def test_every_field_of_a_record_is_checked_when_it_arrives() -> None:
    assert {*CHECKS, "key", "environment"} == {field.name for field in fields(Record)}


def changed(**fields: object) -> bytes:
    """The record's message with some fields replaced."""
    message = Envelope.of(record_bytes(RECORD))
    return Envelope({**message.head, **fields}, message.bodies).to_bytes()


REFUSED = {
    "of another job": changed(key="0" * 64),
    "an outcome that is none": changed(outcome="full marks"),
    "an isolation that is none": changed(isolation="perfect"),
    "too few cells": changed(cells=[{"outputs": [], "seconds": 0}]),
    "an answer that was not asked for": changed(answers={"mark": {"state": "value", "value": 1}}),
    "an answer of no state": changed(answers={"a": {"state": "right", "value": 1}}),
    "an answer that was gone after a cell that is none": changed(answers={"a": {"state": "missing", "gone_after": 3}}),
    "an answer that was gone before the first cell": changed(answers={"a": {"state": "missing", "gone_after": -1}}),
    "a probe that was not asked for": changed(probes={"other": {"state": "returned", "array": 0, "seconds": 1}}),
    "an observation that was not asked for": changed(observations={"other": {"state": "observed"}}),
    "an observation of no state": changed(observations={"epochs": {"state": "right"}}),
    "an array that was not sent": changed(probes={"predict": {"state": "returned", "array": 7, "seconds": 1}}),
    "an output that is none": changed(cells=[{"outputs": [{"output_type": "script"}], "seconds": 0}] * 2),
    "a layer table that is none": changed(models={"model": {"layers": 3}}),
    "resources below zero": changed(resources={"wall_seconds": -1}),
    "remarks that are no list": changed(remarks={"a": 1}),
    "remarks that are no text": changed(remarks=[1]),
    "a notebook too few": changed(parts=[{"outcome": "completed", "remarks": []}]),
    "a notebook that ended as none can": changed(parts=[{"outcome": "perfect", "remarks": []}] * 2),
}


@pytest.mark.parametrize("content", REFUSED.values(), ids=REFUSED)
def test_a_record_of_another_form_is_refused(content: bytes) -> None:
    with pytest.raises(ClaimError):
        record_of(content, JOB)


@pytest.mark.parametrize("cut", [0, 3, 10, 200])
def test_a_message_that_is_cut_is_refused(cut: int) -> None:
    with pytest.raises(WireError):
        record_of(record_bytes(RECORD)[:cut], JOB)


def test_lengths_that_do_not_fit_are_refused() -> None:
    whole = record_bytes(RECORD)
    length = len(RECORD.probes["predict"].array)
    for lie in (f"[{length + 1}]", "[-1]", '["9"]', "9"):
        text = re.sub(rb'"bodies": \[\d+\]', f'"bodies": {lie}'.encode(), whole[4 : len(whole) - length])
        with pytest.raises(WireError):
            Envelope.of(len(text).to_bytes(4, "big") + text + whole[len(whole) - length :])


def test_an_array_of_objects_is_refused_unread() -> None:
    stream = io.BytesIO()
    np.save(stream, np.array([{"a": 1}], dtype=object), allow_pickle=True)
    message = Envelope.of(record_bytes(RECORD))
    record = record_of(Envelope(message.head, (stream.getvalue(),)).to_bytes(), JOB)
    assert record.probes["predict"].state is ProbeState.REFUSED
    assert record.probes["predict"].array == b""


def test_numbers_that_json_lacks_are_refused() -> None:
    text = json.dumps({**Envelope.of(record_bytes(RECORD)).head, "seed": math.nan, "bodies": []}).encode()
    with pytest.raises(WireError):
        Envelope.of(len(text).to_bytes(4, "big") + text)


class Capturing(Fake):
    """Keeps the bytes that a cluster would be sent."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: list[bytes] = []

    def run(self, jobs: Iterable[Job]) -> Iterator[Record]:
        def seen() -> Iterator[Job]:
            for job in jobs:
                self.sent.append(job_bytes(job, tuple(file.content for file in job.handed_in)))
                yield job

        return super().run(seen())


def test_neither_labels_nor_keys_nor_names_nor_paths_are_sent(course: Course, tmp_path: Path) -> None:
    """The solution's held-out labels are looked for in every width and order that bytes could have them in."""
    slug = "parcels"
    (tmp_path / "class").mkdir()
    (tmp_path / "class" / "Ada Lovelace.ipynb").write_bytes(notebook("x = 1"))
    material = pipeline.load(course, slug)
    executor = Capturing()
    pipeline.grade(material, collect(tmp_path / "class", slug), Results(tmp_path / "marks"), executor, lambda _: None)
    (content,) = executor.sent
    message = Envelope.of(content)
    assert set(message.head) == {
        "cells", "names", "probes", "files", "handed_in", "limits", "seed", "environment", "preparation", "observations",
        "on_files", "parts", "saves",
    }  # fmt: skip
    assert message.head["cells"] == ["x = 1"]
    assert all(set(file) == {"name", "sha256"} for file in message.head["files"])
    assert {tuple(probe) for probe in message.head["probes"]} == {("name", "function", "digest", "arguments")}
    inputs = {
        digest: data for held in material.heldout.values() for digest, data in held.arguments(("cell x = 1",)).items()
    }
    with_inputs = [probe for probe in message.head["probes"] if probe["digest"] in inputs]
    assert {probe["digest"] for probe in with_inputs} == set(inputs) != set()
    for probe in with_inputs:
        assert [message.bodies[each["body"]] for each in probe["arguments"]] == [inputs[probe["digest"]]]
    for held in material.heldout.values():
        for labels in (np.asarray(held.labels), held.shuffled(("cell x = 1",)).labels):
            as_bytes = [labels.astype(width).tobytes() for width in ("u1", "i4", "i8", "f4", "f8")]
            as_text = [json.dumps(labels.tolist(), separators=(comma, ":")).encode() for comma in (",", ", ")]
            assert [found for found in as_bytes + as_text if found in content] == []
    for secret in ("Ada", "Lovelace", str(ROOT), str(tmp_path), str(Path.home()), "solutions"):
        assert secret.encode() not in content


def test_a_record_of_several_notebooks_arrives_with_each_of_them() -> None:
    job = with_parts(
        JOB, [(JobPart(notebook="notebook.ipynb", cells=2), JOB), (JobPart(notebook="b.ipynb", cells=2), JOB)]
    )
    sent = joined(
        job, [replace(RECORD, parts=()), replace(RECORD, parts=(), outcome=Outcome.COMPLETED)], RECORD.isolation
    )
    arrived = record_of(record_bytes(sent), job_of(job_bytes(job, (b"weights",))))
    for notebook_name in ("notebook.ipynb", "b.ipynb"):
        assert record_of_part(arrived, notebook_name) == record_of_part(sent, notebook_name)
    assert arrived.parts == sent.parts
