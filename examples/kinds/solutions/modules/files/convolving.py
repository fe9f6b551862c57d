"""Convolution by hand."""


def convolve(signal: list[float], window: list[float]) -> list[float]:
    """Convolve two sequences."""
    result = [0.0] * (len(signal) + len(window) - 1)
    for place, value in enumerate(signal):
        for step, weight in enumerate(window):
            result[place + step] += value * weight
    return result
