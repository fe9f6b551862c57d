"""The cause of a missing name after a run, from the cells and the record. Only certain causes are given."""

import difflib
import re
from dataclasses import dataclass

from grader.assess.evidence import Evidence
from grader.assess.name_places import NamePlace, Way, holds_assignment, mentioned, places
from grader.model.record import ENDED_ITSELF, CellRun
from grader.text import python_source as source
from grader.text.language import marked
from grader.text.messages import Text, joined, message, shortened

_ALIKE = 0.8  # share of letters, from 0 to 1, from which two names count as one with a typing error
_SHORTEST = 4  # letters of a name that may be misspelt rather than another one
_SETTING = (Way.SET, Way.BRANCH, Way.LOOP, Way.TRY, Way.HANDLER)
_OTHERWISE = re.compile(r"import \*|\bexec\(|\bglobals\(\)|\blocals\(\)|\bvars\(\)|__main__|^\s*%(?:run|load)\b", re.M)
"""Ways to set a variable without writing its name."""

_ENDS = re.compile(r"(?<![\w.])(?:exit|quit)\b(?:\(\))?")


@dataclass(frozen=True, slots=True)
class Cause:
    """The cause of a missing answer, and the one step that removes it."""

    reason: Text
    remedy: Text


_RESTART = marked("Then restart the kernel, run all cells from the top, and check that the answer exists at the end.")


def cause(evidence: Evidence) -> Cause | None:
    """Find the cause that left a variable or function missing or blank; None if it is not known.

    Errors, limits and the end of the process are not among these causes: `answers` looks for them first.
    """
    uses = _NameUses(evidence)
    for find in (_by_deletion, _by_exit, _by_text_cell, _by_place, _by_misspelling):
        if known_cause := find(uses):
            return known_cause
    return None


def is_set(evidence: Evidence) -> bool:
    """Whether a cell that ran to its end gives the name a value other than a blank."""
    uses = _NameUses(evidence)
    return any(uses.has_run(number) for number, _ in uses.with_way(Way.SET))


def not_set(evidence: Evidence) -> Text:
    """The certain facts about a missing name if no cause is known."""
    name, uses = evidence.name, _NameUses(evidence)
    if ended_in(evidence):
        return message("When the run ended, `{name}` did not exist.", name=name)
    if not evidence.cells or any(_OTHERWISE.search(text) for text in evidence.cells):
        return message("After all cells had run, `{name}` did not exist.", name=name)
    if setting := uses.with_way(Way.SET):
        return message(
            "Cell {cell} sets `{name}`, but `{name}` did not exist after all cells had run.",
            cell=setting[0][0],
            name=name,
        )
    texts = [*evidence.cells, *(text.source for text in evidence.texts)]
    if any(source.defines(text, name) for text in evidence.handout_cells) and not mentioned(texts, name):
        return message(
            ("The cell of the exercise that sets `{name}` is missing from your notebook, and no other cell sets it."),
            name=name,
        )
    return message("No cell of your notebook sets `{name}`.", name=name)


def run_of(evidence: Evidence, index: int) -> CellRun:
    """The run of a code cell.

    Args:
        evidence: The evidence with the record.
        index: Of the cell, from 0.

    Returns:
        Its run. If the notebook ended before the cell, an empty run, as if the cell had not begun.
    """
    return evidence.record.cells[index] if index < len(evidence.record.cells) else CellRun()


def ended_in(evidence: Evidence) -> int | None:
    """Number of the cell, from 1, in which the run ended early; None if all cells have run."""
    waiting = [
        index
        for index, text in enumerate(evidence.cells)
        if text.strip() and run_of(evidence, index).execution_count is None
    ]
    return waiting[0] + 1 if waiting else None


class _NameUses:
    """The places where the cells of a notebook use a name, each with the number of its cell, from 1."""

    def __init__(self, evidence: Evidence) -> None:
        self.evidence, self.name = evidence, evidence.name
        self.places = [
            (number, place)
            for number, text in enumerate(evidence.cells, 1)
            if self.name in text or "%reset" in text or "globals()" in text
            for place in places(text, self.name)
        ]

    def with_way(self, *ways: Way) -> list[tuple[int, NamePlace]]:
        """The places where one of these things is done, without those that leave a blank."""
        return [(number, place) for number, place in self.places if place.way in ways and self._counts(number, place)]

    def has_run(self, number: int) -> bool:
        """Whether a cell ran to its end."""
        run = run_of(self.evidence, number - 1)
        return run.execution_count is not None and run.error is None

    def _counts(self, number: int, place: NamePlace) -> bool:
        """Whether the student did it: a blank, or a comment that the exercise itself contains, is not theirs."""
        if place.way is Way.SET:
            return not source.leaves_blank(self.evidence.cells[number - 1], self.name)
        return place.way is not Way.COMMENT or not self._is_of_handout(number)

    def _is_of_handout(self, number: int) -> bool:
        return self.evidence.cells[number - 1].strip() in {text.strip() for text in self.evidence.handout_cells}


def _then_restart(step: Text) -> Text:
    return joined(step, message(_RESTART))


def _by_deletion(uses: _NameUses) -> Cause | None:
    """The name was deleted again: the run showed it, or the source leaves no doubt."""
    name, gone_after = uses.name, uses.evidence.answer.gone_after
    last = max((number for number, _ in uses.with_way(*_SETTING)), default=0)
    removing = [
        (number, place)
        for number, place in uses.with_way(Way.REMOVED, Way.RESET)
        if (number == gone_after if gone_after else last and number >= last and uses.has_run(number))
        and (gone_after or _deletes(place, name))
    ]
    if removing:
        number, place = removing[0]
        reason = message("Cell {cell} deletes `{name}` again: `{code}`.", cell=number, name=name, code=place.detail)
        return Cause(
            reason, _then_restart(message("Remove `{code}` from cell {cell}.", code=place.detail, cell=number))
        )
    if gone_after:
        reason = message("`{name}` had a value, but was gone after cell {cell}.", name=name, cell=gone_after)
        return Cause(
            reason,
            _then_restart(
                message("Find the code in cell {cell} that deletes it, and remove that code.", cell=gone_after)
            ),
        )
    return None


def _deletes(place: NamePlace, name: str) -> bool:
    if place.way is Way.REMOVED:
        return True
    words = place.detail.split()
    if words[0] == "%reset":  # with or without -f: without a terminal to confirm it, IPython deletes
        return not {"in", "out", "dhist", "array"} & set(words)
    return words[0] == "%xdel" and name in words


def _by_exit(uses: _NameUses) -> Cause | None:
    """The cell never ran, because `exit()` ended the notebook before it."""
    evidence = uses.evidence
    end_cell = ended_in(evidence) if ENDED_ITSELF in evidence.record.remarks else None
    waiting = [number for number, _ in uses.with_way(*_SETTING) if end_cell and number >= end_cell]
    before = [index + 1 for index in range(end_cell - 1) if evidence.cells[index].strip()] if end_cell else []
    if not waiting or not before or uses.has_run(waiting[0]):
        return None
    match = _ENDS.search(evidence.cells[before[-1] - 1])
    call = match[0] if match else "exit()"
    reason = message(
        "Cell {end} ends the notebook with `{call}`, so cell {cell}, which defines `{name}`, never ran.",
        end=before[-1],
        call=call,
        cell=waiting[0],
        name=uses.name,
    )
    return Cause(reason, _then_restart(message("Remove `{code}` from cell {cell}.", code=call, cell=before[-1])))


def _by_text_cell(uses: _NameUses) -> Cause | None:
    """The code is in a text cell."""
    for text in uses.evidence.texts:
        blank = re.search(rf"(?<!\w){re.escape(uses.name)}\s*=\s*\.\.\.", text.source)
        if holds_assignment(text.source, uses.name) and not blank and not uses.with_way(Way.SET):
            kind = message("Markdown") if text.kind == "markdown" else message("raw text")
            place = (
                message("The cell after cell {cell}", cell=text.after)
                if text.after
                else message("The cell at the beginning")
            )
            reason = message(
                "{place}, which contains `{name} = ...`, is {kind} and not code, so it never ran.",
                place=place,
                name=uses.name,
                kind=kind,
            )
            if any(line in text.source for line in (f"def {uses.name}", f"class {uses.name}")):
                reason = message(
                    "{place}, which defines `{name}`, is {kind} and not code, so it never ran.",
                    place=place,
                    name=uses.name,
                    kind=kind,
                )
            step = message("Make it a code cell again: select it in Jupyter, press Esc, then Y.")
            return Cause(reason, _then_restart(step))
    return None


def _by_place(uses: _NameUses) -> Cause | None:
    """The name is set in a place that leaves no value behind; not looked for if another cell certainly sets it."""
    if uses.with_way(Way.SET):
        return None
    for way, (reason, remedy) in _WAYS.items():
        for number, place in uses.with_way(way):
            if (way in _SETTING and not uses.has_run(number)) or (way is Way.COMPARED and not place.detail):
                continue
            details = {"cell": number, "name": uses.name, "detail": place.detail, "line": place.line}
            return Cause(message(reason, **details), _then_restart(message(remedy, **details)))
    return None


_WAYS = {
    Way.FOREIGN: (
        marked("Cell {cell} begins with `{detail}`, so the line that sets `{name}` does not run as Python."),
        marked("Remove `{detail}`, or set `{name}` in a separate cell."),
    ),
    Way.TIMED: (
        marked("Cell {cell} sets `{name}` under `{detail}`, which discards all variables set in the cell."),
        marked("Use `%time` or `%%time`, or set `{name}` in a separate cell."),
    ),
    Way.HANDLER: (
        marked(
            "Cell {cell} sets `{name}` only in the `except` of the `try` at line {detail}, and that part did not run."
        ),
        marked("Set `{name}` in code that always runs."),
    ),
    Way.TRY: (
        marked(
            "Cell {cell} sets `{name}` only inside the `try` at line {detail}. That part stopped "
            "with an error, which was caught."
        ),
        marked("Remove the `try` to see the error, and fix it."),
    ),
    Way.BRANCH: (
        marked("Cell {cell} sets `{name}` only inside `{detail}`, which never ran."),
        marked("Set `{name}` outside that block."),
    ),
    Way.LOOP: (
        marked("Cell {cell} sets `{name}` only inside `{detail}`, which never ran."),
        marked("Set `{name}` outside that block."),
    ),
    Way.FUNCTION: (
        marked(
            "Cell {cell} sets `{name}` only inside the function `{detail}`. Its variables no longer "
            "exist after it returns."
        ),
        marked("Set `{name}` outside the function, for example to the value that the function returns."),
    ),
    Way.CLASS: (
        marked("Cell {cell} sets `{name}` only inside the class `{detail}`, so its name is `{detail}.{name}`."),
        marked("Set `{name}` outside that block."),
    ),
    Way.COMPREHENSION: (
        marked("Cell {cell} uses `{name}` only as a variable inside a comprehension, so it does not exist afterwards."),
        marked("Set `{name}` on a separate line."),
    ),
    Way.COMPARED: (
        marked("Cell {cell} compares `{name}` with `==`, which does not set `{name}`."),
        marked("Write a single `=` to set the variable."),
    ),
    Way.ITEM: (
        marked("Cell {cell} sets `{detail}`, which is not the variable `{name}`."),
        marked("Write `{name} = ...`, with the value in place of the dots."),
    ),
    Way.COMMENT: (
        marked("In cell {cell} the line that sets `{name}` is a comment (line {line}), so it does not run."),
        marked("Remove the `#` in front of that line."),
    ),
    Way.STRING: (
        marked("In cell {cell} the line that sets `{name}` is inside quotes (from line {line}), so it does not run."),
        marked("Remove the quotes."),
    ),
    Way.ANNOTATED: (
        marked("Cell {cell} gives `{name}` a type but no value."),
        marked("Write `{name} = ...`, with the value in place of the dots."),
    ),
}
"""Ways to write an answer without setting it, with a reason and a remedy each; the most informative ones come first."""


def _by_misspelling(uses: _NameUses) -> Cause | None:
    """The notebook sets a similar name, which the exercise does not have."""
    nearest = _nearest(uses)
    if not nearest:
        return None
    number, similar_name = nearest
    reason = message(
        "Cell {cell} sets `{other}`, but the question asks for `{name}`. Is the name misspelt?",
        name=uses.name,
        cell=number,
        other=shortened(similar_name, 60),
    )
    return Cause(reason, _then_restart(message("Use the name in the question: `{name}`.", name=uses.name)))


def _nearest(uses: _NameUses) -> tuple[int, str] | None:
    evidence, name = uses.evidence, uses.name
    known_names = {*evidence.record.answers, *evidence.answer_names}.union(
        *map(source.bound_names, evidence.handout_cells)
    )
    if uses.with_way(Way.SET):
        return None
    close: list[tuple[float, int, str]] = []
    for number, text in enumerate(evidence.cells, 1):
        for similar_name in source.bound_names(text) - known_names:
            if (share := _alike(name, similar_name)) >= _ALIKE and uses.has_run(number):
                close.append((share, number, similar_name))
    close.sort(key=lambda item: (-item[0], item[1], item[2]))
    return close[0][1:] if close else None


def _alike(name: str, other_name: str) -> float:
    """The similarity of two names, from 0 to 1; 1 if they differ only in capitals and underscores.

    Names with other digits are never similar: `conv1_shape` and `conv2_shape` are two answers.
    """
    first, second = (word.lower().replace("_", "") for word in (name, other_name))
    if first == second:
        return 1.0
    if min(len(first), len(second)) < _SHORTEST or _digits(name) != _digits(other_name):
        return 0.0
    return difflib.SequenceMatcher(None, first, second, autojunk=False).ratio()


def _digits(name: str) -> list[str]:
    return [sign for sign in name if sign.isdigit()]


def displayed_error(evidence: Evidence, index: int) -> str:
    """The first error that a cell shows although it ran on, for example below `%%capture`.

    Args:
        evidence: The evidence with the record.
        index: Of the cell, from 0.

    Returns:
        `Name: text`, its first line; empty if there is none.
    """
    for output in run_of(evidence, index).outputs:
        if output.get("output_type") == "error":
            return f"{output.get('ename', '')}: {output.get('evalue', '')}".partition("\n")[0]
    return ""
