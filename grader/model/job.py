"""One thing to execute, and the key that tells whether it has been executed before."""

import hashlib
import json
from dataclasses import asdict, dataclass, replace
from typing import Any

from grader.model.exercise import DataFile, Limits
from grader.model.preparation import UNPREPARED, Preparation
from grader.model.submission import HandedIn


@dataclass(frozen=True, slots=True)
class Probe:
    """One call of a function of the student's, made after all cells have run.

    Attributes:
        name: Tells the calls of a job apart.
        function: The function's name in the notebook.
        arguments: Arrays as `.npy` bytes, and plain values. Held-out inputs come without labels, in
            an order that the student cannot know, and only when the job is about to run.
        digest: Names the arguments; SHA-256 in hexadecimal.
    """

    name: str
    function: str
    arguments: tuple[bytes | str | int | float | None, ...]
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """Code of the staff that looks at what a notebook left behind, and leaves one value; it is no secret.

    Attributes:
        name: The name of its value, to which questions refer. Of an expression, its text.
        code: A Python module whose function `name` is called; or an expression.
        reads: The variables of the notebook that it needs; if it is `of_files`, paths relative to the notebook.
        is_expression: Whether `code` is an expression in the variables of the notebook.
        of_files: Whether it runs in a fresh process, on files that the notebook saved.
        numbers: The drawn numbers that the student's notebook also shows, as a JSON object; empty if it uses none.
    """

    name: str
    code: str
    reads: tuple[str, ...] = ()
    is_expression: bool = False
    of_files: bool = False
    numbers: str = ""

    @property
    def digest(self) -> str:
        """SHA-256 of all that its value depends on besides the notebook, in hexadecimal."""
        facts = asdict(self)
        if not self.numbers:  # so that records of earlier graders still fit
            del facts["numbers"]
        return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class JobPart:
    """One notebook of a job that runs several, each in a process of its own.

    Attributes:
        notebook: Its file name. In the job and its record, the names of its answers, calls and observations begin with
            this name: see `grader.model.job_parts`.
        cells: Number of its code cells.
        uses: Files that earlier notebooks of the job save and that lie beside this one.
    """

    notebook: str
    cells: int
    uses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """Everything that can change the outcome of running a notebook, and nothing else.

    Attributes:
        cells: Source of each code cell, in order.
        names: Variables to hand back once the cells have run.
        probes: Functions to call after that.
        files: Public files laid beside the notebook.
        limits: What the run may use.
        seed: Seed of Python, NumPy and TensorFlow.
        environment: Versions of what runs it, as (name, version).
        handed_in: The student's own files, laid beside the notebook and opened nowhere else.
        preparation: What the course puts into the sandbox; its versions are in `environment`. Set it with
            `prepared`, which adds them.
        observations: Run once the cells have run, before the calls of functions.
        on_files: Observations that run in a fresh process afterwards, with the files that the notebook saved.
        parts: The notebooks, if there may be several; their cells follow one another in `cells`. Empty for a job of a
            single notebook.
        saves: Files that the notebook may save for a later one.
    """

    cells: tuple[str, ...]
    names: tuple[str, ...]
    probes: tuple[Probe, ...]
    files: tuple[DataFile, ...]
    limits: Limits
    seed: int
    environment: tuple[tuple[str, str], ...]
    handed_in: tuple[HandedIn, ...] = ()
    preparation: Preparation = UNPREPARED
    observations: tuple[Observation, ...] = ()
    on_files: tuple[Observation, ...] = ()
    parts: tuple[JobPart, ...] = ()
    saves: tuple[str, ...] = ()

    def prepared(self, preparation: Preparation) -> "Job":
        """The same job in a sandbox that is prepared; call it once."""
        # In the environment, not beside it: a record stays usable where the data sets are not, as for `regrade`.
        return replace(self, preparation=preparation, environment=(*self.environment, *preparation.versions))

    @property
    def looked_at(self) -> tuple[str, ...]:
        """Variables that observations read and that are no answers themselves: of these only the state is needed."""
        reads = (name for observation in self.observations for name in observation.reads if not observation.of_files)
        return tuple(name for name in dict.fromkeys(reads) if name not in self.names)

    @property
    def answer_names(self) -> tuple[str, ...]:
        """The names of all answers in its record."""
        return (*self.names, *self.looked_at, *self.reads_of_observations)

    @property
    def reads_of_observations(self) -> dict[str, tuple[str, ...]]:
        """Name of each observation -> the variables or files that it needs."""
        return {observation.name: observation.reads for observation in (*self.observations, *self.on_files)}

    @property
    def saved_files(self) -> tuple[str, ...]:
        """Paths of the files to take from the run, relative to the notebook: for observations or a later notebook."""
        reads = (name for observation in self.on_files for name in observation.reads)
        return tuple(dict.fromkeys((*reads, *self.saves)))

    @property
    def work(self) -> tuple[str, ...]:
        """What tells one student's work from another's: its code, and the names and digests of its files."""
        code = (f"cell {source}" for source in self.cells)
        return (*code, *(f"file {file.sha256} {file.name}" for file in self.handed_in))

    @property
    def key(self) -> str:
        """SHA-256 of what the outcome depends on, in hexadecimal."""
        facts: dict[str, Any] = {
            "cells": self.cells,
            "names": sorted(self.names),
            "probes": [(probe.name, probe.function, probe.digest) for probe in self.probes],
            "files": sorted((file.name, file.sha256) for file in self.files),
            "limits": asdict(self.limits),
            "seed": self.seed,
            "environment": sorted(self.environment),
        }
        if self.handed_in:
            facts["handed_in"] = sorted((file.name, file.sha256) for file in self.handed_in)
        if self.observations or self.on_files:
            facts["observations"] = sorted(one.digest for one in (*self.observations, *self.on_files))
        if self.parts:
            facts["parts"] = [asdict(part) for part in self.parts]
        return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()
