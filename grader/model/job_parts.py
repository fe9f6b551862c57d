"""Several notebooks of one submission: one job and one record, whose names say which notebook they belong to.

Each notebook runs in a process of its own. The job and the record of a submission hold all of them, so that one attempt
has one record, however many notebooks it has.
"""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from grader.model.job import Job, JobPart, Observation, Probe
from grader.model.record import CellRun, Isolation, Outcome, PartRun, Record, Resources

_Value = TypeVar("_Value")
_FIRST_NAMED = (Outcome.SANDBOX_FAILED, Outcome.OUT_OF_MEMORY, Outcome.TIMED_OUT, Outcome.OUTPUT_LIMIT, Outcome.CRASHED)
"""If notebooks end in different ways, the record has the first of these."""


def full_name(notebook: str, name: str) -> str:
    """The name of an answer, a call or an observation in a job with parts.

    Example:
        >>> full_name("training.ipynb", "model")
        'training.ipynb:model'
    """
    return f"{notebook}:{name}"


def with_parts(job: Job, jobs: Sequence[tuple[JobPart, Job]]) -> Job:
    """Make one job of the jobs of several notebooks.

    Args:
        job: A job without cells and questions, with all that the notebooks share.
        jobs: Each notebook with its own job, in the order in which they run.
    """
    return replace(
        job,
        cells=tuple(cell for _, one in jobs for cell in one.cells),
        names=tuple(full_name(part.notebook, name) for part, one in jobs for name in one.names),
        probes=tuple(_probe(part.notebook, probe) for part, one in jobs for probe in one.probes),
        observations=tuple(_observation(part.notebook, seen) for part, one in jobs for seen in one.observations),
        on_files=tuple(_observation(part.notebook, seen) for part, one in jobs for seen in one.on_files),
        parts=tuple(part for part, _ in jobs),
    )


def jobs_of_parts(job: Job) -> Iterator[Job]:
    """The job of each notebook, in the order in which they run; without the files that earlier ones save."""
    start = 0
    for position, part in enumerate(job.parts):
        later = (name for other in job.parts[position + 1 :] for name in other.uses)
        yield replace(
            job,
            cells=job.cells[start : start + part.cells],
            names=tuple(_names_of(part.notebook, job.names)),
            probes=tuple(
                replace(
                    probe,
                    name=_plain(part.notebook, probe.name),
                    function=_plain(part.notebook, probe.function),
                )
                for probe in job.probes
                if _is_of(part.notebook, probe.name)
            ),
            observations=tuple(_observations_of(part.notebook, job.observations)),
            on_files=tuple(_observations_of(part.notebook, job.on_files)),
            parts=(),
            saves=tuple(dict.fromkeys(later)),
        )
        start += part.cells


def joined(job: Job, records: Sequence[Record], isolation: Isolation) -> Record:
    """The record of a job with parts.

    Args:
        job: The job.
        records: The record of each notebook, in their order.
        isolation: What protected this machine.
    """
    pairs = list(zip(job.parts, records, strict=True))
    outcomes = {record.outcome for record in records}
    return Record(
        key=job.key,
        outcome=next((outcome for outcome in _FIRST_NAMED if outcome in outcomes), Outcome.COMPLETED),
        cells=tuple(run for part, record in pairs for run in _cells(part, record)),
        answers=_together({part.notebook: record.answers for part, record in pairs}),
        models=_together({part.notebook: record.models for part, record in pairs}),
        histories=_together({part.notebook: record.histories for part, record in pairs}),
        probes=_together({part.notebook: record.probes for part, record in pairs}),
        resources=_sum([record.resources for record in records]),
        isolation=isolation,
        environment=job.environment,
        remarks=tuple(dict.fromkeys(remark for record in records for remark in record.remarks)),
        observations=_together({part.notebook: record.observations for part, record in pairs}),
        parts=tuple(PartRun(part.notebook, part.cells, record.outcome, record.remarks) for part, record in pairs),
    )


def record_of_part(record: Record, notebook: str) -> Record | None:
    """The part of a record that is about one notebook, as if it had run alone; None if it did not run.

    A record without parts is of a job that could not be run at all: it says the same about each notebook.
    """
    if not record.parts:
        return replace(record, cells=())
    ends = itertools.accumulate((part.cells for part in record.parts), initial=0)
    for start, part in zip(ends, record.parts, strict=False):
        if part.notebook == notebook:
            return replace(
                record,
                outcome=part.outcome,
                cells=record.cells[start : start + part.cells],
                answers=_of(notebook, record.answers),
                models=_of(notebook, record.models),
                histories=_of(notebook, record.histories),
                probes=_of(notebook, record.probes),
                remarks=part.remarks,
                observations={
                    name: replace(run, reads=tuple(_plain(notebook, read) for read in run.reads))
                    for name, run in _of(notebook, record.observations).items()
                },
                parts=(),
            )
    return None


def _is_of(notebook: str, name: str) -> bool:
    return name.startswith(full_name(notebook, ""))


def _plain(notebook: str, name: str) -> str:
    return name.removeprefix(full_name(notebook, ""))


def _names_of(notebook: str, names: Sequence[str]) -> Iterator[str]:
    return (_plain(notebook, name) for name in names if _is_of(notebook, name))


def _probe(notebook: str, probe: Probe) -> Probe:
    return replace(probe, name=full_name(notebook, probe.name), function=full_name(notebook, probe.function))


def _observation(notebook: str, observation: Observation) -> Observation:
    # Files keep their names: a run of a notebook has a folder of its own.
    reads = observation.reads if observation.of_files else [full_name(notebook, name) for name in observation.reads]
    return replace(observation, name=full_name(notebook, observation.name), reads=tuple(reads))


def _observations_of(notebook: str, observations: Sequence[Observation]) -> Iterator[Observation]:
    for observation in observations:
        if _is_of(notebook, observation.name):
            reads = observation.reads if observation.of_files else _names_of(notebook, observation.reads)
            yield replace(observation, name=_plain(notebook, observation.name), reads=tuple(reads))


def _cells(part: JobPart, record: Record) -> tuple[CellRun, ...]:
    """One entry for each cell: a record of a run that failed may have none."""
    return tuple(record.cells) or tuple(CellRun() for _ in range(part.cells))


def _together(values: Mapping[str, Mapping[str, _Value]]) -> dict[str, _Value]:
    return {full_name(notebook, name): value for notebook, known in values.items() for name, value in known.items()}


def _of(notebook: str, values: Mapping[str, Any]) -> dict[str, Any]:
    return {_plain(notebook, name): value for name, value in values.items() if _is_of(notebook, name)}


def _sum(resources: Sequence[Resources]) -> Resources:
    return Resources(
        wall_seconds=round(sum(used.wall_seconds for used in resources), 3),
        cpu_seconds=round(sum(used.cpu_seconds for used in resources), 4),
        peak_memory_mb=max((used.peak_memory_mb for used in resources), default=0.0),
        output_kb=round(sum(used.output_kb for used in resources), 1),
    )
