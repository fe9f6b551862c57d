"""Why a name does not exist after a run, from its source and its record; what is not certain is not said."""

import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass

from grader.assess.evidence import Evidence
from grader.assess.name_places import NamePlace, Way, holds_assignment, mentioned, places
from grader.model.record import ENDED_ITSELF, CellRun
from grader.text import python_source as source
from grader.text.language import marked
from grader.text.messages import Text, joined, message, shortened

_ALIKE = 0.8
_SHORTEST = 4  # letters of a name that may be misspelt rather than another one
_SETTING = (Way.SET, Way.BRANCH, Way.LOOP, Way.TRY, Way.HANDLER)
_OTHERWISE = re.compile(r"import \*|\bexec\(|\bglobals\(\)|\blocals\(\)|\bvars\(\)|__main__|^\s*%(?:run|load)\b", re.M)
"""Ways to set a variable without writing its name."""

_ENDS = re.compile(r"(?<![\w.])(?:exit|quit)\b(?:\(\))?")


@dataclass(frozen=True, slots=True)
class Cause:
    """What kept an answer from coming about, and the one thing to do about it."""

    reason: Text
    remedy: Text


_RESTART = marked("Then restart the kernel, run all cells from the top, and see that the answer is there at the end.")


def cause(evidence: Evidence) -> Cause | None:
    """What kept a variable or function from existing, or from being more than a blank; None where that is not known.

    Errors, limits and the end of the process are told elsewhere, before this.
    """
    uses = _NameUses(evidence)
    for find in (_by_deletion, _by_exit, _by_text_cell, _by_place, _by_misspelling):
        if known_cause := find(uses):
            return known_cause
    return None


def is_set(evidence: Evidence) -> bool:
    """Whether a cell that has run to its end gives the name more than a blank."""
    uses = _NameUses(evidence)
    return any(uses.has_run(number) for number, _ in uses.with_way(Way.SET))


def not_set(evidence: Evidence) -> Text:
    """What is certain of a name that does not exist where no cause is known."""
    name, uses = evidence.name, _NameUses(evidence)
    if ended_in(evidence):
        return message("When the run ended there was no `{name}`.", name=name)
    if not evidence.cells or any(_OTHERWISE.search(text) for text in evidence.cells):
        return message("After all cells had run there was no `{name}`.", name=name)
    if setting := uses.with_way(Way.SET):
        return message(
            "Cell {cell} gives `{name}` a value, but after all cells had run there was no `{name}`.",
            cell=setting[0][0],
            name=name,
        )
    texts = [*evidence.cells, *(text.source for text in evidence.texts)]
    if any(source.defines(text, name) for text in evidence.handout_cells) and not mentioned(texts, name):
        return message(
            "The cell of the exercise that sets `{name}` is not in your notebook, and no other cell sets it.",
            name=name,
        )
    return message("No cell of your notebook gives `{name}` a value.", name=name)


def run_of(evidence: Evidence, index: int) -> CellRun:
    """The run of a code cell, counted from 0; of a run that broke off as if it had not begun."""
    return evidence.record.cells[index] if index < len(evidence.record.cells) else CellRun()


def ended_in(evidence: Evidence) -> int | None:
    """Number of the cell, from 1, in which the run ended before the last cell; None where all cells have run."""
    waiting = [
        index
        for index, text in enumerate(evidence.cells)
        if text.strip() and run_of(evidence, index).execution_count is None
    ]
    return waiting[0] + 1 if waiting else None


class _NameUses:
    """What the cells of a notebook do with a name; each place with the number of its cell, from 1."""

    def __init__(self, evidence: Evidence) -> None:
        self.evidence, self.name = evidence, evidence.name
        self.places = [
            (number, place)
            for number, text in enumerate(evidence.cells, 1)
            if self.name in text or "%reset" in text or "globals()" in text
            for place in places(text, self.name)
        ]

    def with_way(self, *ways: Way) -> list[tuple[int, NamePlace]]:
        """The places where this is done, but those that leave a blank."""
        return [
            (number, place)
            for number, place in self.places
            if place.way in ways
            and not (place.way is Way.SET and source.leaves_blank(self.evidence.cells[number - 1], self.name))
            and not (place.way is Way.COMMENT and self._is_given(number))
        ]

    def has_run(self, number: int) -> bool:
        """Whether a cell has run to its end."""
        run = run_of(self.evidence, number - 1)
        return run.execution_count is not None and run.error is None

    def _is_given(self, number: int) -> bool:
        return self.evidence.cells[number - 1].strip() in {text.strip() for text in self.evidence.handout_cells}


def _then_restart(first: Text) -> Text:
    return joined(first, message(_RESTART))


def _by_deletion(uses: _NameUses) -> Cause | None:
    """Deleted again: what the run showed, else what the source says without doubt."""
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
            reason, _then_restart(message("Take `{code}` out of cell {cell}.", code=place.detail, cell=number))
        )
    if gone_after:
        reason = message("`{name}` had a value, but was gone after cell {cell}.", name=name, cell=gone_after)
        return Cause(
            reason, _then_restart(message("See what cell {cell} deletes, and take that out.", cell=gone_after))
        )
    return None


def _deletes(place: NamePlace, name: str) -> bool:
    if place.way is Way.REMOVED:
        return True
    words = place.detail.split()
    if words[0] == "%reset":  # with or without -f: where nobody can be asked, IPython deletes
        return not {"in", "out", "dhist", "array"} & set(words)
    return words[0] == "%xdel" and name in words


def _by_exit(uses: _NameUses) -> Cause | None:
    """A cell that never ran, because `exit()` ended the notebook before."""
    evidence = uses.evidence
    end = ended_in(evidence) if ENDED_ITSELF in evidence.record.remarks else None
    waiting = [number for number, _ in uses.with_way(*_SETTING) if end and number >= end]
    before = [index + 1 for index in range(end - 1) if evidence.cells[index].strip()] if end else []
    if not waiting or not before or uses.has_run(waiting[0]):
        return None
    written = _ENDS.search(evidence.cells[before[-1] - 1])
    call = written[0] if written else "exit()"
    reason = message(
        "Cell {end} ends the notebook with `{call}`, so cell {cell}, which defines `{name}`, never ran.",
        end=before[-1],
        call=call,
        cell=waiting[0],
        name=uses.name,
    )
    return Cause(reason, _then_restart(message("Take `{code}` out of cell {cell}.", code=call, cell=before[-1])))


def _by_text_cell(uses: _NameUses) -> Cause | None:
    """Code in a cell of text."""
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
                "{place}, which holds `{name} = ...`, is {kind} and not code, so it never ran.",
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
            first = message("Make it a code cell again: select it in Jupyter, press Esc, then Y.")
            return Cause(reason, _then_restart(first))
    return None


def _by_place(uses: _NameUses) -> Cause | None:
    """Set in a place from which no value comes; only where no cell sets it without doubt."""
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
        marked("Take `{detail}` out, or set `{name}` in a separate cell."),
    ),
    Way.TIMED: (
        marked("Cell {cell} sets `{name}` under `{detail}`, which keeps nothing of what it sets."),
        marked("Use `%time` or `%%time`, or set `{name}` in a separate cell."),
    ),
    Way.HANDLER: (
        marked(
            "Cell {cell} sets `{name}` only in the `except` of the `try` at line {detail}, and that part did not run."
        ),
        marked("Set `{name}` where it is set in every case."),
    ),
    Way.TRY: (
        marked(
            "Cell {cell} sets `{name}` only inside the `try` at line {detail}, and that part did not run to its end:"
            " an error was caught."
        ),
        marked("Remove the `try` to see the error, and fix it."),
    ),
    Way.BRANCH: (
        marked("Cell {cell} sets `{name}` only inside `{detail}`, and the run never came there."),
        marked("Set `{name}` outside of it."),
    ),
    Way.LOOP: (
        marked("Cell {cell} sets `{name}` only inside `{detail}`, and the run never came there."),
        marked("Set `{name}` outside of it."),
    ),
    Way.FUNCTION: (
        marked(
            "Cell {cell} sets `{name}` only inside the function `{detail}`; what a function sets is gone when it ends."
        ),
        marked("Set `{name}` outside of it, for example to what the function returns."),
    ),
    Way.CLASS: (
        marked("Cell {cell} sets `{name}` only inside the class `{detail}`, so there it is `{detail}.{name}`."),
        marked("Set `{name}` outside of it."),
    ),
    Way.COMPREHENSION: (
        marked("Cell {cell} uses `{name}` only as the variable of a comprehension, which is gone when it ends."),
        marked("Set `{name}` on a separate line."),
    ),
    Way.COMPARED: (
        marked("Cell {cell} compares `{name}` with `==`, which sets nothing."),
        marked("Write one `=` to set it."),
    ),
    Way.ITEM: (
        marked("Cell {cell} sets `{detail}`, which is not the variable `{name}`."),
        marked("Write `{name} = ...`, with the value in place of the dots."),
    ),
    Way.COMMENT: (
        marked("In cell {cell} the line that sets `{name}` is a comment (line {line}), so it does not run."),
        marked("Take the `#` in front of it away."),
    ),
    Way.STRING: (
        marked("In cell {cell} the line that sets `{name}` is inside quotes (from line {line}), so it does not run."),
        marked("Take the quotes away."),
    ),
    Way.ANNOTATED: (
        marked("Cell {cell} gives `{name}` a type but no value."),
        marked("Write `{name} = ...`, with the value in place of the dots."),
    ),
}
"""Ways to write an answer without setting it, the most telling first: what is so, and what to do."""


def _by_misspelling(uses: _NameUses) -> Cause | None:
    """A name that differs a little, in its letters or in capitals, and that nobody asked for."""
    near = _nearest(uses)
    if not near:
        return None
    number, other = near
    reason = message(
        "Cell {cell} sets `{other}`, and `{name}` was asked for: a slip in the name?",
        name=uses.name,
        cell=number,
        other=shortened(other, 60),
    )
    return Cause(reason, _then_restart(message("Write the name as it is asked for: `{name}`.", name=uses.name)))


def _nearest(uses: _NameUses) -> tuple[int, str] | None:
    evidence, name = uses.evidence, uses.name
    known_names = {*evidence.record.answers, *evidence.answer_names}.union(
        *map(source.bound_names, evidence.handout_cells)
    )
    if uses.with_way(Way.SET):
        return None
    close: list[tuple[float, int, str]] = []
    for number, text in enumerate(evidence.cells, 1):
        for other in source.bound_names(text) - known_names:
            if (share := _alike(name, other)) >= _ALIKE and uses.has_run(number):
                close.append((share, number, other))
    close.sort(key=lambda item: (-item[0], item[1], item[2]))
    return close[0][1:] if close else None


def _alike(name: str, other: str) -> float:
    """From 0 to 1; 1 where only capitals, underscores or their order in between differ."""
    plain = [word.lower().replace("_", "") for word in (name, other)]
    if plain[0] == plain[1]:
        return 1.0
    if min(map(len, plain)) < _SHORTEST or _digits(name) != _digits(other):
        return 0.0
    return difflib.SequenceMatcher(None, plain[0], plain[1], autojunk=False).ratio()


def _digits(name: str) -> list[str]:
    return [sign for sign in name if sign.isdigit()]


def swallowed(evidence: Evidence, index: int) -> str:
    """An error that a cell shows although it went on, as below `%%capture`; empty where there is none."""
    return next(iter(_shown_errors(run_of(evidence, index))), "")


def _shown_errors(run: CellRun) -> Iterator[str]:
    for output in run.outputs:
        if output.get("output_type") == "error":
            yield f"{output.get('ename', '')}: {output.get('evalue', '')}".partition("\n")[0]
