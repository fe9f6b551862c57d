"""The benchmark of the marking, whose inventions of wrong answers tests of the exercises use as well."""

import sys
from functools import cache
from types import ModuleType

from tests.conftest import ROOT


@cache
def marking() -> ModuleType:
    """The benchmark, which is a script."""
    sys.path.insert(0, str(ROOT / "benchmarks"))
    try:
        import marking as module
    finally:
        sys.path.remove(str(ROOT / "benchmarks"))
    return module
