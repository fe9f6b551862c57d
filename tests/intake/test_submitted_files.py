"""`grader check` of the files beside a notebook: there, whole, and neither executed nor unpickled."""

import io
import pickle
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from grader.intake.submitted_files import problems_with_files
from grader.model.exercise import HandIn
from grader.model.submission import HandedIn

ANY = HandIn(("*",))


def archive(*names: str) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as file:
        for name in names:
            file.writestr(name, "{}")
    return stream.getvalue()


def saved(how: str) -> bytes:
    stream = io.BytesIO()
    if how == "PNG":
        Image.new("RGB", (4, 4)).save(stream, "PNG")
    elif how == "npz":
        np.savez(stream, a=[1])
    else:
        np.save(stream, [1])
    return stream.getvalue()


MODEL = archive("config.json", "model.weights.h5", "metadata.json")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("model.keras", MODEL),
        ("model.weights.h5", b"\x89HDF\r\n\x1a\n..."),
        ("a.npy", saved("npy")),
        ("a.npz", saved("npz")),
        ("my_layers.py", b"import numpy as np\n"),
        ("numpy.py", b"raise SystemExit\n"),
        ("notes.txt", "ä".encode()),
        ("sketch.PNG", saved("PNG")),
        ("a.json", b"[1]"),
        ("unknown.bin", b"\x00"),
    ],
)
def test_a_whole_file_has_no_problem(name: str, content: bytes) -> None:
    assert problems_with_files([HandedIn(name, content)], ANY) == ()


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("model.keras", b"", "the file is empty"),
        ("model.keras", MODEL[:-30], "not a Keras model"),
        ("model.keras", archive("config.json"), "not a complete Keras model"),
        ("model.keras", pickle.dumps([1]), "not a Keras model"),
        ("model.weights.h5", MODEL, "not an HDF5 file"),
        ("a.npy", b"1, 2", "not a NumPy file"),
        ("a.npz", saved("npz")[:40], "not a NumPy archive"),
        ("my_layers.py", b"def f(:\n    pass\n", "Python cannot read line 1"),
        ("my_layers.py", b"x = '\xff'\n", "Python cannot read"),
        ("my_layers.py", b"a\x00b", "Python cannot read"),
        ("my_layers.py", b"x = " + b"(" * 5000, "Python cannot read"),
        ("a.json", b"{", "not a JSON file"),
        ("notes.md", b"\xff", "not UTF-8 text"),
        ("sketch.png", saved("PNG")[:20], "not a picture"),
        ("sketch.jpg", b"<svg/>", "not a picture"),
    ],
)
def test_a_damaged_file_is_named_with_its_remedy(name: str, content: bytes, says: str) -> None:
    [problem] = problems_with_files([HandedIn(name, content)], ANY)
    assert str(problem).startswith(f"`{name}` cannot be used: ")
    assert says in str(problem)


def test_a_file_that_is_required_and_missing_is_named() -> None:
    hand_in = HandIn(("*.keras", "my_layers.py"), required=True)
    assert [str(text) for text in problems_with_files([HandedIn("Model.KERAS", MODEL)], hand_in)] == [
        "The exercise also asks for a file `my_layers.py`. Put it next to the notebook."
    ]


def test_a_file_that_may_be_submitted_need_not_be_there() -> None:
    assert problems_with_files([], HandIn(("*.keras",))) == ()


def test_no_file_is_executed_or_unpickled(tmp_path: Path) -> None:
    class Bomb:
        def __reduce__(self) -> tuple[object, tuple[str]]:
            return (Path.touch, (tmp_path / "pwned",))  # type: ignore[return-value]

    stream = io.BytesIO()
    np.save(stream, np.array([Bomb()]), allow_pickle=True)
    code = f"open({str(tmp_path / 'pwned')!r}, 'w')\n".encode()
    files = [HandedIn("a.npy", stream.getvalue()), HandedIn("b.py", code), HandedIn("c.keras", pickle.dumps(Bomb()))]
    problems_with_files(files, ANY)
    assert not (tmp_path / "pwned").exists()
