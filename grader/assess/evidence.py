"""All data that the marking of one question may use."""

from dataclasses import dataclass
from typing import Any

from grader.assess.class_cache import cached
from grader.assess.heldout import ShuffledData
from grader.model.key import AnswerKey, Slip
from grader.model.record import Answer, AnswerState, ModelTable, ProbeResult, Record
from grader.model.submission import HandedIn
from grader.storage.answer_data import as_answer


@dataclass(frozen=True, slots=True)
class TextCell:
    """A cell of a notebook that does not run.

    Attributes:
        after: Number of code cells before it.
        kind: `markdown` or `raw`.
        source: Its text.
        name: Its id; empty if it has none.
        pictures: Bytes of the pictures attached to it, which the student chose.
    """

    after: int
    kind: str
    source: str
    name: str = ""
    pictures: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Other parts of a notebook, and of the exercise's notebook, that explain why an answer is missing.

    Attributes:
        texts: Cells of the student that do not run; those of the exercise are left out.
        handout_cells: Source of each code cell of the notebook that students got.
        cell_names: Id of each code cell of the student's; empty where it has none.
        files: The files that the student submitted with the notebook.
    """

    texts: tuple[TextCell, ...] = ()
    handout_cells: tuple[str, ...] = ()
    cell_names: tuple[str, ...] = ()
    files: tuple[HandedIn, ...] = ()


NO_SURROUNDINGS = Surroundings()


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """All that is known about one answer.

    Attributes:
        question: Id of the question.
        name: The variable or function that the notebook should define.
        key: The answers of the exercise.
        record: The data that the sandbox returned.
        cells: Source of each code cell; the runs in `record.cells` are in the same order.
        heldout: The held-out data as the answer's function got them, with the labels; None if the question has none.
        second: Name of the second call of the function.
        around: Other parts of the notebook that explain why the answer is missing.
        answer_names: The names of all answers of the exercise.
    """

    question: str
    name: str
    key: AnswerKey
    record: Record
    cells: tuple[str, ...] = ()
    heldout: ShuffledData | None = None
    second: str = ""
    around: Surroundings = NO_SURROUNDINGS
    answer_names: tuple[str, ...] = ()

    @property
    def texts(self) -> tuple[TextCell, ...]:
        """Cells of the student that do not run."""
        return self.around.texts

    @property
    def handout_cells(self) -> tuple[str, ...]:
        """Source of each code cell of the notebook that students got."""
        return self.around.handout_cells

    def cell(self, name: str) -> int | None:
        """The index of the code cell with a name: its id, or a first line such as `# cell: mean`.

        Args:
            name: As in `exercise.toml`. Some programs give cells new ids, so the line takes precedence.

        Returns:
            The last such cell; None if there is none.
        """
        lines = [source.lstrip().partition("\n")[0] for source in self.cells]
        commented = [index for index, line in enumerate(lines) if "".join(line.split()) == f"#cell:{name}"]
        by_id = [index for index, known in enumerate(self.around.cell_names[: len(lines)]) if known == name]
        return max(commented or by_id, default=None)

    @property
    def expected(self) -> Any:
        """The expected value as plain data: no NumPy types, lists for tuples."""
        return right_as_answer(self.key.answers[self.question])

    @property
    def slips(self) -> tuple[Slip, ...]:
        """The wrong answers that have a known cause."""
        return tuple(self.key.slips.get(self.question, ()))

    @property
    def answer(self) -> Answer:
        """The answer under the name."""
        return self.record.answers.get(self.name, Answer(AnswerState.MISSING))

    @property
    def model(self) -> ModelTable | None:
        """The layer table, if the answer is a Keras model."""
        return self.record.models.get(self.name)

    @property
    def probe(self) -> ProbeResult | None:
        """The result of the student's function for the held-out inputs."""
        return self.record.probes.get(self.name)

    @property
    def second_probe(self) -> ProbeResult | None:
        """The result of the second call, if there was one."""
        return self.record.probes.get(self.second)


right_as_answer = cached(as_answer)
"""`as_answer` for values of a key, which are the same for many students of a class."""
