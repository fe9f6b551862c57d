"""Submitted Python files, read as a notebook with a single cell: they are looked at, and never run here."""

from dataclasses import replace

from grader.assess.evidence import Evidence, Surroundings
from grader.text.messages import Text, message

_MOST_BYTES = 400_000


def file_as_cells(evidence: Evidence, name: str) -> Evidence | None:
    """The evidence with a submitted file in place of the cells; None if it was not submitted.

    Args:
        evidence: The evidence about a question.
        name: Name of the file. Case does not count. An empty name stands for the notebook itself.
    """
    if not name:
        return evidence
    contents = [file.content for file in evidence.around.files if file.name.lower() == name.lower()]
    if not contents:
        return None
    source = contents[0][:_MOST_BYTES].decode("utf-8", "replace").replace("\r\n", "\n")
    return replace(evidence, cells=(source,), around=Surroundings(files=evidence.around.files))


def not_submitted(name: str) -> Text:
    """Say that a file was not submitted."""
    return message("No file `{pattern}` was submitted: this question was not attempted.", pattern=name)
