"""What is known of the reference models: layer tables and measured accuracies, kept in `facts.json`."""

import json
from pathlib import Path
from typing import Any

import keras

from grader.execute.inside.layers import describe
from reference_models import NAMES, load

FILE = Path(__file__).with_name("facts.json")

Facts = dict[str, dict[str, Any]]


def rebuild() -> Facts:
    """Build every reference model and describe it.

    Returns:
        Name -> `source` (lecture and slide) and `table` (as `grader.execute.inside.layers.describe`
        gives it). Accuracies are not measured here.
    """
    facts: Facts = {}
    for name in NAMES:
        keras.backend.clear_session()
        module = load(name)
        facts[name] = {"source": module.SOURCE, "table": describe(module.build())}
    return facts


def read(file: Path = FILE) -> Facts:
    """The facts as they were last written; empty if they never were."""
    return dict(json.loads(file.read_text(encoding="utf-8"))) if file.exists() else {}


def write(facts: Facts, file: Path = FILE) -> None:
    """Write the facts as JSON that reads well in a diff."""
    file.write_text(json.dumps(facts, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def with_accuracies_of(old: Facts, new: Facts) -> Facts:
    """`new`, and for each model in it the accuracy that `old` has measured."""
    kept = {name: {"accuracy": facts["accuracy"]} for name, facts in old.items() if "accuracy" in facts}
    return {name: facts | kept.get(name, {}) for name, facts in new.items()}


def stale(file: Path = FILE) -> list[str]:
    """Compare the written facts with the models as they are built today.

    Returns:
        Names of the models whose source or table differs, or that are in only one of the two;
        empty if the file is up to date.
    """
    written, built = read(file), rebuild()
    return sorted(name for name in written.keys() | built.keys() if _of(written, name) != _of(built, name))


def _of(facts: Facts, name: str) -> tuple[Any, Any]:
    return facts.get(name, {}).get("source"), facts.get(name, {}).get("table")
