"""Notebooks on the workers of a cluster: the logic with workers that are made up, then real ones, some of them killed."""

import asyncio
import contextlib
import hashlib
import json
import os
import pickle
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import dask.config
import psutil
import pytest

from grader import cli, pipeline
from grader.course.layout import Course
from grader.course.scaffold import create_exercise
from grader.errors import ClusterError, InputError
from grader.execute import dask_link, isolation, on_worker, places
from grader.execute.cluster import ClusterExecutor, Patience
from grader.execute.environment import environment
from grader.execute.job_bytes import job_of, record_bytes
from grader.execute.link import LinkError, Seen, WorkerFailedError, WorkerLostError
from grader.execute.local import LocalExecutor
from grader.gradebook.results import Results
from grader.intake import notebooks
from grader.model.exercise import DataFile, Limits
from grader.model.job import Job, Probe
from grader.model.portal import Enrolment, JobState
from grader.model.record import TOO_BUSY, UNRUN, Isolation, Outcome, Record, Resources
from grader.model.submission import HandedIn, Submission
from grader.pipeline.course_site import CourseSite
from grader.pipeline.marking import now
from grader.pipeline.uploading import ArrivedFile, submit
from tests.adversarial import batch
from tests.adversarial.test_faults import ENDERS, saved
from tests.conftest import NO_SANDBOX, ROOT, notebook, wait_until
from tests.execute.dask_processes import DaskCluster, DaskWorker
from tests.execute.test_job_bytes import array
from tests.fakes import Fake
from tests.reading import as_read

QUICK = Patience(
    look=0.05,
    silence=0.5,
    run=lambda limits, _: limits.notebook_seconds,
    margin=0.5,
    greeting=5,
    scheduler=0.5,
    workers=0.5,
)
LIMITS = Limits(cell_seconds=20, notebook_seconds=40, probe_seconds=10)


def job(number: int = 0, *cells: str, **fields: Any) -> Job:
    made = Job(
        cells=(f"x = {number}", *cells),
        names=("x",),
        probes=(),
        files=(),
        limits=LIMITS,
        seed=1,
        environment=environment(),
    )
    return replace(made, **fields)


@dataclass
class Invented:
    """A worker that is made up: what it says of itself, and how it runs a job."""

    run: Callable[[Job], Record]
    told: dict[str, Any] = field(default_factory=dict)
    threads: int = 1
    frozen: bool = False

    def greeting(self) -> bytes:
        usual = {"versions": on_worker.versions(), "problem": "", "isolation": "sandbox", "files": []}
        return json.dumps({**usual, **self.told}).encode()


class InventedLink:
    """A cluster that is made up; each call takes a moment."""

    def __init__(self, *workers: Invented) -> None:
        self.there = {f"host-{number}:1": worker for number, worker in enumerate(workers)}
        self.sent: list[tuple[str, Any, tuple[Any, ...]]] = []
        self.gone = False
        self.closed = False

    async def open(self) -> None:
        pass

    async def workers(self) -> Mapping[str, Seen]:
        if self.gone:
            raise LinkError("connection refused")
        return {
            address: Seen(address.partition(":")[0], worker.threads, 0.0 if worker.frozen else time.monotonic())
            for address, worker in self.there.items()
        }

    async def prepare(self, worker: str) -> None:
        pass

    async def ask(self, worker: str, function: Callable[..., Any], *arguments: Any) -> bytes:
        self.sent.append((worker, function, arguments))
        await asyncio.sleep(0.001)
        if self.gone:
            raise LinkError("connection refused")
        if worker not in self.there:
            raise WorkerLostError("no such worker")
        asked = self.there[worker]
        if asked.frozen:
            await asyncio.sleep(3600)
        if function is dask_link.greet:
            return asked.greeting()
        if function is on_worker.run:
            try:
                return record_bytes(asked.run(job_of(arguments[-1])))
            except SystemExit as dead:
                del self.there[worker]
                raise WorkerLostError("the worker is gone") from dead
        return b""

    async def close(self) -> None:
        self.closed = True

    def jobs(self) -> list[str]:
        """Which workers were given a job of the class, in order."""
        given = [(worker, arguments[-1]) for worker, function, arguments in self.sent if function is on_worker.run]
        return [worker for worker, content in given if "known_good" not in job_of(content).names]


def completed(job: Job) -> Record:
    return next(iter(Fake().run([job])))


def executor(link: InventedLink, told: list[str] | None = None, allow_degraded: bool = False) -> ClusterExecutor:
    tell = (told if told is not None else []).append
    return ClusterExecutor("tcp://made.up:8786", allow_degraded, tell, QUICK, link)


def test_all_jobs_come_back_and_both_workers_work() -> None:
    link = InventedLink(Invented(completed), Invented(completed))
    with executor(link) as cluster:
        assert cluster.slots == 2
        records = list(cluster.run(job(number) for number in range(20)))
    assert sorted(int(record.answers["x"].value) for record in records) == list(range(20))
    assert set(link.jobs()) == {"host-0:1", "host-1:1"}
    assert link.closed


def test_no_job_at_all_is_no_trouble() -> None:
    with executor(InventedLink(Invented(completed))) as cluster:
        assert list(cluster.run([])) == []


def test_jobs_are_made_only_a_few_ahead() -> None:
    taken = 0

    def source() -> Iterator[Job]:
        nonlocal taken
        for number in range(500):
            taken += 1
            yield job(number)

    most = 0
    with executor(InventedLink(Invented(completed), Invented(completed))) as cluster:
        for given, _ in enumerate(cluster.run(source())):
            most = max(most, taken - given)
    assert taken == 500
    assert most <= 2 * 2 + 4


def test_a_public_file_is_sent_once_to_each_worker_that_has_not_got_it(tmp_path: Path) -> None:
    path, content = tmp_path / "points.csv", b"1,2,3\n" * 1000
    path.write_bytes(content)
    file = DataFile("data/points.csv", path, hashlib.sha256(content).hexdigest())
    has_it = Invented(completed, {"files": [file.sha256]})
    link = InventedLink(Invented(completed), Invented(completed), has_it)
    with executor(link) as cluster:
        assert len(list(cluster.run(job(number, files=(file,)) for number in range(30)))) == 30
    sent = [(worker, arguments) for worker, function, arguments in link.sent if function is on_worker.keep]
    assert sorted(sent) == [("host-0:1", (content,)), ("host-1:1", (content,))]
    assert all(content not in arguments[-1] for _, function, arguments in link.sent if function is on_worker.run)


def test_a_public_file_that_changed_meanwhile_ends_the_command(tmp_path: Path) -> None:
    path = tmp_path / "points.csv"
    path.write_bytes(b"new")
    file = DataFile("points.csv", path, hashlib.sha256(b"old").hexdigest())
    with (
        executor(InventedLink(Invented(completed))) as cluster,
        pytest.raises(InputError, match="the file changed while grading"),
    ):
        list(cluster.run([job(files=(file,))]))


def test_a_worker_that_dies_costs_a_retry() -> None:
    dead: list[Job] = []

    def dies_once(job: Job) -> Record:
        if not dead:
            dead.append(job)
            raise SystemExit
        return completed(job)

    told: list[str] = []
    with executor(InventedLink(Invented(dies_once), Invented(completed)), told) as cluster:
        records = list(cluster.run(job(number) for number in range(10)))
    assert [record.outcome for record in records] == [Outcome.COMPLETED] * 10
    assert len(dead) == 1
    assert told == ["host-0:1: this worker was lost (the worker is gone). Its notebooks run elsewhere."]


def test_a_job_that_kills_three_workers_is_the_submissions_own_fault() -> None:
    def dies_of_one(each: Job) -> Record:
        if "exploit" in each.cells[-1]:
            raise SystemExit
        return completed(each)

    link = InventedLink(*[Invented(dies_of_one) for _ in range(5)])
    jobs = [job(0), job(1, "exploit"), *map(job, range(2, 20))]
    with executor(link) as cluster:
        records = {record.key: record for record in cluster.run(jobs)}
    ended = records.pop(jobs[1].key)
    assert ended.outcome is Outcome.CRASHED
    assert as_read(ended.remarks) == (
        "3 machines stopped while this notebook ran, so it was not run again.",
        str(UNRUN),
    )
    assert len(ended.cells) == 2
    assert {record.outcome for record in records.values()} == {Outcome.COMPLETED}
    assert len(link.there) == 2


def test_a_worker_that_is_not_heard_of_costs_a_retry() -> None:
    link = InventedLink(Invented(completed), Invented(completed))

    def freeze(each: Job) -> Record:
        link.there["host-0:1"].frozen = True
        return completed(each)

    link.there["host-0:1"].run = freeze
    told: list[str] = []
    with executor(link, told) as cluster:
        records = list(cluster.run(job(number) for number in range(10)))
    assert [record.outcome for record in records] == [Outcome.COMPLETED] * 10
    assert told == ["host-0:1: this worker was lost (it was silent for 0.5 s). Its notebooks run elsewhere."]


def test_a_worker_that_gives_no_answer_long_after_the_limits_costs_a_retry() -> None:
    class Hanging(InventedLink):
        async def ask(self, worker: str, function: Callable[..., Any], *arguments: Any) -> bytes:
            if worker == "host-0:1" and function is on_worker.run:
                await asyncio.sleep(3600)
            return await super().ask(worker, function, *arguments)

    told: list[str] = []
    limits = Limits(notebook_seconds=0.2)
    with executor(Hanging(Invented(completed), Invented(completed)), told) as cluster:
        records = list(cluster.run(job(number, limits=limits) for number in range(6)))
    assert [record.outcome for record in records] == [Outcome.COMPLETED] * 6
    assert told == ["host-0:1: this worker was lost (no answer after 0.7 s). Its notebooks run elsewhere."]


def broken(each: Job) -> Record:
    return replace(completed(each), outcome=Outcome.SANDBOX_FAILED, remarks=("The sandbox failed 2 times: no space",))


def forged(each: Job) -> Record:
    return replace(completed(each), key="0" * 64)


def without_sandbox(each: Job) -> Record:
    return replace(completed(each), isolation=Isolation.DEGRADED)


@pytest.mark.parametrize("wrong", [broken, forged, without_sandbox])
def test_what_one_worker_cannot_do_another_does(wrong: Callable[[Job], Record]) -> None:
    with executor(InventedLink(Invented(wrong), Invented(completed))) as cluster:
        records = list(cluster.run(job(number) for number in range(10)))
    assert [record.outcome for record in records] == [Outcome.COMPLETED] * 10


def test_a_worker_that_fails_at_everything_gets_no_more_and_is_named() -> None:
    told: list[str] = []
    link = InventedLink(Invented(broken), Invented(completed))
    with executor(link, told) as cluster:
        records = list(cluster.run(job(number) for number in range(30)))
    assert [record.outcome for record in records] == [Outcome.COMPLETED] * 30
    assert link.jobs().count("host-0:1") <= 4
    why = "it failed to run 3 notebooks in a row (The sandbox failed 2 times: no space)"
    assert told == [f"host-0:1: this worker gets no notebooks: {why}."]


def test_what_no_worker_can_do_is_our_fault_and_says_why() -> None:
    with executor(InventedLink(Invented(broken), Invented(broken))) as cluster:
        (record,) = cluster.run([job()])
    assert record.outcome is Outcome.SANDBOX_FAILED
    assert as_read(record.remarks) == (
        "The notebook could not be run on 3 machines: The sandbox failed 2 times: no space",
    )


def hostile(wrong: Callable[[Job], Record]) -> Callable[[Job], Record]:
    """A sound worker, on which one kind of job goes wrong."""
    return lambda each: wrong(each) if "exploit" in each.cells[-1] else completed(each)


def unreadable(each: Job) -> Record:
    raise ValueError(f"a message of {len(each.cells)} cells that cannot be read")


def too_deep(each: Job) -> Record:
    raise RecursionError(len(each.cells))


@pytest.mark.parametrize("wrong", [broken, forged, unreadable, too_deep])
@pytest.mark.parametrize("count", [1, 2, 4])
def test_what_only_some_notebooks_bring_about_is_theirs_and_no_worker_is_given_up(
    wrong: Callable[[Job], Record], count: int
) -> None:
    """Twelve such notebooks among honest ones: each waits for a person, and all workers go on."""
    told: list[str] = []
    jobs = [job(number, *(["exploit"] if number % 2 else [])) for number in range(24)]
    with executor(InventedLink(*[Invented(hostile(wrong)) for _ in range(count)]), told) as cluster:
        records = {record.key: record for record in cluster.run(jobs)}
        assert cluster.slots == count
    assert told == []
    for number, each in enumerate(jobs):
        record = records[each.key]
        assert (record.outcome, record.unrun) == (
            (Outcome.CRASHED, True) if number % 2 else (Outcome.COMPLETED, False)
        ), record.remarks


def test_a_worker_that_is_too_busy_is_not_given_up_and_blames_nobody() -> None:
    def starved(each: Job) -> Record:
        return replace(broken(each), remarks=("in 600 s it got 1 s", TOO_BUSY))

    told: list[str] = []
    jobs = [job(number, *(["exploit"] if number % 2 else [])) for number in range(12)]
    with executor(InventedLink(*[Invented(hostile(starved)) for _ in range(2)]), told) as cluster:
        records = {record.key: record for record in cluster.run(jobs)}
    assert told == []
    assert {records[each.key].outcome for each in jobs[1::2]} == {Outcome.SANDBOX_FAILED}
    assert not any(record.unrun for record in records.values())


def test_limits_that_nothing_can_run_in_are_the_fault_of_neither_worker_nor_submission() -> None:
    def tiny(each: Job) -> Record:
        return broken(each) if each.limits.memory_mb == 1 else completed(each)

    told: list[str] = []
    jobs = [job(number, limits=replace(LIMITS, memory_mb=1)) for number in range(4)]
    with executor(InventedLink(Invented(tiny), Invented(tiny)), told) as cluster:
        records = list(cluster.run(jobs))
    assert ({record.outcome for record in records}, told) == ({Outcome.SANDBOX_FAILED}, [])


def test_a_worker_that_is_lost_while_it_is_tested_costs_a_retry() -> None:
    def dies_when_tested(each: Job) -> Record:
        if "known_good" in each.names:
            raise SystemExit
        return broken(each)

    with executor(InventedLink(Invented(dies_when_tested), Invented(completed))) as cluster:
        records = list(cluster.run(job(number) for number in range(6)))
    assert [record.outcome for record in records] == [Outcome.COMPLETED] * 6


def test_workers_that_come_later_are_used() -> None:
    link = InventedLink()
    told: list[str] = []
    with executor(link, told) as cluster:
        threading.Timer(0.2, lambda: link.there.update({"late:1": Invented(completed)})).start()
        assert len(list(cluster.run(map(job, range(5))))) == 5
    assert told == ["tcp://made.up:8786: there are no workers now. Waiting up to 0.5 s for one to join."]


def test_without_any_worker_it_ends_with_what_is_done() -> None:
    def last(each: Job) -> Record:
        link.there.clear()
        return completed(each)

    link = InventedLink(Invented(last))
    records: list[Record] = []
    with (
        executor(link) as cluster,
        pytest.raises(ClusterError, match=r"made.up:8786: no worker for 0\.5 s\. start some"),
    ):
        records.extend(cluster.run(map(job, range(5))))
    assert len(records) == 1


def test_a_scheduler_that_goes_away_ends_it_with_what_is_done() -> None:
    def last(each: Job) -> Record:
        link.gone = True
        return completed(each)

    link = InventedLink(Invented(last))
    records: list[Record] = []
    with executor(link) as cluster, pytest.raises(ClusterError, match="the scheduler no longer answers"):
        records.extend(cluster.run(map(job, range(5))))
    assert len(records) == 1


def test_a_scheduler_that_comes_back_in_time_costs_nothing() -> None:
    def interrupts(each: Job) -> Record:
        if not interrupted:
            interrupted.append(each)
            link.gone = True
            threading.Timer(0.2, lambda: setattr(link, "gone", False)).start()
        return completed(each)

    interrupted: list[Job] = []
    link = InventedLink(Invented(interrupts))
    with executor(link) as cluster:
        records = list(cluster.run(map(job, range(8))))
    assert [record.outcome for record in records] == [Outcome.COMPLETED] * 8


OTHER_KERAS = [(name, "0.0.1" if name == "keras" else version) for name, version in on_worker.versions()]
UNFIT = {
    "another version": (
        {"versions": OTHER_KERAS},
        f"it has keras 0.0.1, this machine has {dict(environment())['keras']}, and marks must not depend",
    ),
    "a package too few": (
        {"versions": on_worker.versions()[:-1]},
        "it has code of the grader not at all, this machine has ",
    ),
    "no sandbox": (
        {"problem": "There is no sandbox on this machine. To grade without one: --allow-degraded."},
        "no sandbox",
    ),
    "another's executor without one": ({"isolation": "degraded"}, "it has no sandbox. Run `grader doctor` there"),
    "nonsense": ({"versions": 3}, "its versions cannot be read"),
}


@pytest.mark.parametrize(("told", "why"), UNFIT.values(), ids=UNFIT)
def test_a_worker_that_does_not_fit_gets_no_job(told: dict[str, Any], why: str) -> None:
    said: list[str] = []
    link = InventedLink(Invented(completed, told), Invented(completed))
    with executor(link, said) as cluster:
        assert len(list(cluster.run(map(job, range(10))))) == 10
    assert set(link.jobs()) == {"host-1:1"}
    assert len(said) == 1, "it is told once"
    assert said[0].startswith("host-0:1: this worker gets no notebooks: ")
    assert why in said[0]


def test_where_no_worker_fits_nothing_is_run() -> None:
    link = InventedLink(Invented(completed, {"versions": OTHER_KERAS}))
    with pytest.raises(ClusterError, match=r"host-0:1: .*keras 0\.0\.1.*requirements\.lock"):
        executor(link)
    assert link.closed


def test_degraded_workers_are_used_where_that_is_allowed_and_the_record_says_so() -> None:
    link = InventedLink(Invented(without_sandbox, {"isolation": "degraded"}))
    with executor(link, allow_degraded=True) as cluster:
        assert cluster.isolation is Isolation.DEGRADED
        (record,) = cluster.run([job()])
    assert record.isolation is Isolation.DEGRADED


def test_leaving_early_stops_what_still_runs() -> None:
    def slowly(each: Job) -> Record:
        time.sleep(0.05)
        return completed(each)

    link = InventedLink(Invented(completed))
    with executor(link) as cluster:
        records = cluster.run(map(job, range(50)))
        next(records)
        link.there["host-0:1"].run = slowly
    stops = [arguments for _, function, arguments in link.sent if function is on_worker.stop]
    sessions = {arguments[0] for _, function, arguments in link.sent if function is on_worker.run}
    assert stops[-1] == (*sessions,), "the session's jobs are ended, nobody else's"


class Evil:
    """Unpickled, it leaves a file behind."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> Any:
        return (Path.touch, (self.path,))


def test_pickles_are_refused_while_a_cluster_is_in_use(tmp_path: Path) -> None:
    content = pickle.dumps(Evil(tmp_path / "touched"))
    with executor(InventedLink(Invented(completed))), pytest.raises(RuntimeError, match=r"a pickle .* is refused"):
        pickle.loads(content)
    assert not (tmp_path / "touched").exists()
    assert pickle.loads(pickle.dumps(Path("a"))) == Path("a"), "and nowhere else"


@pytest.mark.parametrize("serializer", ["pickle", "dask", "error"])
def test_a_result_that_is_not_plain_bytes_is_left_closed(tmp_path: Path, serializer: str) -> None:
    from distributed.protocol.serialize import Serialized

    made: Any = Serialized  # which has no types
    evil = pickle.dumps(Evil(tmp_path / "touched"))
    header = {"serializer": serializer, "writeable": (), "type-serialized": evil, "sub-header": {}}
    with pytest.raises(WorkerFailedError, match="what it sent is not a result"):
        dask_link._opened(made(header, [evil]))
    assert not (tmp_path / "touched").exists()


def test_without_a_cluster_nothing_of_dask_is_imported(tmp_path: Path) -> None:
    """A class is graded, by an executor that stands in for the sandbox."""
    for name in ("exercises", "solutions", "class"):
        (tmp_path / name).mkdir()
    create_exercise(Course(tmp_path), "tiny")
    (tmp_path / "class" / "ada.ipynb").write_bytes(notebook("width = 26"))
    code = (
        "import sys; from grader import cli; from grader.execute import isolation; from tests.fakes import Fake;"
        "isolation.local_executor = lambda *_: Fake();"
        "sys.argv = ['grader', 'grade', 'tiny', 'class'];\n"
        "try: cli.main()\n"
        "except SystemExit as end: assert not end.code, end.code\n"
        "assert not {name.partition('.')[0] for name in sys.modules} & {'dask', 'distributed'}"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    subprocess.run([sys.executable, "-c", code], cwd=tmp_path, env=environment, check=True, timeout=120)
    assert (tmp_path / "grading" / "tiny" / "grades.csv").exists()


def test_without_dask_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    monkeypatch.delitem(sys.modules, "grader.execute.cluster")
    monkeypatch.delitem(sys.modules, "grader.execute.dask_link")
    monkeypatch.delattr("grader.execute.dask_link")
    with pytest.raises(
        InputError, match=r"--cluster needs Dask: install it with `pip install 'convgrader\[cluster\]'`"
    ):
        places.executor(1, False, "127.0.0.1:1", print)


@pytest.mark.parametrize(
    "address", ["127.0.0.1:1", "tcp://127.0.0.1:1", "tls://127.0.0.1:1", "nonsense://a", "no.such.host.invalid:8786"]
)
def test_a_scheduler_that_is_not_there_is_named_with_what_to_do(
    address: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(dask_link, "_ANSWER_SECONDS", 0.5)
    for name in ("exercises", "solutions", "class"):
        (tmp_path / name).mkdir()
    create_exercise(Course(tmp_path), "tiny")
    (tmp_path / "class" / "ada.ipynb").write_bytes(notebook("width = 26"))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["grader", "grade", "tiny", "class", "--cluster", address])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    said = capsys.readouterr().err
    assert ended.value.code == cli.WRONG_USE
    assert said.startswith(f"{address}: no Dask scheduler answers there")
    assert "Start one with `dask scheduler`" in said
    assert "Traceback" not in said


# From here on with a real scheduler and real workers.

PATIENT = Patience(look=0.3, silence=4.0, scheduler=3.0, workers=60.0)


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DaskCluster]:
    """A scheduler; tests add workers to it."""
    if isolation.available() is not Isolation.SANDBOX:
        pytest.skip(NO_SANDBOX)
    made = DaskCluster(tmp_path_factory.mktemp("cluster"))
    try:
        made.start()
        yield made
    finally:
        made.close()


@pytest.fixture(scope="module")
def pair(cluster: DaskCluster) -> list[DaskWorker]:
    """Two workers that are to live as long as the tests."""
    return [cluster.add_worker(), cluster.add_worker()]


def connected(cluster: DaskCluster, told: list[str] | None = None, allow_degraded: bool = False) -> ClusterExecutor:
    tell = (told if told is not None else []).append
    return ClusterExecutor(cluster.address, allow_degraded, tell, PATIENT)


SHOWN = """
import io, base64
from IPython.display import Image, display
import matplotlib.pyplot as plt
print("shown")
plt.plot([1, 2, 3])
plt.show()
"""
KINDS = {
    "numbers and text": job(1, "y = [1, 2.5, float('nan'), {'a': None}]", "print('ü')", names=("x", "y", "z")),
    "an error": job(2, "1 / 0", "z = 3", names=("x", "z")),
    "a picture": job(3, SHOWN),
    "a function": job(
        4,
        "def double(v):\n    return 2 * v",
        probes=(Probe("double", "double", (array(1, 2, 3),), "d" * 64), Probe("none", "none", (3,), "e" * 64)),
    ),
    "files": job(
        5,
        "print(open('data/points.csv').read(), open('mine.txt').read())",
        handed_in=(HandedIn("mine.txt", b"mine"),),
    ),
    "too long": job(6, "while True: pass", limits=replace(LIMITS, cell_seconds=1.0)),
    "a crash": job(7, "import os, signal; os.kill(os.getpid(), signal.SIGSEGV)"),
    "a model": job(
        8,
        "import keras\nmodel = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3)])",
        names=("model",),
    ),
}


def told_by(record: Record) -> Record:
    """A record without what differs from run to run: times and memory."""
    cells = tuple(replace(cell, seconds=0.0) for cell in record.cells)
    probes = {name: replace(result, seconds=0.0) for name, result in record.probes.items()}
    return replace(record, cells=cells, probes=probes, resources=Resources())


@pytest.mark.slow
def test_records_are_those_of_one_machine(
    cluster: DaskCluster, pair: list[DaskWorker], sandbox: LocalExecutor, tmp_path: Path
) -> None:
    content = b"1,2\n3,4\n"
    (tmp_path / "points.csv").write_bytes(content)
    file = DataFile("data/points.csv", tmp_path / "points.csv", hashlib.sha256(content).hexdigest())
    jobs = [replace(each, files=(file,)) for each in KINDS.values()]
    with connected(cluster) as executor:
        assert executor.slots == len(pair)
        away = {record.key: told_by(record) for record in executor.run(jobs)}
    here = {record.key: told_by(record) for record in sandbox.run(jobs)}
    for name, each in zip(KINDS, jobs, strict=True):
        assert away[each.key] == here[each.key], name
    assert away[jobs[4].key].cells[1].outputs[0]["text"] == "1,2\n3,4\n mine\n"


@pytest.mark.slow
@pytest.mark.usefixtures("pair")
def test_a_class_gets_the_same_marks_from_the_command(
    cluster: DaskCluster, sandbox: LocalExecutor, tmp_path: Path
) -> None:
    for name in ("exercises", "solutions", "class"):
        (tmp_path / name).mkdir()
    create_exercise(Course(tmp_path), "tiny")
    for number in range(6):
        (tmp_path / "class" / f"student-{number}.ipynb").write_bytes(notebook(f"width = {23 + number}"))
    ended = grade(tmp_path, "--cluster", cluster.address)
    said = ended.communicate(timeout=120)
    assert (ended.returncode, said[0].splitlines()[0]) == (cli.DONE, "6 submissions, all graded."), said
    material = pipeline.load(Course(tmp_path), "tiny")
    here = Results(tmp_path / "here")
    pipeline.grade(material, pipeline.take_in(material, tmp_path / "class"), here, sandbox, lambda _: None)
    assert (tmp_path / "marks" / "grades.csv").read_text() == (tmp_path / "here" / "grades.csv").read_text()


@pytest.mark.slow
@pytest.mark.usefixtures("pair", "sandbox")
@pytest.mark.parametrize("place", ["a cluster", "this machine"])
def test_a_grader_of_the_portal_gives_the_same_marks_and_opens_no_port(
    cluster: DaskCluster, tmp_path: Path, place: str
) -> None:
    for name in ("exercises", "solutions"):
        (tmp_path / name).mkdir()
    create_exercise(Course(tmp_path), "tiny")
    address = f'cluster = "{cluster.address}"' if place == "a cluster" else "jobs = 1"
    (tmp_path / "portal.toml").write_text(f'course = "."\nresults = "marks"\n[graders]\n{address}\n')
    site = CourseSite(Course(tmp_path), tmp_path / "marks")
    students = [Enrolment(login=f"student-{number}", name="S", student=f"student-{number}") for number in range(4)]
    for number, member in enumerate(site.accounts.enrol(students, None, now())):
        content = notebook(f"width = {24 + number}")
        submit(site, "tiny", member, member.login, ArrivedFile(name="a.ipynb", content=content), [])

    words = ["work", "--config", "portal.toml", "--until-empty", "--json"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    grader = subprocess.Popen(
        [sys.executable, "-m", "grader", *words], cwd=tmp_path, env=environment, stdout=subprocess.PIPE, text=True
    )
    ports: set[int] = set()
    while grader.poll() is None:
        ports |= ports_of(grader.pid)
        time.sleep(0.05)
    assert grader.stdout is not None
    assert (grader.returncode, json.load(grader.stdout)) == (cli.DONE, {"graded": 4})
    assert ports == set()
    book = site.book("tiny")
    assert book is not None
    of_width = [(finding.points, mark.student) for mark in book.marks() for finding in mark.assessment.findings[:1]]
    assert [name for points, name in of_width if points > 0] == ["student-2"]
    assert {queued.state for queued in site.queue.of_exercise("tiny")} == {JobState.DONE}
    site.close()


def ports_of(process: int) -> set[int]:
    """The ports on which a process or one of its children accepts connections."""
    ports = set()
    with contextlib.suppress(psutil.NoSuchProcess):
        parent = psutil.Process(process)
        for one in (parent, *parent.children(recursive=True)):
            with contextlib.suppress(psutil.NoSuchProcess):
                listening = [c for c in one.net_connections("inet") if c.status == psutil.CONN_LISTEN]
                ports |= {connection.laddr.port for connection in listening}
    return ports


@pytest.mark.slow
def test_notebooks_that_no_real_worker_can_begin_give_up_none(
    cluster: DaskCluster, pair: list[DaskWorker], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """More for each worker than it may fail at; honest work beside them has the marks and the time that it has alone."""
    monkeypatch.setattr(notebooks, "MOST_CODE_BYTES", 2**30)  # as if intake let them through
    for name in ("exercises", "solutions"):
        (tmp_path / name).mkdir()
    create_exercise(Course(tmp_path), "tiny")
    material = pipeline.load(Course(tmp_path), "tiny")
    of_its_files = {"a name of ours", "below a file of ours", "a file that does not fit"}  # of another exercise
    enders = [name for name, (_, files) in ENDERS.items() if len(files) == 1 and name not in of_its_files]
    enders.append("17.5 MB of code")
    honest = {f"honest {number}": (f"# {number}", "width = 26") for number in range(3)}
    class_ = [
        Submission(
            student=name, exercise="tiny", origin="a.ipynb", content=saved(*ENDERS[name][0]), files=ENDERS[name][1]
        )
        for name in enders
    ]
    for number, (name, cells) in enumerate(honest.items()):
        class_.insert(4 * number, Submission(student=name, exercise="tiny", origin="a.ipynb", content=saved(*cells)))
    told: list[str] = []
    with connected(cluster, told) as executor:
        (alone,) = batch.grade(material, class_[:1], tmp_path / "alone", executor).values()
        found = batch.grade(material, class_, tmp_path / "class", executor)
        assert executor.slots == len(pair)
    assert told == []
    assert len(enders) > 3 * len(pair), "a worker that fails three times in a row is given up"
    assert [name for name in enders if not found[name].record.unrun] == []
    assert alone.points["width"] > 0
    for name in honest:
        batch.assert_same(found[name], alone)


def grade(folder: Path, *options: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "grader", "grade", "tiny", "class", "--results", "marks", *options],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


@pytest.mark.slow
def test_ctrl_c_ends_what_runs_on_the_workers(cluster: DaskCluster, pair: list[DaskWorker], tmp_path: Path) -> None:
    for name in ("exercises", "solutions", "class"):
        (tmp_path / name).mkdir()
    create_exercise(Course(tmp_path), "tiny")
    before = [worker.log.read_text().count("'run'") for worker in pair]
    for number in range(2):
        (tmp_path / "class" / f"student-{number}.ipynb").write_bytes(
            notebook(f"import time; time.sleep({60 + number})")
        )
    ended = grade(tmp_path, "--cluster", cluster.address)
    assert wait_until(lambda: all(worker.has_begun(count + 1) for worker, count in zip(pair, before, strict=True)))
    os.killpg(ended.pid, signal.SIGINT)
    _, said = ended.communicate(timeout=60)
    assert ended.returncode == cli.INTERRUPTED
    assert said.endswith("Stopped. Finished work is kept, and the same command continues from there.\n")
    assert wait_until(lambda: not any(worker.sandboxes() for worker in pair), 10), "no sandbox is left"


@pytest.mark.slow
@pytest.mark.usefixtures("pair")
def test_a_worker_that_is_killed_costs_a_retry_and_one_that_joins_is_used(cluster: DaskCluster) -> None:
    told: list[str] = []
    short_lived = cluster.add_worker()
    with connected(cluster, told) as executor:
        assert executor.slots == 3
        records: list[Record] = []
        joined: list[DaskWorker] = []
        given: list[Job] = []

        def class_of_many() -> Iterator[Job]:
            """As many as it takes until the worker that joins has been given one, on a machine however slow."""
            while len(given) < 24 or (len(given) < 1000 and not (joined and joined[0].has_begun())):
                given.append(job(len(given), "import time; time.sleep(0.5)"))
                yield given[-1]

        for record in executor.run(class_of_many()):
            if not records:
                assert wait_until(short_lived.has_begun)
                short_lived.send(signal.SIGKILL)
                joined.append(cluster.add_worker())
            records.append(record)
    assert [record.outcome for record in records] == [Outcome.COMPLETED] * len(given)
    assert {record.key for record in records} == {each.key for each in given}
    assert [sentence for sentence in told if "lost" in sentence] == told != []
    (late,) = joined
    assert late.has_begun()
    late.send(signal.SIGKILL)


@pytest.mark.slow
@pytest.mark.usefixtures("pair")
def test_workers_that_hang_or_lose_the_network_cost_a_retry(cluster: DaskCluster) -> None:
    """One is stopped, of the other every byte in and out is lost; no connection is closed."""
    told: list[str] = []
    hanging, (far, cables) = cluster.add_worker(), cluster.add_far_worker()
    with connected(cluster, told) as executor:
        assert executor.slots == 4
        records: list[Record] = []
        for record in executor.run(job(number, "import time; time.sleep(0.2)") for number in range(40)):
            if not records:
                assert wait_until(lambda: hanging.has_begun() and far.has_begun())
                hanging.send(signal.SIGSTOP)
                for cable in cables:
                    cable.cut()
            records.append(record)
    assert [record.outcome for record in records] == [Outcome.COMPLETED] * 40
    silent = [sentence for sentence in told if f"it was silent for {PATIENT.silence:g} s" in sentence]
    assert len({sentence.split(" ")[0] for sentence in silent}) >= 2
    for worker in (hanging, far):
        worker.send(signal.SIGKILL)


@pytest.mark.slow
@pytest.mark.long
def test_a_job_during_which_three_workers_are_killed_is_run_no_more(tmp_path: Path) -> None:
    """The worker is killed from outside, as soon as it has been given the job; its nanny starts another."""
    if isolation.available() is not Isolation.SANDBOX:
        pytest.skip(NO_SANDBOX)
    alone = DaskCluster(tmp_path)
    try:
        alone.start()
        worker = alone.add_worker("--nanny")

        def kill_three() -> None:
            for number in range(1, 4):
                if wait_until(lambda count=number: worker.has_begun(count)):  # type: ignore[misc]
                    worker.kill_below_nanny()

        killing = threading.Thread(target=kill_three)
        with connected(alone) as executor:
            killing.start()
            (record,) = executor.run([job(0, "import time; time.sleep(30)")])
            killing.join()
    finally:
        alone.close()
    assert record.outcome is Outcome.CRASHED
    assert as_read(record.remarks) == (
        "3 machines stopped while this notebook ran, so it was not run again.",
        "It could not be run, so it has no mark until an instructor has looked at it.",
    )


@pytest.mark.slow
@pytest.mark.long
def test_a_scheduler_that_is_killed_ends_it_with_what_is_done(tmp_path: Path) -> None:
    if isolation.available() is not Isolation.SANDBOX:
        pytest.skip(NO_SANDBOX)
    short_lived = DaskCluster(tmp_path)
    records: list[Record] = []
    try:
        short_lived.start()
        short_lived.add_worker()
        with connected(short_lived) as executor:
            source = executor.run([job(0), job(1, "import time; time.sleep(30)")])
            records.append(next(source))
            assert short_lived.scheduler is not None
            short_lived.scheduler.kill()
            with pytest.raises(ClusterError, match="the scheduler no longer answers"):
                next(source)
    finally:
        short_lived.close()
    assert [record.outcome for record in records] == [Outcome.COMPLETED]


@pytest.mark.slow
def test_workers_with_other_versions_without_a_sandbox_or_without_the_grader_get_nothing(tmp_path: Path) -> None:
    """One finds a package that says that it is another Keras, one no bubblewrap, one another package of our name."""
    shadow, other = tmp_path / "shadow" / "keras-0.0.1.dist-info", tmp_path / "other" / "grader"
    shadow.mkdir(parents=True)
    (shadow / "METADATA").write_text("Metadata-Version: 2.1\nName: keras\nVersion: 0.0.1\n")
    other.mkdir(parents=True)
    (other / "__init__.py").write_text("raise ModuleNotFoundError('this is another grader')")
    ours = dict(environment())["keras"]
    small = DaskCluster(tmp_path)
    try:
        small.start()
        small.add_worker(PYTHONPATH=f"{shadow.parent}{os.pathsep}{ROOT}")
        small.add_worker(PATH="/nowhere")
        small.add_worker(PYTHONPATH=str(other.parent))
        with pytest.raises(ClusterError) as refused:
            connected(small)
        told: list[str] = []
        with connected(small, told, allow_degraded=True) as executor:
            assert executor.slots == 1
            (record,) = executor.run([job(3)])
    finally:
        small.close()
    said = str(refused.value).splitlines()
    assert all(line.startswith("tcp://127.0.0.1:") for line in said)
    assert len(said) == 3
    (versions,) = [line for line in said if "keras" in line]
    assert f"it has keras 0.0.1, this machine has {ours}, and marks must not depend on where" in versions
    (without_sandbox,) = [line for line in said if "There is no sandbox on this machine" in line]
    assert "--allow-degraded" in without_sandbox
    (without_grader,) = [line for line in said if "it cannot run the grader (ModuleNotFoundError" in line]
    assert sorted(told) == sorted([versions, without_grader])
    assert (record.outcome, record.isolation) == (Outcome.COMPLETED, Isolation.DEGRADED)


@pytest.mark.slow
@pytest.mark.long
def test_a_cluster_with_certificates_is_reached_with_them_and_not_without(tmp_path: Path) -> None:
    if shutil.which("openssl") is None:
        pytest.skip("there is no openssl to make certificates with")
    settings = certificates(tmp_path)
    variables = {f"DASK_{name.upper().replace('-', '_').replace('.', '__')}": value for name, value in settings.items()}
    small = DaskCluster(tmp_path, variables=variables)
    try:
        small.start("--protocol", "tls")
        small.add_worker()
        assert small.address.startswith("tls://")
        with dask.config.set(settings), connected(small) as executor:
            assert executor.slots == 1
        with pytest.raises(InputError, match=r"no Dask scheduler answers there .*TLS"):
            connected(small)
    finally:
        small.close()


def certificates(folder: Path) -> dict[str, str]:
    """An authority, a certificate for all three roles, and the settings that name them."""

    def openssl(*words: str) -> None:
        subprocess.run(["openssl", *words], cwd=folder, check=True, capture_output=True)

    new = ("req", "-newkey", "rsa:2048", "-nodes")
    openssl(*new, "-x509", "-keyout", "ca-key.pem", "-out", "ca.pem", "-days", "2", "-subj", "/CN=authority")
    openssl(*new, "-keyout", "key.pem", "-out", "request.pem", "-subj", "/CN=127.0.0.1")
    signing = ("-CA", "ca.pem", "-CAkey", "ca-key.pem", "-CAcreateserial", "-days", "2")
    openssl("x509", "-req", "-in", "request.pem", "-out", "certificate.pem", *signing)
    tls = "distributed.comm.tls"
    roles = [f"{tls}.{role}" for role in ("client", "scheduler", "worker")]
    return {
        "distributed.comm.require-encryption": "true",
        f"{tls}.ca-file": str(folder / "ca.pem"),
        **{f"{role}.cert": str(folder / "certificate.pem") for role in roles},
        **{f"{role}.key": str(folder / "key.pem") for role in roles},
    }


HOSTILE = """
import pickle
from pathlib import Path
from distributed.protocol.serialize import Serialized
from grader.execute import on_worker

class Evil(Exception):
    def __reduce__(self):
        return (Path.touch, (Path({path!r}),))

runs = 0

async def run(*_):
    global runs
    runs += 1
    if runs == 1:
        return Serialized({{"serializer": "pickle", "writeable": ()}}, [pickle.dumps(Evil())])
    if runs == 2:
        return Evil()
    raise Evil()

on_worker.run.__code__ = (lambda *arguments: _run(*arguments)).__code__
on_worker._run = run
on_worker.run.__globals__["_run"] = run
"""


@pytest.mark.slow
def test_nothing_that_a_worker_sends_is_unpickled(tmp_path: Path) -> None:
    """A worker that was taken over sends pickles, as a result, as an object and as an exception."""
    touched, preload = tmp_path / "touched", tmp_path / "hostile.py"
    preload.write_text(HOSTILE.format(path=str(touched)))
    small = DaskCluster(tmp_path)
    try:
        small.start()
        worker = small.add_worker("--preload", str(preload))
        with connected(small) as executor:
            (record,) = executor.run([job()])
        assert worker.has_begun(3)
    finally:
        small.close()
    assert record.outcome is Outcome.SANDBOX_FAILED
    assert not touched.exists()
