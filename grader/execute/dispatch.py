"""Which machine runs which job next, and what becomes of a job whose machine was lost. Decides only; talks to nobody.

A machine that died may have been killed by a job that it ran. So each job that was running there counts one, and from
then on runs where no other job of ours does: whatever dies next has died of this job alone. A machine that only fell
silent tells nothing about its job, which is then never the student's fault.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field

from grader.execute.blame import Blame
from grader.model.job import Job
from grader.text.messages import Text

MOST_DEATHS = 3
"""A job during which so many machines died is run no more: the submission's own fault."""

MOST_FAILURES = 3
"""A job that could not be run so often for other reasons is run no more; `Parcel.to_blame` says whose fault that is."""

_AHEAD = 2  # jobs of a machine for each that it runs, so that it need not wait for the next


@dataclass(slots=True, eq=False, kw_only=True)
class Parcel:
    """A job on its way.

    Attributes:
        job: The job; without arguments of its probes, which are in `content`.
        content: What is sent.
        deaths: How many machines died while it ran.
        failures: How often it could not be run for other reasons.
        own_failures: How many of these failures came where a job that is known to be good could be run.
        problem: What happened last.
        tried: Addresses where it could not be run.
    """

    job: Job
    content: bytes
    deaths: int = 0
    failures: int = 0
    own_failures: int = 0
    problem: Text = ""
    tried: set[str] = field(default_factory=set)

    @property
    def given_up(self) -> bool:
        """Whether it is run no more."""
        return self.deaths >= MOST_DEATHS or self.failures >= MOST_FAILURES

    @property
    def to_blame(self) -> bool:
        """Whether every place where it could not be run could run others: then the submission is to blame."""
        return self.own_failures == self.failures > 0


@dataclass(slots=True, eq=False, kw_only=True)
class Machine:
    """A worker that takes jobs.

    Attributes:
        address: Where it listens.
        host: What it shares with workers that would die of the same job.
        slots: How many jobs it runs at the same time.
        parcels: Its jobs in the order in which they were given to it; the first `slots` of them run.
        begun: Number of a parcel (by identity) -> when it began to run.
        failures: Jobs in a row that it could not run, each counted once; none that it was not to blame for.
    """

    address: str
    host: str
    slots: int
    parcels: list[Parcel] = field(default_factory=list)
    begun: dict[int, float] = field(default_factory=dict)
    failures: int = 0

    @property
    def running(self) -> list[Parcel]:
        """What runs there now."""
        return self.parcels[: self.slots]

    @property
    def load(self) -> float:
        """Jobs for each that it can run at the same time."""
        return len(self.parcels) / self.slots


class Dispatch:
    """Jobs that wait, and machines with the jobs that they have."""

    def __init__(self) -> None:
        self.machines: dict[str, Machine] = {}
        self._waiting: deque[Parcel] = deque()

    @property
    def slots(self) -> int:
        """How many jobs run at the same time."""
        return sum(machine.slots for machine in self.machines.values())

    def add(self, parcel: Parcel) -> None:
        """Take a job."""
        self._waiting.append(parcel)

    def join(self, machine: Machine) -> None:
        """Take a machine."""
        self.machines[machine.address] = machine

    def assign(self, now: float) -> Iterator[tuple[Machine, Parcel]]:
        """Give waiting jobs to machines that have room.

        Args:
            now: The time of a clock in seconds, at which the jobs begin that run at once.

        Returns:
            (machine, job) for each job that has to be sent now.
        """
        while (pair := self._suspect_alone() or self._next()) is not None:
            machine, parcel = pair
            self._waiting.remove(parcel)
            machine.parcels.append(parcel)
            self._note_begin(machine, now)
            yield pair

    def done(self, machine: Machine, parcel: Parcel, now: float) -> None:
        """Note that a job has ended there.

        Args:
            machine: Where it ran.
            parcel: The job.
            now: The time, as for `assign`.
        """
        machine.failures = 0
        self._take_back(machine, parcel, now)

    def failed(
        self, machine: Machine, parcel: Parcel, problem: Text, now: float, to_blame: Blame = Blame.PLACE
    ) -> bool:
        """Note that a job could not be run there.

        Args:
            machine: The machine.
            parcel: The job.
            problem: The reason, for staff.
            now: The time, as for `assign`.
            to_blame: Whose fault it is.

        Returns:
            Whether the job is given up. Otherwise it waits for another machine.
        """
        machine.failures += to_blame is Blame.PLACE and machine.address not in parcel.tried
        self._take_back(machine, parcel, now)
        parcel.failures += 1
        parcel.own_failures += to_blame is Blame.SUBMISSION
        self._requeue([parcel], machine.address, problem)
        return parcel.given_up

    def lost(self, address: str, died: bool, problem: Text) -> list[Parcel]:
        """Note that a machine is gone or has fallen silent.

        Args:
            address: Its address; one that is not known changes nothing.
            died: Whether it is gone. A job may be to blame for that, but not for silence.
            problem: The reason, for staff.

        Returns:
            The jobs that are given up. The others wait again.
        """
        machine = self.machines.pop(address, None)
        if machine is None:
            return []
        for parcel in machine.running:
            parcel.deaths += died
            parcel.failures += not died
        # First those that only waited there, so that those that ran come before them again.
        self._waiting.extendleft(reversed(machine.parcels[machine.slots :]))
        self._requeue(machine.running, address, problem)
        return [parcel for parcel in machine.running if parcel.given_up]

    def unfit(self, machine: Machine) -> bool:
        """Whether a machine fails at everything, so that others had better do its work."""
        return machine.failures >= MOST_FAILURES and len(self.machines) > 1

    def withdraw(self, *addresses: str) -> None:
        """Give some machines no more jobs; the jobs that they have wait again, and none is to blame."""
        for address in addresses:
            self._waiting.extendleft(reversed(self.machines.pop(address).parcels))

    def _requeue(self, parcels: list[Parcel], address: str, problem: Text) -> None:
        """Let jobs that could not be run at an address wait again, before all others, unless they are given up."""
        for parcel in parcels:
            parcel.problem = problem
            parcel.tried.add(address)
        self._waiting.extendleft(parcel for parcel in reversed(parcels) if not parcel.given_up)

    def test(self, machine: Machine, parcel: Parcel, now: float) -> None:
        """Note that a machine is tested before it is blamed: the clock of the job starts again."""
        machine.begun[id(parcel)] = now

    def _take_back(self, machine: Machine, parcel: Parcel, now: float) -> None:
        machine.parcels.remove(parcel)
        machine.begun.pop(id(parcel), None)
        self._note_begin(machine, now)

    def _note_begin(self, machine: Machine, now: float) -> None:
        for parcel in machine.running:
            machine.begun.setdefault(id(parcel), now)

    def _suspect_alone(self) -> tuple[Machine, Parcel] | None:
        """The next job that a machine died of, and a machine on whose host no other job is."""
        suspect = next((parcel for parcel in self._waiting if parcel.deaths), None)
        idle = [machine for machine in self.machines.values() if not self._on_host(machine.host)]
        return (idle[0], suspect) if suspect and idle else None

    def _next(self) -> tuple[Machine, Parcel] | None:
        """The next job of those that nothing died of, and the machine with the most room for it."""
        reserved = self._reserved_hosts()
        roomy = [
            machine
            for machine in self.machines.values()
            if machine.host not in reserved and len(machine.parcels) < _AHEAD * machine.slots
        ]
        for parcel in self._waiting if roomy else ():
            # A job waits for a machine that has not tried it, if there is one; else any will do.
            untried = [machine for machine in roomy if machine.address not in parcel.tried]
            open_to_it = untried if parcel.tried and set(self.machines) - parcel.tried else roomy
            if not parcel.deaths and open_to_it:
                return min(open_to_it, key=lambda machine: machine.load), parcel
        return None

    def _reserved_hosts(self) -> set[str]:
        """Hosts that run one job alone, and one that is kept free for the next such job."""
        machines = self.machines.values()
        reserved = {machine.host for machine in machines if any(parcel.deaths for parcel in machine.parcels)}
        others = {machine.host for machine in machines} - reserved
        if others and any(parcel.deaths for parcel in self._waiting):
            reserved.add(min(sorted(others), key=lambda host: len(self._on_host(host))))  # the one that is free soonest
        return reserved

    def _on_host(self, host: str) -> list[Parcel]:
        return [parcel for machine in self.machines.values() if machine.host == host for parcel in machine.parcels]
