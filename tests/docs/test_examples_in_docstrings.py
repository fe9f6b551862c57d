"""Examples in docstrings give what they say, in the modules that keys, other rooms and other programs call."""

import doctest
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

import pytest

from grader import assess, cnn, course, gradebook, images, intake, mistakes, model, pipeline, storage, text
from grader.assess import kinds
from grader.gradebook import exports

PACKAGES = (assess, kinds, cnn, course, gradebook, exports, images, intake, mistakes, model, pipeline, storage, text)
MODULES = [f"{package.__name__}.{module.name}" for package in PACKAGES for module in iter_modules(package.__path__)]


@pytest.fixture(autouse=True)
def in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Some examples write files."""
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize("name", MODULES)
def test_examples_give_what_they_say(name: str) -> None:
    assert doctest.testmod(import_module(name)).failed == 0


def test_examples_are_found() -> None:
    assert sum(doctest.testmod(import_module(name)).attempted for name in MODULES) > 20
