"""Marks the notebooks of a submission one by one, and joins their findings to one assessment."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from grader.assess import engine
from grader.assess.heldout import ShuffledData
from grader.model.assessment import Assessment, Finding, Verdict
from grader.model.exercise import Exercise
from grader.model.job_parts import record_of_part
from grader.model.record import Outcome, Record
from grader.pipeline.material import Material
from grader.pipeline.parsing import ParsedPart, ParsedSubmission
from grader.pipeline.surroundings import surroundings
from grader.text.messages import Text, message


def assess_parts(
    material: Material,
    exercise: Exercise,
    parsed: ParsedSubmission,
    record: Record,
    heldout: Mapping[str, ShuffledData],
) -> Assessment:
    """Mark what a run has left behind, with one finding for each question, in order.

    Args:
        material: The exercise and what students were given.
        exercise: The questions, with the student's numbers.
        parsed: The submission.
        record: The record of its run.
        heldout: Question id -> the held-out data as its function got them, with the labels.
    """
    student = parsed.submission.student
    if parsed.problem or not exercise.further_notebooks:
        around = surroundings(parsed.notebook, material.released[exercise.notebooks[0]], parsed.job.handed_in)
        return engine.assess(student, exercise, parsed.key, record, heldout, parsed.job.cells, around)
    assessments = []
    for part in parsed.parts:
        of_part = _record(part, record)
        exercise_part = exercise.part(part.name)
        around = surroundings(part.notebook, material.released[part.name], parsed.job.handed_in)
        assessments.append(engine.assess(student, exercise_part, parsed.key, of_part, heldout, part.cells, around))
    missing = {part.name for part in parsed.parts if part.is_missing}
    asked_about = {question.id: question for question in exercise.questions}
    findings = {
        finding.question: _not_submitted(finding, asked_about[finding.question].notebook, missing)
        for assessment in assessments
        for finding in assessment.findings
    }
    stops = (assessment.stopped_at for assessment in assessments if assessment.stopped_at)
    return Assessment(
        student=student,
        exercise=exercise.slug,
        record=record.key,
        outcome=record.outcome,
        isolation=record.isolation,
        findings=tuple(findings[question.id] for question in exercise.questions),
        remarks=tuple(_remarks(parsed, record)),
        stopped_at=next(stops, None),
    )


def _record(part: ParsedPart, record: Record) -> Record:
    """The record of one notebook; that of a notebook that cannot be read says why."""
    if part.problem:
        return _not_run(record, Outcome.INVALID_NOTEBOOK, part.problem)
    return record_of_part(record, part.name) or _not_run(record, Outcome.COMPLETED)


def _not_run(record: Record, outcome: Outcome, *remarks: Text) -> Record:
    return Record(
        key=record.key, outcome=outcome, isolation=record.isolation, environment=record.environment, remarks=remarks
    )


def _not_submitted(finding: Finding, notebook: str, missing: set[str]) -> Finding:
    """The finding; if its notebook is missing, it says so instead of naming a variable that does not exist."""
    if notebook not in missing or not finding.is_marked_here:
        return finding
    return replace(
        finding,
        verdict=Verdict.NOT_ATTEMPTED,
        points=0.0,
        reason=message("You did not submit the notebook {name}.", name=notebook),
        hint=message("Submit {name} together with the other notebooks.", name=notebook),
    )


def _remarks(parsed: ParsedSubmission, record: Record) -> Iterator[Text]:
    for part in parsed.parts:
        if part.is_missing:
            yield message("The notebook {name} was not submitted.", name=part.name)
        elif part.problem:
            yield message("{name} could not be read: {problem}", name=part.name, problem=part.problem)
    if not record.parts:
        yield from record.remarks
    for run in record.parts:
        for remark in run.remarks:
            yield message("{name}: {remark}", name=run.notebook, remark=remark)
