"""The letters that describe the histories in `curves`; `exercise.toml` says what they mean, and the key why."""

from collections.abc import Callable
from typing import Any

import numpy as np

_MISSING, _NOT_A_DICT, _NOT_VALIDATED, _COPIED, _AS_ASKED, *_OTHERS = list("abcdefgh")
_LEARNS, _STARTS_FAR_OFF = _OTHERS[:2]
_ENDS_EARLY, _ONLY_TRAINING_IMAGES, _AS_BY_GUESSING = _OTHERS
_TOO_FEW, _FROM_ZERO, *_COUNTS = list("abcdefg")

_RUNS = 4
_EPOCHS = 6
_GUESSING = 0.2
_LEARNED = 0.8


def from_zeros(curves: Any) -> str:
    """The letter for the run that starts with weights of 0 and must not learn."""
    return _letter(curves, "zeros", lambda best: best <= _GUESSING, _why_zeros_learn)


def from_random(curves: Any) -> str:
    """The letter for the run with the default settings."""
    return _letter(curves, "random", lambda best: best >= _LEARNED, _why_not_learned)


def with_normalisation(curves: Any) -> str:
    """The letter for the run with batch normalisation."""
    return _letter(curves, "normalised", lambda best: best >= _LEARNED, _why_not_learned)


def own_epochs(curves: Any, best: Any) -> str:
    """The letter for the number of curves whose best epoch the student names."""
    runs = {name: run for name, run in _dict(curves).items() if isinstance(run, dict) and run.get("val_loss")}
    if len(runs) < _RUNS:
        return _TOO_FEW
    places = {name: int(np.argmin(run["val_loss"])) for name, run in runs.items()}
    epochs = _dict(best)
    if all(epochs.get(name) == place for name, place in places.items()):
        return _FROM_ZERO
    count = sum(bool(epochs.get(name) == 1 + place) for name, place in places.items())
    return _COUNTS[min(_RUNS, count)]


def _letter(curves: Any, name: str, is_right: Callable[[float], bool], why: Callable[[dict[str, Any]], str]) -> str:
    runs = _dict(curves)
    run = runs.get(name)
    if run is None:
        return _MISSING
    if not isinstance(run, dict):
        return _NOT_A_DICT
    if not run.get("val_accuracy"):
        return _NOT_VALIDATED
    if is_right(max(run["val_accuracy"])):
        return _AS_ASKED
    if any(other is run or other == run for other_name, other in runs.items() if other_name != name):
        return _COPIED
    return why(run)


def _why_zeros_learn(run: dict[str, Any]) -> str:
    """A network whose weights are all 0 starts with a loss of ln 10 = 2.3, and keeps it."""
    return _STARTS_FAR_OFF if run.get("loss") and run["loss"][0] > 2.5 else _LEARNS


def _why_not_learned(run: dict[str, Any]) -> str:
    if len(run["val_accuracy"]) < _EPOCHS:
        return _ENDS_EARLY
    return _ONLY_TRAINING_IMAGES if max(run.get("accuracy", [0])) >= _LEARNED else _AS_BY_GUESSING


def _dict(value: Any) -> dict[str, Any]:
    """A variable that must be a dict; an empty one for any other value."""
    return value if isinstance(value, dict) else {}
