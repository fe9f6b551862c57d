"""Questions of students about their marks: the pages of the student, and those of staff."""

from urllib.parse import quote

from starlette.responses import Response

from grader.errors import InputError
from grader.model.notice import NoticeKind
from grader.pipeline.asking import finding_of, may_ask, thread_of, write
from grader.pipeline.marking import now
from grader.pipeline.reach import students_in_reach
from grader.pipeline.shown_names import shown_names
from grader.portal.visit import Visit, go, missing
from grader.text.language import say


def own(visit: Visit) -> Response:
    """What the student asked about a question, and the form to ask."""
    _see(visit, NoticeKind.ANSWER, _asked(visit), visit.person.student)
    return _own(visit)


def ask(visit: Visit) -> Response:
    """Store a message of the student."""
    slug, question = visit.slug, _asked(visit)
    if not visit.rates.allow("message account", visit.person.login):
        return _own(visit, say("You sent this form too many times within a few minutes. Wait 10 minutes."), 429)
    try:
        write(visit.site, slug, visit.person.student, question, visit.person, visit.fields.get("text", ""))
    except InputError as error:
        return _own(visit, str(error))
    return go(f"/exercises/{slug}/questions/{question}")


def open_ones(visit: Visit) -> Response:
    """A page of the threads that wait for a decision, the oldest first."""
    request = visit.search()
    threads = visit.site.threads.open_ones(request, students_in_reach(visit.site, "", visit.person))
    exercises = {slug: visit.site.exercise(slug).exercise for slug in {thread.exercise for thread in threads.items}}
    titles = {
        (thread.exercise, thread.question): exercises[thread.exercise].title_of(thread.question)
        for thread in threads.items
    }
    names = {
        (slug, student): name
        for slug in exercises
        for student, name in shown_names(
            visit.site, slug, (thread.student for thread in threads.items if thread.exercise == slug)
        ).items()
    }
    return visit.page(
        "open_threads.html", request=request, threads=threads, exercises=exercises, titles=titles, names=names
    )


def of_student(visit: Visit) -> Response:
    """A thread, with the form to answer."""
    question, student = visit.path["question"], visit.path["student"]
    _see(visit, NoticeKind.QUESTION, question, student)
    return _staff(visit)


def answer(visit: Visit) -> Response:
    """Store an answer or a decision."""
    slug, student, question = visit.slug, visit.path["student"], visit.path["question"]
    if thread_of(visit.site, slug, student, question) is None:
        raise missing()
    decides = visit.fields.get("decides") == "yes"
    try:
        write(visit.site, slug, student, question, visit.person, visit.fields.get("text", ""), decides=decides)
    except InputError as error:
        return _staff(visit, str(error))
    return go(f"/class/{slug}/threads/{question}/{quote(student, safe='')}")


def _see(visit: Visit, kind: NoticeKind, question: str, student: str) -> None:
    """Note that the person has seen the thread."""
    visit.site.notices.see(visit.person.account, visit.slug, now(), kind, question=question, student=student)


def _asked(visit: Visit) -> str:
    """The question in the path, if its mark is published to this student."""
    question = visit.path["question"]
    if not may_ask(visit.site, visit.slug, visit.person.student, question):
        raise missing()
    return question


def _own(visit: Visit, problem: str = "", status: int = 400) -> Response:
    question, slug = _asked(visit), visit.slug
    return _thread_page(visit, visit.person.student, question, f"/exercises/{slug}/report", problem, status)


def _staff(visit: Visit, problem: str = "") -> Response:
    student, question = visit.path["student"], visit.path["question"]
    if thread_of(visit.site, visit.slug, student, question) is None:
        raise missing()
    return _thread_page(visit, student, question, f"/class/{visit.slug}/students/{quote(student, safe='')}", problem)


def _thread_page(visit: Visit, student: str, question: str, back: str, problem: str, status: int = 400) -> Response:
    exercise = visit.site.exercise(visit.slug).exercise
    return visit.page(
        "thread.html",
        status if problem else 200,
        thread=thread_of(visit.site, visit.slug, student, question),
        exercise=exercise,
        question=question,
        question_title=exercise.title_of(question),
        finding=finding_of(visit.site, visit.slug, student, question) if visit.person.role.is_staff else None,
        student=student,
        shown=shown_names(visit.site, visit.slug, [student])[student],
        back=back,
        problem=problem,
    )
