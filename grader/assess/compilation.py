"""Compares how a model was compiled, if the reference model is compiled: then the question requires it."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from grader.cnn.layer_recipes import rounded
from grader.text.messages import Text, capitalised, joined, message, shortened

Compiled = Mapping[str, Any]
_FIRST = ("optimizer", "learning_rate", "loss")
# Settings that Keras reports besides the optimizer, its numbers and the loss.
_NOT_COMPARED = ("is_legacy_optimizer", "jit_compile", "use_ema", "ema_momentum", "gradient_accumulation_steps")


def differences(expected: Compiled, actual: Compiled) -> list[str]:
    """Find the settings that differ.

    Args:
        expected: Settings of the reference; empty if it is not compiled.
        actual: Settings of the submission; empty if it is not compiled.

    Returns:
        Their names. If the optimizer differs, its numbers mean something else and are not compared.
    """
    if not actual:
        return list(expected)[:1]
    names = [name for name in (*_FIRST, *expected) if name in expected and name not in _NOT_COMPARED]
    differing = [name for name in dict.fromkeys(names) if not _same(expected[name], actual.get(name))]
    if "optimizer" in differing:
        return [name for name in differing if name in ("optimizer", "loss")]
    return differing


def in_words(compiled: Compiled) -> Text:
    """The optimizer, its learning rate and the loss; `not compiled`."""
    if not compiled:
        return message("not compiled")
    return joined(
        *(joined(name, _text(compiled[name])) for name in _FIRST if compiled.get(name) is not None), separator=", "
    )


def reason(names: Sequence[str], expected: Compiled, actual: Compiled) -> Text:
    """Describe the settings that differ, with both values.

    Args:
        names: The settings, from `differences`.
        expected: Settings of the reference.
        actual: Settings of the submission; empty if it is not compiled.

    Returns:
        A sentence for the student; empty if nothing differs.
    """
    if not names:
        return ""
    if not actual:
        return message("The model was not compiled.")
    sentences = [
        message(
            "{setting} is {given} instead of {wanted}",
            setting=name,
            given=_text(actual.get(name)),
            wanted=_text(expected[name]),
        )
        for name in names
    ]
    return joined(capitalised(joined(*sentences, separator="; ")), ".", separator="")


def _same(first: Any, second: Any) -> bool:
    if isinstance(first, str) and isinstance(second, str):  # a loss may be given by name or as an object
        return _plain(first) == _plain(second)
    if _is_number(first) and _is_number(second):
        return math.isclose(first, second, rel_tol=1e-4, abs_tol=1e-12)
    return bool(first == second) or (not first and not second)


def _plain(name: str) -> str:
    return name.replace("_", "").lower()


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _text(value: Any) -> Text:
    return rounded(value) if _is_number(value) else shortened(str(value), 60)
