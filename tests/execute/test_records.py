"""Records are kept as they are, and a damaged one is as good as none."""

import math
from pathlib import Path

import pytest

from grader.execute.records import RecordStore
from grader.model.record import (
    Answer,
    AnswerState,
    CellError,
    CellRun,
    LayerRow,
    ModelTable,
    Outcome,
    ProbeResult,
    ProbeState,
    Record,
    Resources,
)

KEY = "ab" * 32
RECORD = Record(
    KEY,
    Outcome.TIMED_OUT,
    cells=(
        CellRun(({"output_type": "stream", "name": "stdout", "text": "ü\u2028"},), 1, 0.5, CellError("E", "m", 3)),
        CellRun(),
    ),
    answers={"x": Answer(AnswerState.VALUE, [1, "...", None, {"a": 2.5}], "tuple"), "y": Answer(AnswerState.MISSING)},
    models={
        "model": ModelTable(
            (None, 28, 28, 1), (LayerRow("a", "Conv2D", {"filters": 3}, ("in",), (None, 4), None, 5, 4),)
        )
    },
    histories={"history": {"loss": (1.0, 0.5)}},
    probes={"predict": ProbeResult(ProbeState.RETURNED, b"\x00\xff", "", 0.1)},
    resources=Resources(1.0, 2.0, 3.0, 4.0),
    environment=(("python", "3.11"),),
    remarks=("cut",),
)


def test_a_record_comes_back_as_it_was(tmp_path: Path) -> None:
    store = RecordStore(tmp_path)
    store.put(RECORD)
    assert store.get(KEY) == RECORD


def test_a_training_curve_with_nan_comes_back(tmp_path: Path) -> None:
    store = RecordStore(tmp_path)
    store.put(Record(KEY, Outcome.COMPLETED, histories={"h": {"loss": (math.nan, math.inf)}}))
    found = store.get(KEY)
    assert found is not None
    assert math.isnan(found.histories["h"]["loss"][0])
    assert found.histories["h"]["loss"][1] == math.inf


def test_a_key_without_record_gives_none(tmp_path: Path) -> None:
    assert RecordStore(tmp_path).get(KEY) is None


@pytest.mark.parametrize("damage", [b"", b"not gzip", b"\x1f\x8b\x08\x00"])
def test_a_damaged_record_is_as_good_as_none(tmp_path: Path, damage: bytes) -> None:
    store = RecordStore(tmp_path)
    store.put(RECORD)
    next(tmp_path.rglob("*.gz")).write_bytes(damage)
    assert store.get(KEY) is None


def test_nothing_half_written_is_left(tmp_path: Path) -> None:
    store = RecordStore(tmp_path)
    store.put(RECORD)
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == [f"{KEY}.json.gz"]
