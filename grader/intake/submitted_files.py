"""Checks the files beside a notebook before a student submits them: whether they are there, and whether they are whole.

Nothing is executed or unpickled, and no model is loaded: only the form of the bytes is examined.
"""

import ast
import fnmatch
import io
import json
import warnings
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import PurePosixPath

from grader.model.exercise import HandIn
from grader.model.submission import HandedIn
from grader.text.messages import Text, message

_OF_A_KERAS_FILE = ("config.json", "model.weights.h5")


def problems_with_files(files: Sequence[HandedIn], hand_in: HandIn) -> tuple[Text, ...]:
    """Describe what is wrong with the files beside a notebook.

    Args:
        files: The files that would be submitted.
        hand_in: The files that the exercise accepts.

    Returns:
        A text for each file that the exercise requires and that is missing, and for each file that is damaged.
    """
    missing = [pattern for pattern in patterns_without_file(files, hand_in) if hand_in.required]
    texts = [
        message("The exercise also asks for a file `{name}`. Put it next to the notebook.", name=name)
        for name in missing
    ]
    for file in files:
        if problem := _problem(file.name, file.content):
            texts.append(message("`{name}` cannot be used: {problem}", name=file.name, problem=problem))
    return tuple(texts)


def patterns_without_file(files: Sequence[HandedIn], hand_in: HandIn) -> Iterator[str]:
    """The patterns of an exercise to which no file belongs."""
    names = [file.name.lower() for file in files]
    for pattern in hand_in.files:
        if not any(fnmatch.fnmatchcase(name, pattern.lower()) for name in names):
            yield pattern


def _problem(name: str, content: bytes) -> Text:
    """What is wrong with the bytes of a file, as far as its ending tells; empty if nothing is."""
    if not content:
        return message("the file is empty.")
    check = _CHECKS.get(PurePosixPath(name).suffix.lower())
    return check(content) if check else ""


def _model(content: bytes) -> Text:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = archive.namelist()
            damaged = archive.testzip()
    except Exception:  # damaged archives raise many kinds of exceptions
        return message("it is not a Keras model. Save the model again with `model.save`.")
    if damaged or not set(_OF_A_KERAS_FILE) <= set(names):
        return message("it is not a complete Keras model. Save the model again with `model.save`.")
    return ""


def _weights(content: bytes) -> Text:
    if content.startswith(b"\x89HDF\r\n\x1a\n"):
        return ""
    return message("it is not an HDF5 file. Save the weights again with `model.save_weights`.")


def _array(content: bytes) -> Text:
    return "" if content.startswith(b"\x93NUMPY") else message("it is not a NumPy file. Save it again with `np.save`.")


def _arrays(content: bytes) -> Text:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            is_whole = archive.testzip() is None
    except Exception:  # see `_model`
        is_whole = False
    return "" if is_whole else message("it is not a NumPy archive. Save it again with `np.savez`.")


def _module(content: bytes) -> Text:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # such as those about escapes in strings
            ast.parse(content)
    except SyntaxError as error:
        return message("Python cannot read line {line} ({error}).", line=error.lineno or 1, error=str(error.msg))
    except (ValueError, RecursionError, MemoryError) as error:
        return message("Python cannot read it ({error}).", error=str(error))
    return ""


def _json(content: bytes) -> Text:
    try:
        json.loads(content)
    except (ValueError, RecursionError) as error:
        return message("it is not a JSON file ({error}).", error=str(error))
    return ""


def _text(content: bytes) -> Text:
    try:
        content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return message("it is not UTF-8 text. Save it with this encoding.")
    return ""


def _picture(content: bytes) -> Text:
    from PIL import Image  # here, since every command would wait for it

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            Image.open(io.BytesIO(content), formats=("PNG", "JPEG", "WEBP")).verify()
    except Exception:  # no decoder promises which exceptions damaged bytes raise
        return message("it is not a picture that the grader can read. Save it as PNG or JPEG.")
    return ""


_CHECKS: Mapping[str, Callable[[bytes], Text]] = {
    ".keras": _model,
    ".h5": _weights,
    ".npy": _array,
    ".npz": _arrays,
    ".py": _module,
    ".json": _json,
    **dict.fromkeys((".csv", ".md", ".txt"), _text),
    **dict.fromkeys((".jpeg", ".jpg", ".png", ".webp"), _picture),
}
"""Ending of a file name -> what checks the bytes."""
