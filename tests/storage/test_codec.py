"""What is written is read as it was, now and when it was written by an earlier grader."""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.cohort.same_weights import Work
from grader.model.assessment import Assessment, Finding, Verdict
from grader.model.lateness import Lateness
from grader.model.record import Answer, AnswerState, ModelTable, Record, Resources
from grader.model.submission import Source
from grader.storage import codec
from tests.storage.any_value import FINITE, any_value

STORED = (Record, Source, Work, tuple[tuple[str, str], ...], tuple[str, ...])
WHOLE_TEXT = st.text(max_size=4)


@pytest.mark.parametrize("kind", STORED, ids=str)
@settings(deadline=None, max_examples=30)
@given(data=st.data())
def test_any_value_comes_back_exactly_as_it_was(kind: type[Any], data: st.DataObject) -> None:
    """Compared as Python writes it: NaN, -0.0 and the type of each number must be the same, too."""
    value = data.draw(any_value(kind))
    text = codec.encode_exactly(value)
    assert text.isascii()
    assert repr(codec.decode(kind, text)) == repr(value)
    assert repr(codec.from_data(kind, codec.to_data(value))) == repr(value)


@pytest.mark.parametrize("kind", [Assessment, Work, Record], ids=str)
@settings(deadline=None, max_examples=30)
@given(data=st.data())
def test_any_value_that_json_can_hold_comes_back(kind: type[Any], data: st.DataObject) -> None:
    value = data.draw(any_value(kind, WHOLE_TEXT, FINITE))
    text = codec.encode(value)
    json.loads(text, parse_constant=pytest.fail)
    assert repr(codec.decode(kind, text)) == repr(value)
    assert codec.decode(kind, text.decode()) == value


@settings(deadline=None, max_examples=100)
@given(value=any_value(Any))
def test_what_json_lacks_becomes_null_or_a_question_mark(value: Any) -> None:
    def expected(value: Any) -> Any:
        if isinstance(value, str):
            return "".join("?" if "\ud800" <= character <= "\udfff" else character for character in value)
        if isinstance(value, float) and not math.isfinite(value):
            return None
        if isinstance(value, dict):
            return {expected(name): expected(inner) for name, inner in value.items()}
        return [expected(inner) for inner in value] if isinstance(value, list) else value

    for text in (
        codec.encode(value),
        codec.encode_for_programs(value),
        codec.encode_for_programs(value, in_order=True),
    ):
        read = json.loads(text.decode("utf-8"), parse_constant=pytest.fail)
        assert read == expected(value)


def test_json_for_programs_is_indented_and_ends_with_a_newline() -> None:
    value = {"b": [1, {}], "a": "ü"}
    assert codec.encode_for_programs(value).decode() == json.dumps(value, indent=1, ensure_ascii=False) + "\n"
    in_order = json.dumps(value, indent=2, ensure_ascii=False, sort_keys=True) + "\n"
    assert codec.encode_for_programs(value, indent=2, in_order=True).decode() == in_order


OLD_RECORD = """{"key": "k", "outcome": "completed", "cells": [{"outputs": [{"output_type": "stream", "name": "stdout",
"text": "\\u00fc\\ud800"}], "execution_count": 1, "seconds": 1, "error": {"name": "E", "message": "m"}}],
"answers": {"x": {"state": "value", "value": [1, 123456789012345678901234567890, "nan"], "type_name": "list"}},
"models": {"m": {"input_shape": [null, 4], "layers": [], "compiled": {}, "weights": []}},
"histories": {"h": {"loss": [NaN, Infinity, -Infinity, 1e-320]}},
"probes": {"f": {"state": "returned", "array": "AP8=", "message": "", "seconds": 0.1}},
"environment": [["python", "3.11"]], "remarks": [], "a field of an old grader": 1,
"resources": {"wall_seconds": 1.5, "cpu_seconds": 1, "peak_memory_mb": 2.0, "output_kb": 0.0}}"""


def test_a_record_of_an_earlier_grader_is_read() -> None:
    """It lacks later fields, has one that is gone, and has NaN and half of a surrogate pair."""
    record = codec.decode(Record, OLD_RECORD)
    assert record.cells[0].outputs[0]["text"] == "ü\ud800"
    assert (record.cells[0].seconds, record.cells[0].error and record.cells[0].error.line) == (1.0, 0)
    assert record.answers["x"] == Answer(AnswerState.VALUE, [1, 123456789012345678901234567890, "nan"], "list")
    assert record.models["m"] == ModelTable(input_shape=(None, 4), layers=(), has_graph=True, counted=None)
    assert repr(record.histories["h"]["loss"]) == "(nan, inf, -inf, 1e-320)"
    assert record.probes["f"].array == b"\x00\xff"
    assert record.environment == (("python", "3.11"),)
    assert record.resources == Resources(1.5, 1.0, 2.0, 0.0)


def test_times_of_any_zone_come_back() -> None:
    text = '{"deadline":"2026-01-02T03:04:05.000100+01:00","submitted_at":"2026-01-02T02:04:05Z"}'
    late = codec.decode(Lateness, text)
    assert late.deadline == datetime(2026, 1, 2, 2, 4, 5, 100, UTC)
    assert codec.decode(Lateness, codec.encode(late)) == late


DAMAGED = {
    "nothing": b"",
    "half of a record": OLD_RECORD[: len(OLD_RECORD) // 2].encode(),
    "another kind of JSON": b"[]",
    "a number": b"1",
    "no outcome": b'{"key": "k"}',
    "an outcome that does not exist": b'{"key": "k", "outcome": "full marks"}',
    "a number with thousands of digits": b'{"key": "k", "outcome": "completed", "cells": [' + b"9" * 5000 + b"]}",
    "thousands of digits in plain data": b'{"key":"k","outcome":"completed","answers":{"x":{"state":"value","value":'
    + b"9" * 5000
    + b"}}}",
    "the same beside NaN": b'{"key":"k","outcome":"completed","answers":{"x":{"state":"value","value":[NaN,'
    + b"9" * 5000
    + b"]}}}",
    "lists in lists": b'{"key":"k","outcome":"completed","answers":{"x":{"state":"value","value":' + b"[" * 10**6,
    "lists in lists beside NaN": b'{"key":"k","outcome":"completed","answers":{"x":{"state":"value","value":[NaN,'
    + b"[" * 10**6,
    "closed lists in lists": b'{"key":"k","outcome":"completed","answers":{"x":{"state":"value","value":'
    + b"[" * 10**6
    + b"]" * 10**6
    + b"}}}",
    "bytes that are no base64": b'{"key":"k","outcome":"completed","probes":{"f":{"state":"returned","array":"?"}}}',
    "no text": b"\xff\xfe\xff",
}


@pytest.mark.parametrize("content", DAMAGED.values(), ids=DAMAGED)
def test_damaged_text_is_a_value_error(content: bytes) -> None:
    with pytest.raises(ValueError, match="is not a valid record: "):
        codec.decode(Record, content)


@settings(deadline=None, max_examples=200)
@given(cut=st.integers(0, len(OLD_RECORD)), with_bytes=st.binary(max_size=3))
def test_bytes_that_were_changed_give_a_record_or_a_value_error(cut: int, with_bytes: bytes) -> None:
    content = OLD_RECORD.encode()
    try:
        record = codec.decode(Record, content[:cut] + with_bytes + content[cut + len(with_bytes) :])
    except ValueError:
        return
    assert isinstance(record, Record)


# Tagged unions, and text or a dataclass.


class Figure:
    """The base of a tagged union."""

    __slots__ = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid(Figure):
    """A member with bytes and a field of an optional type."""

    cells: tuple[tuple[float | None, ...], ...]
    picture: bytes = b""
    kind: Literal["grid"] = "grid"


@dataclass(frozen=True, slots=True, kw_only=True)
class Several(Figure):
    """A member that holds members; it was once called otherwise."""

    figures: tuple[Figure, ...]
    kind: Literal["several", "both"] = "several"


@dataclass(frozen=True, slots=True)
class Message:
    """A text with values, which may be messages."""

    template: str
    values: "Mapping[str, str | int | Message | tuple[Message, ...]]" = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Holder:
    """A value with both."""

    figure: Figure | None = None
    text: str | Message = ""


@pytest.fixture(name="union")
def _union(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(codec.UNIONS, Figure, (Grid, Several))


@pytest.mark.usefixtures("union")
@settings(deadline=None, max_examples=30)
@given(data=st.data())
def test_any_member_of_a_union_comes_back(data: st.DataObject) -> None:
    value = data.draw(any_value(Holder, WHOLE_TEXT, FINITE))
    assert repr(codec.decode(Holder, codec.encode(value))) == repr(value)
    assert repr(codec.decode(Holder, codec.encode_exactly(value))) == repr(value)
    assert repr(codec.from_data(Holder, codec.to_data(value))) == repr(value)


@pytest.mark.usefixtures("union")
def test_a_member_is_read_by_each_of_its_tags() -> None:
    old = codec.decode(Holder, '{"figure": {"kind": "both", "figures": [{"kind": "grid", "cells": [[NaN]]}]}}')
    assert isinstance(old.figure, Several)
    assert isinstance(old.figure.figures[0], Grid)


@pytest.mark.usefixtures("union")
@pytest.mark.parametrize("figure", ["{}", "3", '{"kind": "other"}', '{"kind": ["grid"]}', '{"kind": "grid"}'])
def test_data_of_no_member_are_a_value_error(figure: str) -> None:
    with pytest.raises(ValueError, match="is not a valid holder: "):
        codec.decode(Holder, f'{{"figure": {figure}}}')


# Identities, for caches.


@settings(deadline=None, max_examples=200)
@given(one=any_value(Any), other=any_value(Any))
def test_two_data_have_one_identity_only_if_they_are_equal(one: Any, other: Any) -> None:
    first, second = codec.identity(one), codec.identity(other)
    if first and first == second:
        assert repr(one) == repr(other)
    assert codec.identity(one) == first


def test_numbers_of_different_types_have_different_identities() -> None:
    values = [1, 1.0, True, None, math.nan, math.inf, -math.inf, "1", [1], {"1": 1}, 0, -0.0, 0.0, False, "", []]
    assert len({codec.identity(value) for value in values}) == len(values)


def test_data_that_cannot_be_written_have_no_identity() -> None:
    deep: list[Any] = []
    for _ in range(10**5):
        deep = [deep]
    assert [codec.identity(value) for value in ("\ud800", deep, 2**70, object())] == [b""] * 4


def test_a_finding_of_an_earlier_grader_gets_defaults() -> None:
    text = '{"question": "q", "verdict": "failed", "points": 0, "max_points": 1}'
    assert codec.decode(Finding, text) == Finding(question="q", verdict=Verdict.FAILED, points=0.0, max_points=1.0)
