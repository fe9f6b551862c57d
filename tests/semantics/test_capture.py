"""What is printed and displayed is handed over in the order in which a kernel hands it over."""

import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest

from grader.execute.inside import capture
from grader.execute.inside.capture import CUT, Descriptors, Outputs, OutStream


class Collected:
    """Outputs with a clock that stands still until it is moved."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, limit: int = 10_000) -> None:
        self.messages: list[dict[str, Any]] = []
        self.now = 100.0
        monkeypatch.setattr(capture, "monotonic", lambda: self.now)
        self.outputs = Outputs(self.messages.append, limit)
        self.stdout, self.stderr = OutStream("stdout"), OutStream("stderr")
        self.stdout.outputs = self.stderr.outputs = self.outputs

    def texts(self) -> list[tuple[str, str]]:
        """Name and text of each stream that came out."""
        self.outputs.flush()
        return [(message["output"]["name"], message["output"]["text"]) for message in self.messages]


@pytest.fixture
def collected(monkeypatch: pytest.MonkeyPatch) -> Collected:
    """Outputs that nothing has been written to."""
    return Collected(monkeypatch)


def test_what_is_printed_quickly_comes_as_one_text_a_stream(collected: Collected) -> None:
    print("warning", file=collected.stderr)
    print("one", file=collected.stdout)
    print("two", file=collected.stdout)
    assert collected.texts() == [("stdout", "one\ntwo\n"), ("stderr", "warning\n")]


def test_what_is_printed_slowly_keeps_its_order(collected: Collected) -> None:
    for stream, text in ((collected.stderr, "first"), (collected.stdout, "second"), (collected.stderr, "third")):
        collected.now += 1
        print(text, file=stream)
    assert collected.texts() == [("stderr", "first\n"), ("stdout", "second\n"), ("stderr", "third\n")]


def test_a_stream_that_is_flushed_keeps_its_place(collected: Collected) -> None:
    print("first", file=collected.stderr, flush=True)
    print("second", file=collected.stdout)
    print("third", file=collected.stderr)
    assert collected.texts() == [("stderr", "first\n"), ("stdout", "second\n"), ("stderr", "third\n")]


def test_text_comes_before_what_is_displayed_after_it(collected: Collected) -> None:
    print("text", file=collected.stdout)
    collected.outputs.rich({"output_type": "display_data", "data": {"text/plain": "shown"}, "metadata": {}})
    assert [message["output"]["output_type"] for message in collected.messages] == ["stream", "display_data"]


def test_nothing_written_is_nothing_shown(collected: Collected) -> None:
    assert collected.stdout.write("") == 0
    assert collected.texts() == []


def test_all_streams_share_one_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    collected = Collected(monkeypatch, limit=10)
    collected.stdout.write("12345678")
    collected.stderr.write("12345678")
    collected.stdout.write("never")
    assert collected.texts() == [("stdout", "12345678"), ("stderr", f"12{CUT}")]
    assert collected.outputs.cut


def test_a_picture_beyond_the_limit_is_left_out_with_a_note(monkeypatch: pytest.MonkeyPatch) -> None:
    collected = Collected(monkeypatch, limit=100)
    collected.outputs.rich({"output_type": "display_data", "data": {"image/png": "x" * 200}, "metadata": {}})
    assert collected.texts() == [("stderr", CUT)]


def test_only_text_can_be_written(collected: Collected) -> None:
    with pytest.raises(TypeError, match="must be str, not <class 'int'>"):
        collected.stdout.write(3)  # type: ignore[arg-type]


def test_bytes_are_displayed_in_base64() -> None:
    assert capture._bundle({"image/png": b"\x89PNG", "application/json": {"a": (1, float("nan"))}}) == {
        "image/png": "iVBORw==",
        "application/json": {"a": [1, "nan"]},
    }


def test_a_stream_without_a_notebook_writes_to_its_descriptor(capfd: pytest.CaptureFixture[str]) -> None:
    OutStream("stderr").write("before it was connected")
    assert capfd.readouterr().err == "before it was connected"


def test_a_forked_process_writes_to_the_descriptor_and_not_to_the_socket(
    collected: Collected, capfd: pytest.CaptureFixture[str]
) -> None:
    child = os.fork()
    if child == 0:
        collected.stdout.write("from the child")
        collected.outputs.rich({})
        os._exit(len(collected.messages))
    assert os.waitpid(child, 0)[1] == 0
    assert capfd.readouterr().out == "from the child"


def test_what_c_code_writes_comes_before_what_is_displayed_after_it() -> None:
    """In a process of its own, for it takes the descriptors 1 and 2."""
    read_end, write_end = os.pipe()
    child = os.fork()
    if child == 0:
        messages: list[dict[str, Any]] = []
        outputs = Outputs(messages.append, 1000)
        Descriptors(outputs)
        os.write(1, b"from C")
        outputs.rich({"output_type": "display_data"})
        os.write(write_end, json.dumps([message["output"] for message in messages]).encode())
        os._exit(0)
    os.close(write_end)
    with os.fdopen(read_end) as stream:
        shown = json.load(stream)
    os.waitpid(child, 0)
    assert [output.get("text") for output in shown] == ["from C", None]


def test_a_stream_has_no_descriptor_that_leads_to_the_notebook(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = OutStream("stdout")
    with pytest.raises(OSError, match="fileno"):
        stream.fileno()
    monkeypatch.setattr(sys, "stdout", stream)
    capture.connect_streams(Outputs(lambda _message: None, 10))
    assert Path(f"/proc/self/fd/{stream.fileno()}").samefile(os.devnull)
