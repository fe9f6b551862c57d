"""What one run may hand over in all."""

import base64
import io
import json
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from grader.execute import claims
from grader.execute.budget import RunBudget, SpentError, items_in
from grader.execute.job_bytes import Envelope, record_of
from grader.model.exercise import Limits
from grader.model.job import Job
from tests.conftest import ROOT

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner, max_size=4),
    max_leaves=20,
)


def held(data: object) -> int:
    """How many items data hold, counted by going through them."""
    if isinstance(data, list):
        return 1 + sum(map(held, data))
    return 1 + sum(map(held, data.values())) if isinstance(data, dict) else 1


@given(JSON)
def test_items_are_never_counted_too_low(data: object) -> None:
    assert items_in(json.dumps(data).encode()) + 1 >= held(data) / 2


@pytest.mark.parametrize("text", ['"[,[,{,"', '"\\"[[[,,,"', '"\\\\"', '"a", "[[[["', '"\\\\\\"[[["'])
def test_what_stands_in_texts_does_not_count(text: str) -> None:
    assert items_in((text * 50_000).encode()) <= items_in((text.replace("[", "").replace("{", "") * 50_000).encode())


def test_a_printed_array_is_text_and_costs_no_items() -> None:
    message = {"type": "output", "output": {"output_type": "stream", "text": str(list(range(300_000)))}}
    budget = RunBudget()
    budget.message(json.dumps(message).encode())
    assert RunBudget().items - budget.items < 20


@pytest.mark.parametrize("piece", ["[]", "{}", "0", '""', "[[[[]]]]", '{"a":{}}', "1e5", "null"])
def test_a_message_of_many_small_things_is_refused_before_it_is_parsed(piece: str) -> None:
    head = ('{"model": [' + ",".join([piece] * 700_000) + "]}").encode()
    with pytest.raises(SpentError):
        RunBudget().message(head)


def test_small_messages_add_up() -> None:
    budget = RunBudget(messages=3)
    for _ in range(3):
        budget.message(b"{}")
    with pytest.raises(SpentError):
        budget.message(b"{}")
    budget = RunBudget(items=1_000)
    for _ in range(250):
        budget.message(b"[[],[]]")
    with pytest.raises(SpentError):
        budget.message(b"[[],[]]")


def test_texts_of_answers_and_models_are_paid_for_together() -> None:
    budget = RunBudget(characters=50_000)
    text = {"state": "value", "value": ["x" * 20_000], "type_name": "list"}
    claims.answer(text, budget)
    layer = {"name": "a", "kind": "Dense", "config": {"units": "y" * 20_000}, "parameters": 1, "trainable": 1}
    claims.model_table({"input_shape": None, "layers": [layer]}, budget)
    with pytest.raises(SpentError):
        claims.answer(text, budget)


def test_a_text_longer_than_any_that_the_inside_sends_is_refused() -> None:
    with pytest.raises(claims.ClaimError):
        claims.answer({"state": "value", "value": "x" * 15_000_000, "type_name": "str"})


def picture(size: int) -> str:
    stream = io.BytesIO()
    noise = np.random.default_rng(1).integers(0, 256, (size, size, 3), dtype=np.uint8)
    Image.fromarray(noise).save(stream, "JPEG", quality=30)
    return base64.b64encode(stream.getvalue()).decode()


def test_pictures_that_grow_when_they_are_decoded_are_left_out_at_some_point() -> None:
    shown = {"output_type": "display_data", "data": {"image/jpeg": picture(1500)}, "metadata": {}}
    budget = RunBudget()
    outputs = [claims.output(shown, budget)["data"] for _ in range(12)]
    kept = [data["image/png"] for data in outputs if "image/png" in data]
    assert 0 < len(kept) < 12
    assert sum(map(len, kept)) < 2 * RunBudget().picture_bytes
    assert outputs[-1] == {claims.LEFT_OUT: "picture"}


def test_ten_honest_figures_are_kept() -> None:
    shown = {"output_type": "display_data", "data": {"image/jpeg": picture(640)}, "metadata": {}}
    budget = RunBudget()
    assert all("image/png" in claims.output(shown, budget)["data"] for _ in range(10))


def test_a_record_from_another_machine_is_paid_for_as_a_run_is() -> None:
    job = Job(cells=("x",), names=("a",), probes=(), files=(), limits=Limits(), seed=1, environment=())
    many = {"type_name": "list", "state": "value", "value": [[]] * 1_600_000}
    with pytest.raises(claims.ClaimError, match="items"):
        record_of(Envelope({"key": job.key, "answers": {"a": many}}).to_bytes(), job)
    with pytest.raises(claims.ClaimError, match="bytes"):
        record_of(Envelope({"key": job.key}, (bytes(200 * 2**20),)).to_bytes(), job)


WORST = """
import json, resource, socket, sys, threading
sys.path.insert(0, {root!r})
from grader.execute.conversation import Conversation
from grader.storage.records import RecordStore
from grader.model.exercise import Limits
from grader.model.job import Job, Probe
from grader.model.record import Isolation, Resources
from tests.adversarial.test_messages import framed
from tests.execute.runs import Unused
import pathlib, tempfile

probes = (Probe("predict", "predict", (b"",), "d"),)
names = tuple(f"a{{number}}" for number in range(30))
job = Job(cells=("x",), names=names, probes=probes, files=(), limits=Limits(), seed=1, environment=())
layers = [{{"name": "", "kind": "", "config": {{"": []}}, "parameters": 0, "trainable": 0}}] * 2000
texts = ["\\U0001f600" + "x" * 19_999] * 6
messages = [{{"type": "started"}}, {{"type": "cell", "index": 0}}]
messages += [{{"type": "model", "name": f"m{{number}}", "model": {{"input_shape": None, "layers": layers}}}} for number in range(8)]
messages += [{{"type": "answer", "name": name, "answer": {{"state": "value", "value": texts, "type_name": ""}}}} for name in names]
messages += [{{"type": "answer", "name": name, "answer": {{"state": "value", "value": [{{}}] * 11_000, "type_name": ""}}}} for name in names]
messages += [{{"type": "output", "output": {{"output_type": "stream", "name": "stdout", "text": "\\U0001f600" + "x" * 400_000}}}}] * 40
messages += [{{"type": "model", "name": f"n{{number}}", "model": {{"input_shape": None, "layers": [[]] * 5_000_000}}}} for number in range(3)]
base = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
ours, theirs = socket.socketpair()

def talk():
    try:
        theirs.recv(2**20)
        for message in messages:
            theirs.sendall(framed(message))
    except OSError:
        pass

def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

before = [framed(message) for message in messages[-1:]]
base = peak()
threading.Thread(target=talk, daemon=True).start()
draft = Conversation(ours, job, (), Unused()).hold()
record = draft.record(Resources(), Isolation.SANDBOX)
store = RecordStore(pathlib.Path(tempfile.mkdtemp()))
store.put(record)
kept = store.get(record.key)
print(json.dumps([record.outcome, len(record.models), (peak() - base) / 1024]))
"""


def test_the_worst_run_that_the_budget_allows_takes_less_than_300_mb_of_the_grader() -> None:
    """The talker's own messages are in the figure, too."""
    script = WORST.format(root=str(ROOT))
    ended = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr[-2000:]
    outcome, models, megabytes = json.loads(ended.stdout)
    assert outcome == "output_limit"
    assert models == 8
    assert megabytes < 300


def test_a_record_of_several_notebooks_has_the_budget_of_each() -> None:
    one, three = RunBudget.of_record(), RunBudget.of_record(3)
    assert (three.items, three.characters, three.arrays) == (3 * one.items, 3 * one.characters, 3 * one.arrays)
    assert three.items_at_once == three.items
