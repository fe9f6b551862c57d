"""The pages and tables about a whole class, and about a whole course."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial

from grader.cohort import statistics
from grader.cohort.concepts import concept_statistics
from grader.cohort.misconceptions import AttemptsOfStudent, misconception_statistics
from grader.cohort.over_attempts import attempt_statistics
from grader.course.layout import Course
from grader.course.pseudonyms import Pseudonyms
from grader.course.settings import read_settings
from grader.course.specification import read_exercise
from grader.course.variants import without_numbers
from grader.gradebook.own_work import OwnWorkBook
from grader.gradebook.results import Results
from grader.gradebook.store import Gradebook
from grader.marks.attempts import in_order
from grader.marks.lateness import settled_at
from grader.marks.until_deadline import scored_attempts, until_then, without_scores
from grader.model.assessment import Assessment
from grader.model.attempt import Attempt
from grader.model.course_settings import AttemptPolicy, LatePolicy
from grader.model.exercise import Exercise
from grader.model.mark import Mark
from grader.model.own_work import OwnWorkResult
from grader.model.statistics import ExerciseStatistics
from grader.pipeline.marking import Marking, now, with_class_flags
from grader.pipeline.material import Material
from grader.report.class_place import with_class
from grader.report.dashboard import DashboardRow, render_dashboard
from grader.report.leaderboard import render_leaderboard, result_of
from grader.report.mark_breakdown import lateness_in_short
from grader.report.own_work import own_work_csv, with_own_work
from grader.report.statistics import statistics_csv
from grader.report.tables import assessment_json, grades_csv

NO_QUESTIONS: Mapping[str, OwnWorkResult] = {}


def write_class(
    material: Material,
    marks: Sequence[Mark],
    marks_of_attempts: Mapping[str, Sequence[float]],
    results: Results,
    names: Pseudonyms | None,
    attempts: Sequence[AttemptsOfStudent],
    own_work: Mapping[str, OwnWorkResult],
) -> None:
    """Write the dashboard, the table of marks, the statistics, and the leaderboard where there is one."""
    exercise, board = material.exercise, material.exercise.leaderboard
    if names:
        results.keep_pseudonyms(names.all)
    if board:
        by_student = {student.student: student.attempts for student in attempts}
        students = [(_as_ranked(material, item.assessment, by_student[item.student]), item.student) for item in marks]
        results_of_students = [
            result_of(board, assessment, names.of(student) if names else student) for assessment, student in students
        ]
        ranked = [result for result in results_of_students if result]
        results.write_leaderboard(render_leaderboard(exercise, board, ranked, len(results_of_students) - len(ranked)))
    summary = of_class(without_numbers(exercise), marks, marks_of_attempts, attempts)
    rows = dashboard_rows(marks, own_work)
    concepts = concept_statistics([(material.concepts, [item.assessment for item in marks])])
    page = render_dashboard(exercise, rows, results.leaderboard.name if board else "", summary, concepts)
    table = grades_csv(exercise, [item.assessment for item in marks])
    results.write_class(page, table, statistics_csv(summary))
    if exercise.show_class:
        _show_class(marks, results, material.settings.late)


def _as_ranked(material: Material, assessment: Assessment, attempts: Sequence[Assessment]) -> Assessment:
    """An assessment as the leaderboard may show it now: until the deadline, with the last score that a report showed.

    Args:
        material: The exercise.
        assessment: The assessment of the mark.
        attempts: The exact assessments of the student's attempts, first to last.
    """
    rule = material.settings.held_out
    if rule.exact or not _is_open(assessment, material.settings.late):
        return assessment
    reduced_attempts = [until_then(attempt, rule, attempts[:number]) for number, attempt in enumerate(attempts)]
    scored = [reduced for reduced in reduced_attempts if any(finding.score for finding in reduced.findings)]
    if not scored:
        return without_scores(assessment, rule.scored_attempts)
    return replace(scored[-1], late=assessment.late)


def _is_open(assessment: Assessment, late: LatePolicy | None) -> bool:
    """Whether its mark tells a score on held-out data to a student who can still gain points."""
    moment = settled_at(late, assessment.late.deadline if assessment.late else None)
    return moment is not None and moment > now() and scored_attempts([assessment]) > 0


def publish_class(material: Material, book: Gradebook, results: Results, marking: Marking) -> list[Mark]:
    """Compare all students with each other, and write the pages about the class; returns their marks."""
    with results.alone():  # so that of two graders the one that writes last has read last
        notes = results.outdated_class()  # before the marks: a later note may be about a mark that is not read here
        marks = book.marks()
        before = {mark.student: mark for mark in marks}
        own_work = OwnWorkBook(book.database, book.place).latest() if material.exercise.own_work else {}
        changed = with_class_flags(marks, material.exercise.slug, book.identities(), own_work)
        flagged = [(before[mark.student], mark) for mark in changed]
        if flagged:
            new = {mark.student: mark for mark in book.replace(flagged, partial(_write_marks, results), now())}
            marks = [new.get(mark.student, mark) for mark in marks]
        marks_of_attempts = book.marks_of_attempts()
        attempts = attempts_of_students(without_numbers(material.exercise), book, marks, marks_of_attempts)
        write_class(material, marks, marks_of_attempts, results, marking.names, attempts, own_work)
        if material.exercise.own_work:
            _show_own_work(marks, own_work, results)
        results.class_is_current(notes)
    return marks


def of_class(
    exercise: Exercise,
    marks: Sequence[Mark],
    marks_of_attempts: Mapping[str, Sequence[float]],
    attempts: Sequence[AttemptsOfStudent],
) -> ExerciseStatistics:
    """What the marks of a class say about an exercise."""
    used = {item.assessment.record: item.used for item in marks}
    summary = statistics.of_class(exercise, [item.assessment for item in marks], used)
    tries = attempt_statistics(marks_of_attempts.values())
    return replace(summary, tries=tries, misconceptions=misconception_statistics(attempts))


def attempts_of_students(
    exercise: Exercise, book: Gradebook, marks: Sequence[Mark], marks_of_attempts: Mapping[str, Sequence[float]]
) -> list[AttemptsOfStudent]:
    """The marked attempts of each student, first to last."""
    return of_students(exercise, marks, attempts_of_several(book, marks, marks_of_attempts))


def attempts_of_several(
    book: Gradebook, marks: Sequence[Mark], marks_of_attempts: Mapping[str, Sequence[float]]
) -> dict[str, list[Attempt]]:
    """The attempts of the students who have several; those of the others need not be read from the gradebook."""
    several = [mark.student for mark in marks if len(marks_of_attempts.get(mark.student, ())) > 1]
    return book.attempts(*several) if several else {}


def of_students(
    exercise: Exercise, marks: Sequence[Mark], several: Mapping[str, Sequence[Attempt]]
) -> list[AttemptsOfStudent]:
    """The marked attempts of each student.

    Args:
        exercise: The exercise.
        marks: The marks that count.
        several: The attempts of the students who have several.
    """
    return [
        AttemptsOfStudent(mark.student, exercise, _assessments(several.get(mark.student)) or [mark.assessment])
        for mark in marks
    ]


def _assessments(attempts: Sequence[Attempt] | None) -> list[Assessment]:
    in_turn = in_order(attempts or (), AttemptPolicy.FIRST)
    return [attempt.assessment for attempt in in_turn if attempt.assessment]


def dashboard_rows(marks: Iterable[Mark], own_work: Mapping[str, OwnWorkResult] = NO_QUESTIONS) -> list[DashboardRow]:
    """One row of the dashboard for each student.

    Args:
        marks: The marks that count.
        own_work: Student -> the questions about their own work that were asked last.
    """
    return [
        DashboardRow(
            student=item.assessment.student,
            link=f"{item.attempt.folder}/report.html",
            points=item.assessment.points,
            max_points=item.assessment.max_points,
            percent=item.assessment.percent,
            outcome=item.assessment.outcome,
            isolation=item.assessment.isolation,
            findings=item.assessment.findings,
            seconds=item.used.wall_seconds,
            remarks=item.assessment.remarks,
            stopped_at=item.assessment.stopped_at,
            origin=item.attempt.submission.origin,
            flags=item.assessment.flags,
            status=item.assessment.status,
            settled=item.assessment.has_mark,
            late=lateness_in_short(item.assessment.late),
            own_work=own_work.get(item.student),
        )
        for item in marks
    ]


def class_statistics(course: Course, slug: str, results: Results) -> ExerciseStatistics:
    """What the marks of a class say about the exercise; changes nothing.

    Raises:
        InputError: If there is no such exercise, or nothing of it has been graded.
    """
    settings = read_settings(course)
    exercise = without_numbers(read_exercise(course, slug))
    book = results.existing(settings, slug)
    marks = book.marks()
    if not marks:
        raise results.nothing(slug)
    marks_of_attempts = book.marks_of_attempts()
    attempts = attempts_of_students(exercise, book, marks, marks_of_attempts)
    return of_class(exercise, marks, marks_of_attempts, attempts)


def _write_marks(results: Results, mark: Mark) -> None:
    results.write_assessment(mark.attempt.folder, assessment_json(mark.assessment))


def _show_own_work(marks: Sequence[Mark], own_work: Mapping[str, OwnWorkResult], results: Results) -> None:
    """Put the answered questions into the pages, and write the table of their points."""
    for item in marks:
        if item.student in own_work:
            results.rewrite_report(item.attempt.folder, partial(with_own_work, result=own_work[item.student]))
    results.write_own_work(own_work_csv(list(own_work.values())))


def _show_class(marks: Sequence[Mark], results: Results, late: LatePolicy | None) -> None:
    """Put the spread of the class into the pages, which were written before it was known."""
    valid = [item for item in marks if item.assessment.readable and not _is_open(item.assessment, late)]
    percents = [item.assessment.percent for item in valid if item.assessment.has_mark]
    for item in valid:
        draw_class = partial(with_class, percents=percents, percent=item.assessment.percent)
        results.rewrite_report(item.attempt.folder, draw_class)
