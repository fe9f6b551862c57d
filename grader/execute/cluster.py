"""Runs jobs on the workers of a cluster; what goes wrong there costs a retry, not a grade.

A loop in a thread of its own talks to the cluster; whoever asks for records waits on a queue. Every second it looks
who is there. A worker that is gone, or silent for too long, gives its jobs back; one that is new is greeted first:
other versions than here, or no sandbox, and it gets no job.
"""

import asyncio
import itertools
import json
import queue
import threading
import time
import uuid
from collections.abc import Callable, Coroutine, Iterable, Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from types import TracebackType
from typing import Any, Self, TypeVar

from grader.errors import ClusterError
from grader.execute import dask_link, on_worker
from grader.execute.blame import Blame, is_good, trials, unrun, without_run
from grader.execute.claims import ClaimError
from grader.execute.clock import longest
from grader.execute.contents import handed_in_content, public_content
from grader.execute.dispatch import MOST_DEATHS, MOST_FAILURES, Dispatch, Machine, Parcel
from grader.execute.inside.wire import WireError
from grader.execute.job_bytes import job_bytes, record_of
from grader.execute.link import Link, LinkError, Seen, WorkerFailedError, WorkerLostError
from grader.execute.machine import Tell
from grader.execute.pickles import no_pickles
from grader.model.exercise import Limits
from grader.model.job import Job
from grader.model.record import TOO_BUSY, UNRUN, Isolation, Outcome, Record
from grader.text.messages import Text, message

_Result = TypeVar("_Result")

_FEW = 4  # jobs that are ready to be sent, beyond those that machines have
_CLOSE_SECONDS = 10.0
_LONGEST_PROBLEM = 800
# A worker that sends nonsense is treated like one that fails: it costs a retry, and not the whole command.
_REFUSED = (WorkerFailedError, ClaimError, WireError, ValueError, TypeError, LookupError, RecursionError)
_OUR_CODE = {"sandbox": "code for the sandbox", "grader": "code of the grader"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long to wait for what, in seconds.

    Attributes:
        look: Between two looks at who is there.
        silence: For a worker that the scheduler does not hear of.
        run: For a job by its limits and its number of calls, on however busy a machine.
        margin: For a job beyond that; a sandbox may have to start first.
        greeting: For a new worker to say what it is.
        scheduler: For a scheduler that does not answer any more.
        workers: For a worker that may run jobs, while there is none.
    """

    look: float = 1.0
    silence: float = 20.0
    run: Callable[[Limits, int], float] = longest
    margin: float = 300.0
    greeting: float = 150.0
    scheduler: float = 30.0
    workers: float = 600.0


class ClusterExecutor:
    """An executor whose workers are those of a running scheduler; they may come and go.

    Args:
        address: Of the scheduler.
        allow_degraded: Whether workers without a sandbox get jobs.
        tell: Is told, in a sentence, what a person should know while it goes on; from another thread.
        patience: How long to wait for what.
        link: The connection; made from the address where it is not given.

    Raises:
        InputError: If no scheduler answers.
        ClusterError: If there are workers and none of them may run jobs.
    """

    def __init__(
        self,
        address: str,
        allow_degraded: bool,
        tell: Tell,
        patience: Patience | None = None,
        link: Link | None = None,
    ) -> None:
        self._address, self._allow_degraded, self._tell = address, allow_degraded, tell
        self._patience = patience or Patience()
        self._link: Link = link or dask_link.DaskLink(address)
        self._session = uuid.uuid4().hex  # so that a worker can end the jobs of this command, and of no other
        self._dispatch = Dispatch()
        self._results: queue.Queue[Record | Exception] = queue.Queue()  # from the loop to `run`, in another thread
        self._weakest = Isolation.SANDBOX
        # Of workers, by address:
        self._seen: dict[str, tuple[float, float]] = {}  # its last heartbeat, and when we saw it, by our own clock
        self._silent: set[str] = set()
        self._refused: dict[str, str] = {}  # why it gets no jobs
        self._greetings: dict[str, asyncio.Task[None]] = {}
        self._files_there: dict[str, set[str]] = {}  # digests of the public files that it has
        self._sending: dict[str, asyncio.Lock] = {}  # two jobs must not send it the same file
        # And besides:
        self._errands: dict[asyncio.Task[None], str] = {}  # delivery of a job -> address
        self._files: dict[str, bytes] = {}  # digest -> content of a public file
        self._last_answer = self._last_worker = time.monotonic()
        self._has_told_of_none = False
        self._guard = ExitStack()
        self._guard.enter_context(no_pickles())
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="cluster", daemon=True)
        self._thread.start()
        self._watching: asyncio.Task[None] | None = None
        # Whoever makes an executor does so in a `with`, which ends nothing if making it fails. So that is done here.
        try:
            self._wait(self._meet())
        except LinkError as error:
            self.__exit__(None, None, None)
            raise ClusterError(self._gone(str(error))) from error
        except BaseException:
            self.__exit__(None, None, None)
            raise

    @property
    def isolation(self) -> Isolation:
        """The weakest of the workers; each record has its own."""
        return self._weakest

    @property
    def slots(self) -> int:
        """How many jobs the workers that are there run at the same time; 1 while there is none."""
        return max(1, self._dispatch.slots)

    def run(self, jobs: Iterable[Job]) -> Iterator[Record]:
        """Run jobs and give their records in the order in which they end.

        Jobs are taken only a few ahead, so that their data need not all be in memory.

        Raises:
            ClusterError: If the scheduler is gone, or there is no worker for too long.
        """
        source, under_way, has_more = iter(jobs), 0, True
        while has_more or under_way:
            room, started = 2 * self.slots + _FEW - under_way, 0
            for job in itertools.islice(source, max(0, room)):
                self._loop.call_soon_threadsafe(self._add, _parcel(job))
                started += 1
            under_way, has_more = under_way + started, has_more and started >= room
            try:
                result = self._results.get(timeout=self._patience.look) if under_way else None
            except queue.Empty:
                continue
            if isinstance(result, Exception):
                raise result
            if result is not None:
                under_way -= 1
                yield result

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with suppress(OSError):  # the cluster does not answer any more, or not in time
            self._wait(asyncio.wait_for(self._leave(), _CLOSE_SECONDS))
        self._end_loop()

    def _wait(self, work: Coroutine[Any, Any, _Result]) -> _Result:
        """Do something in the loop, and wait for what comes of it."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()

    def _end_loop(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(_CLOSE_SECONDS)
        self._guard.close()

    # All methods below run in the loop, so they need no locks among themselves.

    async def _meet(self) -> None:
        """Connect, greet all workers that are there, and go on looking."""
        await self._link.open()
        await self._look()
        await asyncio.gather(*self._greetings.values())
        if self._refused and not self._dispatch.machines:
            raise ClusterError("\n".join(sorted(set(self._refused.values()))))
        self._watching = asyncio.create_task(self._watch())

    async def _leave(self) -> None:
        """Cancel the jobs that run, and end the processes that run them."""
        busy = [machine.address for machine in self._dispatch.machines.values() if machine.parcels]
        tasks = [*([self._watching] if self._watching else []), *self._greetings.values(), *self._errands]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        stops = (self._link.ask(address, on_worker.stop, self._session) for address in busy)
        await asyncio.gather(*stops, return_exceptions=True)
        await self._link.close()

    async def _watch(self) -> None:
        """Look who is there, again and again."""
        while True:
            await asyncio.sleep(self._patience.look)
            try:
                await self._look()
                self._look_at_clocks()
                self._look_for_any()
            except LinkError as error:
                self._unreached()
                if time.monotonic() - self._last_answer > self._patience.scheduler:
                    self._results.put(ClusterError(self._gone(str(error))))
            except Exception as error:  # a fault of ours; whoever waits for records must not wait for ever
                self._results.put(error)
                return

    async def _look(self) -> None:
        """Take note of who came, went or fell silent."""
        workers, now = await self._link.workers(), time.monotonic()
        self._last_answer = now
        for address in [address for address in self._dispatch.machines if address not in workers]:
            self._lose(address, True, "it left the cluster")
        self._refused = {address: why for address, why in self._refused.items() if address in workers}
        for address, worker in workers.items():
            if self._seen.get(address, (None, 0.0))[0] != worker.heartbeat:
                self._seen[address] = worker.heartbeat, now
                self._silent.discard(address)
            if now - self._seen[address][1] > self._patience.silence and address not in self._silent:
                self._fall_silent(address, f"it was silent for {self._patience.silence:g} s")
            if worker.ready and not self._known(address):
                self._greetings[address] = asyncio.create_task(self._greet(address, worker))

    def _known(self, address: str) -> bool:
        there = address in self._dispatch.machines or address in self._refused or address in self._silent
        return there or (address in self._greetings and not self._greetings[address].done())

    async def _greet(self, address: str, worker: Seen) -> None:
        """Ask a worker what it is; it takes jobs if it runs them as this machine would."""
        ask = self._link.ask
        try:
            async with asyncio.timeout(self._patience.greeting):
                await self._link.prepare(address)
                await ask(address, on_worker.stop, self._session)  # what it may still run for us from before
                answer = await ask(address, dask_link.greet, worker.threads, self._allow_degraded)
            claims = json.loads(answer)
            problem, isolation, files = self._objection(claims), claims["isolation"], set(map(str, claims["files"]))
        except (LinkError, WorkerLostError, TimeoutError):
            return  # the next look finds it again, or not
        except WorkerFailedError as error:
            problem = f"it cannot run the grader ({error}). Install the same version of it there, with bubblewrap"
        except (ValueError, TypeError, KeyError) as error:
            problem = f"its versions cannot be read ({type(error).__name__}). Restart it"
        if problem:
            self._refuse(address, problem)
            return
        if isolation != Isolation.SANDBOX:
            self._weakest = Isolation.DEGRADED
        self._files_there[address], self._sending[address] = files, asyncio.Lock()
        self._dispatch.join(Machine(address=address, host=worker.host, slots=worker.threads))
        self._pump()

    def _objection(self, claims: dict[str, Any]) -> str:
        """Explain why a worker gets no jobs; empty if it does.

        Args:
            claims: What it says of itself; see `on_worker.greet`. It may have any form.

        Raises:
            ValueError, TypeError, KeyError: It has another form.
        """
        if claims["problem"]:
            return str(claims["problem"]).rstrip(".")
        theirs = {str(name): str(version) for name, version in claims["versions"]}
        for name, ours in on_worker.versions():
            if theirs.get(name) != ours:
                what = _OUR_CODE.get(name, name)
                return (
                    f"it has {what} {theirs.get(name, 'not at all')}, this machine has {ours}, and marks must not "
                    "depend on where a notebook runs. Install the same versions there (requirements.lock)"
                )
        if Isolation(claims["isolation"]) is not Isolation.SANDBOX and not self._allow_degraded:
            return "it has no sandbox. Run `grader doctor` there, or grade with --allow-degraded"
        return ""

    def _refuse(self, address: str, problem: str) -> None:
        # It may be text of the worker, which must not reach a terminal as it is.
        safe = "".join(character if character.isprintable() else "�" for character in problem)
        self._refused[address] = f"{address}: this worker gets no notebooks: {safe[:_LONGEST_PROBLEM]}."
        self._tell(self._refused[address])

    def _add(self, parcel: Parcel) -> None:
        self._dispatch.add(parcel)
        self._pump()

    def _pump(self) -> None:
        """Send what can be sent."""
        for machine, parcel in self._dispatch.assign(time.monotonic()):
            errand = asyncio.create_task(self._deliver(machine, parcel))
            self._errands[errand] = machine.address
            errand.add_done_callback(self._errands.pop)

    async def _deliver(self, machine: Machine, parcel: Parcel) -> None:
        """Have a job run, and see what became of it."""
        problem: Text = ""
        record: Record | None = None
        try:
            record = await self._run_there(machine, parcel)
            problem = self._trouble(record)
        except (LinkError, WorkerLostError) as error:
            if self._is_there(machine) and isinstance(error, WorkerLostError):
                self._lose(machine.address, True, str(error))
            elif self._is_there(machine):
                self._unreached()
            return
        except _REFUSED as error:
            problem = str(error) or type(error).__name__
        except Exception as error:  # a public file has changed, or a fault of ours
            self._results.put(error)
            return
        if not self._is_there(machine):
            return
        if record is not None and not problem:
            self._dispatch.done(machine, parcel, time.monotonic())
            self._results.put(record)
        elif (to_blame := await self._blame(machine, parcel, record)) and self._is_there(machine):
            if self._dispatch.failed(machine, parcel, problem, time.monotonic(), to_blame):
                self._give_up(parcel)
            if self._dispatch.unfit(machine):
                self._dispatch.withdraw(machine.address)
                self._cancel(machine.address)
                self._refuse(machine.address, f"it failed to run {MOST_FAILURES} notebooks in a row ({problem})")
        self._pump()

    async def _blame(self, machine: Machine, parcel: Parcel, record: Record | None) -> Blame | None:
        """Find out whose fault it is that a job could not be run there; None where the worker went away meanwhile."""
        if record is not None and TOO_BUSY in record.remarks:
            return Blame.EXERCISE  # neither the submission's nor for good
        for to_blame, trial in trials(parcel.job):
            self._dispatch.test(machine, parcel, time.monotonic())
            try:
                ended = await self._run_there(machine, Parcel(job=trial, content=job_bytes(trial, ())))
            except (LinkError, WorkerLostError):
                if self._is_there(machine):
                    self._lose(machine.address, False, "it left the cluster during its test")
                return None
            except _REFUSED:
                continue
            if is_good(ended) and not self._trouble(ended):
                return to_blame
        return Blame.PLACE

    def _is_there(self, machine: Machine) -> bool:
        """Whether a machine still counts; if not, its jobs run elsewhere."""
        return self._dispatch.machines.get(machine.address) is machine

    async def _run_there(self, machine: Machine, parcel: Parcel) -> Record:
        await self._send_files(machine.address, parcel.job)
        arguments = (self._session, machine.slots, self._allow_degraded, parcel.content)
        return record_of(await self._link.ask(machine.address, on_worker.run, *arguments), parcel.job)

    async def _send_files(self, address: str, job: Job) -> None:
        """Send the public files that a worker has not got yet; each once."""
        async with self._sending[address]:
            for file in job.files:
                if file.sha256 not in self._files_there[address]:
                    if file.sha256 not in self._files:
                        self._files[file.sha256] = await asyncio.to_thread(public_content, file)
                    await self._link.ask(address, on_worker.keep, self._files[file.sha256])
                    self._files_there[address].add(file.sha256)

    def _trouble(self, record: Record) -> Text:
        if record.outcome is Outcome.SANDBOX_FAILED:
            return record.remarks[0] if record.remarks else "the sandbox failed"
        if record.isolation is not Isolation.SANDBOX and not self._allow_degraded:
            return "it ran without a sandbox"
        return ""

    def _look_at_clocks(self) -> None:
        """Lose the workers of jobs that have no answer long after their limits: such a worker hangs."""
        now = time.monotonic()
        for machine in list(self._dispatch.machines.values()):
            for parcel in machine.running:
                limit = self._patience.run(parcel.job.limits, len(parcel.job.probes)) + self._patience.margin
                if now - machine.begun[id(parcel)] > limit:
                    self._fall_silent(machine.address, f"no answer after {limit:g} s")

    def _look_for_any(self) -> None:
        """Say that there are no workers, and end when it lasts."""
        now = time.monotonic()
        if self._dispatch.machines:
            self._last_worker, self._has_told_of_none = now, False
            return
        waited, most = now - self._last_worker, self._patience.workers
        if waited > most:
            why = "; ".join(sorted(set(self._refused.values()))) or "start some with `dask worker`"
            self._results.put(ClusterError(f"{self._address}: no worker for {most:g} s. {why}"))
        elif not self._has_told_of_none and all(greeting.done() for greeting in self._greetings.values()):
            self._has_told_of_none = True
            self._tell(f"{self._address}: there are no workers now. Waiting up to {most:g} s for one to join.")

    def _fall_silent(self, address: str, why: str) -> None:
        self._silent.add(address)
        self._lose(address, False, why)

    def _lose(self, address: str, died: bool, why: str) -> None:
        """Have the jobs of a lost worker run elsewhere, or no more.

        Args:
            address: Its address; one that is not known changes nothing.
            died: Whether it left the cluster, for which its jobs may be to blame, and not only silent.
            why: The reason, in a clause.
        """
        was_known = address in self._dispatch.machines
        for parcel in self._dispatch.lost(address, died, why):
            self._give_up(parcel)
        self._cancel(address)
        if was_known:
            self._tell(f"{address}: this worker was lost ({why}). Its notebooks run elsewhere.")
        self._pump()

    def _unreached(self) -> None:
        """Forget all workers because the scheduler does not answer; they are greeted again when it does."""
        self._dispatch.withdraw(*self._dispatch.machines)
        self._cancel(*self._files_there)

    def _gone(self, why: str) -> str:
        return (
            f"{self._address}: the scheduler no longer answers ({why}). Finished work is kept, and the same command "
            "continues from there."
        )

    def _cancel(self, *addresses: str) -> None:
        """Cancel the deliveries to some workers, except for the one that calls this: it has still something to do."""
        for errand, address in list(self._errands.items()):
            if address in addresses and errand is not asyncio.current_task():
                errand.cancel()

    def _give_up(self, parcel: Parcel) -> None:
        """Make the record of a job that is run no more."""
        job = parcel.job
        if parcel.deaths >= MOST_DEATHS:
            remark = message(
                "{count} machines stopped while this notebook ran, so it was not run again.", count=MOST_DEATHS
            )
            record = without_run(job, Outcome.CRASHED, self._weakest, remark, UNRUN)
        elif parcel.to_blame:
            record = unrun(job, parcel.problem, self._weakest)
        else:
            remark = message(
                "The notebook could not be run on {count} machines: {problem}",
                count=MOST_FAILURES,
                problem=parcel.problem,
            )
            record = without_run(job, Outcome.SANDBOX_FAILED, self._weakest, remark)
        self._results.put(record)


def _parcel(job: Job) -> Parcel:
    """Make a job ready to be sent. Arguments of its probes, which are large, are then in the bytes only."""
    content = job_bytes(job, tuple(handed_in_content(file) for file in job.handed_in))
    probes = tuple(replace(probe, arguments=()) for probe in job.probes)
    return Parcel(job=replace(job, probes=probes), content=content)
