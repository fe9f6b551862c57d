"""Rules about what the code uses and does not use, and kind words with the line."""

from typing import Any

import pytest

from grader.assess.engine import assess, validate
from grader.assess.evidence import Surroundings
from grader.model.assessment import Finding, Verdict
from grader.model.key import AnswerKey
from grader.model.submission import HandedIn
from tests.assess.assess_samples import answer_key, exercise, question, record
from tests.reading import as_read

NO_KEY = AnswerKey(answers={}, slips={}, heldout={}, references={})
LOOP = "def conv(a, b):\n    out = []\n    for i in range(3):\n        out.append(a[i] * b[i])\n    return out"


def marked(*cells: str, handout: tuple[str, ...] = (), names: tuple[str, ...] = (), **options: Any) -> Finding:
    around = Surroundings(handout_cells=handout, cell_names=names)
    asked = exercise(question("usage", answer="", **options))
    [finding] = assess("ada", asked, NO_KEY, record(), {}, cells, around).findings
    read: Finding = as_read(finding)
    return read


def test_a_rule_that_is_kept_earns_its_share() -> None:
    assert marked(LOOP, function="conv", uses=["loop"], avoids=["np.convolve"]).verdict is Verdict.PASSED
    half = marked("def conv(a, b):\n    return a", function="conv", uses=["loop"], avoids=["np.convolve"])
    assert (half.points, half.reason) == (2, "The code does not use `loop`.")


def test_a_forbidden_function_is_named_with_its_line_and_its_alias() -> None:
    finding = marked(
        "from numpy import convolve as c",
        "def conv(a, b):\n    return c(a, b)",
        function="conv",
        avoids=["np.convolve"],
    )
    assert (finding.points, finding.reason) == (
        0,
        "Cell 2, line 2 uses `c` (this is `numpy.convolve`). The task asks you to do without `np.convolve`.",
    )
    plain = marked("import numpy as np\nx = np.convolve(a, b)", avoids=["np.convolve"])
    assert plain.reason == "Cell 1, line 2 uses `np.convolve`. The task asks you to do without `np.convolve`."
    loop = marked("x = 0\nfor i in a: x += i", avoids=["loop"])
    assert loop.reason == "Cell 1, line 2 has `for i in a:`. The task asks you to do without `loop`."


def test_functions_that_a_function_calls_count() -> None:
    cells = ("import numpy as np", "def h(a, b): return np.convolve(a, b)", "def conv(a, b): return h(a, b)")
    assert marked(*cells, function="conv", avoids=["np.convolve"]).points == 0
    assert marked(*cells, "np.dot(1, 2)", function="conv", avoids=["np.dot"]).points == 4


HELPER = "def conv(a, b): return a * b"
USES_OF_HELPER = {
    "a call": ("def layer(a, b): return conv(a, b) + 1", 4),
    "through another function": ("def inner(a): return conv(a, a)\ndef layer(a, b): return inner(a)", 4),
    "as an argument": ("def layer(a, b): return list(map(conv, a, b))", 4),
    "another name": ("alias = conv\ndef layer(a, b): return alias(a, b)", 4),
    "its own code": ("def layer(a, b): return a * b + 1", 0),
    "a variable of the same name": ("def layer(conv, b): return conv + b", 0),
    "a method of a class": ("class Net:\n    def f(a): return conv(a, a)\ndef layer(a, b): return Net.f(a)", 4),
    "a method of the same name": ("def layer(a, b): return a.conv(b)", 0),
    "only outside": ("def layer(a, b): return a * b\nconv(1, 2)", 0),
}


@pytest.mark.parametrize(("source", "points"), USES_OF_HELPER.values(), ids=USES_OF_HELPER)
def test_a_rule_may_name_a_function_of_the_notebook(source: str, points: float) -> None:
    assert marked(HELPER, source, function="layer", uses=["conv"]).points == points
    assert marked(HELPER, source, function="layer", avoids=["conv"]).points == 4 - points


def test_alternatives_may_be_allowed() -> None:
    rule = [["np.dot", "@", "np.matmul"]]
    assert marked("x = a @ b", uses=rule).points == 4
    finding = marked("x = a * b", uses=rule)
    assert finding.reason == "The code does not use `np.dot`, `@` or `np.matmul`."


def test_the_code_of_the_exercise_does_not_count() -> None:
    given = "import numpy as np\ncheck = np.convolve([1], [2])"
    assert marked(given, "x = 1", handout=(given, "x = ..."), avoids=["np.convolve"]).points == 4
    assert marked(given, "x = np.convolve(a, b)", handout=(given,), avoids=["np.convolve"]).points == 0


@pytest.mark.parametrize("names", [("", "fast"), ("x", "y")])
def test_a_cell_is_found_by_id_or_by_its_first_line(names: tuple[str, ...]) -> None:
    cells = ("for i in a: pass", "# cell: fast\nx = 1")
    assert marked(*cells, names=names, cell="fast", avoids=["loop"]).points == 4
    assert marked("for i in a: pass", "x = 1", names=("a", "b"), cell="a", avoids=["loop"]).points == 0


@pytest.mark.parametrize(
    ("cells", "options"),
    [
        ((), {"avoids": ["loop"]}),
        (("",), {"avoids": ["loop"]}),
        (("x = ...",), {"avoids": ["loop"]}),
        (("x = 1",), {"function": "conv", "avoids": ["loop"]}),
        (("def conv(a): ...",), {"function": "conv", "avoids": ["loop"]}),
        (("def conv(a):\n    pass",), {"function": "conv", "avoids": ["loop"]}),
        (("x = 1",), {"cell": "fast", "avoids": ["loop"]}),
    ],
)
def test_doing_without_something_earns_nothing_before_there_is_code(cells: tuple[str, ...], options: Any) -> None:
    assert marked(*cells, **options).verdict is Verdict.NOT_ATTEMPTED


@pytest.mark.parametrize("source", ["exec('for i in a: pass')", "import numpy as np\ngetattr(np, n)(a, b)"])
def test_hidden_code_waits_for_a_person_and_costs_nothing(source: str) -> None:
    finding = marked(source, avoids=["np.convolve"])
    assert finding.verdict is Verdict.NEEDS_HUMAN
    assert "This costs you no points" in str(finding.reason)
    assert marked(source + "\nimport numpy as np\nnp.convolve(a, b)", avoids=["np.convolve"]).verdict is Verdict.FAILED


@pytest.mark.parametrize("source", ["x = (", "%%bash\nls", "a" * 200_000, "\x00", "def f(:\n"])
def test_a_cell_of_any_form_breaks_nothing(source: str) -> None:
    assert marked(source, "x = 1", avoids=["loop"]).verdict in (Verdict.PASSED, Verdict.NEEDS_HUMAN)


@pytest.mark.parametrize(
    ("answer", "options", "problem"),
    [
        ("", {}, "there is no rule. Set 'uses' or 'avoids'."),
        ("conv", {"uses": ["loop"]}, "'answer' is for variables. Remove it"),
        ("", {"uses": ["loop"], "cell": "a", "function": "b"}, "cell and function cannot be used together"),
        ("", {"uses": ["np convolve"]}, "must be a function such as 'np.convolve'"),
        ("", {"use": ["loop"]}, "Did you mean 'uses'?"),
    ],
)
def test_rules_that_cannot_be_checked_are_rejected(answer: str, options: Any, problem: str) -> None:
    problems = validate(exercise(question("usage", answer=answer, **options)), NO_KEY)
    assert any(problem in line for line in problems), problems


def test_an_expected_value_is_rejected_because_the_rules_are_public() -> None:
    problems = validate(exercise(question("usage", answer="", uses=["loop"])), answer_key(3))
    assert any("Remove the question from answers() and slips()" in line for line in problems), problems


MODULE = b"import numpy as n\r\n\r\ndef conv(a, b):\r\n    return n.convolve(a, b)\r\n"


def of_file(kind: str, content: bytes | None, **options: Any) -> Finding:
    files = () if content is None else (HandedIn("Layers.py", content),)
    asked = exercise(question(kind, answer="", file="layers.py", **options))
    [finding] = assess("ada", asked, NO_KEY, record(), {}, ("np.convolve(1, 2)",), Surroundings(files=files)).findings
    read: Finding = as_read(finding)
    return read


def test_a_submitted_file_is_looked_at_in_place_of_the_notebook() -> None:
    finding = of_file("usage", MODULE, function="conv", avoids=["np.convolve"])
    assert str(finding.reason).startswith("`layers.py`, line 4 uses `n.convolve` (this is `numpy.convolve`)")
    assert of_file("usage", b"def conv(a, b):\n    return a", function="conv", avoids=["np.convolve"]).points == 4
    assert of_file("code", MODULE, function="conv").found == "def conv(a, b):\n    return n.convolve(a, b)"
    assert str(of_file("code", MODULE).found).startswith("import numpy as n\n")


@pytest.mark.parametrize("content", [None, b"", b"def conv(a): ...", b"\xff\xfe\x00", b"x = (", b"a" * 500_000])
def test_a_file_without_the_function_is_not_attempted(content: bytes | None) -> None:
    assert of_file("usage", content, function="conv", avoids=["loop"]).verdict is Verdict.NOT_ATTEMPTED
    assert of_file("code", content, function="conv").verdict is Verdict.NOT_ATTEMPTED


def test_a_file_has_no_cells() -> None:
    problems = validate(exercise(question("usage", answer="", uses=["loop"], cell="a", file="b.py")), NO_KEY)
    assert any("cell and file cannot be used together" in line for line in problems), problems
