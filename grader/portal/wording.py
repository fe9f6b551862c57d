"""Sentences of the portal that depend on dates, on settings, or on how far something is."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

from grader.model import practice
from grader.model.check import QueuedCheck
from grader.model.course_settings import AttemptPolicy, CourseSettings, Per, ReportDetail
from grader.model.exercise import Question
from grader.model.notice import Notice, NoticeKind
from grader.model.own_work import OwnWorkResult
from grader.model.portal import JobState, QueuedUpload, Role
from grader.model.staff_work import Task, TaskKind
from grader.pipeline.own_work_in_portal import OwnWorkInPortal
from grader.pipeline.portal_people import EnrolledRoster
from grader.pipeline.student_overview import Stage, StudentExercise
from grader.pipeline.student_reports import StudentReport
from grader.report import words
from grader.report.mark_breakdown import moment, override_text, span
from grader.text.language import marked, say, say_counted
from grader.text.printable import printable
from grader.text.proportions import percent
from grader.text.values import first_few

__all__ = [
    "NOTICES",
    "PRACTICE",
    "ROLES",
    "STAGES",
    "TASKS",
    "UPLOADS",
    "JobState",
    "action",
    "attempts_left",
    "attempts_rule",
    "bytes_in_words",
    "check_state",
    "countdown",
    "course_rules",
    "enrolled",
    "item_points",
    "late_rule",
    "moment",
    "next_step",
    "notice_address",
    "override_text",
    "own_questions",
    "own_work_time",
    "people",
    "queue_state",
    "report_note",
    "scored_attempts",
    "short",
    "size",
    "students",
    "task_state",
    "thresholds",
    "words",
]

_MOST_NAMED = 30  # people in a sentence

ROLES = words.Phrases(
    {
        Role.STUDENT: marked("Student"),
        Role.ASSISTANT: marked("Assistant"),
        Role.INSTRUCTOR: marked("Instructor"),
        Role.ADMINISTRATOR: marked("Administrator"),
    }
)

STAGES = words.Phrases(
    {
        Stage.OPEN: marked("Not submitted yet"),
        Stage.WAITING: marked("Waiting for the grader"),
        Stage.RUNNING: marked("Running now"),
        Stage.FAILED: marked("An instructor will look at it"),
        Stage.SUBMITTED: marked("Graded, marks not published yet"),
        Stage.PUBLISHED: marked("Mark published"),
    }
)

PRACTICE = words.Phrases(
    {
        practice.LearningStage.NEW: marked("Not started"),
        practice.LearningStage.LEARNING: marked("Learning"),
        practice.LearningStage.MASTERED: marked("Mastered"),
        practice.LearningStage.DUE: marked("Mastered, to be practised again"),
    }
)

UPLOADS = words.Phrases(
    {
        JobState.WAITING: marked("Waiting for the grader"),
        JobState.RUNNING: marked("Running now"),
        JobState.DONE: marked("Graded"),
        JobState.FAILED: marked("An instructor will look at it"),
    }
)

_COSTS = {
    Per.DAY: marked(
        "A late submission loses {percent} % of the full points for each day or part of a day, up to {cap} %."
    ),
    Per.HOUR: marked(
        "A late submission loses {percent} % of the full points for each hour or part of an hour, up to {cap} %."
    ),
}
_LEFT_OUT = {
    (ReportDetail.REASONS, ReportDetail.EXPECTED): (
        marked("This report shows no expected values until the deadline."),
        marked(
            "This report shows no expected values until {moment}, because late submissions lose fewer points before."
        ),
    ),
    (ReportDetail.VERDICTS, ReportDetail.EXPECTED): (
        marked("This report shows no reasons and no expected values until the deadline."),
        marked(
            "This report shows no reasons and no expected values until {moment}, because late submissions lose "
            "fewer points before."
        ),
    ),
    (ReportDetail.VERDICTS, ReportDetail.REASONS): (
        marked("This report shows no reasons until the deadline."),
        marked("This report shows no reasons until {moment}, because late submissions lose fewer points before."),
    ),
}
"""What the report shows now, and what it shows in the end -> the sentences without and with a late rule."""

TASKS = words.Phrases(
    {
        TaskKind.DECIDE: marked("Decision"),
        TaskKind.RERUN: marked("Run again"),
        TaskKind.PREVIEW_REGRADE: marked("Preview of a regrade"),
        TaskKind.REGRADE: marked("Regrade"),
        TaskKind.PREVIEW_ITEM: marked("Preview of a rubric item"),
        TaskKind.CHANGE_ITEM: marked("Change of a rubric item"),
        TaskKind.IMPORT_GROUPS: marked("Import of groups"),
        TaskKind.IMPORT_TIMES: marked("Import of submission times"),
    }
)

NOTICES = words.Phrases(
    {
        NoticeKind.PUBLISHED: marked("Marks published"),
        NoticeKind.MARK: marked("Your mark has changed"),
        NoticeKind.ANSWER: marked("New answer"),
        NoticeKind.QUESTION: marked("New question"),
    }
)

_ACTIONS = words.Phrases(
    {
        "sign in": marked("Signed in"),
        "password": marked("Chose a password"),
        "enrol": marked("Added"),
        "set role": marked("Changed the role of"),
        "set sections": marked("Set the sections of"),
        "make link": marked("Made a sign-in link for"),
        "make token": marked("Created the token"),
        "revoke token": marked("Revoked the token"),
        "publish": marked("Published the marks of"),
        "unpublish": marked("Hid the marks of"),
        "write": marked("Wrote about"),
        "decide a question": marked("Decided about"),
        "retry": marked("Graded again"),
        "download": marked("Downloaded"),
        "export": marked("Exported"),
        "import": marked("Imported"),
        "add rubric item": marked("Added a rubric item"),
        TaskKind.DECIDE.value: marked("Decided about"),
        TaskKind.RERUN.value: marked("Ran again"),
        TaskKind.PREVIEW_REGRADE.value: marked("Previewed a regrade of"),
        TaskKind.REGRADE.value: marked("Regraded"),
        TaskKind.PREVIEW_ITEM.value: marked("Previewed a change of the rubric item"),
        TaskKind.CHANGE_ITEM.value: marked("Changed the rubric item"),
        TaskKind.IMPORT_GROUPS.value: marked("Imported groups for"),
        TaskKind.IMPORT_TIMES.value: marked("Imported submission times for"),
    }
)

_RULES = {
    AttemptPolicy.LATEST: marked("You can submit as often as you like. Your latest attempt counts."),
    AttemptPolicy.BEST: marked("You can submit as often as you like. Your best attempt counts."),
    AttemptPolicy.FIRST: marked("Your first attempt counts, so submit when you are ready."),
}


_COUNTING = {
    AttemptPolicy.LATEST: marked("The latest attempt of each student counts."),
    AttemptPolicy.BEST: marked("The best attempt of each student counts."),
    AttemptPolicy.FIRST: marked("The first attempt of each student counts."),
}


def action(what: str) -> str:
    """An action of the audit log, before the thing that it is about. One that later versions note stays as it is."""
    return _ACTIONS.get(what, what)


def countdown(deadline: datetime, at: datetime) -> str:
    """The time that is left until a deadline: in days, hours or minutes, rounded down."""
    left = deadline - at
    if left <= timedelta(0):
        return say("The deadline has passed.")
    if left >= timedelta(days=2):
        return say_counted(left.days, "{amount} day left", "{amount} days left")
    hours, minutes = left // timedelta(hours=1), left // timedelta(minutes=1)
    if hours >= 2:
        return say_counted(hours, "{amount} hour left", "{amount} hours left")
    return say_counted(minutes, "{amount} minute left", "{amount} minutes left")


def late_rule(settings: CourseSettings) -> str:
    """What a late submission costs, in one or two sentences."""
    late = settings.late
    if late is None or not late.percent:
        return say("A late submission loses no points.")
    costs = say(_COSTS[late.per], percent=words.number(late.percent), cap=words.number(late.cap))
    if not late.grace:
        return costs
    return f"{costs} {say('Up to {span} after the deadline, no points are deducted.', span=span(late.grace))}"


def attempts_rule(settings: CourseSettings) -> str:
    """How often students can submit, and which attempt counts."""
    return say(_RULES[settings.tries])


def course_rules(settings: CourseSettings) -> str:
    """For staff: which attempt counts, what a late submission costs, and where to change that."""
    sentences = (
        say(_COUNTING[settings.tries]),
        late_rule(settings),
        say("To change this, edit `exercises/course.toml`."),
    )
    return " ".join(sentences)


def attempts_left(item: StudentExercise) -> str:
    """How many more attempts a student has."""
    if item.attempts_left is None:
        return say("No limit")
    return say_counted(item.attempts_left, "{amount} attempt that counts", "{amount} attempts that count")


def scored_attempts(item: StudentExercise) -> str:
    """How many attempts are told a score for now, in one sentence; empty if that is not limited."""
    if not item.limits_scores:
        return ""
    if item.scored_left is None:
        return say_counted(
            item.settings.held_out.scored_attempts,
            "For now, reports show a score on data that you do not see for {amount} attempt.",
            "For now, reports show a score on data that you do not see for {amount} attempts.",
        )
    return say_counted(
        item.scored_left,
        "For now, {amount} more attempt gets a score on data that you do not see.",
        "For now, {amount} more attempts get a score on data that you do not see.",
    )


def next_step(item: StudentExercise) -> str:
    """What the student does next."""
    match item.stage:
        case Stage.OPEN if item.is_over:
            return say("The deadline has passed. You can still submit late.")
        case Stage.OPEN:
            return say("Download the notebook, solve it, and submit it here.")
        case Stage.WAITING | Stage.RUNNING:
            return say("You can close this page. Your submission is stored and will be graded.")
        case Stage.FAILED:
            return say("Your submission is stored. Grading failed on our side, which costs you no points.")
        case Stage.PUBLISHED:
            return say("Read your report.")
        case _ if item.is_over:
            return say("Your mark appears here when it is published.")
        case _ if item.deadline is None:
            return say("Your mark appears here when it is published. You can submit again at any time.")
        case _:
            return say("Your mark appears here when it is published. You can submit again until the deadline.")


def queue_state(queued: QueuedUpload, running: tuple[int, int] | None = None) -> str:
    """How far the grading of an upload is.

    Args:
        queued: The upload.
        running: The code cell that runs, from 1, and the number of code cells; None if that is not known.
    """
    match queued.state:
        case JobState.WAITING if queued.ahead:
            return say_counted(
                queued.ahead,
                "Your submission is in the queue. {amount} submission is ahead of it.",
                "Your submission is in the queue. {amount} submissions are ahead of it.",
            )
        case JobState.WAITING:
            return say("Your submission is next.")
        case JobState.RUNNING if running:
            return say("Your notebook is running: cell {cell} of {cells}.", cell=running[0], cells=running[1])
        case JobState.RUNNING:
            return say("Your notebook is running.")
        case JobState.DONE:
            return say("Your submission has been graded.")
        case JobState.FAILED:
            return say("Grading failed on our side. An instructor will look at it. This costs you no points.")


def check_state(check: QueuedCheck, running: tuple[int, int] | None = None) -> str:
    """How far a check is.

    Args:
        check: The check.
        running: The code cell that runs, from 1, and the number of code cells; None if that is not known.
    """
    match check.state:
        case JobState.WAITING if check.ahead:
            return say_counted(
                check.ahead,
                "Your check is in the queue. {amount} job is ahead of it.",
                "Your check is in the queue. {amount} jobs are ahead of it.",
            )
        case JobState.WAITING:
            return say("Your check is next. Submissions go first, so it may take a while.")
        case JobState.RUNNING if running:
            return say("Your notebook is running: cell {cell} of {cells}.", cell=running[0], cells=running[1])
        case JobState.RUNNING:
            return say("Your notebook is running.")
        case JobState.DONE:
            return say("Your notebook has been checked.")
        case JobState.FAILED:
            return say("The check failed on our side. Try again later. You can submit your notebook anyway.")


def short(error: str) -> str:
    """An error of a notebook on one line, cut if it is long."""
    return printable(error, 200)


def report_note(item: StudentExercise, report: StudentReport, zone: str) -> str:
    """What a report of an exercise leaves out now, and until when; empty if it shows everything.

    Args:
        item: The exercise as the student may see it.
        report: The report.
        zone: Name of the time zone of the page.
    """
    after = item.settings.reports.after_deadline
    if report.detail is ReportDetail.EXPECTED:
        return ""
    if report.detail is after:
        of_course = say("Reports in this course show no expected values.")
        neither = say("Reports in this course show no reasons and no expected values.")
        return of_course if after is ReportDetail.REASONS else neither
    until_deadline, until_later = _LEFT_OUT[report.detail, after]
    if item.settled_at is None or item.settled_at == item.deadline:
        return say(until_deadline)
    return say(until_later, moment=moment(item.settled_at, zone))


def task_state(task: Task) -> str:
    """How far a task of staff is."""
    values = {"task": TASKS[task.kind], "who": task.who}
    match task.state:
        case JobState.WAITING:
            return say("{task} by {who}: waiting for the grader.", **values)
        case JobState.RUNNING:
            return say("{task} by {who}: the grader is working on it.", **values)
        case JobState.DONE:
            return say("{task} by {who}: done.", **values)
        case JobState.FAILED:
            return say("{task} by {who}: failed. No changes were made.", **values)


def people(count: int) -> str:
    """A number of people in words."""
    return say_counted(count, "{amount} person", "{amount} people")


def enrolled(roster: EnrolledRoster) -> list[str]:
    """What the upload of a roster changed, and what it left as it was: a line for each kind."""
    added, present = len(roster.added), len(roster.present)
    lines = [say_counted(added, "{amount} student was added.", "{amount} students were added.")]
    if present:
        lines[0] += " " + say_counted(
            present, "{amount} student already had an account.", "{amount} students already had an account."
        )
    if roster.moved:
        names = [f"{member.name} ({member.section})" for member in roster.moved]
        lines.append(say("New sections: {names}.", names=_first_names(names)))
    if roster.named_differently:
        names = [
            say("{name} (in the file: {other})", name=member.name, other=name)
            for member, name in roster.named_differently
        ]
        lines.append(
            say("These students keep their name, although the file has another: {names}.", names=_first_names(names))
        )
    if roster.under_another_login:
        names = [
            say("{name} ({login}, in the file: {other})", name=member.name, login=member.login, other=login)
            for login, member in roster.under_another_login
        ]
        lines.append(
            say(
                "Not added, because the course has a student of the same name or number: {names}. "
                "If a line is about another person, enter a separate id in it.",
                names=_first_names(names),
            )
        )
    if roster.missing:
        names = [member.name for member in roster.missing]
        lines.append(
            say("These students are not in the file, and stay in the course: {names}.", names=_first_names(names))
        )
    return lines


def _first_names(names: Sequence[str]) -> str:
    return str(first_few(names, _MOST_NAMED))


def notice_address(notice: Notice) -> str:
    """The page on which a student sees what a notice is about."""
    here = f"/exercises/{notice.exercise}"
    return f"{here}/questions/{notice.question}" if notice.kind is NoticeKind.ANSWER else f"{here}/report"


def item_points(points: float) -> str:
    """The points of a rubric item with their sign."""
    return f"+{words.number(points)}" if points >= 0 else f"\N{MINUS SIGN}{words.number(-points)}"


def thresholds(question: Question) -> str:
    """The scores on held-out data that earn points, in one sentence; empty if the question has none."""
    steps = [
        say("{points} from {score}", points=words.points(step["points"]), score=percent(step[name]))
        for step in question.options.get("thresholds", ())
        for name in ("accuracy", "f1")
        if name in step
    ]
    if not steps:
        return ""
    if len(steps) == 1:
        return say("Points for the score on data that you do not see: {steps}.", steps=steps[0])
    return say(
        "Points for the score on data that you do not see: {steps}. In between, they rise in proportion.",
        steps=", ".join(steps),
    )


def size(path: Path) -> str:
    """The size of a file in words, such as `1.5 MB`; empty if it is not there."""
    return bytes_in_words(path.stat().st_size if path.is_file() else None)


def bytes_in_words(size: int | None) -> str:
    """A number of bytes in words; empty if it is not known."""
    if size is None:
        return ""
    kilobytes = size / 1000
    if kilobytes < 1000:
        return f"{words.number(max(1, round(kilobytes)))} kB"
    return f"{words.number(round(kilobytes / 1000, 1))} MB"


def students(count: int) -> str:
    """A number of students in words."""
    return say_counted(count, "{amount} student", "{amount} students")


def own_questions(own_work: OwnWorkInPortal) -> str:
    """How many questions about their own work a student gets, and how long they take."""
    questions = say_counted(own_work.count, "{amount} question.", "{amount} questions.")
    return f"{questions} {say('About {minutes} minutes.', minutes=words.number(own_work.minutes))}"


def own_work_time(result: OwnWorkResult) -> str:
    """How long a student took to answer questions about their own work, for staff."""
    if result.minutes is None:
        return say("The time is not known.")
    return say(
        "Answered after {minutes} minutes. Allowed: {allowed} minutes.",
        minutes=words.number(round(result.minutes)),
        allowed=words.number(result.question_set.minutes),
    )
