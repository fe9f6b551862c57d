"""Observations of files that a notebook saved: a second run, in a fresh process, which the notebook cannot touch."""

import hashlib
from collections.abc import Mapping
from dataclasses import replace

from grader.model.job import Job
from grader.model.record import ObservationState, Record, Resources
from grader.model.submission import HandedIn


def job_on_files(job: Job, record: Record, saved: Mapping[str, bytes]) -> Job | None:
    """Make the job that looks at the files of a run that has ended.

    Args:
        job: The job of that run.
        record: Its record.
        saved: Path relative to the notebook -> bytes of a file that it saved.

    Returns:
        The job, without cells, with the calls of functions that its observations leave. None if there is nothing to
        run: an observation runs only if all its files are there.
    """
    runnable = tuple(
        observation
        for observation in job.on_files
        if record.observations[observation.name].state is ObservationState.NOT_REACHED
        and all(name in saved for name in observation.reads)
    )
    if not runnable:
        return None
    names = {observation.name for observation in runnable}
    read = {name for observation in runnable for name in observation.reads}
    files = tuple(
        HandedIn(name, saved[name], hashlib.sha256(saved[name]).hexdigest()) for name in saved if name in read
    )
    return replace(
        job,
        cells=(),
        names=(),
        probes=tuple(probe for probe in job.probes if probe.function in names),
        handed_in=files,
        observations=runnable,
        on_files=(),
        saves=(),
    )


def with_files_observed(record: Record, second: Record) -> Record:
    """The record of a run, with what the observations of its files left in the second run."""
    return replace(
        record,
        answers={**record.answers, **second.answers},
        models={**record.models, **second.models},
        probes={**record.probes, **second.probes},
        observations={**record.observations, **second.observations},
        resources=_both(record.resources, second.resources),
    )


def _both(first: Resources, second: Resources) -> Resources:
    return Resources(
        wall_seconds=round(first.wall_seconds + second.wall_seconds, 3),
        cpu_seconds=round(first.cpu_seconds + second.cpu_seconds, 4),
        peak_memory_mb=max(first.peak_memory_mb, second.peak_memory_mb),
        output_kb=round(first.output_kb + second.output_kb, 1),
    )
