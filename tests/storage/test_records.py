"""Records are kept as they are, and a damaged one is as good as none."""

import gzip
import json
import math
from pathlib import Path

import pytest

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
from grader.storage.records import RecordStore

KEY = "ab" * 32
RECORD = Record(
    key=KEY,
    outcome=Outcome.TIMED_OUT,
    cells=(
        CellRun(({"output_type": "stream", "name": "stdout", "text": "ü\u2028"},), 1, 0.5, CellError("E", "m", 3)),
        CellRun(),
    ),
    answers={"x": Answer(AnswerState.VALUE, [1, "...", None, {"a": 2.5}], "tuple"), "y": Answer(AnswerState.MISSING)},
    models={
        "model": ModelTable(
            input_shape=(None, 28, 28, 1),
            layers=(
                LayerRow(
                    name="a",
                    kind="Conv2D",
                    config={"filters": 3},
                    inbound=("in",),
                    input_shape=(None, 4),
                    output_shape=None,
                    parameters=5,
                    trainable=4,
                ),
            ),
            compiled={"loss": "mse"},
            weights=(0.1, -1e-300, 3.0),
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
    store.put(Record(key=KEY, outcome=Outcome.COMPLETED, histories={"h": {"loss": (math.nan, math.inf)}}))
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


def test_what_a_run_used_is_read_without_the_rest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = RecordStore(tmp_path)
    store.put(RECORD)
    monkeypatch.setattr(RecordStore, "get", None)
    assert store.resources(KEY) == RECORD.resources


def test_what_a_run_used_is_found_in_records_of_older_graders(tmp_path: Path) -> None:
    store = RecordStore(tmp_path)
    store.put(RECORD)
    path = next(tmp_path.rglob("*.gz"))
    fields = json.loads(gzip.decompress(path.read_bytes()))
    fields["resources"] = fields.pop("resources")
    path.write_bytes(gzip.compress(json.dumps(fields).encode()))
    assert next(iter(fields)) == "key"
    assert store.resources(KEY) == RECORD.resources


@pytest.mark.parametrize("place", range(10, 400, 13))
def test_a_record_that_is_damaged_anywhere_breaks_nothing(tmp_path: Path, place: int) -> None:
    store = RecordStore(tmp_path)
    store.put(RECORD)
    path = next(tmp_path.rglob("*.gz"))
    content = path.read_bytes()
    path.write_bytes(content[:place] + bytes([content[place] ^ 0x55]) + content[place + 1 :])
    assert store.get(KEY) is None


@pytest.mark.parametrize("damage", [None, b"", b"not gzip", b"\x1f\x8b\x08\x00"])
def test_what_a_run_used_is_not_known_without_a_record(tmp_path: Path, damage: bytes | None) -> None:
    store = RecordStore(tmp_path)
    if damage is not None:
        store.put(RECORD)
        next(tmp_path.rglob("*.gz")).write_bytes(damage)
    assert store.resources(KEY) is None


def test_nothing_half_written_is_left(tmp_path: Path) -> None:
    store = RecordStore(tmp_path)
    store.put(RECORD)
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == [f"{KEY}.json.gz"]
