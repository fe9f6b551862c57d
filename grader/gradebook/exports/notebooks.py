"""The files beside a student's page in an archive of feedback: the student's own notebook, and comments of staff."""

import hashlib
from collections.abc import Iterator

from grader.gradebook.exports.feedback import PAGE
from grader.gradebook.exports.mark import ExportedMark
from grader.model.exercise import Exercise

NOTEBOOK, COMMENTS = "notebook.ipynb", "comments.txt"


def beside(page: str) -> tuple[str, str]:
    """The paths of the notebook and of the comments.

    Args:
        page: Path of the page in the archive. A platform that takes flat files finds the student by the file's name, so
            all three files then have this name with their own endings.

    Example:
        >>> beside("Ann Lee_34_assignsubmission_file_/report.html")[0]
        'Ann Lee_34_assignsubmission_file_/notebook.ipynb'
        >>> beside("leeann_12_99_lab.html")
        ('leeann_12_99_lab.ipynb', 'leeann_12_99_lab.txt')
    """
    if page.endswith(f"/{PAGE}"):
        folder = page.removesuffix(PAGE)
        return f"{folder}{NOTEBOOK}", f"{folder}{COMMENTS}"
    stem = page.removesuffix(".html")
    return f"{stem}.ipynb", f"{stem}.txt"


def is_of(content: bytes, digest: str) -> bool:
    """Whether a notebook is the one with this SHA-256, and not that of another student."""
    return hashlib.sha256(content).hexdigest() == digest


def comments(exercise: Exercise, mark: ExportedMark) -> str:
    """The comments of staff as plain text, each below the title of its question; empty if there are none."""
    titles = {question.id: question.title for question in exercise.questions} | dict(mark.titles)
    paragraphs = [(exercise.title, mark.assessment.comment)]
    for finding in mark.assessment.findings:
        title = titles.get(finding.question, finding.question)
        paragraphs.append((title, str(finding.comment)))
        paragraphs += [(f"{title}: {criterion.title}", criterion.comment) for criterion in finding.criteria]
    return "\n".join(_lines(paragraphs))


def _lines(paragraphs: list[tuple[str, str]]) -> Iterator[str]:
    for title, comment in paragraphs:
        if comment.strip():
            yield f"{title}\n\n{comment.strip()}\n"
