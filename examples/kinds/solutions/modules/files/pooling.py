"""Sizes of pooled images."""


def places(size: int, window: int) -> int:
    """Count the places of a window that does not overlap itself."""
    return size // window
