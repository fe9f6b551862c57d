"""Gradebooks to measure: a class of `keras-cnn` that has a record each, and a class of many that has been marked."""

import json
import random
import shutil
import sys
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
from contestants import table
from measure import CommandError, run
from pydantic import TypeAdapter

from grader import pipeline
from grader.cohort.same_weights import Work
from grader.course.cases import read_cases
from grader.course.layout import Course
from grader.course.specification import read_exercise
from grader.gradebook.results import Results
from grader.gradebook.rows import batches
from grader.intake.folders import collect
from grader.model.attempt import Attempt
from grader.model.record import ModelTable, ProbeResult, Record
from grader.pipeline.marking import Marking, now, version_of
from grader.pipeline.parsing import ParsedSubmission, parse
from grader.storage.records import RecordStore

ROOT = Path(__file__).parents[1]
SLUG = "keras-cnn"
CASES = ("full-marks", "wrong-padding", "without-bias", "half-done")
"""The submissions that really run; all others have the record of one of them under a key of their own."""

_WORK = TypeAdapter(Work)
_SEED = 1


def command(*words: str | Path) -> list[str | Path]:
    """Our own command, with this Python."""
    return [sys.executable, "-m", "grader", *words]


def copy_course(folder: Path) -> None:
    """A copy of the course, with the one exercise."""
    shutil.rmtree(folder, ignore_errors=True)
    for part in (f"exercises/{SLUG}", f"solutions/{SLUG}", "reference_models"):
        shutil.copytree(ROOT / part, folder / part, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "exercises" / "course.toml", folder / "exercises")


def run_cases(folder: Path, environment: dict[str, str], workers: int) -> None:
    """Run the few submissions whose records the others get.

    Raises:
        CommandError: One of them cannot be graded.
    """
    (folder / "cases").mkdir(parents=True, exist_ok=True)
    course = Course(ROOT)
    contents = {case.name: case.content for case in read_cases(course, read_exercise(course, SLUG))}
    for name in CASES:
        (folder / "cases" / f"{name}.ipynb").write_bytes(contents[name])
    words = command("grade", SLUG, "cases", "--course", "course", "--results", "cases-results", "--jobs", str(workers))
    run(words, folder, environment, folder / "log.txt")


def write_class(folder: Path, count: int) -> None:
    """Write a class whose notebooks all differ, and a record for each."""
    material = pipeline.load(Course(folder / "course"), SLUG)
    done, store = RecordStore(folder / "cases-results" / "records"), RecordStore(folder / "results" / "records")
    ran = [
        parse(material, submission)
        for submission in sorted(collect(folder / "cases", SLUG), key=lambda submission: submission.student)
    ]
    chance = random.Random(_SEED)
    for part in ("class", "results"):
        shutil.rmtree(folder / part, ignore_errors=True)
    (folder / "class").mkdir()
    for number in range(count):
        first = ran[number % len(ran)]
        name = f"student-{number:05}"
        content = _signed(first.submission.content, name)
        (folder / "class" / f"{name}.ipynb").write_bytes(content)
        reading = parse(material, replace(first.submission, student=name, content=content))
        record = done.get(first.job.key)
        assert record is not None
        store.put(_rewritten(material, record, first, reading, chance))


def check_marks(folder: Path) -> None:
    """Check that each submission has the mark of the one whose record it has.

    Raises:
        CommandError: One has not: then its record is not what a run would have left.
    """
    real = table(folder / "cases-results" / "grades.csv", "student", "points")
    names = sorted(real)
    for student, points in table(folder / "results" / "grades.csv", "student", "points").items():
        if points != real[names[_number(student) % len(names)]]:
            raise CommandError(f"{student}: has {points:g} points, and not those of the submission that ran")


def change_points(folder: Path) -> None:
    """Change the points of the first question, so that marking again changes the mark of nearly all."""
    path = folder / "course" / "exercises" / SLUG / "exercise.toml"
    before = path.read_text()
    line = next(line for line in before.splitlines() if line.startswith("points = "))
    path.write_text(before.replace(line, f"points = {float(line.partition('=')[2]) + 1:g}", 1))


def mark_many(folder: Path, results: Path, count: int) -> None:
    """A gradebook of many students, with the marks of the class that has been marked under other names."""
    shutil.rmtree(results, ignore_errors=True)
    material = pipeline.load(Course(folder / "course"), SLUG)
    settings, store = material.settings, Results(results)
    known = [attempt for (attempt,) in Results(folder / "results").open(settings, SLUG).attempts().values()]
    book, marking, chance = store.open(settings, SLUG, begins=True), Marking(material, store), random.Random(_SEED)
    version, numbers = version_of(material, book), range(count)
    at = now()
    run_number = book.begin("grade", at)
    book.keep(run_number, [_renamed(known[number % len(known)], number) for number in numbers])
    for some in batches(book.attempts().items(), 500):
        marked = [_marked(attempt, known[_number(name) % len(known)], chance) for name, (attempt,) in some]
        book.save(version, [name for name, _ in some], marked, marking.mark, at)


def _signed(content: bytes, name: str) -> bytes:
    """A notebook with one more comment, so that it differs from all others."""
    notebook = json.loads(content)
    first = next(cell for cell in notebook["cells"] if cell["cell_type"] == "code")
    source = first["source"]
    first["source"] = ("".join(source) if isinstance(source, list) else source) + f"\n# {name}"
    return json.dumps(notebook, indent=1).encode()


def _rewritten(
    material: pipeline.Material, record: Record, first: ParsedSubmission, other: ParsedSubmission, chance: random.Random
) -> Record:
    """The record of a run as the same code of another student would have left it.

    Held-out images come in an order that follows from the code, so the predictions are put into the other's; and the
    weights differ a little, as those of trainings with other seeds do.
    """
    probes = dict(record.probes)
    for question in material.exercise.questions:
        if question.id in material.heldout and (probe := probes.get(question.answer)) and probe.array:
            held = replace(material.heldout[question.id], labels=np.arange(len(material.heldout[question.id].labels)))
            before, after = (held.shuffled(reading.job.work).labels for reading in (first, other))
            probes[question.answer] = _in_order(probe, np.argsort(before)[after])
    models = {name: _trained_anew(table, chance) for name, table in record.models.items()}
    return replace(record, key=other.job.key, probes=probes, models=models)


def _in_order(probe: ProbeResult, order: Any) -> ProbeResult:
    stream = BytesIO()
    np.save(stream, np.load(BytesIO(probe.array), allow_pickle=False)[order], allow_pickle=False)
    return replace(probe, array=stream.getvalue())


def _trained_anew(table: ModelTable, chance: random.Random) -> ModelTable:
    return replace(table, weights=tuple(weight * chance.uniform(0.5, 1.5) for weight in table.weights))


def _number(name: str) -> int:
    return int(name.rpartition("-")[2])


def _renamed(attempt: Attempt, number: int) -> Attempt:
    name, digest = f"student-{number:05}", f"{number:064x}"
    submission = replace(attempt.submission, student=name, origin=f"{name}.ipynb", content=b"")
    return replace(attempt, submission=submission, folder=name, notebook=digest, digest=digest)


def _marked(attempt: Attempt, like: Attempt, chance: random.Random) -> Attempt:
    """The attempt with the marks of another one."""
    assert like.assessment is not None
    name, work = attempt.student, _WORK.validate_json(like.work)
    models = tuple(
        replace(model, sums=tuple(value * chance.uniform(0.5, 1.5) for value in model.sums)) for model in work.models
    )
    student_work = replace(work, student=name, code=f"{_number(name):064x}", models=models)
    assessment = replace(like.assessment, student=name)
    return replace(
        attempt, assessment=assessment, fingerprint=like.fingerprint, work=_WORK.dump_json(student_work).decode()
    )


def sizes(folder: Path) -> Iterator[tuple[str, float]]:
    """Disk space of a submission in kB: name of the part -> mean of the class."""
    results = folder / "results"
    count = len(list((folder / "class").iterdir()))
    parts = {
        "records": results / "records",
        "notebooks": results / "handed-in",
        "pages and marks": results,
        "database": results,
    }
    for name, place in parts.items():
        pattern = {"pages and marks": "student-*/*", "database": "gradebook.sqlite*"}.get(name, "*/*")
        yield name, sum(path.stat().st_size for path in place.glob(pattern)) / count / 1000
