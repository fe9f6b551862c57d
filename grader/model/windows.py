"""One axis that a window slides along."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Axis:
    """One axis that a window slides along.

    Attributes:
        size: Cells of the input.
        window: Cells that the window covers.
        stride: Cells from one place to the next.
        before: Cells of padding at the beginning.
        after: Cells of padding at the end.
    """

    size: int
    window: int
    stride: int = 1
    before: int = 0
    after: int = 0

    @property
    def length(self) -> int:
        """Cells with the padding."""
        return self.before + self.size + self.after

    @property
    def places(self) -> int:
        """Places of the window: the size of the output; 0 if it does not fit."""
        return (self.length - self.window) // self.stride + 1 if self.window <= self.length else 0

    @property
    def last(self) -> int:
        """Cells before the window at its last place."""
        return max(self.places - 1, 0) * self.stride

    @property
    def left_over(self) -> int:
        """Cells at the end that no window reaches; 0 if the window does not fit."""
        return max(self.length - self.window - self.last, 0)
