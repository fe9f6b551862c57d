"""What an exercise says, in the language that is spoken."""

from dataclasses import replace

from grader.model.exercise import Exercise
from grader.text.language import say


def told(exercise: Exercise) -> Exercise:
    """The exercise with its titles, its summary and its hints in the language that is spoken.

    Choices stay: students answer with them. A text that the catalogue of the course lacks stays, too.
    """
    questions = tuple(
        replace(question, title=say(question.title), hint=say(question.hint)) for question in exercise.questions
    )
    return replace(exercise, title=say(exercise.title), summary=say(exercise.summary), questions=questions)
