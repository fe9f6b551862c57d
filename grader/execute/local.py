"""Runs jobs on this machine, in as many workers as it has cores for."""

import hashlib
import itertools
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, replace
from types import TracebackType
from typing import Protocol, Self

from grader.errors import GraderError, SandboxError
from grader.execute.blame import UNFIT_LIMITS, Blame, failed_import, import_trial, is_good, trials, unrun
from grader.execute.contents import handed_in_content, public_content
from grader.execute.course_data import problem_with_data
from grader.execute.draft import Draft
from grader.execute.machine import Gate, Others, Tell
from grader.execute.saved import job_on_files, with_files_observed
from grader.model.exercise import DataFile
from grader.model.job import Job
from grader.model.job_parts import jobs_of_parts, joined
from grader.model.record import TOO_BUSY, Isolation, Outcome, Record, Resources
from grader.model.submission import HandedIn
from grader.text.messages import Numeral, Text, message

_TRIES = 2  # of a run that did not begin: a server that has died starts again for the second one
_TRIES_ALONE = 2


class Worker(Protocol):
    """Something that runs one job at a time."""

    isolation: Isolation

    def run(self, job: Job, contents: tuple[bytes, ...]) -> tuple[Draft, Resources]:
        """Run a job.

        Args:
            job: The job.
            contents: Bytes of its files, public ones first, in their order.

        Returns:
            The draft of its record, and what it used.

        Raises:
            SandboxError: The run did not begin. The worker can be used again; it starts anew if necessary.
        """

    def close(self) -> None:
        """End everything that it started."""


class LocalExecutor:
    """An executor with a fixed number of workers, each in a thread of its own.

    Where others keep the machine busy, fewer of them work. A run that the machine starved is tried again after all
    others, alone, and when the machine is calmer.

    Args:
        workers: How many jobs run at the same time at most, 1 or more.
        make_worker: Makes the worker of a thread from its name.
        isolation: The isolation that the workers give.
        tell: Is called with a sentence that a person should read meanwhile; from another thread.
        tries_alone: How often a run is tried again that the machine starved.
        gate: Lets jobs run; if it is not given, as many as other programs leave processors for.

    Example:
        with LocalExecutor(2, ForkServer, Isolation.SANDBOX) as executor:
            records = list(executor.run(jobs))
    """

    def __init__(
        self,
        workers: int,
        make_worker: Callable[[str], Worker],
        isolation: Isolation,
        tell: Tell = lambda _: None,
        tries_alone: int = _TRIES_ALONE,
        gate: Gate | None = None,
    ) -> None:
        self.isolation = isolation
        self.slots = workers
        self._make_worker = make_worker
        self._here = threading.local()  # the worker of each thread: see `ForkServer`
        self._workers: list[Worker] = []
        self._contents: dict[str, bytes] = {}  # digest -> bytes of a public file
        self._lock = threading.Lock()  # for the two above, which all threads use
        self._ahead = 2 * workers
        self._closed = False
        self._tell, self._tries_alone = tell, tries_alone
        self._gate = gate or Gate(workers, Others(), tell)
        self._pool = ThreadPoolExecutor(workers, thread_name_prefix="worker")

    def run(self, jobs: Iterable[Job]) -> Iterator[Record]:
        """Run jobs and give their records in the order in which they end.

        Jobs are taken only a few ahead, so that their data need not all be in memory.
        """
        source = iter(jobs)
        pending = {self.submit(job) for job in itertools.islice(source, self._ahead)}
        while pending:
            ended, pending = wait(pending, return_when=FIRST_COMPLETED)
            pending |= {self.submit(job) for job in itertools.islice(source, len(ended))}
            yield from (future.result() for future in ended)

    def submit(self, job: Job) -> Future[Record]:
        """Run a job as soon as a worker is free.

        Returns:
            The record of the job, once it has ended. It raises `GraderError` if a file of the job has changed.
        """
        return self._pool.submit(self._run_one, job)

    def provide(self, content: bytes) -> None:
        """Keep the bytes of a public file, so that jobs with its digest need not read it from disk."""
        with self._lock:
            self._contents[hashlib.sha256(content).hexdigest()] = content

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closed = True
        self._gate.close()
        self._pool.shutdown(wait=False, cancel_futures=True)
        for worker in self._workers:  # under the jobs that run: that is what ends their threads
            worker.close()
        self._pool.shutdown(wait=True)

    def _run_one(self, job: Job) -> Record:
        if problem := problem_with_data(job):
            return self._failed(job, problem)
        return self._run_parts(job) if job.parts else self._run_notebook(job, {})

    def _run_parts(self, job: Job) -> Record:
        """Run the notebooks of a job one after another; each gets only the files that it uses of earlier ones."""
        saved: dict[str, bytes] = {}
        records = []
        for part, job_of_part in zip(job.parts, jobs_of_parts(job), strict=True):
            brought = {file.name for file in job.handed_in}
            earlier = (HandedIn(name, saved[name]) for name in part.uses if name in saved and name not in brought)
            with_files = replace(job_of_part, handed_in=(*job.handed_in, *earlier))
            records.append(self._run_notebook(with_files, saved))
        return joined(job, records, self.isolation)

    def _run_notebook(self, job: Job, saved: dict[str, bytes]) -> Record:
        """Run one notebook, and again if necessary; the files that it saves for later ones are added to `saved`."""
        contents = (*map(self._content, job.files), *map(handed_in_content, job.handed_in))
        with self._gate.enter():
            record = self._try(job, contents, saved)
        for number in range(self._tries_alone):
            if not isinstance(record, _Starved) or self._closed:
                break
            if not number:
                self._tell(f"A notebook will run again when the others are finished. {record.remark}")
            with self._gate.alone():
                record = self._try(job, contents, saved)
        return self._failed(job, record.remark, TOO_BUSY) if isinstance(record, _Starved) else record

    def _try(self, job: Job, contents: tuple[bytes, ...], saved: dict[str, bytes]) -> "Record | _Starved":
        """Run a job, and again if it did not begin, until it is known whose fault that is; see `_run`."""
        problem: Text = ""
        to_blame = Blame.PLACE
        for _ in range(_TRIES):
            if self._closed:  # the worker was ended under the job; nobody waits for another try
                break
            ended = self._checked(job, self._run(job, contents, saved))
            if isinstance(ended, Record | _Starved):
                return ended
            if isinstance(ended, _BrokenPackages):
                problem, to_blame = ended.remark, Blame.PLACE
                self._worker().close()
            else:
                problem, to_blame = ended, self._blame(job, contents)
        match to_blame:
            case Blame.SUBMISSION:
                return unrun(job, problem, self.isolation)
            case Blame.EXERCISE:
                return self._failed(job, UNFIT_LIMITS, *([problem] if job.preparation.startup else []))
        return self._failed(job, message("The sandbox failed {count} times: {problem}", count=_TRIES, problem=problem))

    def _run(
        self, job: Job, contents: tuple[bytes, ...], saved: dict[str, bytes] | None = None
    ) -> "Record | _Starved | str":
        """Run a job once.

        Args:
            job: The job.
            contents: Bytes of its files, public ones first, in their order.
            saved: Gets the files that the job saves for a later notebook.

        Returns:
            Its record, or that the machine starved it, or the problem if it did not begin.

        Raises:
            GraderError: Something is wrong that no other run would change.
        """
        ended, files = self._run_once(job, contents)
        if saved is not None:
            saved.update({name: files[name] for name in job.saves if name in files})
        if not isinstance(ended, Record) or not job.on_files:
            return ended
        on_files = job_on_files(job, ended, files)
        if on_files is None:
            return ended
        public = contents[: len(job.files)]
        second, _ = self._run_once(on_files, (*public, *map(handed_in_content, on_files.handed_in)))
        return with_files_observed(ended, second) if isinstance(second, Record) else second

    def _run_once(self, job: Job, contents: tuple[bytes, ...]) -> "tuple[Record | _Starved | str, dict[str, bytes]]":
        """Run the cells of a job once; see `_run`. The second value is what `Draft.saved` is."""
        begin = time.monotonic()
        try:
            draft, resources = self._worker().run(job, contents)
        except SandboxError as error:
            return str(error), {}
        except GraderError:
            raise
        except Exception as error:  # a fault of ours in one run must not end the batch
            return f"{type(error).__name__}: {error}", {}
        seconds = time.monotonic() - begin
        if draft.starved:
            return _Starved(resources.cpu_seconds, seconds), {}
        return draft.record(replace(resources, wall_seconds=round(seconds, 3)), self.isolation), draft.saved

    def _checked(self, job: Job, ended: "Record | _Starved | str") -> "Record | _Starved | _BrokenPackages | str":
        """Replace the result of a run if an import failed in it that also fails in a known-good notebook."""
        error = failed_import(ended) if isinstance(ended, Record) else ""
        if not error:
            return ended
        trial = self._run(import_trial(job), ())
        return ended if isinstance(trial, Record) and is_good(trial) else _BrokenPackages(error)

    def _blame(self, job: Job, contents: tuple[bytes, ...]) -> Blame:
        """Run known-good jobs where a job could not be run; a worker that cannot do that either starts anew."""
        for to_blame, trial in trials(job):
            if self._closed:
                break
            ended = self._run(trial, contents[: len(trial.files)])
            if isinstance(ended, Record) and is_good(ended):
                return to_blame
        self._worker().close()
        return Blame.PLACE

    def _failed(self, job: Job, *remarks: Text) -> Record:
        return Record(
            key=job.key,
            outcome=Outcome.SANDBOX_FAILED,
            isolation=self.isolation,
            environment=job.environment,
            remarks=remarks,
        )

    def _worker(self) -> Worker:
        worker: Worker | None = getattr(self._here, "worker", None)
        if worker is None:
            worker = self._make_worker(threading.current_thread().name)
            self._here.worker = worker
            with self._lock:
                self._workers.append(worker)
        return worker

    def _content(self, file: DataFile) -> bytes:
        """The bytes of a public file, read once."""
        with self._lock:
            if file.sha256 not in self._contents:
                self._contents[file.sha256] = public_content(file)
            return self._contents[file.sha256]


@dataclass(frozen=True, slots=True)
class _BrokenPackages:
    """Packages of the environment could not be imported, neither by a job nor by a known-good one."""

    error: Text

    @property
    def remark(self) -> Text:
        """What staff should know of it."""
        return message("some packages of the grader's environment cannot be imported ({error}).", error=self.error)


@dataclass(frozen=True, slots=True)
class _Starved:
    """A run that never got the processor time that it needed."""

    processor_seconds: float
    seconds: float

    @property
    def remark(self) -> Text:
        """What staff should know of it."""
        return message(
            ("The machine was too busy: in {seconds} s, the notebook got {processor} s of processor time."),
            seconds=Numeral(f"{self.seconds:.0f}"),
            processor=Numeral(f"{self.processor_seconds:.1f}"),
        )
