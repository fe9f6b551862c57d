"""What a student uploaded in the portal: the files of each upload, with their sizes, and how far it is."""

from dataclasses import dataclass
from pathlib import Path

from grader.gradebook.results import Results
from grader.model.portal import Member, QueuedUpload
from grader.pipeline.course_site import CourseSite
from grader.pipeline.marking import now


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadedFile:
    """A file of an upload.

    Attributes:
        name: Its name.
        size: Its bytes; None if it is not in the results any more.
    """

    name: str
    size: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadLine:
    """An upload of a student.

    Attributes:
        queued: The upload and its job.
        files: The notebook, and then the other files.
    """

    queued: QueuedUpload
    files: tuple[UploadedFile, ...]


def upload_lines(site: CourseSite, slug: str, student: str) -> tuple[UploadLine, ...]:
    """The uploads of a student for an exercise, the first one first.

    Args:
        site: The course.
        slug: The exercise.
        student: Name of the student in the gradebook; empty for a person without one.
    """
    results = site.results(slug)
    uploads = site.queue.of_student(student, slug) if student else []
    return tuple(UploadLine(queued=queued, files=_files(results, queued)) for queued in uploads)


def uploaded_file(
    site: CourseSite, slug: str, by: Member, student: str, number: int, position: int
) -> tuple[str, bytes | Path] | None:
    """A file of an upload, for staff; the audit log notes it.

    Args:
        site: The course.
        slug: The exercise.
        by: The person who downloads it.
        student: Name of the student in the gradebook.
        number: Number of the upload.
        position: Place of the file in `UploadLine.files`, from 0.

    Returns:
        The name of the file, and its bytes or its path; None if there is no such file.
    """
    results = site.results(slug)
    uploads = [queued.upload for queued in site.queue.of_student(student, slug) if queued.number == number]
    if not uploads or not 0 <= position <= len(uploads[0].files):
        return None
    (upload,) = uploads
    name = upload.files[position - 1].name if position else upload.origin
    content = results.notebook(upload.notebook) if position == 0 else results.stored_file(upload.files[position - 1])
    if content is None:
        return None
    site.note_event(by.account, "download", f"{slug} {student}: {name}", now())
    return name, content


def _files(results: Results, queued: QueuedUpload) -> tuple[UploadedFile, ...]:
    upload = queued.upload
    notebook = UploadedFile(name=upload.origin, size=results.notebook_size(upload.notebook))
    paths = [(file.name, results.stored_file(file)) for file in upload.files]
    others = (UploadedFile(name=name, size=path.stat().st_size if path else None) for name, path in paths)
    return (notebook, *others)
