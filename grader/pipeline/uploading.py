"""A student submits in the portal: a quick check, then the upload and its job. Nothing runs here."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from grader.intake import notebooks
from grader.intake.attachments import Attachments, choose_attachments
from grader.intake.entries import Entry, is_notebook
from grader.intake.notebook_parts import choose_parts
from grader.intake.recognition import ReleasedNotebooks
from grader.intake.submitted_files import patterns_without_file
from grader.model.exercise import MAIN_NOTEBOOK, Exercise
from grader.model.portal import Member, QueuedUpload, Upload
from grader.model.submission import HandedIn, Submission
from grader.pipeline import other_exercise
from grader.pipeline.course_site import CourseSite
from grader.pipeline.marking import now
from grader.pipeline.parsing import digest_of
from grader.text.messages import MessageError, Text, joined, message
from grader.text.printable import printable

_LONGEST_NAMES = 200


class RefusedUploadError(MessageError):
    """The upload cannot be an attempt; the message tells the student why, and nothing is stored."""


class ReusedTokenError(RefusedUploadError):
    """The token has stored other files before, and one token makes one upload."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArrivedFile:
    """A file of a form.

    Attributes:
        name: Name of the file as the student had it.
        content: The bytes of a notebook, or of a small file.
        path: Where another file is; None if `content` has its bytes.
    """

    name: str
    content: bytes = b""
    path: Path | None = None


def arrived_file(name: str, path: Path) -> ArrivedFile:
    """A file that has arrived on disk; only a notebook is read.

    Args:
        name: Name of the file as the student had it.
        path: Where it is, until `submit` or `check_files` returns.
    """
    if not is_notebook(name):
        return ArrivedFile(name=name, path=path)
    size = min(path.stat().st_size, notebooks.MOST_BYTES + 1)  # one byte too many, so that it is refused as too large
    with path.open("rb") as stream:
        return ArrivedFile(name=name, content=stream.read(size))


def not_one_notebook(names: Sequence[str]) -> Text:
    """Say that an upload needs one notebook, and which files were chosen.

    Args:
        names: Names of the files that arrived; empty if none did.
    """
    if not names:
        return message("Choose one notebook: a file whose name ends with .ipynb.")
    return message(
        "Choose one notebook: a file whose name ends with .ipynb. You chose: {names}.",
        names=printable(", ".join(names), _LONGEST_NAMES),
    )


def recognised(site: CourseSite, files: Sequence[ArrivedFile]) -> str:
    """The exercise to which all notebooks among some files belong.

    Raises:
        RefusedUploadError: There is no notebook, one cannot be read, or the exercise is not clear.
    """
    exercises = {site.released().exercise_of(_parsed({file.name: file})) for file in files if is_notebook(file.name)}
    if not exercises:
        raise RefusedUploadError(not_one_notebook([file.name for file in files]))
    if len(exercises) > 1:
        raise RefusedUploadError(
            message("The notebooks belong to different exercises. Submit each exercise separately.")
        )
    (slug,) = exercises
    if not slug:
        raise RefusedUploadError(
            message("The portal cannot tell which exercise this notebook belongs to. Name the exercise.")
        )
    return slug


def submit(
    site: CourseSite,
    slug: str,
    member: Member,
    token: str,
    notebook: ArrivedFile,
    others: Sequence[ArrivedFile],
    *,
    refuses_other_files: bool = False,
) -> QueuedUpload:
    """Check an upload, and store it with its job.

    The files are on disk before the database refers to them. The upload and its job are one transaction.

    Args:
        site: The course.
        slug: The exercise.
        member: The student.
        token: Token of the form. A second call with the same token returns the first upload.
        notebook: The notebook.
        others: The other files, of which the exercise's settings choose. If the exercise has several notebooks, the
            others are among them.
        refuses_other_files: Whether a token is refused that has stored other files.

    Raises:
        RefusedUploadError: A notebook cannot be read, or belongs to another exercise.
        ReusedTokenError: The token has stored other files, and `refuses_other_files` is set.
    """
    upload = _stored(site, slug, member, token, notebook, others)
    queued = site.queue.add(upload)
    if refuses_other_files and (queued.upload.exercise, queued.upload.digest) != (slug, upload.digest):
        raise ReusedTokenError(message("This idempotency key was used for other files. Send a new key."))
    return queued


def is_repeated(queued: QueuedUpload, token: str) -> bool:
    """Whether the student had already submitted the same files with another form, so that nothing new was stored.

    Args:
        queued: What `submit` returned.
        token: Token of the form.
    """
    return queued.upload.token != _stored_token(token)


@dataclass(frozen=True, slots=True, kw_only=True)
class FilesToCheck:
    """Files that a student has before submitting.

    Attributes:
        files: The notebooks under their names in the exercise, and the other files that it accepts.
        remarks: Which files are missing, and which would be ignored.
        unanswered: Which answers are named nowhere in the code; empty if all are.
    """

    files: tuple[HandedIn, ...]
    remarks: tuple[Text, ...]
    unanswered: tuple[Text, ...]


def check_files(site: CourseSite, slug: str, notebook: ArrivedFile, others: Sequence[ArrivedFile]) -> FilesToCheck:
    """Check files as `submit` does. Nothing is stored, and nothing runs.

    Args:
        site: The course.
        slug: The exercise.
        notebook: The notebook.
        others: The other files; see `submit`.

    Raises:
        RefusedUploadError: A notebook cannot be read, or belongs to another exercise.
    """
    exercise = site.exercise(slug).exercise
    parts, parsed = _accepted(site, exercise, notebook, others)
    attached = _attached(exercise, notebook, [file for file in others if file not in parts.values()])
    without_file = patterns_without_file(attached.files, exercise.hand_in) if exercise.hand_in.required else ()
    absent = [
        *(name for name in exercise.notebooks if exercise.further_notebooks and name not in parts),
        *without_file,
    ]
    texts = [message("The exercise also asks for a file `{name}`. Choose it too.", name=name) for name in absent]
    return FilesToCheck(
        files=(*(HandedIn(name, file.content) for name, file in parts.items()), *attached.files),
        remarks=(*texts, *attached.remarks),
        unanswered=_missing(parsed, exercise.answer_names),
    )


def _stored(
    site: CourseSite, slug: str, member: Member, token: str, notebook: ArrivedFile, others: Sequence[ArrivedFile]
) -> Upload:
    """The upload for the database; its files are on disk. See `submit`."""
    exercise = site.exercise(slug).exercise
    parts, parsed = _accepted(site, exercise, notebook, others)
    main = parts.get(MAIN_NOTEBOOK)
    content = main.content if main else b""
    results = site.results(slug)
    attached = _attached(exercise, notebook, [file for file in others if file not in parts.values()])
    arrived = Submission(
        student=member.student,
        exercise=slug,
        origin=notebook.name,
        content=content,
        files=(
            *attached.files,
            *(HandedIn(name, file.content) for name, file in parts.items() if name != MAIN_NOTEBOOK),
        ),
    )
    # Only these files are waited for: with 300 students, waiting for all files of the machine would take longer.
    digest, files = results.keep_notebook(content, lasting=True), results.keep_files(arrived, lasting=True)
    return Upload(
        exercise=slug,
        account=member.account,
        student=member.student,
        token=_stored_token(token),
        digest=digest_of(digest, files),
        notebook=digest,
        files=files,
        origin=notebook.name,
        remarks=(*attached.remarks, *_missing(parsed, exercise.answer_names)),
        submitted_at=now(),
    )


def _stored_token(token: str) -> str:
    """The token of a form as the database has it."""
    return hashlib.sha256(token.encode()).hexdigest()


def _accepted(
    site: CourseSite, exercise: Exercise, notebook: ArrivedFile, others: Sequence[ArrivedFile]
) -> tuple[dict[str, ArrivedFile], notebooks.Notebook]:
    """File name in the exercise -> the notebook that counts, and all of them as one.

    Raises:
        RefusedUploadError: A notebook cannot be read, or belongs to another exercise.
    """
    parts = _parts(site, exercise, notebook, others)
    parsed = _parsed(parts)
    mistaken = site.released().wrong_exercise(parsed, exercise.slug, exercise.answer_names)
    notice = other_exercise.notice(mistaken, exercise.title, other_exercise.titles(site.course))
    if notice:
        raise RefusedUploadError(notice)
    return parts, parsed


def _attached(exercise: Exercise, notebook: ArrivedFile, others: Sequence[ArrivedFile]) -> Attachments:
    """The files that the exercise accepts besides its notebooks."""
    public = [file.name for file in exercise.files]
    entries = [
        Entry(
            parts=(file.name,),
            source=file.path or file.content,
            size=file.path.stat().st_size if file.path else len(file.content),
        )
        for file in others
    ]
    return choose_attachments(
        Entry(parts=(notebook.name,), content=notebook.content), entries, exercise.hand_in, public
    )


def _parts(
    site: CourseSite, exercise: Exercise, notebook: ArrivedFile, others: Sequence[ArrivedFile]
) -> dict[str, ArrivedFile]:
    """File name in the exercise -> the notebook that counts."""
    if not exercise.further_notebooks:
        return {MAIN_NOTEBOOK: notebook}
    sent = [notebook, *(file for file in others if is_notebook(file.name))]
    return choose_parts(
        sent,
        ReleasedNotebooks(other_exercise.given_out(site.course, exercise)),
        name_of=lambda file: file.name,
        content_of=lambda file: file.content,
        rank=lambda file, _: sent.index(file),
    )


def _parsed(parts: Mapping[str, ArrivedFile]) -> notebooks.Notebook:
    """All notebooks as one.

    Raises:
        RefusedUploadError: One of them cannot be read.
    """
    parsed = []
    for file in parts.values():
        try:
            parsed.append(notebooks.parse(file.content))
        except notebooks.InvalidNotebookError as error:
            text = error.text if len(parts) == 1 else message("{name}: {remark}", name=file.name, remark=error.text)
            raise RefusedUploadError(text) from error
    return parsed[0] if len(parsed) == 1 else notebooks.one_after_another(parsed)


def _missing(notebook: notebooks.Notebook, answers: Sequence[str]) -> tuple[Text, ...]:
    """A remark on answers whose names occur nowhere in the code; empty if there is none."""
    code = "\n".join(notebook.code)
    names = [f"`{name}`" for name in answers if name not in code]
    if not names:
        return ()
    return (message("These answers are not in your notebook: {names}.", names=joined(*names, separator=", ")),)
