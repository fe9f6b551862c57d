"""The record of a run while the run goes on."""

from dataclasses import dataclass, field, replace

from grader.model.job import Job
from grader.model.record import (
    Answer,
    AnswerState,
    CellRun,
    Isolation,
    ModelTable,
    ObservationRun,
    ObservationState,
    Outcome,
    ProbeResult,
    ProbeState,
    Record,
    Resources,
)
from grader.text.messages import Text, message

_LEAVE_SECONDS = 1.0  # after it has handed over everything
_CRASH_SECONDS = 5.0  # until its exit status is known


@dataclass(kw_only=True)
class Draft:
    """The facts that are known of a run so far.

    Attributes:
        job: The job that runs.
        so_far: The record, as if the run ended now. It is replaced whenever more is known, so that a field of
            `Record` is named here only if it grows piece by piece.
        started: Whether its first cell could begin.
        bytes_received: Of all messages.
        finished: Whether all cells have run and all answers have come.
        damaged: Whether something came that is no message of ours.
        starved: Whether the machine gave it too little processor time.
        processor_seconds: Processor time of all its processes.
        saved: Path relative to the notebook -> bytes of a file that it saved; they are never opened here.
    """

    job: Job
    so_far: Record = field(init=False)
    started: bool = False
    bytes_received: int = 0
    finished: bool = False
    damaged: bool = False
    starved: bool = False
    processor_seconds: float = 0.0
    saved: dict[str, bytes] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.so_far = Record(
            key=self.job.key,
            outcome=Outcome.COMPLETED,
            cells=tuple(CellRun() for _ in self.job.cells),
            answers={name: Answer(AnswerState.MISSING) for name in self.job.answer_names},
            probes={probe.name: ProbeResult(ProbeState.NOT_REACHED) for probe in self.job.probes},
            environment=self.job.environment,
            observations={
                name: ObservationRun(state=ObservationState.NOT_REACHED, reads=reads)
                for name, reads in self.job.reads_of_observations.items()
            },
        )

    @property
    def leave_seconds(self) -> float:
        """How long its first process gets to end by itself; if it broke off, until its exit status says why."""
        if self.finished:
            return _LEAVE_SECONDS
        return _CRASH_SECONDS if self.so_far.outcome is Outcome.CRASHED and not self.damaged else 0.0

    def end(self, outcome: Outcome, *remarks: Text) -> None:
        """Note how the run ended, and what a reader has to know about it."""
        self.so_far = replace(self.so_far, outcome=outcome, remarks=(*self.so_far.remarks, *remarks))

    def end_for_want_of_memory(self) -> None:
        """Note that the run was ended because it used more memory than it may."""
        limit = self.job.limits.memory_mb
        self.end(
            Outcome.OUT_OF_MEMORY, message("The notebook used more memory than the limit of {limit} MiB.", limit=limit)
        )

    def remark(self, text: Text) -> None:
        """Add what a reader has to know; once is enough."""
        if text not in self.so_far.remarks:
            self.so_far = replace(self.so_far, remarks=(*self.so_far.remarks, text))

    def put_cell(self, index: int, run: CellRun) -> None:
        """Note what became of a code cell; `index` counts from 0."""
        cells = self.so_far.cells
        self.so_far = replace(self.so_far, cells=(*cells[:index], run, *cells[index + 1 :]))

    def put_answer(self, name: str, answer: Answer) -> None:
        """Note an answer of the job; a later one replaces it."""
        self.so_far = replace(self.so_far, answers={**self.so_far.answers, name: answer})

    def put_model(self, name: str, table: ModelTable | None) -> None:
        """Note the layers of a model; None if the name no longer is a model's."""
        others = {known: model for known, model in self.so_far.models.items() if known != name or table is not None}
        self.so_far = replace(self.so_far, models=others if table is None else {**others, name: table})

    def put_probe(self, name: str, result: ProbeResult) -> None:
        """Note the result of a call."""
        self.so_far = replace(self.so_far, probes={**self.so_far.probes, name: result})

    def put_observation(self, name: str, run: ObservationRun) -> None:
        """Note what became of an observation."""
        known = replace(run, reads=self.job.reads_of_observations[name])
        self.so_far = replace(self.so_far, observations={**self.so_far.observations, name: known})

    def note_file(self, name: str, state: ObservationState) -> None:
        """Note why the observations that need a file of the notebook cannot run."""
        for observation in self.job.on_files:
            if name in observation.reads:
                self.put_observation(observation.name, ObservationRun(state=state, about=name))

    def record(self, resources: Resources, isolation: Isolation) -> Record:
        """The record of the run, which has ended.

        Args:
            resources: What it used.
            isolation: What protected this machine.
        """
        return replace(self.so_far, resources=resources, isolation=isolation)
