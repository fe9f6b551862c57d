"""Build the source archive and the wheel of this version, check them, and date its section of the changelog.

Called by `make release`. Files go to `dist/`, and only if every check has passed. Nothing is uploaded.
"""

import argparse
import datetime
import os
import re
import shutil
import subprocess
import sys
import tempfile
import venv
import zipfile
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).parents[1]
DEMO = ("conv-arithmetic", "read-the-summary")  # exercises of the trial demo: neither trains a model
HEADING = re.compile(r"^## (?P<version>\S+), (?P<date>not released yet|\d{4}-\d{2}-\d{2})$", re.MULTILINE)
VERSION = re.compile(r'^__version__ = "(\d+\.\d+\.\d+)"$', re.MULTILINE)


class ReleaseError(Exception):
    """The release cannot go on; the message says where, what and how to fix it."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--dist", type=Path, default=ROOT / "dist", metavar="DIR", help="where the files go")
    dist = parser.parse_args().dist
    try:
        release(dist)
    except ReleaseError as error:
        sys.exit(f"{error}")


def release(dist: Path) -> None:
    """All steps in order.

    Raises:
        ReleaseError: A check fails. Then `dist` and the changelog are as before.
    """
    if changed := run("git", "status", "--porcelain", where=ROOT):
        raise ReleaseError(f"A release is made from a commit; commit or remove these first:\n{changed}")
    version = version_of((ROOT / "grader" / "__init__.py").read_text())
    today = datetime.datetime.now(datetime.UTC).date()
    changelog = dated((ROOT / "CHANGELOG.md").read_text(), version, today)
    with tempfile.TemporaryDirectory(prefix="grader-release-") as folder:
        place = Path(folder)
        tracked = copy_of_tracked_files(place / "source")
        archive, wheel = build(place / "source", place / "built")
        check_wheel(wheel, version, tracked)
        check_for_students(wheel, place)
        grader = installed(wheel, place / "staff", "staff")
        check_program(grader, version, place / "elsewhere")
        check_demo(grader, place / "course")
        check_new_course(grader, place / "new-course")
        shutil.rmtree(dist, ignore_errors=True)
        dist.mkdir(parents=True)
        for path in (archive, wheel):
            shutil.copy2(path, dist)
            say(f"{dist / path.name}: {path.stat().st_size / 1024:.0f} KiB")
    (ROOT / "CHANGELOG.md").write_text(changelog)
    say(f"Version {version} is ready. Next: commit the changelog and tag the commit as v{version}.")


def version_of(text: str) -> str:
    """The version in the text of `grader/__init__.py`, its only source."""
    found: list[str] = VERSION.findall(text)
    if len(found) != 1:
        raise ReleaseError('grader/__init__.py: write one line __version__ = "MAJOR.MINOR.PATCH".')
    return found[0]


def dated(changelog: str, version: str, today: datetime.date) -> str:
    """The changelog with the date of today in the first section, if that has no date yet.

    Args:
        changelog: The text of the page, latest version first.
        version: The version that is released.
        today: The date of the release.

    Raises:
        ReleaseError: The first section is about another version, or has no entry.
    """
    head = HEADING.search(changelog)
    wanted = f"## {version}, not released yet"
    if head is None or head["version"] != version:
        received = head[0] if head else "no section"
        raise ReleaseError(f"CHANGELOG.md: the first section must be '{wanted}'. Received: '{received}'.")
    section = re.split(r"^## ", changelog[head.end() :], maxsplit=1, flags=re.MULTILINE)[0]
    if not re.search(r"^\* ", section, re.MULTILINE):
        raise ReleaseError(f"CHANGELOG.md: the section of {version} has no entry; list what users notice.")
    if head["date"] != "not released yet":
        return changelog
    return f"{changelog[: head.start()]}## {version}, {today.isoformat()}{changelog[head.end() :]}"


def copy_of_tracked_files(target: Path) -> set[str]:
    """Copy the files that git knows, so that no other file gets into a release; gives their names."""
    names = run("git", "ls-files", "-z", where=ROOT).split("\0")
    for name in filter(None, names):
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, target / name)
    return set(filter(None, names))


def build(source: Path, target: Path) -> tuple[Path, Path]:
    """Build the source archive, and the wheel from that archive."""
    say("Building the source archive, and the wheel from it.")
    run(sys.executable, "-m", "build", "--no-isolation", "--outdir", str(target), str(source))
    (archive,), (wheel,) = target.glob("*.tar.gz"), target.glob("*.whl")
    return archive, wheel


def check_wheel(wheel: Path, version: str, tracked: Iterable[str]) -> None:
    """Check that the wheel has the version and exactly the tracked files of the package."""
    with zipfile.ZipFile(wheel) as opened:
        names = set(opened.namelist())
        metadata = [opened.read(name).decode() for name in names if name.endswith(".dist-info/METADATA")]
    wanted = {name for name in tracked if name.startswith("grader/")}
    found = {name for name in names if ".dist-info/" not in name}
    if wanted != found:
        raise ReleaseError(
            f"{wheel.name}: it must have the files of grader/, see [tool.setuptools] in pyproject.toml. "
            f"Missing: {sorted(wanted - found)}. Not wanted: {sorted(found - wanted)}."
        )
    if [f"\nVersion: {version}\n" in text for text in metadata] != [True]:
        raise ReleaseError(f"{wheel.name}: its metadata must have version {version}.")


def installed(wheel: Path, place: Path, extra: str = "") -> Path:
    """Install the wheel into an empty environment, with the packages that it or an extra asks for.

    Returns:
        The installed command.
    """
    say(f"Installing the wheel{f' with [{extra}]' * bool(extra)} into an empty environment, with the locked versions.")
    place.mkdir()
    pins = place / "pins.txt"
    pins.write_text("".join(f"{line}\n" for line in pinned((ROOT / "requirements.lock").read_text())))
    venv.create(place / "environment", with_pip=True)
    program = place / "environment" / "bin"
    wanted = f"{wheel}[{extra}]" if extra else wheel
    run(program / "python", "-m", "pip", "install", "--quiet", "--constraint", pins, wanted)
    run(program / "python", "-m", "pip", "check")
    return program / "grader"


def pinned(lock: str) -> list[str]:
    """The versions of a lock file, without checksums: pip wants none for packages that it may leave out."""
    return [line.removesuffix("\\").strip() for line in lock.splitlines() if re.match(r"[\w.-]+==", line)]


def check_for_students(wheel: Path, place: Path) -> None:
    """Check a notebook of a new course with the packages that students install."""
    grader = installed(wheel, place / "students")
    course = place / "course-of-students"
    run(grader, "init", course)
    say("Checking its notebook with the packages that students install.")
    (exercise,) = (path.parent for path in course.glob("exercises/*/exercise.toml"))
    checked = run(grader, "check", "notebook.ipynb", where=exercise, status=1)  # a blank notebook is not ready
    if "Not ready yet." not in checked:
        raise ReleaseError(f"grader check must say that a blank notebook is not ready. Received:\n{checked}")
    print(checked)


def check_program(grader: Path, version: str, folder: Path) -> None:
    """Check the version, the help, and that the program is the installed one."""
    folder.mkdir()
    if (said := run(grader, "--version", where=folder).strip()) != f"grader {version}":
        raise ReleaseError(f"grader --version must print 'grader {version}'. Received: '{said}'.")
    if "Usage: grader" not in run(grader, "--help", where=folder):
        raise ReleaseError("grader --help must print how to use the program.")
    module = run(grader.with_name("python"), "-c", "import grader; print(grader.__file__)", where=folder).strip()
    if not Path(module).is_relative_to(grader.parents[1]):
        raise ReleaseError(f"The program must be the installed one. Received: {module}.")


def check_demo(grader: Path, course: Path) -> None:
    """Grade the demo class of some exercises with the installed program, in a course without the program."""
    say(f"Grading the demo class with the installed program: {', '.join(DEMO)}.")
    for name in ("exercises", "solutions"):
        for slug in DEMO:
            shutil.copytree(ROOT / name / slug, course / name / slug)
    shutil.copytree(ROOT / "reference_models", course / "reference_models")
    print(run(grader, "demo", where=course))


def check_new_course(grader: Path, course: Path) -> None:
    """Create a course with the installed program, and test its exercise."""
    say("Creating a course with the installed program, and testing its exercise.")
    print(run(grader, "init", course), run(grader, "test", where=course))


def run(*words: str | Path, where: Path | None = None, status: int = 0) -> str:
    """The output of a command; the environment has no settings for Python.

    Raises:
        ReleaseError: It ends with another status.
    """
    settings = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    command = [str(word) for word in words]
    done = subprocess.run(command, cwd=where, env=settings, capture_output=True, text=True, check=False)
    if done.returncode != status:
        raise ReleaseError(f"{' '.join(command)} ended with status {done.returncode}:\n{done.stdout}{done.stderr}")
    return done.stdout


def say(text: str) -> None:
    print(text, flush=True)


if __name__ == "__main__":
    main()
