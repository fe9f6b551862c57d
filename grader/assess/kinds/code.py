"""Code that a person grades: the code of a function or class, or of a named cell."""

import ast
from dataclasses import replace

from grader.assess import function_source, options
from grader.assess.cell_absence import missing_cell
from grader.assess.evidence import Evidence
from grader.assess.findings import unmarked
from grader.assess.kinds.kind import Kind, no_variable, problems_of_places
from grader.assess.kinds.text import READ
from grader.assess.submitted_files import file_as_cells, not_submitted
from grader.model.assessment import Finding, Verdict
from grader.model.exercise import Question
from grader.model.key import AnswerKey
from grader.model.needs import Needs
from grader.storage.answer_data import as_answer
from grader.text import python_source
from grader.text.messages import Text, message

_MOST_TEXT = 20_000


class CodeOptions(options.Options):
    """The name of the cell, or of the function or class, whose code a person reads; or a submitted file.

    With a `file`, the `function` is in that file; without `function`, a person reads all of it.
    """

    cell: str = ""
    function: str = ""
    file: str = ""


def check_options(question: Question, key: AnswerKey) -> list[str]:
    """See `Kind.check_options`: one place is named; there may be a model answer, which is text; there are no slips."""
    problems = options.problems(CodeOptions, question.options)
    if not problems:
        rule = options.read(CodeOptions, question.options)
        problems += problems_of_places(question, [name for name in ("cell", "function") if getattr(rule, name)])
        problems += problems_of_places(question, [name for name in ("cell", "file") if getattr(rule, name)])[-1:]
        problems += (
            []
            if rule.cell or rule.function or rule.file
            else ["the place of the code is missing. Set 'cell' or 'function'."]
        )
    return [*problems, *problems_of_model_answer(question, key)]


def problems_of_model_answer(question: Question, key: AnswerKey) -> list[str]:
    """The problems with what the key says about an answer that a person grades."""
    problems = []
    if question.id in key.answers and not isinstance(as_answer(key.answers[question.id]), str):
        problems.append("the model answer in answers() must be text. Write text, or leave it out.")
    if key.slips.get(question.id):
        problems.append("slips() are for questions that the grader marks. Remove them.")
    return problems


def assess(question: Question, evidence: Evidence) -> Finding:
    """See `Kind.assess`: code waits for a person; what is not written yet is not attempted."""
    rule = options.read(CodeOptions, question.options)
    source = file_as_cells(evidence, rule.file)
    if source is None:
        return unmarked(question, Verdict.NOT_ATTEMPTED, not_submitted(rule.file))
    if reason := _not_written(rule, source):
        return unmarked(question, Verdict.NOT_ATTEMPTED, reason)
    return for_a_person(question, evidence, _code(rule, source))


def _code(rule: CodeOptions, evidence: Evidence) -> str:
    if rule.function:
        return _of_function(rule.function, evidence)
    return evidence.cells[0] if rule.file else _of_cell(rule.cell, evidence)


def for_a_person(question: Question, evidence: Evidence, answer: str) -> Finding:
    """The finding for an answer that a person reads, with the model answer if the key has one and it may be shown."""
    has_model = question.show_expected and question.id in evidence.key.answers
    waiting = unmarked(question, Verdict.NEEDS_HUMAN, message(READ))
    return replace(waiting, expected=str(evidence.expected) if has_model else "", found=answer[:_MOST_TEXT])


def _not_written(rule: CodeOptions, evidence: Evidence) -> Text:
    """The reason why there is nothing to read; empty if there is something."""
    if rule.function:
        if not _of_function(rule.function, evidence):
            return does_not_define(rule.file, rule.function)
        placeholder = function_source.placeholder(function_source.definition(evidence.cells, rule.function))
        if placeholder:
            return message(
                "`{name}` still contains `{left}`: its body has not been written.", name=rule.function, left=placeholder
            )
        return ""
    if rule.file:
        return "" if evidence.cells[0].strip() else not_submitted(rule.file)
    if absent := missing_cell(evidence, rule.cell):
        return absent.reason
    index = evidence.cell(rule.cell) or 0
    code = evidence.cells[index]
    handout = {source.strip() for source in evidence.handout_cells}
    is_as_handed_out = not code.strip() or code.strip() in handout or python_source.holds_blank(code)
    if is_as_handed_out or _only_raises(code):
        return message("Cell {cell} has not been changed yet: this question was not attempted.", cell=index + 1)
    return ""


def _only_raises(code: str) -> bool:
    """Whether a cell is only `raise NotImplementedError()`, as nbgrader hands it out."""
    tree = python_source.parsed(code)
    statement = tree.body[0] if tree and len(tree.body) == 1 else None
    return isinstance(statement, ast.Raise) and "NotImplementedError" in ast.unparse(statement)


def does_not_define(file: str, name: str) -> Text:
    """Say that the notebook, or a submitted file, does not define a function or class."""
    if file:
        return message("`{file}` does not define `{name}`.", file=file, name=name)
    return message("The notebook does not define `{name}`.", name=name)


def _of_cell(name: str, evidence: Evidence) -> str:
    index = evidence.cell(name)
    return "" if index is None else evidence.cells[index]


def _of_function(name: str, evidence: Evidence) -> str:
    """The code of the last function or class of this name at the top level of a cell; empty if there is none."""
    code = ""
    for source in evidence.cells:
        tree = python_source.parsed(source) if name in source else None
        for node in tree.body if tree else ():
            is_definition = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
            if is_definition and getattr(node, "name", "") == name:
                lines = source.split("\n")
                first = min([node.lineno, *(decorator.lineno for decorator in getattr(node, "decorator_list", ()))])
                code = "\n".join(lines[first - 1 : node.end_lineno])
    return code


def form_problem(question: Question, evidence: Evidence) -> Text:
    """See `Kind.form_problem`: the code has been written. Submitted files are not looked at here."""
    rule = options.read(CodeOptions, question.options)
    return "" if rule.file else _not_written(rule, evidence)


KIND = Kind(
    check_options=check_options,
    assess=assess,
    form_problem=form_problem,
    request=no_variable,
    needs=Needs(answer=False, variable=False),
    by_hand=True,
)
