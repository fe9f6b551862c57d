"""Write `facts.json`: `python -m reference_models [--accuracy [NAME ...]]`."""

import argparse

from reference_models import NAMES, facts, load
from reference_models.accuracy import measure


def main() -> None:
    """Rebuild the layer tables; with `--accuracy`, train and score models, too."""
    parser = argparse.ArgumentParser(prog="python -m reference_models", description=__doc__)
    parser.add_argument(
        "--accuracy",
        metavar="NAME",
        nargs="*",
        choices=NAMES,
        help="measure held-out accuracies anew (minutes each); of all trained models if none is named",
    )
    wanted = parser.parse_args().accuracy
    facts.write(facts.with_accuracies_of(facts.read(), facts.rebuild()))
    for name in (wanted or NAMES) if wanted is not None else ():
        if load(name).TRAINED_BY:
            measured = measure(load(name).TRAINED_BY)
            known = facts.read()  # again, since minutes have passed
            facts.write(known | {name: known[name] | {"accuracy": measured}})
            print(f"{name}: {measured['min']:.4f} at least, {measured['mean']:.4f} in the mean")
    print(f"{facts.FILE.name}: {len(facts.read())} model(s)")


if __name__ == "__main__":
    main()
