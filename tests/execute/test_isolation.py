"""Without a sandbox grading is refused, unless one says that it may go on, and then every report says so."""

import shutil

import pytest

from grader.errors import IsolationError
from grader.execute import isolation
from grader.model.record import Isolation


@pytest.fixture
def without_bubblewrap(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine on which `bwrap` is not installed."""
    found = shutil.which
    monkeypatch.setattr(
        shutil, "which", lambda name, *rest, **more: None if name == "bwrap" else found(name, *rest, **more)
    )


@pytest.mark.usefixtures("without_bubblewrap")
def test_grading_is_refused_and_the_remedy_named() -> None:
    with pytest.raises(IsolationError, match="sudo apt-get install bubblewrap") as refused:
        isolation.local_executor(1, allow_degraded=False)
    assert "--allow-degraded" in str(refused.value)


@pytest.mark.usefixtures("without_bubblewrap")
def test_it_goes_on_where_that_is_allowed_and_every_record_says_so() -> None:
    with isolation.local_executor(1, allow_degraded=True) as executor:
        assert executor.isolation is Isolation.DEGRADED


@pytest.mark.usefixtures("without_bubblewrap")
def test_the_doctor_says_what_is_missing_and_what_it_would_protect_from() -> None:
    found = {check.name: check for check in isolation.checks()}
    assert not found["bubblewrap"].present
    assert found["bubblewrap"].remedy
    assert all(check.protects for check in found.values())


def test_a_machine_with_everything_needs_no_remedy() -> None:
    missing = [check for check in isolation.checks() if check.needed and not check.present]
    assert (isolation.available() is Isolation.SANDBOX) == (not missing)
    assert all(check.remedy for check in missing)
