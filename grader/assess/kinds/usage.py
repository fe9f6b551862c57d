"""What the student's code uses and does not use: functions, modules, methods, loops; found in its syntax tree."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Annotated

from pydantic import AfterValidator

from grader.assess import function_source, options
from grader.assess.cell_absence import missing_cell
from grader.assess.evidence import Evidence
from grader.assess.findings import finding, unmarked
from grader.assess.kinds.code import does_not_define
from grader.assess.kinds.kind import Kind, no_variable, problems_of_places
from grader.assess.submitted_files import file_as_cells, not_submitted
from grader.model.assessment import Finding, Part, Verdict
from grader.model.exercise import Question
from grader.model.key import AnswerKey
from grader.model.needs import Needs
from grader.text import python_source, values
from grader.text.code_uses import SYNTAX, Use, canonical, uses_in
from grader.text.messages import Text, joined, message


def _rule(text: str) -> str:
    if text not in SYNTAX and not all(part.isidentifier() for part in text.removeprefix(".").split(".")):
        words = ", ".join(SYNTAX)
        raise ValueError(f"must be a function such as 'np.convolve', a module, a method such as '.fit', or {words}")
    return text


_Rule = Annotated[str, AfterValidator(_rule)]


class UsageOptions(options.Options):
    """The things that the code must use and must not use, and where: in a cell, a function, or the whole notebook.

    With `file`, they are in a submitted Python file.

    A list inside `uses` names alternatives.
    """

    uses: tuple[_Rule | tuple[_Rule, ...], ...] = ()
    avoids: tuple[_Rule, ...] = ()
    cell: str = ""
    function: str = ""
    file: str = ""


@dataclass(frozen=True, slots=True)
class _Check:
    """One rule, and the first use of what it names; `is_met` is None if this cannot be known."""

    label: Text
    is_met: bool | None
    reason: Text


def check_options(question: Question, key: AnswerKey) -> list[str]:
    """See `Kind.check_options`: there is a rule, at most one place, and no expected value."""
    problems = options.problems(UsageOptions, question.options)
    if not problems:
        rule = options.read(UsageOptions, question.options)
        problems += problems_of_places(question, [name for name in ("cell", "function") if getattr(rule, name)])
        problems += problems_of_places(question, [name for name in ("cell", "file") if getattr(rule, name)])[-1:]
        problems += [] if rule.uses or rule.avoids else ["there is no rule. Set 'uses' or 'avoids'."]
    if question.id in key.answers or key.slips.get(question.id):
        problems.append("its rules are in exercise.toml. Remove the question from answers() and slips().")
    return problems


def assess(question: Question, evidence: Evidence) -> Finding:
    """See `Kind.assess`: an equal share for each rule; none if there is no code yet."""
    rule = options.read(UsageOptions, question.options)
    source = file_as_cells(evidence, rule.file)
    if source is None:
        return unmarked(question, Verdict.NOT_ATTEMPTED, not_submitted(rule.file))
    if reason := _not_attempted(rule, source):
        return unmarked(question, Verdict.NOT_ATTEMPTED, reason)
    checks = tuple(_checks(rule, _uses(rule, source)))
    if unclear := next((check.reason for check in checks if check.is_met is None), ""):
        return replace(unmarked(question, Verdict.NEEDS_HUMAN, unclear), parts=tuple(map(_part, checks)))
    missed = [check for check in checks if not check.is_met]
    return finding(
        question,
        1 - len(missed) / len(checks),
        reason=joined(*(check.reason for check in missed)),
        parts=list(map(_part, checks)),
    )


def _not_attempted(rule: UsageOptions, evidence: Evidence) -> Text:
    """The reason why there is no code to look at; empty if there is some."""
    if rule.function:
        node = function_source.definition(evidence.cells, rule.function)
        is_class = any(rule.function in python_source.bound_names(source) for source in evidence.cells)
        if node is None and not is_class:
            return does_not_define(rule.file, rule.function)
        if placeholder := function_source.placeholder(node):
            return message(
                "`{name}` still contains `{left}`: its body has not been written.", name=rule.function, left=placeholder
            )
        return ""
    if rule.cell and (absent := missing_cell(evidence, rule.cell)):
        return absent.reason
    places = _cells(rule, evidence)
    blank = next((index for index in places if python_source.holds_blank(evidence.cells[index])), None)
    if blank is not None:
        return message("Cell {cell} still contains `...`: this question was not attempted.", cell=blank + 1)
    if not any(evidence.cells[index].strip() for index in places):
        return message("The notebook has no code of yours yet: this question was not attempted.")
    return ""


def _cells(rule: UsageOptions, evidence: Evidence) -> list[int]:
    """The cells that a rule is about: the named one, or all that differ from those of the exercise."""
    if rule.cell:
        index = evidence.cell(rule.cell)
        return [] if index is None else [index]
    handout = {source.strip() for source in evidence.handout_cells}
    return [index for index, source in enumerate(evidence.cells) if source.strip() not in handout]


def _uses(rule: UsageOptions, evidence: Evidence) -> tuple[Use, ...]:
    uses = uses_in(evidence.cells)
    return uses.within(rule.function) if rule.function else uses.in_cells(_cells(rule, evidence))


def _checks(rule: UsageOptions, uses: tuple[Use, ...]) -> Iterator[_Check]:
    doubt = next((_doubt(use, rule.file) for use in uses if use.unclear), "")
    for names in rule.uses:
        ways = (names,) if isinstance(names, str) else names
        is_used = any(use.is_of(way) for use in uses for way in ways)
        label = message("uses {names}", names=values.choice([f"`{way}`" for way in ways]))
        reason = message("The code does not use {names}.", names=values.choice([f"`{way}`" for way in ways]))
        yield _Check(label, True if is_used else None if doubt else False, "" if is_used else doubt or reason)
    for name in rule.avoids:
        use = next((use for use in uses if use.is_of(name)), None)
        label = message("does not use {names}", names=f"`{name}`")
        if use:
            yield _Check(label, False, _place(use, name, rule.file))
        else:
            yield _Check(label, None if doubt else True, doubt)


def _where(use: Use, file: str) -> Text:
    return f"`{file}`" if file else message("Cell {cell}", cell=use.cell + 1)


def _place(use: Use, name: str, file: str) -> Text:
    """A sentence about the place at which something is used that the task does not allow."""
    if name in SYNTAX:
        return message(
            "{place}, line {line} has `{code}`. The task asks you to do without `{name}`.",
            place=_where(use, file),
            line=use.line,
            code=use.code,
            name=name,
        )
    is_alias = not name.startswith(".") and canonical(use.code) != use.name
    full = message("(this is `{name}`)", name=use.name) if is_alias else ""
    return message(
        "{place}, line {line} uses {code}. The task asks you to do without `{name}`.",
        place=_where(use, file),
        line=use.line,
        code=joined(f"`{use.code}`", full),
        name=name,
    )


def _doubt(use: Use, file: str) -> Text:
    return message(
        "{place}, line {line}: the grader cannot see what `{code}` uses. This costs you no points: an instructor will "
        "look at it.",
        place=_where(use, file),
        line=use.line,
        code=use.code or "...",
    )


def _part(check: _Check) -> Part:
    return Part(label=check.label, correct=check.is_met is True, expected="", found="", reason=check.reason)


def form_problem(question: Question, evidence: Evidence) -> Text:
    """See `Kind.form_problem`: there is code to look at. The rules are public, so they are checked, too."""
    rule = options.read(UsageOptions, question.options)
    if rule.file:
        return ""
    if reason := _not_attempted(rule, evidence):
        return reason
    checks = _checks(rule, _uses(rule, evidence))
    return next((check.reason for check in checks if check.is_met is False), "")


KIND = Kind(
    check_options=check_options,
    assess=assess,
    form_problem=form_problem,
    request=no_variable,
    needs=Needs(answer=False, variable=False),
)
