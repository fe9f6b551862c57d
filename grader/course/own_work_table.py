"""Reads the table `[own_work]` of `exercise.toml`."""

from collections.abc import Iterable, Iterator
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from grader.model.own_work import Concept, OwnWorkRules
from grader.text.suggestions import suggestion

_DEFAULT = OwnWorkRules()
_MOST_QUESTIONS = 20


def _concept(name: str) -> str:
    names = [concept.value for concept in Concept]
    if name not in names:
        raise ValueError("must be the name of a concept", suggestion(name, names))
    return name


class OwnWorkTable(BaseModel):
    """How an exercise asks students about their own work, as an author writes it."""

    model_config = ConfigDict(extra="forbid", strict=True)

    questions: Annotated[int, Field(ge=1, le=_MOST_QUESTIONS)] = _DEFAULT.questions
    points: Annotated[float, Field(ge=0, allow_inf_nan=False)] = _DEFAULT.points
    minutes: Annotated[float, Field(gt=0, le=525_600, allow_inf_nan=False)] = _DEFAULT.minutes
    concepts: list[Annotated[str, AfterValidator(_concept)]] = []
    confusion_matrix: str = _DEFAULT.confusion_matrix

    def problems(self, answers: Iterable[str]) -> Iterator[str]:
        """Whether the table fits the questions of the exercise.

        Args:
            answers: The answers that its questions name.
        """
        names = list(answers)
        if self.confusion_matrix and self.confusion_matrix not in names:
            yield (
                f"own_work: `confusion_matrix` must be the answer of a question. Received: "
                f'"{self.confusion_matrix}". {suggestion(self.confusion_matrix, names)}.'
            )
        if Concept.EVALUATION in self.concepts and not self.confusion_matrix:
            yield (
                'own_work: the concept "evaluation" needs a confusion matrix. Set `confusion_matrix` to the answer '
                "that is one, or remove the concept."
            )

    def rules(self) -> OwnWorkRules:
        """The table as a value."""
        return OwnWorkRules(
            questions=self.questions,
            points=self.points,
            minutes=self.minutes,
            concepts=tuple(Concept(name) for name in self.concepts),
            confusion_matrix=self.confusion_matrix,
        )
