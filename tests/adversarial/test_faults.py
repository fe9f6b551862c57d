"""What ends a run before its first cell: it costs nobody else anything, restarts nothing, and is never our fault."""

import io
import json
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from grader import pipeline
from grader.execute import isolation
from grader.execute.fork_server import ForkServer
from grader.execute.local import LocalExecutor
from grader.execute.single_use import SingleUse
from grader.intake import notebooks
from grader.model.exercise import Limits
from grader.model.job import Job, Probe
from grader.model.record import Isolation, Outcome, Record
from grader.model.submission import HandedIn, Submission
from tests.adversarial.batch import FULL, HONEST, Marked, assert_same, grade, with_limits
from tests.conftest import NO_SANDBOX, notebook
from tests.execute.lighter import Lighter
from tests.reading import as_read

pytestmark = pytest.mark.slow


def files(*names: str, size: int = 1) -> tuple[HandedIn, ...]:
    return tuple(HandedIn(name, repr(names[:3]).encode() + name.encode(errors="replace") * size) for name in names)


# As intake would let them through if it overlooked them: the sandbox must not need its help.
ENDERS: dict[str, tuple[tuple[str, ...], tuple[HandedIn, ...]]] = {
    "17.5 MB of code": (("x = '" + "x" * 17_500_000 + "'", *HONEST), ()),
    "19 MB of code in many cells": (tuple("x = '" + "x" * 190_000 + "'" for _ in range(100)), ()),
    "12 MB of code that JSON makes longer": (("x = '" + "\x01" * 2_900_000 + "'", *HONEST), ()),
    "90 emoji as a name": (HONEST, files("😀" * 90)),
    "a name without end": (HONEST, files("n" * 5_000)),
    "no name": (HONEST, files("")),
    "a dot": (HONEST, files(".")),
    "a name that is half a character": (HONEST, files("\ud83d")),
    "a name with a NUL": (HONEST, files("a\0b")),
    "a name of ours": (HONEST, files("data")),
    "a file where a folder has to be": (HONEST, files("a", "a/b")),
    "below a file of ours": (HONEST, files("data/public.txt/more")),
    "a path out of its folder": (HONEST, files("../../proc/1/mem")),
    "a path from the root": (HONEST, files("/usr/evil.py")),
    "a path that is too deep": (HONEST, files("d/" * 3_000 + "x")),
    "more files than fit": (HONEST, files(*(f"{number}" for number in range(25_000)))),
    "a file that does not fit": (HONEST, files("large", size=8 * 2**20)),
}  # fmt: skip

# These begin, and get what they earn.
BEGIN: dict[str, tuple[tuple[str, ...], tuple[HandedIn, ...]]] = {
    "nearly two thousand cells": ((*HONEST, *(f"x{number} = {number}" for number in range(1_990))), ()),
    "cells of strange characters": ((*HONEST, "\x0b\x0c\x1c\u2028", "\u202ex = 1", "'\ud800'", "%%", "!", "\\", "\ufeff"), ()),
    "brackets without end": ((*HONEST, "(" * 50_000 + ")" * 50_000), ()),
    "a file in place of a module": (HONEST, files("numpy.py", "inside.py", "json.py", "site.py")),
    "odd names": (HONEST, files("-rf", "*", "a\nb", "\udcff", "%s{0}", "con.", "é" * 100)),
}  # fmt: skip


def saved(*cells: str) -> bytes:
    """A notebook whose text is plain ASCII, so that it can hold any character at all."""
    made = json.loads(notebook(*("" for _ in cells)))
    for cell, source in zip(made["cells"], cells, strict=True):
        cell["source"] = source
    return json.dumps(made).encode()


class Counted(ForkServer):
    """A fork server that counts how often one was started, by all workers."""

    started: list[int] = []  # noqa: RUF012 - shared on purpose

    def _started(self) -> object:  # type: ignore[override]
        control = super()._started()
        if self._process is not None and self._process.pid not in self.started:
            self.started.append(self._process.pid)
        return control


@pytest.fixture(scope="module")
def counted() -> Iterator[LocalExecutor]:
    if isolation.available() is not Isolation.SANDBOX:
        pytest.skip(NO_SANDBOX)
    Counted.started.clear()
    with LocalExecutor(2, Counted, Isolation.SANDBOX) as made:
        yield made


@pytest.fixture(scope="module")
def found(material: pipeline.Material, counted: LocalExecutor, folder: Path) -> dict[str, Marked]:
    """A class in which most end their run before it begins, with honest work before, between and after them."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(notebooks, "MOST_CODE_BYTES", 2**30)
        made = []
        for number, (name, (cells, beside)) in enumerate({**ENDERS, **BEGIN}.items()):
            if number % 5 == 0:
                honest = f"honest {number}"
                made.append(
                    Submission(
                        student=honest, exercise="quokka", origin="a.ipynb", content=notebook(f"# {honest}", *HONEST)
                    )
                )
            made.append(
                Submission(student=name, exercise="quokka", origin="a.ipynb", content=saved(*cells), files=beside)
            )
        made.append(
            Submission(student="honest last", exercise="quokka", origin="a.ipynb", content=notebook("# last", *HONEST))
        )
        return grade(with_limits(material, memory_mb=1024), made, folder / "faults", counted)


@pytest.mark.parametrize("name", ENDERS)
def test_a_run_that_cannot_begin_is_not_ours_and_waits_for_a_person(found: dict[str, Marked], name: str) -> None:
    marked = found[name]
    assert marked.outcome is Outcome.CRASHED, marked.said
    assert marked.record.unrun
    assert not marked.assessment.publishable
    assert {finding.waits for finding in marked.assessment.findings} == {True}
    assert marked.assessment.flags[0].kind == "could not be run"
    assert "Your notebook could not be run" in marked.page


@pytest.mark.parametrize("name", BEGIN)
def test_what_is_odd_and_runs_gets_what_it_earns(found: dict[str, Marked], name: str) -> None:
    assert found[name].points == FULL, (found[name].outcome, found[name].said)


def test_honest_work_beside_it_has_its_marks_and_its_time(found: dict[str, Marked], alone: Marked) -> None:
    honest = [marked for name, marked in found.items() if name.startswith("honest")]
    assert len(honest) == 6
    for marked in honest:
        assert_same(marked, alone)


@pytest.mark.usefixtures("found")
def test_no_fork_server_is_started_again() -> None:
    assert len(Counted.started) <= 2


def ran(executor: LocalExecutor, limits: Limits, *probes: Probe) -> Record:
    (record,) = executor.run(
        [
            Job(
                cells=("x = 1\ndef f(a):\n    return a",),
                names=("x",),
                probes=probes,
                files=(),
                limits=limits,
                seed=1,
                environment=(),
            )
        ]
    )
    return record


@pytest.mark.parametrize("limits", [{"memory_mb": 1}, {"disk_mb": 1}, {"processes": 1}, {"output_kb": 1}])
def test_limits_that_are_too_tight_blame_no_submission(counted: LocalExecutor, limits: dict[str, int]) -> None:
    """An author's mistake: where it keeps anything from running, it is told as such; else the run is what it is."""
    record = ran(counted, replace(Limits(), **limits))
    assert not record.unrun
    if record.outcome is Outcome.SANDBOX_FAILED:
        assert "memory_mb" in as_read(record.remarks[0])
    assert ran(counted, Limits()).outcome is Outcome.COMPLETED


def test_inputs_of_any_size_are_no_reason_not_to_run(counted: LocalExecutor) -> None:
    stream = io.BytesIO()
    np.save(stream, np.zeros(2**26, np.uint8))
    record = ran(counted, Limits(), Probe("f", "f", (stream.getvalue(),), "d"))
    assert (record.outcome, record.unrun) == (Outcome.COMPLETED, False)


@pytest.mark.parametrize("make", [ForkServer, SingleUse])
def test_a_place_where_nothing_runs_is_ours(
    make: type[ForkServer] | type[SingleUse], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("grader.execute.fork_server.bubblewrap.command", lambda: ["/bin/false"])
    monkeypatch.setattr("grader.execute.single_use.sys.executable", "/bin/false")
    # With a name of its own: a control group that others of this process use would be waited for at each try.
    with LocalExecutor(1, lambda name: make(f"{name}-nowhere"), make.isolation) as executor:
        record = ran(executor, Limits())
    assert (record.outcome, record.unrun) == (Outcome.SANDBOX_FAILED, False)


@pytest.mark.parametrize("name", [pytest.param("17.5 MB of code", marks=pytest.mark.long), "90 emoji as a name"])
def test_without_a_sandbox_it_is_the_same(name: str, tmp_path: Path) -> None:
    """With processes that do not import TensorFlow: each of the runs takes one."""
    cells, beside = ENDERS[name]
    with LocalExecutor(1, partial(Lighter, tmp_path), Isolation.DEGRADED) as executor:
        bad, good = executor.run(
            [
                Job(
                    cells=cells,
                    names=(),
                    probes=(),
                    files=(),
                    limits=Limits(),
                    seed=1,
                    environment=(),
                    handed_in=beside,
                ),
                Job(cells=("x = 1",), names=("x",), probes=(), files=(), limits=Limits(), seed=1, environment=()),
            ]
        )
    assert (bad.outcome, bad.unrun, good.outcome) == (Outcome.CRASHED, True, Outcome.COMPLETED)
