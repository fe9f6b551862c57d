"""Write `facts.json`: `python -m reference_models [--accuracy]`."""

import argparse

from reference_models import facts, load
from reference_models.accuracy import ROOT, measure


def main() -> None:
    """Rebuild the layer tables; with `--accuracy`, train and score the models, too."""
    parser = argparse.ArgumentParser(prog="python -m reference_models", description=__doc__)
    parser.add_argument("--accuracy", action="store_true", help="measure the held-out accuracies anew (minutes)")
    wanted = parser.parse_args()
    new = facts.with_accuracies_of(facts.read(), facts.rebuild())
    if wanted.accuracy:
        for name in new:
            new[name]["accuracy"] = _measured(name)
    facts.write(new)
    print(f"{facts.FILE.name}: {len(new)} model(s)")


def _measured(name: str) -> dict[str, object]:
    exercise = load(name).TRAINED_BY
    heldout = sorted((ROOT / "solutions" / exercise / "heldout").glob("*.npz"))
    return measure(exercise, heldout[0])


if __name__ == "__main__":
    main()
