"""What a try left behind, read from where it is kept."""

from dataclasses import replace

from grader.execute.records import RecordStore
from grader.gradebook.results import Results
from grader.model.standing import Try
from grader.pipeline.marking import Run
from grader.pipeline.material import Material
from grader.pipeline.reading import fits, read


class Stored:
    """The tries of an exercise with their records; runs nothing.

    Args:
        material: The exercise.
        results: Where notebooks and records lie.
    """

    def __init__(self, material: Material, results: Results) -> None:
        self._material, self._results = material, results
        self._records = RecordStore(results.records)

    def run(self, each: Try) -> Run | None:
        """A try with its record; None where that is not here, or no longer fits the exercise."""
        content = self._results.notebook(each.taken.notebook)
        if content is None:
            return None
        reading = read(self._material, replace(each.submission, content=content))
        record = reading.problem or self._records.get(each.record)
        if record is None or not (reading.problem or fits(reading.job, record)):
            return None
        return Run(reading, record)
