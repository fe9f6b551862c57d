"""What stops a cell stops that cell only, and leaves what it printed."""

import pytest

from grader.model.record import Outcome, Record
from tests.conftest import Run

pytestmark = pytest.mark.slow


def printed(record: Record, cell: int) -> str:
    """All text of a cell."""
    return "".join(output.get("text", "") for output in record.cells[cell].outputs)


def test_a_cell_that_awaits_for_ever_is_stopped_and_the_next_one_runs(run: Run) -> None:
    record = run("import asyncio\nprint('waits')\nawait asyncio.sleep(1000)", "x = 1", names=("x",), cell_seconds=1)
    assert record.outcome is Outcome.TIMED_OUT
    assert record.answers["x"].value == 1
    assert printed(record, 0).startswith("waits\n")
    assert record.cells[0].error is not None
    assert record.cells[0].error.name == "CellTimeout"


def test_a_cell_that_catches_its_cancellation_cannot_hold_up_the_next_one(run: Run) -> None:
    stubborn = (
        "import asyncio\nwhile True:\n    try:\n        await asyncio.sleep(1000)\n"
        "    except asyncio.CancelledError:\n        pass"
    )
    record = run(stubborn, "x = 1", names=("x",), cell_seconds=1)
    assert record.answers["x"].value == 1


@pytest.mark.parametrize("size", [10, 3_000, 300_000])
def test_a_cell_that_prints_for_ever_is_stopped_between_two_messages(run: Run, size: int) -> None:
    endless = f"while True:\n    print('x' * {size}, flush=True)"
    record = run(endless, "x = 1", names=("x",), cell_seconds=1, output_kb=200_000)
    assert record.outcome is Outcome.TIMED_OUT
    assert record.answers["x"].value == 1


def test_text_printed_before_a_crash_of_the_same_cell_is_kept(run: Run) -> None:
    record = run("import time, ctypes\nprint('before')\ntime.sleep(1)\nctypes.string_at(0)")
    assert record.outcome is Outcome.CRASHED
    assert printed(record, 0) == "before\n"


def test_a_task_that_ends_the_process_ends_its_cell_only(run: Run) -> None:
    ending = (
        "import asyncio, sys\nasync def end():\n    sys.exit(3)\n"
        "task = asyncio.create_task(end())\nawait asyncio.sleep(5)"
    )
    record = run(ending, "x = 1", names=("x",))
    assert record.outcome is Outcome.COMPLETED
    assert record.answers["x"].value == 1


def test_half_a_surrogate_pair_is_printed_as_a_question_mark(run: Run) -> None:
    assert printed(run("print('half \\ud83d')"), 0) == "half ?\n"


def test_an_update_changes_no_more_outputs_than_a_report_can_bear(run: Run) -> None:
    record = run(
        "for _ in range(20): display('old', display_id='same')",
        "from IPython.display import update_display\nupdate_display('new', display_id='same')",
    )
    shown = [output["data"]["text/plain"] for output in record.cells[0].outputs]
    assert shown == ["'new'"] * 8 + ["'old'"] * 12


def test_a_long_traceback_keeps_its_beginning_and_its_end(run: Run) -> None:
    record = run("def deep(n):\n    return deep(n + 1)\n\n\ndeep(0)")
    (error,) = record.cells[0].outputs
    assert error["ename"] == "RecursionError"
    assert len(error["traceback"]) == 200
    assert "maximum recursion depth exceeded" in error["traceback"][-1]
