"""What the grader asks of a run: messages to the sandbox, each made of a head and byte strings."""

from typing import Any

from grader.execute.course_data import shown_data
from grader.model.job import Job, Observation, Probe
from grader.text.expressions import SHOWN_FIGURES


def to_run(job: Job, threads: int) -> dict[str, Any]:
    """Make the head that asks for the cells of a job; the contents of its files follow it.

    Args:
        job: The job.
        threads: Threads that TensorFlow may use for one operation.
    """
    return {
        "cells": list(job.cells),
        "names": list(job.names),
        "looked_at": list(job.looked_at),
        "figures": any(SHOWN_FIGURES in observation.code for observation in job.observations),
        "observes": bool(job.observations or job.on_files),
        "files": [*(file.name for file in job.files), *(file.name for file in job.handed_in)],
        "models": bool(job.probes),
        "datasets": shown_data(job),
        "startup": job.preparation.startup,
        "keras2": job.preparation.keras2,
        "colab": job.preparation.colab,
        "seed": job.seed,
        "threads": threads,
        "output_bytes": job.limits.output_kb * 1024,
    }


def to_call(probe: Probe) -> tuple[dict[str, Any], tuple[bytes, ...]]:
    """Make the message that asks for one call: plain values in the head, arrays after it."""
    bodies = tuple(argument for argument in probe.arguments if isinstance(argument, bytes))
    positions = iter(range(len(bodies)))
    arguments = [
        {"array": next(positions)} if isinstance(argument, bytes) else {"value": argument}
        for argument in probe.arguments
    ]
    return {"function": probe.function, "arguments": arguments}, bodies


def to_observe(number: int, observation: Observation) -> dict[str, Any]:
    """Make the message that asks for one observation; `number` tells it from the cells and from the others."""
    return {
        "observe": {
            "number": number,
            "name": observation.name,
            "code": observation.code,
            "reads": list(observation.reads),
            "is_expression": observation.is_expression,
            "of_files": observation.of_files,
            "numbers": observation.numbers,
        }
    }
