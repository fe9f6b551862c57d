"""While a cluster is there, only what our own processes send is unpickled."""

import pickle
import threading
from fractions import Fraction

import pytest

from grader.execute.pickles import no_pickles, own_pickles
from grader.pipeline.limited_process import LimitedProcess

NAMED = pickle.dumps(Fraction(1, 3))


def test_a_pickle_that_names_a_class_is_refused_while_a_cluster_is_there() -> None:
    with no_pickles(), pytest.raises(RuntimeError, match="is refused"):
        pickle.loads(NAMED)
    assert pickle.loads(NAMED) == Fraction(1, 3)


def test_our_own_processes_are_heard_meanwhile() -> None:
    with no_pickles():
        process = LimitedProcess({"halve": lambda value: value / 2})
        try:
            assert process.call("halve", Fraction(1, 3), seconds=5) == Fraction(1, 6)
        finally:
            process.close()


def test_that_holds_for_the_thread_that_asks_and_for_no_other() -> None:
    refused: list[str] = []

    def read() -> None:
        try:
            pickle.loads(NAMED)
        except RuntimeError as error:
            refused.append(str(error))

    with no_pickles(), own_pickles():
        thread = threading.Thread(target=read)
        thread.start()
        thread.join()
        assert pickle.loads(NAMED) == Fraction(1, 3)
    assert len(refused) == 1
