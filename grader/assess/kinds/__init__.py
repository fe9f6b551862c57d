"""The kinds of questions: one module each, and this explicit list of them."""

from collections.abc import Mapping

from grader.assess.kinds import (
    accuracy,
    architecture,
    array,
    choice,
    code,
    dataset,
    function,
    image,
    indices,
    interval,
    layers,
    markdown,
    number,
    printed,
    string,
    structure,
    table,
    text,
    usage,
)
from grader.assess.kinds.kind import Kind
from grader.model.needs import Needs

__all__ = ["KINDS", "Kind", "needs_of_kinds"]

KINDS: Mapping[str, Kind] = {
    "number": number.KIND,
    "interval": interval.KIND,
    "array": array.KIND,
    "string": string.KIND,
    "structure": structure.KIND,
    "table": table.KIND,
    "dataset": dataset.KIND,
    "printed": printed.KIND,
    "usage": usage.KIND,
    "choice": choice.KIND,
    "architecture": architecture.KIND,
    "layers": layers.KIND,
    "accuracy": accuracy.KIND,
    "function": function.KIND,
    "indices": indices.KIND,
    "text": text.KIND,
    "code": code.KIND,
    "markdown": markdown.KIND,
    "image": image.KIND,
}


def needs_of_kinds() -> Mapping[str, Needs]:
    """The needs of each kind for the answer key, for rooms that may not import the kinds."""
    return {name: kind.needs for name, kind in KINDS.items()}
