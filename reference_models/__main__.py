"""Measure accuracies and write them to `facts.json`: `python -m reference_models --accuracy [NAME ...]`."""

import argparse
from typing import Any

from reference_models import NAMES, facts, load, recipe
from reference_models.accuracy import measure


def main() -> None:
    """Train models and measure their held-out accuracies; `grader facts` writes the layer tables."""
    parser = argparse.ArgumentParser(prog="python -m reference_models", description=__doc__)
    parser.add_argument(
        "--accuracy",
        metavar="NAME",
        nargs="*",
        choices=NAMES,
        required=True,
        help="measure held-out accuracies anew (minutes each); of all trained models if none is named",
    )
    for name in parser.parse_args().accuracy or NAMES:
        measured = _measured(name)
        if measured:
            known = facts.read()  # again, since minutes have passed
            facts.write(known | {name: known[name] | {"accuracy": measured}})
            print(f"{name}: {measured['min']:.4f} at least, {measured['mean']:.4f} in the mean")


def _measured(name: str) -> dict[str, Any]:
    """Accuracies of a model by its exercise's solution, or by its recipe; empty if it has neither."""
    module = load(name)
    if hasattr(module, "RECIPE"):
        return recipe.measure(module)
    return measure(module.TRAINED_BY) if module.TRAINED_BY else {}


if __name__ == "__main__":
    main()
