"""What the tests of the exercises share: marking remembers, as it does for a class."""

from collections.abc import Iterator

import pytest

from grader.assess.class_cache import ClassCache, using_cache


@pytest.fixture(scope="module", autouse=True)
def class_cache() -> Iterator[None]:
    """One cache for all answers of a module. It changes no mark: see tests/assess/test_class_cache.py."""
    with using_cache(ClassCache()):
        yield
