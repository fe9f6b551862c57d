"""Arithmetic of convolutional networks without TensorFlow: windows, layers, sizes and counts of parameters."""
