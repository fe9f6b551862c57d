"""Real notebooks whose answers are missing for a reason: the report names it, and the cell."""

import json
from dataclasses import dataclass, replace
from typing import Any

import pytest

from grader.assess.engine import assess
from grader.intake import notebooks
from grader.model.assessment import Finding, Verdict
from grader.model.exercise import Question, SlideReference
from grader.model.record import AnswerState, Outcome
from grader.pipeline.surroundings import surroundings
from tests.assess import assess_samples as samples
from tests.conftest import Run
from tests.reading import as_read

pytestmark = pytest.mark.slow


@dataclass(frozen=True)
class Case:
    """A way to lose an answer: what stands in the notebook for the name NAME, and what the report has to say."""

    title: str
    cells: tuple[str, ...]
    words: str
    verdict: Verdict = Verdict.BLOCKED
    remedy: str = "Then restart the kernel"


QUIET = [
    Case("markdown", ("M:NAME = 5",), "is Markdown and not code"),
    Case("markdown-fence", ("M:```python\nNAME = 5\n```",), "is Markdown and not code"),
    Case("markdown-prose", ("M:My answer:\n\n    NAME = 5",), "is Markdown and not code"),
    Case("raw", ("R:NAME = 5",), "is raw text and not code"),
    Case("markdown-function", ("M:def NAME(x):\n    return x",), "is Markdown and not code"),
    Case("markdown-beside-blank", ("NAME = ...", "M:NAME = 5"), "is Markdown and not code"),
    Case("del", ("NAME = 5", "del NAME"), "Cell {last} deletes `NAME` again: `del NAME`"),
    Case("del-same-cell", ("NAME = 5\ndel NAME",), "Cell {last} deletes `NAME` again: `del NAME`"),
    Case("del-with-others", ("NAME = 5\nNAME_b = 3", "del NAME_b, NAME"), "Cell {last} deletes `NAME` again"),
    Case("loop-and-del", ("for NAME in range(3):\n    pass\ndel NAME",), "Cell {last} deletes `NAME` again"),
    Case("xdel", ("NAME = 5", "%xdel NAME"), "Cell {last} deletes `NAME` again: `%xdel NAME`"),
    Case("error", ("NAME = 1 / 0",), "Cell {last} stopped with ZeroDivisionError", remedy="Fix cell {last}."),
    Case("error-beside-blank", ("NAME = ...", "NAME = 1 / 0"), "so `NAME` is still `...`", remedy="Fix cell {last}."),
    Case(
        "error-other-blank",
        ("NAME = 1 / 0\nother = ...",),
        "stopped with ZeroDivisionError",
        remedy="Fix cell {last}.",
    ),
    Case("time-line", ("%time NAME = 1 / 0",), "Cell {last} stopped with ZeroDivisionError", remedy="Fix cell {last}."),
    Case(
        "time-cell", ("%%time\nNAME = 1 / 0",), "Cell {last} stopped with ZeroDivisionError", remedy="Fix cell {last}."
    ),
    Case(
        "capture",
        ("%%capture\nNAME = 1 / 0",),
        "Cell {last} stopped with ZeroDivisionError",
        remedy="Fix cell {last}.",
    ),
    Case("syntax", ("NAME = (5",), "Cell {last} stopped with SyntaxError", remedy="Fix cell {last}."),
    Case("walrus-bare", ("NAME := 5",), "Cell {last} stopped with SyntaxError", remedy="Fix cell {last}."),
    Case(
        "sys-exit",
        ("import sys\nsys.exit()\nNAME = 5",),
        "Cell {last} stopped with SystemExit",
        remedy="Remove the call that ends cell {last}",
    ),
    Case(
        "follows",
        ("NAME_w = 1 / 0", "NAME = NAME_w + 1"),
        "`NAME_w` is missing because of cell {first}: ZeroDivisionError",
        remedy="Fix cell {first}.",
    ),
    Case(
        "input",
        ("NAME = int(input())",),
        "Cell {last} stopped with StdinNotImplementedError",
        remedy="instead of `input()`",
    ),
    Case("timeit-line", ("%timeit -n1 -r1 NAME = 5",), "under `%timeit`, which discards all variables"),
    Case("timeit-cell", ("%%timeit -n1 -r1\nNAME = 5",), "under `%%timeit`, which discards all variables"),
    Case("bash", ("%%bash\nNAME=5",), "begins with `%%bash`, so the line"),
    Case("writefile", ("%%writefile f.py\nNAME = 5",), "begins with `%%writefile`, so the line"),
    Case("html", ("%%html\nNAME = 5",), "begins with `%%html`, so the line"),
    Case("script", ("%%script true\nNAME = 5",), "begins with `%%script`, so the line"),
    Case("other-python", ("%%python3\nNAME = 5",), "begins with `%%python3`, so the line"),
    Case("function", ("def solve():\n    NAME = 5\n    return NAME\nsolve()",), "only inside the function `solve`"),
    Case(
        "global-never-called",
        ("def solve_it():\n    global NAME\n    NAME = 5",),
        "only inside `solve_it()`, which never ran",
    ),
    Case(
        "thread",
        ("import threading\ndef work():\n    NAME = 5\nt = threading.Thread(target=work)\nt.start()\nt.join()",),
        "only inside the function `work`",
    ),
    Case("class", ("class Answers:\n    NAME = 5",), "only inside the class `Answers`"),
    Case("inner-function", ("def outer():\n    def NAME(x):\n        return x",), "only inside the function `outer`"),
    Case("comprehension", ("values = [NAME for NAME in range(3)]",), "only as a variable inside a comprehension"),
    Case("lambda", ("f = lambda NAME: NAME",), "No cell of your notebook sets `NAME`", Verdict.NOT_ATTEMPTED, ""),
    Case("comment", ("# NAME = 5",), "is a comment (line 1)"),
    Case("comment-with-more", ("y = 3\n#NAME = 5\nz = 3",), "is a comment (line 2)"),
    Case("string", ('"""\nNAME = 5\n"""',), "inside quotes (from line 1)"),
    Case("if-false", ("if False:\n    NAME = 5",), "only inside `if (line 1)`, which never ran"),
    Case(
        "if-name",
        ('if __name__ == "__MAIN__":\n    NAME = 5',),
        "only inside `if (line 1)`, which never ran",
    ),
    Case("empty-loop", ("for _ in []:\n    NAME = 5",), "only inside `for (line 1)`, which never ran"),
    Case("while-false", ("while False:\n    NAME = 5",), "only inside `while (line 1)`, which never ran"),
    Case("try", ("try:\n    NAME = 1 / 0\nexcept Exception:\n    pass",), "only inside the `try` at line 1"),
    Case(
        "try-in-loop",
        ("for _ in []:\n    try:\n        NAME = 5\n    except Exception:\n        pass",),
        "only inside `for (line 1)`, which never ran",
    ),
    Case("loop-left-early", ("for _ in range(3):\n    continue\n    NAME = 5",), "only inside `for (line 1)`"),
    Case("handler", ("try:\n    5\nexcept Exception:\n    NAME = 5",), "only in the `except` of the `try` at line 1"),
    Case("compared", ("try_it = 1", "NAME == 5"), "compares `NAME` with `==`"),
    Case("annotated", ("NAME: int",), "gives `NAME` a type but no value"),
    Case("item", ("answers = {}\nanswers['NAME'] = 5",), "sets `answers['NAME']`, which is not the variable `NAME`"),
    Case("attribute", ("class A: pass\na = A()\na.NAME = 5",), "sets `a.NAME`, which is not the variable `NAME`"),
    Case(
        "misspelt", ("NAMEX = 5",), "Cell {last} sets `NAMEX`, but the question asks for `NAME`. Is the name misspelt?"
    ),
    Case(
        "capitals",
        ("NAME.UPPER = 5",),
        "Cell {last} sets `NAME.UPPER`, but the question asks for `NAME`. Is the name misspelt?",
    ),
    Case(
        "misspelt-beside-blank",
        ("NAME = ...", "NAMEX = 5"),
        "Cell {last} sets `NAMEX`, but the question asks for `NAME`. Is the name misspelt?",
    ),
    Case(
        "deleted",
        (),
        "The cell of the exercise that sets `NAME` is missing from your notebook, and no other cell sets it",
        Verdict.NOT_ATTEMPTED,
        "",
    ),
    Case("used", ("print('NAME')",), "No cell of your notebook sets `NAME`.", Verdict.NOT_ATTEMPTED, ""),
    Case("blank", ("NAME = ...",), "`NAME` is still `...`: this question was not attempted", Verdict.NOT_ATTEMPTED, ""),
    Case(
        "blank-in-sum",
        ("NAME = 28 - ...",),
        "still contains `...`, so `NAME` was not attempted",
        Verdict.NOT_ATTEMPTED,
        "",
    ),
    Case("printed", ("NAME = print(5)",), "`NAME` is None, because `print()` returns None", Verdict.FAILED, ""),
    Case(
        "sorted",
        ("NAME = [3, 1].sort()",),
        "`NAME` is None, because `.sort()` changes the object in place and returns None",
        Verdict.FAILED,
        "",
    ),
]
WORDS = """
    amber birch cedar delta ember fjord grape hazel ivory jolly karma lemon maple night ocean pearl quilt river sugar
    tulip umbra vivid waltz xenon yacht zebra acorn bison coral dingo eagle flint gecko heron igloo jumbo koala llama
    mango nylon otter panda quail robin stork tiger unity viper whale xylem yodel zesty anvil baker chalk dairy easel
    frost glove house inlet joker kayak lunar mocha noble olive piano
"""
NAMES = [f"{word}_shape" for word in WORDS.split()]


def named(case: Case) -> str:
    return NAMES[QUIET.index(case)]


def written(case: Case, name: str) -> list[str]:
    return [
        cell.replace("NAME.UPPER", name.upper()).replace("NAMEX", name[:-1]).replace("NAME", name)
        for cell in case.cells
    ]


def notebook_of(sources: list[str]) -> notebooks.Notebook:
    kinds = {"M:": "markdown", "R:": "raw"}
    cells = [
        {"cell_type": kinds.get(text[:2], "code"), "metadata": {}, "source": text[2:] if text[:2] in kinds else text}
        for text in sources
    ]
    return notebooks.parse(json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}).encode())


def asked(name: str) -> Question:
    return Question(
        id=name,
        title=name,
        kind="number",
        answer=name,
        points=2,
        source=SlideReference("a lecture", "a slide"),
        hint="Read again.",
    )


def marked(run: Run, sources: list[str], names: list[str], **limits: Any) -> tuple[dict[str, Finding], Any]:
    notebook, given = notebook_of(sources), notebook_of(["import numpy as np", *(f"{name} = ..." for name in names)])
    record = run(*notebook.code, names=tuple(names), **limits)
    key = replace(samples.answer_key(), answers=dict.fromkeys(names, 7))
    exercise = samples.exercise(*map(asked, names))
    findings = assess("ada", exercise, key, record, {}, notebook.code, surroundings(notebook, given)).findings
    return {finding.question: finding for finding in findings}, record


@pytest.fixture(scope="module")
def quiet(run: Run) -> dict[str, tuple[Finding, int, int]]:
    """Each case under a name of its own, all in one notebook."""
    sources, numbers, count = ["import numpy as np"], {}, 1
    for case in QUIET:
        cells = written(case, named(case))
        sources += cells
        code = [cell for cell in cells if cell[:2] not in ("M:", "R:")]
        numbers[case.title] = (count + 1, count + len(code))
        count += len(code)
    found, record = marked(run, sources, [named(case) for case in QUIET])
    assert record.outcome is Outcome.COMPLETED
    return {case.title: (found[named(case)], *numbers[case.title]) for case in QUIET}


@pytest.mark.parametrize("case", QUIET, ids=lambda case: case.title)
def test_the_cause_is_named(case: Case, quiet: dict[str, tuple[Finding, int, int]]) -> None:
    finding, first, last = quiet[case.title]
    words = written(replace(case, cells=(case.words,)), named(case))[0].format(first=first, last=last)
    assert words in as_read(finding.reason)
    assert (finding.points, finding.verdict) == (0, case.verdict)
    assert case.remedy.format(first=first, last=last) in as_read(finding.hint)
    assert "After all cells had run" not in as_read(finding.reason)


LOUD = [
    (
        "exit",
        ["a = 5", "exit()", "size = 7"],
        "Cell 2 ends the notebook with `exit()`, so cell 3, which defines",
        "Remove `exit()`",
    ),
    (
        "quit",
        ["a = 5", "b = 3\nquit()", "", "size = 7"],
        "Cell 2 ends the notebook with `quit()`, so cell 4",
        "Remove `quit()`",
    ),
    (
        "_exit",
        ["a = 5", "import os\nos._exit(0)", "size = 7"],
        "(it was at cell 2), so cell 3, which defines `size`",
        "Remove `os._exit()`",
    ),
    ("reset", ["size = 7", "%reset -f"], "Cell 2 deletes `size` again: `%reset -f`", "Remove `%reset -f` from cell 2"),
    (
        "reset-later",
        ["size = 7", "a = 3", "import numpy\n%reset -f\nb = 3"],
        "Cell 3 deletes `size` again",
        "Remove `%reset -f`",
    ),
    ("clear", ["size = 7", "globals().clear()"], "Cell 2 deletes `size` again: `globals().clear()`", "from cell 2"),
    (
        "pop",
        ["size = 7", "globals().pop('size')"],
        "Cell 2 deletes `size` again: `globals().pop('size')`",
        "from cell 2",
    ),
    ("del-globals", ["size = 7", "del globals()['size']"], "Cell 2 deletes `size` again", "from cell 2"),
    (
        "del-hidden",
        ["size = 7", "exec('del si' + 'ze')"],
        "`size` had a value, but was gone after cell 2",
        "Find the code in cell 2",
    ),
    ("set in an unknown way", ["exec('a = 7')"], "After all cells had run, `size` did not exist.", "Read again."),
    (
        "misspelt and late",
        ["while True: pass", "siez_of = 7"],
        "The cell of the exercise that sets `size` is missing",
        "Read again.",
    ),
    (
        "too much output",
        ["print('x' * 3_000_000)", "a = 7"],
        "The cell of the exercise that sets `size` is missing",
        "Read again.",
    ),
]


@pytest.mark.parametrize(("_title", "sources", "words", "remedy"), LOUD, ids=lambda value: str(value)[:10])
def test_what_ends_or_empties_a_notebook_is_named(
    run: Run, _title: str, sources: list[str], words: str, remedy: str
) -> None:
    found, record = marked(run, sources, ["size"], cell_seconds=3)
    assert words in as_read(found["size"].reason)
    assert remedy in as_read(found["size"].hint)
    assert record.answers["size"].state is AnswerState.MISSING


@pytest.mark.parametrize("sources", [["size = 7", "del size", "size = 7"], ["size = 7", "%reset -f", "size = 7"]])
def test_what_is_set_again_is_marked(run: Run, sources: list[str]) -> None:
    found, record = marked(run, sources, ["size"])
    assert found["size"].verdict is Verdict.PASSED
    assert record.answers["size"].gone_after == 0
