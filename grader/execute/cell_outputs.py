"""The outputs of a cell while it runs, as a notebook shows them."""

from typing import Any

_LONGEST_NAME = 200  # of a display id
_MOST_ALIKE = 8  # outputs that one update changes: a large picture must not be multiplied at will


class CellOutputs:
    """Outputs of the running cell, with the display ids of all cells."""

    def __init__(self, shared: dict[str, list[dict[str, Any]]] | None = None) -> None:
        self.outputs: list[dict[str, Any]] = []
        self.shared = {} if shared is None else shared
        self._clear_next = False

    def add(self, output: dict[str, Any], display_id: Any) -> None:
        """Add an output; text of the same stream is joined, outputs with the same id show the same."""
        if self._clear_next:
            self.clear(wait=False)
        last = self.outputs[-1] if self.outputs else {}
        if output["output_type"] == "stream" == last.get("output_type") and last["name"] == output["name"]:
            last["text"] += output["text"]
            return
        self.outputs.append(output)
        if isinstance(display_id, str) and len(display_id) <= _LONGEST_NAME:  # else names alone would fill our memory
            self.update(output, display_id)
            self.shared[display_id] = [*self.shared.get(display_id, []), output][:_MOST_ALIKE]

    def update(self, output: dict[str, Any], display_id: Any) -> None:
        """Replace what was displayed under an id, in whichever cell."""
        for earlier in self.shared.get(str(display_id), []):
            earlier["data"] = output.get("data", {})

    def clear(self, wait: bool) -> None:
        """Forget the outputs, now or when the next one comes."""
        self._clear_next = wait
        if not wait:
            self.outputs.clear()
