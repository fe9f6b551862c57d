"""No sequence of messages from the sandbox harms the grader: what is no honest message ends that run, as data."""

import contextlib
import json
import socket
import struct
import threading
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grader.execute.conversation import Conversation
from grader.model.exercise import Limits
from grader.model.job import Job, Probe
from grader.model.record import Isolation, Outcome, Resources
from grader.storage.records import RecordStore
from tests.execute.runs import Unused

JOB = Job(
    cells=("a", "b"),
    names=("width", "model"),
    probes=(Probe("predict", "predict", (b"",), "d"),),
    files=(),
    limits=Limits(output_kb=64),
    seed=1,
    environment=(),
)

LEAVES = (
    st.none() | st.booleans() | st.integers() | st.integers(10**300, 10**310) | st.floats(allow_nan=False)
    | st.text(st.characters(codec=None), max_size=5) | st.sampled_from(["width", "model", "value", "unsupported", "stdout", "nan"])
)  # fmt: skip
FIELDS = st.sampled_from(
    ["index", "name", "answer", "state", "value", "model", "layers", "config", "kind", "inbound", "input_shape", "output_shape",
     "output", "output_type", "text", "data", "metadata", "display_id", "histories", "error", "message", "line", "late",
     "count", "seconds", "cut", "wait", "traceback", "ename", "evalue", "image/png", "text/html", "type_name", "compiled",
     "weights"]
)  # fmt: skip
DATA = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(FIELDS, inner, max_size=5), max_leaves=15
)
KINDS = st.sampled_from(
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
        "broken",
    ]
)
HEADS = st.builds(lambda kind, fields: {"type": kind, **fields}, KINDS, st.dictionaries(FIELDS, DATA, max_size=6))
HONEST = st.sampled_from(
    [
        {"type": "started"},
        {"type": "cell", "index": 0},
        {"type": "cell", "index": 1},
        {"type": "done", "count": 1, "seconds": 0.1},
        {
            "type": "answer",
            "name": "width",
            "answer": {"state": "value", "value": [26, None, {"a": "nan"}], "type_name": "list"},
        },
        {"type": "model", "name": "other", "model": {"input_shape": None, "layers": [], "weights": [0.5]}},
        {"type": "output", "display_id": "x", "output": {"output_type": "stream", "name": "stdout", "text": "x"}},
        {"type": "update", "display_id": "x", "output": {"output_type": "display_data", "data": {"text/plain": "y"}}},
        {"type": "finished", "cut": False},
    ]
)
MESSAGES = st.lists(HONEST | HEADS | st.binary(max_size=60), max_size=8)


def framed(message: dict[str, Any] | bytes) -> bytes:
    if isinstance(message, bytes):
        return message
    text = json.dumps(message).encode()
    return struct.pack(">I", len(text)) + text


@settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(MESSAGES, st.booleans())
def test_any_sequence_of_messages_is_a_record_that_can_be_kept(
    tmp_path_factory: Any, messages: list[dict[str, Any] | bytes], starts: bool
) -> None:
    ours, theirs = socket.socketpair()

    def talk() -> None:
        with contextlib.suppress(OSError), theirs:
            theirs.recv(2**20)
            theirs.sendall(b"".join(map(framed, [{"type": "started"}] * starts + messages)))
            theirs.shutdown(socket.SHUT_WR)
            theirs.recv(2**20)

    talker = threading.Thread(target=talk)
    talker.start()
    with ours:
        draft = Conversation(ours, JOB, (), Unused()).hold()
    talker.join()
    record = draft.record(Resources(), Isolation.SANDBOX)
    assert record.outcome in Outcome
    assert len(record.cells) == 2
    assert set(record.answers) == {"width", "model"}
    store = RecordStore(Path(tmp_path_factory.getbasetemp()) / "kept")
    store.put(record)
    kept = store.get(record.key)
    assert kept is not None
    assert kept.answers == record.answers
    assert kept.models == record.models
    json.dumps([answer.value for answer in kept.answers.values()], allow_nan=False).encode()
