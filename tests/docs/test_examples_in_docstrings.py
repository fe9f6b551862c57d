"""Examples in docstrings give what they say, in the modules that keys, other rooms and other programs call."""

import doctest
from importlib import import_module
from pkgutil import iter_modules

import pytest

from grader import assess, cnn, gradebook, intake, mistakes, model, pipeline, storage, text
from grader.assess import kinds
from grader.gradebook import exports

MODULES = [
    f"{package.__name__}.{module.name}"
    for package in (assess, kinds, cnn, gradebook, exports, intake, mistakes, model, pipeline, storage, text)
    for module in iter_modules(package.__path__)
]


@pytest.mark.parametrize("name", MODULES)
def test_examples_give_what_they_say(name: str) -> None:
    assert doctest.testmod(import_module(name)).failed == 0


def test_examples_are_found() -> None:
    assert sum(doctest.testmod(import_module(name)).attempted for name in MODULES) > 20
