"""Explains to students why a model file could not be loaded."""

import re
from dataclasses import replace

from grader.assess.answers import first_stop
from grader.assess.evidence import Evidence
from grader.text.language import marked
from grader.text.messages import Text, english, joined, message, shortened

_NOT_DEFINED = re.compile(r"NameError: (?:free variable|name) '(\w{1,100})'")
_LONGEST = 2_000  # characters of an error; a student chooses its text
_OUT_OF_MEMORY = ("MemoryError", "ResourceExhaustedError", "_ArrayMemoryError")
_BESIDE = marked(
    "When the notebook runs, it can open only the files that you submitted with it and that the exercise accepts."
)
_ADVICE = (
    (("File not found", "FileNotFoundError", "No such file", "Unable to synchronously open file"), _BESIDE),
    (
        ("Could not locate", "is a custom class", "Unknown layer", "Lambda", "lambda"),
        marked(
            "Define a class or function of your own in the notebook, and decorate it with "
            "@keras.saving.register_keras_serializable(), before you load a model that uses it."
        ),
    ),
    (
        ("decompression bomb",),
        marked("When unpacked, the file is far larger than a model that Keras saves."),
    ),
    (
        ("File format not supported", "not a zip file", "UnpicklingError", "Unable to load weights", "checkpoint"),
        marked(
            "Keras 3 reads .keras files from model.save and .weights.h5 files from model.save_weights. It cannot "
            "read TensorFlow checkpoints or pickles."
        ),
    ),
    (
        ("Unrecognized keyword", "could not be deserialized", "Could not deserialize", "deserializing class"),
        marked(
            "The file was probably saved with a different version of Keras. Save it with the version "
            "of the course, or build the model in the notebook and load only its weights."
        ),
    ),
    (
        ("could not be loaded", "variables, but received", "count mismatch", "Shape mismatch"),
        marked("The model in the notebook must have the same layers as the one whose weights were saved."),
    ),
)


def explanation(evidence: Evidence, exception_text: str) -> Text:
    """Explain the cause of an exception in a student's function.

    Args:
        evidence: The evidence about the function.
        exception_text: The exception as `Name: text`.

    Returns:
        The cell that should have defined a missing name, and advice on a file that did not load; empty if neither is
        known.
    """
    missing = _NOT_DEFINED.match(exception_text)
    stop = first_stop(replace(evidence, name=missing[1])) if missing else None
    if missing is None or stop is None:
        return _advice(exception_text, "\n".join(evidence.cells))
    error = evidence.record.cells[stop.cell - 1].error
    cause = english(error.exception_text) if error else ""
    return joined(
        message("{stop}, so there is no `{name}`.", stop=stop.text, name=shortened(missing[1], 60)),
        _advice(cause, evidence.cells[stop.cell - 1]),
    )


def _advice(cause: str, source: str) -> Text:
    """Advice on an error of code that loads something; empty if the code does not, or if no advice is known."""
    text = cause[:_LONGEST]
    if "load" not in source:
        return ""
    if text.startswith(_OUT_OF_MEMORY):
        return message(
            "Loading this needs more memory than a notebook may use. A model usually needs only a "
            "little more memory than its file takes on disk."
        )
    for words, advice in _ADVICE:
        if any(word in text for word in words):
            return message(advice)
    return ""
