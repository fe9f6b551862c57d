"""Pictures that a student drew or photographed, in a Markdown cell or as submitted files; a person grades them."""

import fnmatch
from collections.abc import Sequence
from dataclasses import replace

from pydantic import Field

from grader.assess import options
from grader.assess.evidence import Evidence
from grader.assess.findings import unmarked
from grader.assess.kinds.code import for_a_person, problems_of_model_answer
from grader.assess.kinds.kind import Kind, no_variable, problems_of_places
from grader.assess.kinds.markdown import text_cell, unchanged, written
from grader.assess.submitted_files import not_submitted
from grader.model.assessment import Finding, Verdict
from grader.model.exercise import Question
from grader.model.figures import Pictures
from grader.model.key import AnswerKey
from grader.model.needs import Needs
from grader.storage.pictures import as_address
from grader.text.messages import Text, counted, joined, message, number


class ImageOptions(options.Options):
    """Where the pictures are: a Markdown `cell`, or submitted files that fit a pattern; and how many are shown."""

    cell: str = ""
    file: str = ""
    most: int = Field(3, ge=1, le=8)


def check_options(question: Question, key: AnswerKey) -> list[str]:
    """See `Kind.check_options`: one place is named; there may be a model answer, which is text; there are no slips."""
    problems = options.problems(ImageOptions, question.options)
    if not problems:
        rule = options.read(ImageOptions, question.options)
        places = [name for name in ("cell", "file") if getattr(rule, name)]
        problems += problems_of_places(question, places)
        problems += [] if places else ["the place of the pictures is missing. Set 'cell' or 'file'."]
    return [*problems, *problems_of_model_answer(question, key)]


def assess(question: Question, evidence: Evidence) -> Finding:
    """See `Kind.assess`: pictures wait for a person; without any, the question is not attempted."""
    rule = options.read(ImageOptions, question.options)
    contents = _contents(rule, evidence)
    if not contents:
        return unmarked(question, Verdict.NOT_ATTEMPTED, _none(rule))
    addresses = [address for address in map(as_address, contents[: rule.most]) if address]
    unread = len(contents[: rule.most]) - len(addresses)
    finding = for_a_person(question, evidence, _text(rule, evidence))
    count = counted(len(contents), "{amount} picture", "{amount} pictures")
    return replace(
        finding,
        found=joined(count, finding.found, separator="\n"),
        reason=joined(finding.reason, _left_out(rule, len(contents), unread)),
        figures=(Pictures(addresses=tuple(addresses)),) if addresses else (),
    )


def _contents(rule: ImageOptions, evidence: Evidence) -> Sequence[bytes]:
    if rule.file:
        files = [file for file in evidence.around.files if fnmatch.fnmatchcase(file.name.lower(), rule.file.lower())]
        return [file.content for file in files[: rule.most + 1]]
    cell = text_cell(evidence, rule.cell)
    return cell.pictures if cell else ()


def _text(rule: ImageOptions, evidence: Evidence) -> str:
    """What the student wrote beside the pictures, without the pictures themselves."""
    cell = text_cell(evidence, rule.cell) if rule.cell else None
    lines = written(cell).splitlines() if cell else []
    return "\n".join(line for line in lines if "](attachment:" not in line and "data:image/" not in line)


def _none(rule: ImageOptions) -> Text:
    if rule.file:
        return not_submitted(rule.file)
    return joined(
        unchanged(rule.cell), message("Drag a picture into the cell, or choose Edit > Insert Image in Jupyter.")
    )


def _left_out(rule: ImageOptions, count: int, unread: int) -> Text:
    more = message("Only the first {most} pictures are shown.", most=number(rule.most)) if count > rule.most else ""
    damaged = counted(
        unread,
        "{amount} picture could not be shown: use PNG or JPEG with at most 40 million pixels.",
        "{amount} pictures could not be shown: use PNG or JPEG with at most 40 million pixels.",
    )
    return joined(more, damaged if unread else "")


def form_problem(question: Question, evidence: Evidence) -> Text:
    """See `Kind.form_problem`: there is a picture that can be shown. Submitted files are not looked at here."""
    rule = options.read(ImageOptions, question.options)
    if rule.file:
        return ""
    contents = _contents(rule, evidence)
    if not contents:
        return _none(rule)
    unread = sum(not as_address(content) for content in contents[: rule.most])
    return _left_out(rule, len(contents), unread)


KIND = Kind(
    check_options=check_options,
    assess=assess,
    form_problem=form_problem,
    request=no_variable,
    needs=Needs(answer=False, variable=False),
    by_hand=True,
)
