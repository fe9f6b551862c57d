"""Tables and datasets come out of the sandbox with what belongs to them, and hostile ones end nothing."""

import pytest

from grader.model.record import AnswerState, Outcome
from tests.conftest import Run

TABLES = """
import pandas as pd, numpy as np, tensorflow as tf
frame = pd.DataFrame({"city": ["Bern", "Chur"], "day": pd.to_datetime(["2026-01-01", None])})
series = pd.Series([1, 2], index=["a", "b"], name="count")
"""
DATASETS = """
x = np.arange(8, dtype="float32").reshape(4, 2)
batched = tf.data.Dataset.from_tensor_slices((x, [3, 1, 4, 1])).batch(3)
endless = batched.repeat()
counted = tf.data.Dataset.from_generator(lambda: iter(range(5)), output_signature=tf.TensorSpec((), "int32"))
named = tf.data.Dataset.from_tensor_slices({"b": x, "a": x}).batch(2, drop_remainder=True)
"""
HOSTILE = """
def fails():
    yield 1
    raise RuntimeError("no")
failing = tf.data.Dataset.from_generator(fails, output_signature=tf.TensorSpec((), "int32"))
class DatasetV2:
    __module__ = "tensorflow.fake"
    @property
    def element_spec(self):
        raise SystemExit
posing = DatasetV2()
class Frame(pd.DataFrame):
    @property
    def columns(self):
        raise KeyboardInterrupt
late = Frame({"a": [1]})
"""
NAMES = ("frame", "series", "batched", "endless", "counted", "named", "failing", "posing", "late")


STUCK = """
def stuck():
    while True:
        pass
    yield 1
size = 3
never = tf.data.Dataset.from_generator(stuck, output_signature=tf.TensorSpec((), "int32"))
"""


@pytest.mark.long
def test_a_dataset_that_never_gives_an_element_costs_its_own_answer_only(run: Run) -> None:
    record = run(TABLES, STUCK, names=("size", "never", "frame"), notebook_seconds=12, cell_seconds=6)
    assert record.answers["size"].value == 3
    assert record.answers["frame"].value is not None
    assert record.answers["never"].details is None


@pytest.mark.slow
def test_tables_and_datasets_are_described_and_hostile_ones_end_nothing(run: Run) -> None:
    record = run(TABLES, DATASETS, HOSTILE, names=NAMES)
    assert record.outcome is Outcome.COMPLETED
    details = {name: record.answers[name].details for name in NAMES}
    assert details["frame"] == {"columns": ["city", "day"], "index": [0, 1]}
    assert record.answers["frame"].value == [["Bern", "2026-01-01T00:00:00"], ["Chur", "NaT"]]
    assert details["series"] == {"name": "count", "index": ["a", "b"]}
    assert details["batched"] == {
        "spec": [["float32", [None, 2]], ["int32", [None]]],
        "batches": 2,
        "first": [[[0.0, 1.0], [2.0, 3.0], [4.0, 5.0]], [3, 1, 4]],
    }
    assert (details["endless"]["batches"], details["counted"]["batches"]) == (-1, 5)
    assert details["named"]["spec"] == [["float32", [2, 2]], ["float32", [2, 2]]]
    assert [details[name] for name in ("failing", "posing", "late")] == [None, None, None]
    assert record.answers["batched"].state is AnswerState.UNSUPPORTED
