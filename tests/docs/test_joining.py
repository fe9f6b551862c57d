"""The files for people who want to join: they are well-formed, and agree with the Makefile and the package."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

import grader
from grader import cli
from tests.conftest import ROOT
from tests.docs.pages import name
from tests.docs.test_commands import TARGETS

GITHUB = ROOT / ".github"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
WORKFLOW = yaml.safe_load((GITHUB / "workflows" / "checks.yml").read_text())
HOOKS = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text())["repos"]
JOBS = ("fast", "sandbox", "docs")
TEMPLATES = sorted((GITHUB / "ISSUE_TEMPLATE").glob("*.md"))
LINT = re.findall(r"^\t(.+)$", (ROOT / "Makefile").read_text().split("\nlint:")[1].split("\n\n")[0], re.MULTILINE)


def steps(job: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = WORKFLOW["jobs"][job]["steps"]
    return found


def lines(job: str) -> list[str]:
    """The shell commands of a job, one by one."""
    return [line for step in steps(job) for line in step.get("run", "").splitlines()]


def made(line: str) -> list[str]:
    """The targets that a command gives to make."""
    words = line.split()
    return [word for word in words[1:] if "=" not in word] if words[0] == "make" else []


def pythons() -> list[str]:
    """The versions of Python that the package declares."""
    found = [re.fullmatch(r"Programming Language :: Python :: (3\.\d+)", each) for each in PROJECT["classifiers"]]
    return [match[1] for match in found if match]


def test_the_package_declares_the_versions_that_it_requires() -> None:
    (bounds,) = re.findall(r"^>=3\.(\d+),<3\.(\d+)$", PROJECT["requires-python"])
    low, high = bounds
    assert pythons() == [f"3.{minor}" for minor in range(int(low), int(high))]


def test_the_workflow_has_a_fast_job_a_sandbox_job_a_docs_job_and_one_for_checks_of_students() -> None:
    assert set(WORKFLOW["jobs"]) == {*JOBS, "check"}
    assert WORKFLOW["permissions"] == {"contents": "read"}


@pytest.mark.parametrize("job", ["fast", "sandbox"])
def test_a_job_runs_on_every_version_of_python(job: str) -> None:
    assert WORKFLOW["jobs"][job]["strategy"]["matrix"]["python"] == pythons()


@pytest.mark.parametrize("job", JOBS)
def test_a_job_makes_only_targets_that_exist(job: str) -> None:
    targets = [target for line in lines(job) for target in made(line)]
    assert targets
    assert set(targets) <= TARGETS


@pytest.mark.parametrize("job", JOBS)
def test_a_job_sets_up_with_the_python_of_its_matrix_first(job: str) -> None:
    first, second, *rest = steps(job)
    assert first["uses"].startswith("actions/checkout@")
    assert second["uses"].startswith("actions/setup-python@")
    assert all("uses" not in step for step in rest)
    assert next(line for line in lines(job) if line.startswith("make ")).startswith("make PYTHON=python ")


def test_the_sandbox_job_fails_without_a_sandbox_and_runs_all_tests() -> None:
    assert "grep '^Isolation: sandbox$' doctor.txt" in lines("sandbox")
    assert lines("sandbox")[-1] == "make test"
    assert (ROOT / ".ci" / "run").read_text().splitlines()[-1] == "exec make test"


SYSTEMS = {"ubuntu": "POSIX :: Linux", "macos": "MacOS", "windows": "Microsoft :: Windows"}


def test_checks_of_students_run_on_every_system_with_the_packages_of_students() -> None:
    systems = WORKFLOW["jobs"]["check"]["strategy"]["matrix"]["system"]
    prefix = "Operating System :: "
    declared = {each.removeprefix(prefix) for each in PROJECT["classifiers"] if each.startswith(prefix)}
    assert {SYSTEMS[system.partition("-")[0]] for system in systems} == declared
    install, test = lines("check")
    assert install == "python -m pip install . pytest"
    command, path = test.rsplit(" ", 1)
    assert command == "python -m pytest --noconftest"
    assert (ROOT / path).is_file()


def test_hooks_fetch_nothing() -> None:
    assert [repository["repo"] for repository in HOOKS] == ["local"]
    assert {hook["language"] for hook in HOOKS[0]["hooks"]} == {"system"}


def test_hooks_run_what_make_lint_runs() -> None:
    hooks = {hook["entry"].removesuffix(" --force-exclude") for hook in HOOKS[0]["hooks"]}
    assert hooks == {
        line.removesuffix(" .").removesuffix(" grader/report/templates grader/portal/templates") for line in LINT
    }


@pytest.mark.parametrize("template", TEMPLATES, ids=name)
def test_a_template_of_an_issue_has_a_name_and_says_what_it_is_for(template: Path) -> None:
    _, front, body = template.read_text().split("---\n", 2)
    head = yaml.safe_load(front)
    assert set(head) == {"name", "about", "labels"}
    assert all(isinstance(value, str) and value for value in head.values())
    assert re.findall(r"^## .+$", body, re.MULTILINE)


def test_every_issue_starts_from_a_template() -> None:
    assert TEMPLATES
    assert yaml.safe_load((GITHUB / "ISSUE_TEMPLATE" / "config.yml").read_text()) == {"blank_issues_enabled": False}


def test_the_citation_is_complete_and_agrees_with_the_package() -> None:
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text())
    assert set(citation) >= {"cff-version", "message", "title", "authors"}
    assert (citation["cff-version"], citation["type"]) == ("1.2.0", "software")
    assert (citation["title"], citation["license"]) == (PROJECT["name"], PROJECT["license"])
    assert citation["authors"] == PROJECT["authors"]
    assert citation["abstract"] == PROJECT["description"]


def test_the_program_prints_its_version(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.argv", ["grader", "--version"])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert (ended.value.code, capsys.readouterr().out) == (0, f"grader {grader.__version__}\n")


def test_the_version_has_one_source() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    assert project["project"]["dynamic"] == ["version"]
    assert "version" not in project["project"]
    assert project["tool"]["setuptools"]["dynamic"]["version"] == {"attr": "grader.__version__"}


def test_the_citation_names_no_version_because_the_package_has_the_only_one() -> None:
    assert "version" not in yaml.safe_load((ROOT / "CITATION.cff").read_text())
