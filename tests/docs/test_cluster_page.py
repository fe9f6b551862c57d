"""`docs/cluster.md`: its scripts are Python, its settings are Dask's, and what it says of time is so."""

import re

import pytest
import yaml

from grader.execute.cluster import Patience
from grader.execute.dispatch import MOST_DEATHS, MOST_FAILURES
from tests.conftest import ROOT

TEXT = (ROOT / "docs" / "cluster.md").read_text()


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", TEXT, re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("script", blocks("python"), ids=["SLURM", "PBS", "Kubernetes"])
def test_scripts_compile_and_print_the_address(script: str) -> None:
    compile(script, "docs/cluster.md", "exec")
    assert "print(cluster.scheduler_address" in script


def test_settings_of_tls_are_those_that_dask_reads() -> None:
    import dask.config
    import distributed  # noqa: F401 - brings the defaults of its settings

    (text,) = blocks("yaml")
    settings = yaml.safe_load(text)["distributed"]["comm"]
    known = dask.config.get("distributed.comm")
    assert set(settings) <= set(known)
    assert set(settings["tls"]) <= set(known["tls"])
    for role in ("client", "scheduler", "worker"):
        assert set(settings["tls"][role]) == {"cert", "key"} <= set(known["tls"][role])


def test_times_and_counts_are_those_of_the_code() -> None:
    patience = Patience()
    assert f"does not hear from it for {patience.silence:g} s" in TEXT
    assert f"no answer {patience.margin / 60:g} minutes after" in TEXT
    assert f"cannot be reached for up to {patience.scheduler:g} s" in TEXT
    assert f"no worker for {patience.workers / 60:g} minutes" in TEXT
    assert (MOST_DEATHS, MOST_FAILURES) == (3, 3), "the page says three"
