"""Runs that are made up: what the grader sees of them is said by the test."""

from grader.execute.clock import Used


class Unused:
    """A run that uses nothing."""

    def used(self) -> Used:
        """Nothing."""
        return Used()

    def spare(self) -> float:
        """A machine with nothing to do would count on; this one does not."""
        return 0.0

    def ring(self) -> None:
        """Nothing happens."""


class Told(Unused):
    """A run that uses what the test says; it counts how often it was interrupted."""

    def __init__(self) -> None:
        self.processor = self.rest = self.idle = 0.0
        self.rings = 0

    def used(self) -> Used:
        """As it was set."""
        return Used(self.processor, self.rest)

    def spare(self) -> float:
        """As it was set."""
        return self.idle

    def ring(self) -> None:
        """Count it."""
        self.rings += 1
