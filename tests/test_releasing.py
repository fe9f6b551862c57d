"""The steps of `make release`: version, changelog, files, pins, and what students install."""

import datetime
import importlib.util
import re
import subprocess
import tomllib
import zipfile
from pathlib import Path, PurePosixPath

import pytest

import grader
from tests.conftest import ROOT

_SPEC = importlib.util.spec_from_file_location("release", ROOT / ".ci" / "release.py")
assert _SPEC is not None
assert _SPEC.loader is not None
release = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(release)

TODAY = datetime.date(2026, 3, 1)
OPEN = """# Changelog

Text.

## 0.2.0, not released yet

### Grading

* New.

## 0.1.0, 2026-01-02

* First.
"""
LOCK = """a==1 \\
    --hash=sha256:00 \\
    --hash=sha256:11
b.c-d==2.0 ; os_name == 'nt' \\
    --hash=sha256:22
"""


def test_the_version_is_that_of_the_package() -> None:
    assert release.version_of((ROOT / "grader" / "__init__.py").read_text()) == grader.__version__


@pytest.mark.parametrize("text", ["", '__version__ = "1"\n', '__version__ = "1.2.3"\n__version__ = "1.2.4"\n'])
def test_a_version_that_is_missing_unclear_or_doubled_is_refused(text: str) -> None:
    with pytest.raises(release.ReleaseError, match="write one line"):
        release.version_of(text)


def test_the_changelog_of_this_repository_has_a_section_of_this_version() -> None:
    assert f"## {grader.__version__}, " in release.dated((ROOT / "CHANGELOG.md").read_text(), grader.__version__, TODAY)


def test_the_section_of_the_version_gets_the_date_and_nothing_else_changes() -> None:
    assert release.dated(OPEN, "0.2.0", TODAY) == OPEN.replace("not released yet", "2026-03-01")


def test_a_date_that_is_there_stays() -> None:
    dated = release.dated(OPEN, "0.2.0", TODAY)
    assert release.dated(dated, "0.2.0", datetime.date(2027, 1, 1)) == dated


@pytest.mark.parametrize(
    ("changelog", "fault"),
    [
        (OPEN.replace("## 0.2.0", "## 0.3.0"), "Received: '## 0.3.0, not released yet'"),
        (OPEN.split("## 0.2.0")[0] + "## 0.1.0, 2026-01-02\n\n* First.\n", "Received: '## 0.1.0, 2026-01-02'"),
        ("# Changelog\n", "Received: 'no section'"),
        (OPEN.replace("* New.\n", ""), "the section of 0.2.0 has no entry"),
    ],
)
def test_a_changelog_without_entries_of_the_version_is_refused(changelog: str, fault: str) -> None:
    with pytest.raises(release.ReleaseError, match=fault):
        release.dated(changelog, "0.2.0", TODAY)


def wheel(folder: Path, names: set[str], version: str = "0.2.0") -> Path:
    """A wheel with empty files."""
    path = folder / "convgrader-0.2.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as made:
        for name in sorted(names):
            made.writestr(name, "")
        made.writestr("convgrader-0.2.0.dist-info/METADATA", f"Name: convgrader\nVersion: {version}\n")
    return path


def test_a_wheel_has_the_files_of_the_package(tmp_path: Path) -> None:
    tracked = {"README.md", "exercises/a.toml", "grader/__init__.py", "grader/locale/de.po"}
    release.check_wheel(wheel(tmp_path, {"grader/__init__.py", "grader/locale/de.po"}), "0.2.0", tracked)


@pytest.mark.parametrize(
    ("names", "version", "fault"),
    [
        ({"grader/__init__.py"}, "0.2.0", r"Missing: \['grader/locale/de.po'\]"),
        ({"grader/__init__.py", "grader/locale/de.po", "tests/a.py"}, "0.2.0", r"Not wanted: \['tests/a.py'\]"),
        ({"grader/__init__.py", "grader/locale/de.po"}, "0.1.0", "must have version 0.2.0"),
    ],
)
def test_a_wheel_with_other_files_or_another_version_is_refused(
    tmp_path: Path, names: set[str], version: str, fault: str
) -> None:
    with pytest.raises(release.ReleaseError, match=fault):
        release.check_wheel(wheel(tmp_path, names, version), "0.2.0", {"grader/__init__.py", "grader/locale/de.po"})


def test_every_file_of_the_package_is_declared_for_the_wheel() -> None:
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]["package-data"]
    patterns = [f"{package.replace('.', '/')}/{pattern}" for package, each in declared.items() for pattern in each]
    names = subprocess.run(
        ["git", "ls-files", "grader"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split()
    data = [name for name in names if not name.endswith(".py")]
    assert data
    assert [name for name in data if not any(PurePosixPath(name).match(pattern) for pattern in patterns)] == []


def test_pins_are_the_lock_file_without_checksums() -> None:
    assert release.pinned(LOCK) == ["a==1", "b.c-d==2.0 ; os_name == 'nt'"]
    lock = (ROOT / "requirements.lock").read_text().splitlines()
    assert len(release.pinned("\n".join(lock))) == len([line for line in lock if "--hash" not in line])


def test_a_command_that_fails_stops_the_release_with_its_output() -> None:
    with pytest.raises(release.ReleaseError, match="ended with status 3:\nhere"):
        release.run("sh", "-c", "echo here; exit 3")


def test_the_program_runs_without_settings_for_python(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    assert "PYTHONPATH" not in release.run("env")


@pytest.mark.long
def test_students_install_few_packages_and_can_check_a_notebook(tmp_path: Path) -> None:
    """It installs from the package index, as students do."""
    release.copy_of_tracked_files(tmp_path / "source")
    _, wheel = release.build(tmp_path / "source", tmp_path / "built")
    release.check_for_students(wheel, tmp_path)
    python = tmp_path / "students" / "environment" / "bin" / "python"
    listed = release.run(python, "-m", "pip", "list", "--format", "freeze").splitlines()
    names = {line.partition("==")[0].lower() for line in listed} - {"pip", "setuptools", "convgrader"}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    staff = {re.split(r"[>\[]", line)[0] for line in project["optional-dependencies"]["staff"]}
    assert names & staff <= {"ipython-pygments-lexers", "pygments"}  # which IPython needs
    assert len(names) <= 45
    release.run(python, "-m", "pip", "install", "--quiet", "pytest")
    tests = ["--noconftest", "-p", "no:cacheprovider", "tests/test_check_anywhere.py"]
    release.run(python, "-m", "pytest", *tests, where=tmp_path / "source")
