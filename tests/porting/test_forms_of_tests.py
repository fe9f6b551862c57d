"""Each form of a test passes for the same notebooks here and in nbgrader, whatever mistake is in them."""

from pathlib import Path

import pytest

from grader.course.layout import Course
from grader.listing import listing
from grader.pipeline.importing import import_nbgrader
from tests.porting.foreign import code, grade, mutants, passed_here, passed_there, solution, write_notebook

START = "import math\nimport unittest\nimport numpy as np\nfrom numpy.testing import assert_almost_equal, assert_equal"
AREA = "def area(a, b):\n    if a < 0:\n        raise ValueError('a')\n    return a * b + 0.5"
WORDS = "def words(text):\n    return [word.strip() for word in text.split(',')]"
GROUPS = "groups = {1, 2 + 1}\npair = (1, 'a')\nempty = []\ndeep = {'x': (1, [2, 3]), 'y': {'z': None}}\nflag = 3 > 2"
GRID = "grid = np.array([[1, 2], [3, 4]]) * 2\nrow = grid[0]\nhalf = grid / 3"
RECORD = (
    "class Record:\n    def __init__(self):\n        self.items = [1]\n"
    "    def add(self, n):\n        self.items.append(n * 2)"
)

FORMS = {
    "number of a call": (AREA, "assert area(2, 3) == 6.5"),
    "literal on the left": (AREA, "assert 6.5 == area(2, 3)"),
    "two calls": (AREA, "assert area(2, 3) == 6.5 and area(1, 1) == 1.5"),
    "rounded": (AREA, "assert round(area(1, 1 / 3), 2) == 0.83"),
    "math.isclose": (AREA, "assert math.isclose(area(1, 1 / 3), 0.8333333333, abs_tol=1e-4)"),
    "np.isclose": (AREA, "assert np.isclose(area(2, 3), 6.5)"),
    "np.allclose with one number": (AREA, "assert np.allclose(area(2, 3), 6.5)"),
    "difference": (AREA, "assert abs(area(2, 3) - 6.5) <= 0.01, 'far off'"),
    "almost equal": (AREA, "assert_almost_equal(area(2, 3), 6.5, decimal=3)"),
    "equal of NumPy": (AREA, "assert_equal(area(2, 3), 6.5)"),
    "unittest": (
        AREA,
        "case = unittest.TestCase()\ncase.assertEqual(area(2, 3), 6.5)\ncase.assertAlmostEqual(area(1, 1), 1.5)",
    ),
    "range": (AREA, "assert area(2, 3) > 6"),
    "range with limits": (AREA, "assert 6.5 <= area(2, 3) < 7"),
    "raises with a context": (AREA, "case = unittest.TestCase()\nwith case.assertRaises(ValueError):\n    area(-1, 2)"),
    "raises with try": (
        AREA,
        "try:\n    area(-1, 2)\nexcept ValueError:\n    pass\nelse:\n    assert False, 'no error'",
    ),
    "raises with a flag": (AREA, "ok = False\ntry:\n    area(-1, 2)\nexcept ValueError:\n    ok = True\nassert ok"),
    "loop over pairs": (AREA, "for a, b in [(2, 3), (0, 1)]:\n    assert area(a, b) == a * b + 0.5"),
    "loop with a computation": (AREA, "for a in range(3):\n    b = a + 1\n    assert area(a, b) == a * b + 0.5"),
    "oracle": (AREA, "def right(a, b):\n    return a * b + 0.5\nassert area(3, 4) == right(3, 4)"),
    "known variable": (AREA, "want = 13 / 2\nassert area(2, 3) == want"),
    "inputs": (AREA, "inputs = [(2, 3), (1, 1)]\nassert [area(*pair) for pair in inputs] == [6.5, 1.5]"),
    "changed list": (AREA, "want = [6.5]\nwant.append(1.5)\nassert [area(2, 3), area(1, 1)] == want"),
    "list of texts": (WORDS, "assert words('a, b') == ['a', 'b']\nassert words('') == ['']"),
    "text of a call": (WORDS, "assert ' '.join(words('a, b')) == 'a b'"),
    "length and type": (WORDS, "assert len(words('a,b,c')) == 3\nassert isinstance(words('a'), list)"),
    "contains": (WORDS, "assert 'b' in words('a, b')\nassert 'c' not in words('a, b')"),
    "type is": (WORDS, "assert type(words('a')) is list"),
    "set": (GROUPS, "assert groups == {1, 3}"),
    "tuple": (GROUPS, "assert pair == (1, 'a')"),
    "empty list": (GROUPS, "assert empty == []\nassert not empty"),
    "deep": (GROUPS, "assert deep == {'x': (1, [2, 3]), 'y': {'z': None}}"),
    "is true": (GROUPS, "assert flag is True"),
    "equals true": (GROUPS, "assert flag == True"),
    "entry": (GROUPS, "assert deep['x'][1][0] == 2\nassert deep['y']['z'] is None"),
    "all": (GRID, "assert (grid == np.array([[2, 4], [6, 8]])).all()"),
    "array_equal": (GRID, "assert np.array_equal(row, [2, 4])"),
    "allclose": (GRID, "assert np.allclose(half, [[0.66667, 1.33333], [2, 2.66667]], atol=1e-4)"),
    "shape": (GRID, "assert grid.shape == (2, 2)\nassert grid.sum() == 20"),
    "lists of arrays": (GRID, "assert grid.tolist() == [[2, 4], [6, 8]]"),
    "class": (RECORD, "record = Record()\nrecord.add(4)\nassert record.items == [1, 8]\nassert hasattr(record, 'add')"),
}


STRICTER = ("np.isclose", "almost equal", "all", "allclose")
"""NumPy also accepts the right answer in one more pair of brackets."""


@pytest.mark.parametrize("form", FORMS)
def test_mistakes_fail_here_if_they_fail_there(tmp_path: Path, form: str) -> None:
    answer, test = FORMS[form]
    cells = [code(START), solution("answer", answer), grade("test", test)]
    write_notebook(tmp_path / "hw.ipynb", cells)
    import_nbgrader(tmp_path / "hw.ipynb", tmp_path / "new")
    course = Course(tmp_path / "new")
    assert [status.problems for status in listing(course)] == [()]
    assert passed_there(cells) == passed_here(course, "hw", {}) == {"test": True}
    results = [
        (mutant, passed_there([cells[0], {**cells[1], "source": mutant}, cells[2]])["test"], passed)
        for mutant in mutants(answer)
        for passed in passed_here(course, "hw", {"answer": mutant}).values()
    ]
    assert [mutant for mutant, there, here in results if here and not there] == []
    stricter = [mutant for mutant, there, here in results if there and not here]
    assert len(stricter) == (form in STRICTER)
    assert any(not here for _, _, here in results)
