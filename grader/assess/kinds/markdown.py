"""A Markdown cell that a person grades."""

from pydantic import Field

from grader.assess import options
from grader.assess.answer_forms import words_of
from grader.assess.evidence import Evidence, TextCell
from grader.assess.findings import unmarked
from grader.assess.kinds.code import for_a_person, problems_of_model_answer
from grader.assess.kinds.kind import Kind, no_variable, problems_of_places
from grader.model.assessment import Finding, Verdict
from grader.model.exercise import Question
from grader.model.key import AnswerKey
from grader.model.needs import Needs
from grader.text.messages import Text, counted, message


class MarkdownOptions(options.Options):
    """The name of the cell, and the number of words that the question requires."""

    cell: str = Field(min_length=1)
    minimum_words: int = Field(0, ge=0)


def check_options(question: Question, key: AnswerKey) -> list[str]:
    """See `Kind.check_options`: a cell is named; there may be a model answer, which is text; there are no slips."""
    problems = options.problems(MarkdownOptions, question.options) or problems_of_places(question, ())
    return [*problems, *problems_of_model_answer(question, key)]


def assess(question: Question, evidence: Evidence) -> Finding:
    """See `Kind.assess`: text waits for a person; a cell that is missing, empty or unchanged is not attempted."""
    rule = options.read(MarkdownOptions, question.options)
    cell = text_cell(evidence, rule.cell)
    if cell is None:
        return unmarked(question, Verdict.NOT_ATTEMPTED, unchanged(rule.cell))
    return for_a_person(question, evidence, written(cell))


def text_cell(evidence: Evidence, name: str) -> TextCell | None:
    """The Markdown cell with a name that the student wrote or changed, unless it is empty.

    Args:
        evidence: The evidence, which has the student's own cells.
        name: The id of the cell, or what its first line says: `<!-- cell: why -->`.
    """
    cells = [cell for cell in evidence.texts if cell.kind == "markdown" and (written(cell) or cell.pictures)]
    commented = [cell for cell in cells if named_by_comment(cell.source) == name]
    named = commented or [cell for cell in cells if cell.name == name]
    return named[-1] if named else None


def written(cell: TextCell) -> str:
    """The text of a cell without the line that names it."""
    first, _, rest = cell.source.strip().partition("\n")
    return (rest if _is_comment(first) else cell.source).strip()


def named_by_comment(source: str) -> str:
    """The name that the first line of a cell gives it, `<!-- cell: why -->`; empty if it gives none."""
    first = source.strip().partition("\n")[0]
    return "".join(first.split())[len("<!--cell:") : -len("-->")] if _is_comment(first) else ""


def _is_comment(line: str) -> bool:
    bare = "".join(line.split())
    return bare.startswith("<!--cell:") and bare.endswith("-->")


def unchanged(name: str) -> Text:
    """Say that a Markdown cell has no answer yet."""
    return message(
        "The notebook has no answer in the text cell `{name}`. If you wrote one, make `<!-- cell: {name} -->` the first"
        " line of its cell.",
        name=name,
    )


def form_problem(question: Question, evidence: Evidence) -> Text:
    """See `Kind.form_problem`: the cell has a text that is long enough. A person decides on its points."""
    rule = options.read(MarkdownOptions, question.options)
    cell = text_cell(evidence, rule.cell)
    if cell is None:
        return unchanged(rule.cell)
    count = words_of(written(cell))
    if count >= rule.minimum_words:
        return ""
    few = counted(
        count,
        "{amount} word, but the question asks for at least {least}",
        "{amount} words, but the question asks for at least {least}",
        least=rule.minimum_words,
    )
    return message("The text cell `{name}` has {few}.", name=rule.cell, few=few)


KIND = Kind(
    check_options=check_options,
    assess=assess,
    form_problem=form_problem,
    request=no_variable,
    needs=Needs(answer=False, variable=False),
    by_hand=True,
)
