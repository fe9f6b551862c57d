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
"""A job that could not be run so often for other reasons is run no more; whose fault that is, `Parcel.own` tells."""

_AHEAD = 2  # jobs of a machine for each that it runs, so that it need not wait for the next


@dataclass(slots=True, eq=False, kw_only=True)
class Parcel:
    """A job on its way.

    Attributes:
        job: The job; without arguments of its probes, which are in `content`.
        content: What is sent.
        deaths: How many machines died while it ran.
        failures: How often it could not be run for other reasons.
        own: How many of these failures came where a job that is known to be good could be run.
        problem: What happened last.
        tried: Addresses where it could not be run.
    """

    job: Job
    content: bytes
    deaths: int = 0
    failures: int = 0
    own: int = 0
    problem: Text = ""
    tried: set[str] = field(default_factory=set)

    @property
    def given_up(self) -> bool:
        """Whether it is run no more."""
        return self.deaths >= MOST_DEATHS or self.failures >= MOST_FAILURES

    @property
    def to_blame(self) -> bool:
        """Whether it could not be run anywhere where others could: then that lies in the submission."""
        return self.own == self.failures > 0


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
            now: A clock in seconds; what begins to run is noted with it.
        """
        while (found := self._suspect_alone() or self._next()) is not None:
            machine, parcel = found
            self._waiting.remove(parcel)
            machine.parcels.append(parcel)
            self._note(machine, now)
            yield found

    def done(self, machine: Machine, parcel: Parcel, now: float) -> None:
        """A job has ended there."""
        machine.failures = 0
        self._take_back(machine, parcel, now)

    def failed(
        self, machine: Machine, parcel: Parcel, problem: Text, now: float, to_blame: Blame = Blame.PLACE
    ) -> bool:
        """A job could not be run there; gives whether it is given up, else it waits for another machine."""
        machine.failures += to_blame is Blame.PLACE and machine.address not in parcel.tried
        self._take_back(machine, parcel, now)
        parcel.failures += 1
        parcel.own += to_blame is Blame.SUBMISSION
        return not self._again([parcel], machine.address, problem)

    def lost(self, address: str, died: bool, problem: Text) -> list[Parcel]:
        """A machine is gone or has fallen silent; gives the jobs that are given up, the others wait again."""
        machine = self.machines.pop(address, None)
        if machine is None:
            return []
        for parcel in machine.running:
            parcel.deaths += died
            parcel.failures += not died
        self._waiting.extendleft(reversed(machine.parcels[machine.slots :]))
        self._again(machine.running, address, problem)
        return [parcel for parcel in machine.running if parcel.given_up]

    def unfit(self, machine: Machine) -> bool:
        """Whether a machine fails at everything, so that others had better do its work."""
        return machine.failures >= MOST_FAILURES and len(self.machines) > 1

    def withdraw(self, *addresses: str) -> None:
        """Machines get no more jobs; what they have waits again, and no job is to blame."""
        for address in addresses:
            self._waiting.extendleft(reversed(self.machines.pop(address).parcels))

    def _again(self, parcels: list[Parcel], address: str, problem: Text) -> list[Parcel]:
        """Let jobs that could not be run at an address wait again; gives those that are not given up."""
        for parcel in parcels:
            parcel.problem = problem
            parcel.tried.add(address)
        kept = [parcel for parcel in parcels if not parcel.given_up]
        self._waiting.extendleft(reversed(kept))
        return kept

    def test(self, machine: Machine, parcel: Parcel, now: float) -> None:
        """A machine is tested before it is blamed: the clock of the job begins anew."""
        machine.begun[id(parcel)] = now

    def _take_back(self, machine: Machine, parcel: Parcel, now: float) -> None:
        machine.parcels.remove(parcel)
        machine.begun.pop(id(parcel), None)
        self._note(machine, now)

    def _note(self, machine: Machine, now: float) -> None:
        for parcel in machine.running:
            machine.begun.setdefault(id(parcel), now)

    def _suspect_alone(self) -> tuple[Machine, Parcel] | None:
        """The next job that a machine died of, and a machine on whose host no other job is."""
        suspect = next((parcel for parcel in self._waiting if parcel.deaths), None)
        idle = [each for each in self.machines.values() if not self._on_host(each.host)]
        return (idle[0], suspect) if suspect and idle else None

    def _next(self) -> tuple[Machine, Parcel] | None:
        """The next job of those that nothing died of, and the machine with the most room for it."""
        closed = self._closed()
        roomy = [
            each
            for each in self.machines.values()
            if each.host not in closed and len(each.parcels) < _AHEAD * each.slots
        ]
        for parcel in self._waiting if roomy else ():
            untried = [each for each in roomy if each.address not in parcel.tried]
            open_to_it = untried if parcel.tried and set(self.machines) - parcel.tried else roomy
            if not parcel.deaths and open_to_it:
                return min(open_to_it, key=lambda each: each.load), parcel
        return None

    def _closed(self) -> set[str]:
        """Hosts that run one job alone, and one that is kept free for the next such job."""
        alone = {each.host for each in self.machines.values() if any(parcel.deaths for parcel in each.parcels)}
        hosts = {each.host for each in self.machines.values()} - alone
        if hosts and any(parcel.deaths for parcel in self._waiting):
            alone.add(min(sorted(hosts), key=lambda host: len(self._on_host(host))))
        return alone

    def _on_host(self, host: str) -> list[Parcel]:
        return [parcel for each in self.machines.values() if each.host == host for parcel in each.parcels]
