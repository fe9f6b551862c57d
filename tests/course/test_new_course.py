"""`grader init`: a folder in which every command works at once."""

import errno
import subprocess
from pathlib import Path

import pytest

from grader.course.layout import Course, find_course
from grader.course.new_course import FIRST_EXERCISE, create_course
from grader.course.settings import read_settings
from grader.errors import InputError
from grader.listing import course_problems, listing

NAMES = {
    "cnn-course": ("Cnn course", "cnn-course"),
    "My CNN, 2030": ("My CNN 2030", "my-cnn-2030"),
    'a"quoted\\name': ("A quoted name", "a-quoted-name"),
    "Übungen": ("Übungen", "ubungen"),
    "深層学習": ("深層学習", "my-course"),
    "{id} %s": ("Id s", "id-s"),
}


@pytest.mark.parametrize("name", NAMES)
def test_a_new_course_is_valid_whatever_its_folder_is_called(tmp_path: Path, name: str) -> None:
    create_course(tmp_path / name)
    course = find_course(tmp_path / name)
    settings = read_settings(course)
    assert (settings.title, settings.id) == NAMES[name]
    assert course_problems(course) == ()
    assert [(item.slug, item.problems) for item in listing(course)] == [(FIRST_EXERCISE, ())]


def test_the_readme_lists_commands_with_the_exercise_that_was_created(tmp_path: Path) -> None:
    create_course(tmp_path / "course")
    readme = (tmp_path / "course" / "README.md").read_text()
    assert f"grader test {FIRST_EXERCISE} " in readme
    assert "{" not in readme


def test_git_ignores_marks_and_secrets(tmp_path: Path) -> None:
    course = Course(tmp_path / "course")
    create_course(course.root)
    subprocess.run(["git", "init", "--quiet", str(course.root)], check=True)
    secrets = ["solutions/secret", f"solutions/{FIRST_EXERCISE}/variants.csv", "grading/x/grades.csv", "released/x/a"]
    checked = subprocess.run(
        ["git", "-C", str(course.root), "check-ignore", *secrets], capture_output=True, text=True, check=True
    )
    assert checked.stdout.split() == secrets
    kept = subprocess.run(["git", "-C", str(course.root), "check-ignore", f"solutions/{FIRST_EXERCISE}/key.py"])
    assert kept.returncode == 1


def test_files_of_a_repository_stay_as_they_are(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / ".gitignore").write_text("mine\n")
    written = create_course(tmp_path)
    assert (tmp_path / ".gitignore").read_text() == "mine\n"
    assert tmp_path / ".gitignore" not in written
    assert all(path.is_file() for path in written)


@pytest.mark.parametrize("existing", ["notes.txt", "exercises/course.toml"])
def test_a_folder_with_other_files_is_refused(tmp_path: Path, existing: str) -> None:
    (tmp_path / existing).parent.mkdir(exist_ok=True)
    (tmp_path / existing).write_text("")
    with pytest.raises(InputError, match=r"is not empty\. Name a new folder"):
        create_course(tmp_path)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == [tmp_path / existing]


def test_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "course").write_text("")
    with pytest.raises(InputError, match=r"is a file\. Name a folder"):
        create_course(tmp_path / "course")


@pytest.mark.parametrize("place", ["new", "two/levels", "with git"])
@pytest.mark.parametrize("writes", range(8))
def test_a_full_disk_leaves_the_folder_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str, writes: int
) -> None:
    (tmp_path / "with git" / ".git").mkdir(parents=True)
    before = sorted(tmp_path.rglob("*"))
    left = [writes]
    write = Path.write_bytes

    def write_on_small_disk(path: Path, content: bytes) -> int:
        left[0] -= 1
        if left[0] < 0:
            write(path, content[:5])
            raise OSError(errno.ENOSPC, "No space left on device", str(path))
        return write(path, content)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "write_bytes", write_on_small_disk)
        patch.setattr(Path, "write_text", lambda path, text, **_: write_on_small_disk(path, text.encode()))
        with pytest.raises(OSError, match="No space left") as caught:
            create_course(tmp_path / place)
    assert caught.value.filename == str(tmp_path / place)
    assert sorted(tmp_path.rglob("*")) == before
    assert all(path.is_file() for path in create_course(tmp_path / place))
    assert not list(tmp_path.rglob(".new-course-*"))
