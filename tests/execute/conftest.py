"""An executor for what has nothing to do with Keras, without a sandbox."""

from collections.abc import Iterator
from functools import partial

import pytest

from grader.execute.local import LocalExecutor
from grader.model.record import Isolation
from tests.execute.lighter import Lighter


@pytest.fixture(scope="session")
def lighter(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalExecutor]:
    """Single-use processes that begin without TensorFlow."""
    with LocalExecutor(1, partial(Lighter, tmp_path_factory.mktemp("lighter")), Isolation.DEGRADED) as executor:
        yield executor
