"""Facts of the reference models, stored in `facts.json`: layer tables, which `grader facts` writes, and accuracies."""

import json
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("facts.json")

Facts = dict[str, dict[str, Any]]


def read(file: Path = FILE) -> Facts:
    """The facts as they were last written; empty if they never were."""
    return dict(json.loads(file.read_text(encoding="utf-8"))) if file.exists() else {}


def write(facts: Facts, file: Path = FILE) -> None:
    """Write the facts as JSON that reads well in a diff."""
    file.write_text(json.dumps(facts, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
