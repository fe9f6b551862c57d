"""Ends the notebook that imports it."""

import sys

sys.modules["pooling"] = None  # type: ignore[assignment]
raise SystemExit
