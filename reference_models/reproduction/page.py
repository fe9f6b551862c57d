"""The tables of `docs/figures.md`, made from the stored runs."""

import re
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from grader.errors import InputError
from grader.storage import atomic
from reference_models import facts
from reference_models.reproduction import stored
from reference_models.reproduction.results import (
    CONVOLUTIONAL,
    FULLY_CONNECTED,
    RESULTS,
    SEEDS,
    Printed,
    Recipe,
    Result,
)
from reference_models.reproduction.stored import Run

PAGE = Path(__file__).resolve().parents[2] / "docs" / "figures.md"
INVENTED = "python -m reference_models --accuracy celebrity_dense celebrity_cnn"

# Of Student's distribution with 1, 2, 3 ... degrees of freedom: 97.5 % of it lie below.
_QUANTILES = (
    *(12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228),
    *(2.201, 2.179, 2.160, 2.145, 2.131, 2.120, 2.110, 2.101, 2.093, 2.086),
)
_PLACE = re.compile(r"^(<!-- measured: (\S+) -->)$.*?^<!-- end -->$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Spread:
    """Accuracies of several trainings that differ in the seed only.

    Attributes:
        values: The accuracies, between 0 and 1.
    """

    values: tuple[float, ...]

    @property
    def mean(self) -> float:
        return statistics.mean(self.values)

    @property
    def interval(self) -> tuple[float, float]:
        """Where one more training would end with a probability of 95 %, if accuracies are normally distributed.

        Both limits are the only value if there is just one; they lie between 0 and 1.
        """
        number = len(self.values)
        if number == 1:
            return self.values[0], self.values[0]
        quantile = _QUANTILES[min(number - 1, len(_QUANTILES)) - 1]
        reach = quantile * statistics.stdev(self.values) * (1 + 1 / number) ** 0.5
        return max(self.mean - reach, 0.0), min(self.mean + reach, 1.0)

    def place_of(self, printed: Printed) -> str:
        """Where a printed accuracy is: within the interval, above or below."""
        low, high = self.interval
        if len(self.values) == 1:
            return "unknown"
        return "above" if printed.low > high else "below" if printed.high < low else "within"


def write(page: Path = PAGE, folder: Path = stored.FOLDER) -> None:
    """Replace the tables of the page.

    Raises:
        InputError: The page has a place for a table that does not exist, or cannot be read or written.
    """
    try:
        atomic.write(page, with_tables(page.read_text(encoding="utf-8"), folder).encode())
    except OSError as error:
        raise InputError(f"{page}: {error.strerror}. Check the folder and the disk.") from error


def with_tables(text: str, folder: Path = stored.FOLDER) -> str:
    """A page with all its tables made anew: each is between `<!-- measured: NAME -->` and `<!-- end -->`.

    Args:
        text: The page.
        folder: Where the runs are stored.

    Raises:
        InputError: There is no table of that name, or stored runs are damaged.
    """
    tables = _tables(folder)

    def table(place: re.Match[str]) -> str:
        if place[2] not in tables:
            raise InputError(f"{PAGE}: `measured: {place[2]}` must name one of {', '.join(tables)}.")
        return f"{place[1]}\n\n{tables[place[2]]}\n\n<!-- end -->"

    return _PLACE.sub(table, text)


def spread(runs: Iterable[Run], on: str) -> Spread:
    """The accuracies of runs after the last epoch, on `test` or `validation` images."""
    return Spread(tuple(run.test_accuracy if on == "test" else run.curve["val_accuracy"][-1] for run in runs))


def _tables(folder: Path) -> dict[str, str]:
    runs = {name: stored.read(name, folder) for name in RESULTS}
    every = [run for name in RESULTS for run in runs[name]]
    tables = {"overview": _overview(runs), "machine": _machines(every)}
    for name, result in RESULTS.items():
        tables[name] = _recipes(result, runs[name])
        tables[f"{name}-curve"] = _printed_curve(result, runs[name]) if result.curve else _growth(result, runs[name])
    return tables


def _overview(runs: dict[str, list[Run]]) -> str:
    rows = []
    every = [run for own in runs.values() for run in own]
    for result in (result for result in RESULTS.values() if not result.is_part):
        command = f"`python -m reference_models --reproduce {result.name}`"
        headlines = [recipe for recipe in result.recipes if recipe.printed] or [result.recipes[0]]
        for recipe in headlines:
            title = result.title if len(headlines) == 1 else f"{result.title}: {recipe.title}"
            measured = spread(_of(recipe, runs[result.name]), result.on)
            rows.append(
                [title, *_measured(recipe.printed, measured, _estimate(recipe, len(measured.values), every)), command]
            )
    for title, model, printed in (
        ("invented faces of eight people: fully connected network", "celebrity_dense", FULLY_CONNECTED),
        ("invented faces of eight people: convolutional network", "celebrity_cnn", CONVOLUTIONAL),
    ):
        values = tuple(facts.read()[model]["accuracy"]["validation"]["values"])
        rows.append([title, *_measured(printed, Spread(values)), f"`{INVENTED}`"])
    head = ["result", "printed", "measured", "lowest to highest", "95 % interval", "printed is", "seeds", "command"]
    return _table(head, rows)


def _estimate(recipe: Recipe, seeds: int, runs: Iterable[Run]) -> str:
    """How long the seeds that are not measured take, from the time for an image in other runs of the same network."""
    missing = max(recipe.seeds, SEEDS) - seeds
    text = f"not measured here over {SEEDS} seeds"
    costs = [
        run.processor_seconds / (run.settings["images"] * run.settings["epochs"])
        for run in runs
        if run.settings["network"] == recipe.network
    ]
    if not costs:
        return text
    minutes = statistics.median(costs) * recipe.images * recipe.epochs * missing / 60
    return f"{text} (missing: {missing}, about {_about(minutes)} min of processor time)"


def _about(number: float) -> str:
    """A number with two digits that count."""
    return f"{int(float(f'{number:.1e}')):,}" if number >= 1 else "1"


def _measured(printed: Printed | None, measured: Spread, otherwise: str = "") -> list[str]:
    text = printed.text if printed else "no accuracy"
    number = len(measured.values)
    if number < SEEDS:
        return [text, otherwise, "", "", "", str(number)]
    low, high = measured.interval
    return [
        text,
        _percent(measured.mean),
        _range(measured.values),
        f"{_percent(low)} to {_percent(high)}",
        measured.place_of(printed) if printed else "",
        str(number),
    ]


def _recipes(result: Result, runs: list[Run]) -> str:
    rows = []
    for recipe in result.recipes:
        own = _of(recipe, runs)
        if not own:
            rows.append([f"`{recipe.name}`", recipe.title, "0", "not measured here", "", "", ""])
            continue
        training = statistics.mean(run.curve["accuracy"][-1] for run in own)
        validation = spread(own, "validation")
        accuracies = spread(own, "test")
        rows.append(
            [
                f"`{recipe.name}`",
                recipe.title,
                str(len(own)),
                _percent(training),
                _percent(validation.mean),
                f"{_percent(accuracies.mean)} ({_range(accuracies.values)})",
                f"{statistics.mean(run.processor_seconds for run in own):.0f} s",
            ]
        )
    return _table(["recipe", "training", "seeds", "training images", "validation", "test", "processor time"], rows)


def _printed_curve(result: Result, runs: list[Run]) -> str:
    """A printed curve beside the mean and the range of those of the lecture's recipe."""
    own = _of(result.recipes[0], runs)
    rows = []
    for epoch in sorted({epoch for curve in result.curve.values() for epoch in curve}):
        row = [str(epoch)]
        for name, curve in result.curve.items():
            values = [run.curve[name][epoch - 1] for run in own]
            row += [f"{curve[epoch]:.4f}", f"{min(values):.4f} to {max(values):.4f}" if values else "not measured here"]
        rows.append(row)
    head = [column for name in result.curve for column in (f"{name}, printed", "measured")]
    return _table(["epoch", *head], rows)


def _growth(result: Result, runs: list[Run]) -> str:
    """The mean validation accuracy of each recipe after 1, 2, 4 ... epochs and the last one."""
    measured = [(recipe, own) for recipe in result.recipes if (own := _of(recipe, runs))]
    if not measured:
        return "Not measured here."
    epochs = {min(2**power, recipe.epochs) for recipe, _ in measured for power in range(recipe.epochs.bit_length() + 1)}
    rows = []
    for epoch in sorted(epochs):
        row = [str(epoch)]
        for recipe, own in measured:
            known = epoch <= recipe.epochs
            row.append(_percent(statistics.mean(run.curve["val_accuracy"][epoch - 1] for run in own)) if known else "")
        rows.append(row)
    return _table(["epoch", *(f"`{recipe.name}`" for recipe, _ in measured)], rows)


def _machines(runs: list[Run]) -> str:
    """Each machine once, with the results that come from it."""
    machines: dict[tuple[tuple[str, str], ...], set[str]] = {}
    for run in runs:
        facts_of_it = tuple((name, str(value)) for name, value in run.machine.items())
        machines.setdefault(facts_of_it, set()).add(run.data)
    rows = [[*(value for _, value in machine), ", ".join(sorted(files))] for machine, files in machines.items()]
    names = [name for name, _ in next(iter(machines), ())]
    return _table([*names, "images"], rows) if rows else "Not measured here."


def _of(recipe: Recipe, runs: Iterable[Run]) -> list[Run]:
    """The stored runs of a recipe as it is now."""
    return [run for run in runs if run.recipe == recipe.name and run.settings == recipe.settings()]


def _percent(value: float) -> str:
    return f"{100 * value:.2f} %"


def _range(values: Sequence[float]) -> str:
    return f"{_percent(min(values))} to {_percent(max(values))}" if len(values) > 1 else _percent(values[0])


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)
