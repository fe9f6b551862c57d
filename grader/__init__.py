"""Grade notebooks of a course on convolutional networks with Keras."""

__version__ = "0.2.0"
