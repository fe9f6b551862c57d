"""Takes the convolution of NumPy."""

from typing import Any

import numpy as np


def convolve(signal: Any, window: Any) -> Any:
    """Convolve two sequences."""
    return np.convolve(signal, window)
