"""Uses are found whatever a thing is called, and a name that means something else is not one."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.text.code_uses import uses_in

CONVOLVE = [
    "import numpy\nnumpy.convolve(a, b)",
    "import numpy as np\nnp.convolve(a, b)",
    "import numpy as n\nm = n\nm.convolve(a, b)",
    "from numpy import convolve\nconvolve(a, b)",
    "from numpy import convolve as c\nc(a, b)",
    "from numpy import *\nconvolve(a, b)",
    "import numpy as np\nf = np.convolve\nf(a, b)",
    "import numpy as np\nlist(map(np.convolve, a, b))",
    "import numpy as np\ngetattr(np, 'convolve')(a, b)",
    "import importlib\nimportlib.import_module('numpy').convolve(a, b)",
    "__import__('numpy').convolve(a, b)",
    "import numpy as np\nvars(np)['convolve'](a, b)",
    "import numpy as np\nnp.__dict__['convolve'](a, b)",
    "import sys\nsys.modules['numpy'].convolve(a, b)",
    "import numpy as np\nglobals()['np'].convolve(a, b)",
    "def f(a, b):\n    import numpy as q\n    return q.convolve(a, b)",
    "def f(a, b):\n    return np.convolve(a, b)\nimport numpy as np",
    "import numpy as np\nclass A:\n    def f(self, a, b):\n        return np.convolve(a, b)",
    "import numpy as np\n[np.convolve(a, b) for a in x]",
    "import numpy as np\nf = lambda a, b: np.convolve(a, b)",
    "import numpy as np\nprint(f'{np.convolve(a, b)}')",
    "import numpy as np\nx, f = 1, np\nf.convolve(a, b)",
    "import numpy as np\n(g := np).convolve(a, b)",
    "try:\n    import numpy as np\nexcept ImportError:\n    np = None\nnp.convolve(a, b)",
    "import numpy as np\nif a:\n    np = a\nnp.convolve(a, b)",
    "import numpy.core.multiarray\nfrom numpy.core import convolve\nconvolve(a, b)",
    "%matplotlib inline\nimport numpy as np\n%time np.convolve(a, b)",
    "import numpy as np\n@np.convolve\ndef f(): pass",
    "import numpy as np\ndef f(g=np.convolve): pass",
]
OTHERS = [
    "import numpy as np",
    "from numpy import convolve",
    "# np.convolve(a, b)\nx = 'np.convolve(a, b)'",
    "def convolve(a, b):\n    return a\nconvolve(a, b)",
    "from numpy import convolve\ndef convolve(a, b):\n    return a\nconvolve(a, b)",
    "import numpy as np\nnp = Mine()\nnp.convolve(a, b)",
    "import scipy.signal\nscipy.signal.convolve(a, b)",
    "from mine import convolve\nconvolve(a, b)",
    "image.convolve(a, b)",
    "import numpy as np\ndef f(np):\n    return np.convolve(a, b)",
    "import numpy as np\nif False:\n    np.convolve(a, b)",
    "import numpy as np\ndef f(a):\n    return np.convolve(a, a)\ndef f(a):\n    return a",
    "import numpy as np\nx.np.convolve(a)",
    "import numpy as np\n[np.convolve for np in models]",
    "not python at all: np.convolve(",
]


@pytest.mark.parametrize("source", CONVOLVE)
def test_a_use_is_found_by_any_name(source: str) -> None:
    assert any(use.is_of("np.convolve") for use in uses_in((source,)).uses)


@pytest.mark.parametrize("source", OTHERS)
def test_something_else_of_the_same_name_is_not_a_use(source: str) -> None:
    assert not any(use.is_of("numpy.convolve") for use in uses_in((source,)).uses)


@pytest.mark.parametrize(
    ("rule", "source", "uses"),
    [
        ("numpy", "import numpy as n", True),
        ("numpy", "from numpy import array", True),
        ("numpy.linalg", "import numpy as np\nnp.linalg.inv(a)", True),
        ("numpy.linalg", "import numpy as np\nnp.array(a)", False),
        ("tf.keras.layers.Conv2D", "from tensorflow.keras import layers as l\nl.Conv2D(3)", True),
        ("keras.layers.Conv2D", "from tensorflow.keras.layers import *\nConv2D(3)", True),
        ("keras.layers.Conv2D", "import keras\nkeras.layers.Conv1D(3)", False),
        ("keras.Sequential", "from tensorflow.keras.models import Sequential as S\nS([])", True),
        ("keras.models.Model", "import tensorflow as tf\ntf.keras.Model(a, b)", True),
        ("sum", "sum(a)", True),
        ("sum", "a.sum()", False),
        ("sum", "sum = 3\nsum", False),
        ("sum", "import builtins\nbuiltins.sum(a)", True),
        (".fit", "model.fit(x)", True),
        (".fit", "fit(x)", False),
        (".append", "[].append(3)", True),
        ("loop", "for i in a: pass", True),
        ("loop", "while True: break", True),
        ("loop", "[i for i in a]", False),
        ("for", "while True: break", False),
        ("comprehension", "{i: i for i in a}", True),
        ("if", "3 if a else 4", True),
        ("lambda", "lambda: 3", True),
        ("class", "class A: pass", True),
        ("try", "try: pass\nexcept ValueError: pass", True),
        ("@", "a @ b", True),
        ("@", "a * b", False),
        ("slice", "a[1:3]", True),
        ("slice", "a[1]", False),
        ("recursion", "def f(n):\n    return f(n - 1)", True),
        ("recursion", "def f(n):\n    return g(n - 1)", False),
        ("function", "def f(): pass", True),
    ],
)
def test_modules_methods_and_syntax_are_found(rule: str, source: str, uses: bool) -> None:
    assert any(use.is_of(rule) for use in uses_in((source,)).uses) is uses


def test_the_place_is_known() -> None:
    [use] = [
        use for use in uses_in(("import numpy as n", "x = 1\n\ny = n.convolve(a, b)")).uses if use.is_of("np.convolve")
    ]
    assert (use.cell, use.line, use.code) == (1, 3, "n.convolve")


def test_a_function_includes_those_that_it_calls() -> None:
    cells = (
        "import numpy as np",
        "def helper(a):\n    return np.convolve(a, a)",
        "def conv(a):\n    return helper(a)\ndef other(a):\n    return a",
        "np.dot(1, 2)",
    )
    uses = uses_in(cells)
    assert [use.name for use in uses.within("conv")] == ["numpy.convolve", "helper"]
    assert uses.within("other") == ()


@pytest.mark.parametrize(
    "source",
    [
        "eval('np.convolve(a)')",
        "exec(code)",
        "import importlib\nimportlib.import_module(name)",
        "import numpy as np\ngetattr(np, name)(a)",
        "from builtins import exec as e\ne('x')",
        "f(" * 150 + "np.convolve(a)" + ")" * 150,
    ],
)
def test_what_cannot_be_followed_is_unclear(source: str) -> None:
    assert any(use.unclear for use in uses_in((source,)).uses)


@pytest.mark.parametrize("source", ["getattr(model, name)", "model.eval()", "re.compile('x')"])
def test_ordinary_code_is_not_unclear(source: str) -> None:
    assert not any(use.unclear for use in uses_in((source,)).uses)


DEEP = [
    "a" + ".b" * 3000,
    "(" * 80 + "a" + ")" * 80,
    "x = " + "-" * 500 + "1",
    "f(" * 60 + ")" * 60,
    "if a:\n" + "  if b: pass\n" * 3000,
]


@pytest.mark.parametrize("source", DEEP, ids=range(len(DEEP)))
def test_deep_code_breaks_nothing(source: str) -> None:
    uses = uses_in((source, CONVOLVE[1])).uses
    assert [use.name for use in uses if use.cell == 1 and not use.imported] == ["numpy.convolve"]


@settings(deadline=None, max_examples=100)
@given(
    st.lists(
        st.sampled_from([*CONVOLVE, *OTHERS, "del np", "global np\nnp = 3", "for np in a: np.convolve"]), max_size=5
    )
)
def test_any_order_of_cells_can_be_read(cells: list[str]) -> None:
    lines = [cell.count("\n") + 1 for cell in cells]
    assert all(1 <= use.line <= lines[use.cell] for use in uses_in(tuple(cells)).uses)
