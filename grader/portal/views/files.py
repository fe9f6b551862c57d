"""The page of files for other programs: exports, and points from a file."""

import tempfile
from dataclasses import replace
from pathlib import Path

from starlette.background import BackgroundTask
from starlette.responses import FileResponse, Response

from grader.errors import InputError
from grader.model.portal import JobState
from grader.model.staff_work import TaskKind
from grader.pipeline.class_files import queue_class_file
from grader.pipeline.marking import now
from grader.pipeline.portal_files import (
    ANSWERS,
    ExportRequest,
    Format,
    Identifier,
    Visibility,
    Written,
    answers_to_grade,
    export_marks,
    exported_files,
    import_decisions,
)
from grader.portal import export_names
from grader.portal.visit import SentFile, Visit, go, missing
from grader.text.language import say


def files(visit: Visit) -> Response:
    """The forms, and the files of earlier exports."""
    return _page(visit)


def export(visit: Visit) -> Response:
    """Export marks, and show what came of it."""
    if visit.fields.get("form") not in set(Format):
        raise missing()
    try:
        written = export_marks(visit.site, visit.slug, visit.person, _request(visit))
    except InputError as error:
        return _page(visit, problem=_in_words(visit, str(error)))
    problems, remarks = ([_in_words(visit, line) for line in lines] for lines in (written.problems, written.remarks))
    return _page(visit, written=replace(written, problems=tuple(problems), remarks=tuple(remarks)))


def download(visit: Visit) -> Response:
    """A file of an export."""
    for path in exported_files(visit.site.results(visit.slug)):
        if path.name == visit.path["name"]:
            visit.site.note_event(visit.person.account, "download", f"{visit.slug} {path.name}", now())
            return FileResponse(path, media_type="application/octet-stream", filename=path.name)
    raise missing()


def answers(visit: Visit) -> Response:
    """The answers that need manual grading, as a file to fill in."""
    folder = tempfile.TemporaryDirectory(prefix="grader-answers-")
    path = Path(folder.name) / ANSWERS
    try:
        answers_to_grade(visit.site, visit.slug, visit.person, path)
    except InputError as error:
        folder.cleanup()
        return _page(visit, problem=str(error))
    name = f"{visit.slug}-{ANSWERS}"
    return FileResponse(path, media_type="text/csv", filename=name, background=BackgroundTask(folder.cleanup))


def import_file(visit: Visit) -> Response:
    """Queue the points and comments of a file."""
    sent = _sent(visit, "decisions")
    if sent is None:
        return _page(visit, problem=say("Choose the file that you filled in."))
    try:
        import_decisions(visit.site, visit.slug, visit.person, sent.path, sent.name)
    except InputError as error:
        return _page(visit, problem=str(error))
    return go(f"/class/{visit.slug}/files")


def import_groups(visit: Visit) -> Response:
    """Queue a file that says who submits together."""
    return _import(visit, TaskKind.IMPORT_GROUPS, say("Choose a file of groups."))


def import_times(visit: Visit) -> Response:
    """Queue a file that says when work was submitted."""
    return _import(visit, TaskKind.IMPORT_TIMES, say("Choose a file of submission times."))


def _import(visit: Visit, kind: TaskKind, without_file: str) -> Response:
    sent = _sent(visit, "file")
    if sent is None:
        return _page(visit, problem=without_file)
    try:
        queue_class_file(visit.site, visit.slug, visit.person, kind, sent.path, sent.name)
    except InputError as error:
        return _page(visit, problem=str(error))
    return go(f"/class/{visit.slug}/files")


def _request(visit: Visit) -> ExportRequest:
    """The export that the form asks for; an empty field is an option that was not given."""
    fields, source, roster = visit.fields, _sent(visit, "source"), _sent(visit, "roster")
    identifier, visibility = fields.get("identifier"), fields.get("visibility")
    return ExportRequest(
        forms=(Format(fields["form"]),),
        source=source.path if source else None,
        roster=roster.path if roster else None,
        column=fields.get("column", "").strip() or None,
        scale=True if fields.get("scale") else None,
        identifier=Identifier(identifier) if identifier in set(Identifier) else None,
        visibility=Visibility(visibility) if visibility in set(Visibility) else None,
    )


def _in_words(visit: Visit, text: str) -> str:
    """A message with the names of the form's fields and formats, and of the files on the person's computer."""
    for form in sorted(export_names.FORMATS, key=len, reverse=True):  # the name of one may begin with that of another
        text = text.replace(f"--to {form}", f"“{export_names.FORMATS[form]}”")
    for option, label in export_names.EXPORT_FIELDS.items():
        text = text.replace(option, f"“{say(label)}”")
    for sent in (file for listed in visit.files.values() for file in listed):
        text = text.replace(str(sent.path), sent.name)
    return text


def _sent(visit: Visit, name: str) -> SentFile | None:
    return next((file for file in visit.files.get(name, []) if file.size), None)


def _page(visit: Visit, problem: str = "", written: Written | None = None) -> Response:
    last = visit.site.tasks.last(visit.slug, TaskKind.IMPORT_GROUPS, TaskKind.IMPORT_TIMES)
    return visit.page(
        "files.html",
        400 if problem else 200,
        names=export_names,
        exercise=visit.site.exercise(visit.slug).exercise,
        files=exported_files(visit.site.results(visit.slug)),
        tasks=[task for task in visit.site.tasks.of_exercise(visit.slug, 10) if task.is_open or task.problem],
        forms=[form for form in Format if form is not Format.RESEARCH],
        identifiers=list(Identifier),
        visibilities=list(Visibility),
        written=written,
        course_zone=visit.site.settings.time_zone,
        imported=last if last is not None and last.state is JobState.DONE else None,
        problem=problem,
    )
