"""Replaces NumPy, and ends the notebook that imports it."""

import os
import sys

sys.modules["numpy"] = None  # type: ignore[assignment]
os._exit(0)
