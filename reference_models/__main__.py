"""Measure accuracies of the reference models, or train what the lectures trained and compare the accuracies.

`--accuracy` writes to `facts.json`, `--reproduce` to `measured/` and to `docs/figures.md`.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from grader.errors import InputError
from reference_models import NAMES, facts, load, recipe
from reference_models.reproduction import page, stored
from reference_models.reproduction.command import reproduce
from reference_models.reproduction.results import RESULTS

DONE, WRONG_USE, INTERRUPTED = 0, 2, 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command.

    Args:
        arguments: Of the command line; by default those of this process.

    Returns:
        The exit status: 0 done, 2 wrong use or bad input, 130 interrupted.
    """
    options = _parser().parse_args(arguments)
    try:
        if options.accuracy is not None:
            _measure(options.accuracy)
        else:
            _reproduce(options)
    except InputError as error:
        print(error, file=sys.stderr)
        return WRONG_USE
    except KeyboardInterrupt:
        print("Interrupted. Finished runs are stored, and the same command continues from there.", file=sys.stderr)
        return INTERRUPTED
    return DONE


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m reference_models", description=__doc__)
    task = parser.add_mutually_exclusive_group(required=True)
    task.add_argument(
        "--accuracy",
        metavar="NAME",
        nargs="*",
        choices=NAMES,
        help="measure held-out accuracies again (minutes each); default: all trained models",
    )
    task.add_argument("--reproduce", metavar="NAME", choices=RESULTS, help=f"train a result: {', '.join(RESULTS)}")
    task.add_argument("--page", action="store_true", help="write docs/figures.md again from the stored runs")
    parser.add_argument("--data", metavar="FILE", type=Path, help="the images, unless they are part of the course")
    parser.add_argument("--recipe", metavar="NAME", action="append", default=[], help="train only this recipe")
    parser.add_argument("--seeds", metavar="N", type=_positive, help="train with the seeds 1 to N")
    parser.add_argument("--epochs", metavar="N", type=_positive, help="train for N epochs; needs --out")
    parser.add_argument("--threads", metavar="N", type=_positive, default=1, help="threads of TensorFlow (default: 1)")
    parser.add_argument(
        "--out", metavar="DIR", type=Path, help="store the runs there, without changing docs/figures.md"
    )
    return parser


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"must be a whole number, 1 or more. Received: {text}.")
    return int(text)


def _reproduce(options: argparse.Namespace) -> None:
    if options.reproduce:
        if options.epochs and not options.out:
            raise InputError("With `--epochs`, a run is not that of the lecture. Store it elsewhere with `--out DIR`.")
        reproduce(
            options.reproduce,
            options.data,
            tuple(options.recipe),
            options.seeds,
            options.epochs,
            options.threads,
            options.out or stored.FOLDER,
        )
    if not options.out:
        page.write()


def _measure(names: Sequence[str]) -> None:
    """Train models and measure their held-out accuracies; `grader facts` writes the layer tables."""
    for name in names or NAMES:
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
    if not module.TRAINED_BY:
        return {}
    from reference_models.accuracy import measure  # Keras, which takes seconds

    return measure(module.TRAINED_BY)


if __name__ == "__main__":
    sys.exit(main())
