"""The kinds of questions: one module each, and this explicit list of them."""

from collections.abc import Mapping

from grader.assess.kinds import accuracy, architecture, array, choice, function, indices, number, text
from grader.assess.kinds.kind import Kind

__all__ = ["KINDS", "Kind"]

KINDS: Mapping[str, Kind] = {
    "number": number.KIND,
    "array": array.KIND,
    "choice": choice.KIND,
    "architecture": architecture.KIND,
    "accuracy": accuracy.KIND,
    "function": function.KIND,
    "indices": indices.KIND,
    "text": text.KIND,
}
