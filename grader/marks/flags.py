"""Flags: things in the work of one student that a person should look at.

They never change marks, and only staff see them.
"""

from collections.abc import Iterator, Sequence

from grader.model.assessment import Assessment, Finding, Flag, Verdict
from grader.model.attempt import Attempt
from grader.model.exercise import Exercise
from grader.model.job_parts import full_name
from grader.model.record import OWN_CODE, Isolation, ObservationRun, ObservationState, Record
from grader.model.score import Accuracy
from grader.storage.wanted_data import WantedData, wanted_data
from grader.text.language import marked
from grader.text.messages import Text, message, number, shortened, without_stop
from grader.text.proportions import percent, wilson
from grader.text.values import first_few

MEMORISED = marked("knows the held-out images")
VALIDATION = marked("validation far above held-out")
BATCH = marked("predictions depend on the batch")
SECOND_CALL = marked("second call failed")
ISOLATION = marked("reduced isolation")
OTHER_NUMBERS = marked("numbers differ from those handed out")
ANOTHER_EXERCISE = marked("notebook of another exercise")
NO_EXERCISE = marked("notebook of an unknown exercise")
HELD_OUT_COPIES = marked("held-out images in a submitted file")
PROBING = marked("many attempts on held-out data")
UNRUN = marked("could not be run")
LEFT_OUT = marked("part of a report was left out")
MISSING_DATA = marked("data that could not be loaded")
OBSERVATION = marked("failed observation")
SEVERAL_OF_GROUP = marked("several submissions of a group")
_FAR = 0.10
"""A validation accuracy this far above the one on held-out data is flagged, if chance does not explain it either."""
_MOST_NAMED = 5
_MOST_GUESSES = 3
"""So many attempts of a student may be no better than guessing before a flag is raised."""
_UNRUN = marked(
    "The submission has no mark until you decide on one (`grader adjust`). Its remarks say "
    "how the run ended. Look for very long code, many or large files, and unusual file "
    "names. `grader rerun` runs it again."
)


def flags_of(exercise: Exercise, record: Record, findings: Sequence[Finding]) -> tuple[Flag, ...]:
    """Raise the flags of one submission that follow from its run and its findings.

    Args:
        exercise: The exercise.
        record: The run.
        findings: One finding for each question.

    Returns:
        Flags, the most serious first; empty if there is nothing to look at.
    """
    titles = {question.id: question.title for question in exercise.questions}
    flags: list[Flag] = []
    if record.unrun:
        flags.append(Flag(UNRUN, message(_UNRUN)))
    if data := wanted_data(record):
        flags.append(_missing_data(data))
    for finding in findings:
        if finding.score and finding.score.accuracy:
            title, accuracy = titles[finding.question], finding.score.accuracy
            flags += [*_two_calls(title, accuracy), *_validation(title, accuracy, record)]
    if record.isolation is not Isolation.SANDBOX:
        flags.append(
            Flag(
                ISOLATION,
                message(
                    "The notebook ran without the full sandbox, so its code could read and change files on the machine."
                ),
            )
        )
    for finding in findings:
        # With a `CHECK_ERROR` there is no mark, which staff see anyway. Here a mark exists, but something that is only
        # added to a mark is missing.
        if finding.fault and finding.verdict is not Verdict.CHECK_ERROR:
            flags.append(_left_out(titles[finding.question], finding.fault))
    return (*flags, *_failed_observations(exercise, record))


def _failed_observations(exercise: Exercise, record: Record) -> Iterator[Flag]:
    """Flag each observation that stopped with an exception of which the notebook's own code is not the cause."""
    for question in exercise.questions:
        name = full_name(question.notebook, question.answer) if record.parts else question.answer
        run = record.observations.get(name)
        if run is not None and run.state is ObservationState.UNCLEAR and run.wanted == OWN_CODE:
            yield Flag(OBSERVATION, _own_code(question.title, run))
        elif run is not None and run.state in (ObservationState.FAILED, ObservationState.UNCLEAR):
            text = message(
                (
                    "{question}: the observation `{name}` stopped at line {line} with {error}. If this "
                    "happens to other notebooks, correct the observation and grade again. Otherwise, decide "
                    "on the points."
                ),
                question=question.title,
                name=question.answer,
                line=run.line,
                error=without_stop(run.message),
            )
            yield Flag(OBSERVATION, text)


def _own_code(title: str, run: ObservationRun) -> Text:
    return message(
        "{question}: `{file}` contains `{name}`, which observe_saved.py does not define. Define it there and grade "
        "again, or decide on the points.",
        question=title,
        file=run.about,
        name=run.found,
    )


def _missing_data(data: WantedData) -> Flag:
    if data.name:
        text = message(
            "The data set {name} was missing. Add it to `[datasets]` in course.toml, run `grader data provide {name}`, "
            "and grade again.",
            name=data.name,
        )
    else:
        text = message(
            "The notebook tried to download {address}. Provide the file as a data set, and grade again.",
            address=shortened(data.address, 120) or message("a file"),
        )
    return Flag(MISSING_DATA, text)


def _left_out(title: str, fault: str) -> Flag:
    text = message(
        (
            "{question}: because of an error ({error}), the report lacks a picture, a known cause, "
            "or credit for an answer that follows from earlier ones. The marks lack that credit too."
        ),
        question=title,
        error=fault,
    )
    return Flag(LEFT_OUT, text)


def other_numbers(observed: Text) -> tuple[Flag, ...]:
    """Flag a notebook with other numbers than its student was given; an empty observation raises no flag."""
    return (Flag(OTHER_NUMBERS, observed),) if observed else ()


def another_exercise(title: Text) -> tuple[Flag, ...]:
    """Flag a notebook that does not belong to the exercise that it was submitted for.

    Args:
        title: Title of the exercise that it belongs to; empty if that is not known.
    """
    if title:
        text = message("This is the notebook of {title}, probably submitted by mistake.", title=title)
        return (Flag(ANOTHER_EXERCISE, text),)
    return (Flag(NO_EXERCISE, message("The notebook has none of the cells and none of the answers of this exercise.")),)


def probing(attempts: Sequence[Assessment], usual: int) -> tuple[Flag, ...]:
    """Flag attempts whose scores could reveal labels of held-out data.

    Args:
        attempts: The attempts of one student, first to last.
        usual: Number of scored attempts that raise no flag, unless several are no better than guessing.
    """
    scores = [finding.score for attempt in attempts for finding in attempt.findings if finding.score]
    accuracies = [score.accuracy for score in scores if score.accuracy]
    guesses = sum(accuracy.interval[0] <= accuracy.guessing for accuracy in accuracies)
    if len(accuracies) <= usual and guesses <= _MOST_GUESSES:
        return ()
    text = message(
        (
            "{count} attempts were scored on held-out data, {guesses} of them no better than "
            "guessing. The student may have picked predictions to learn the labels from the reports, "
            "or may simply have experimented."
        ),
        count=number(len(accuracies)),
        guesses=number(guesses),
    )
    return (Flag(PROBING, text),)


def several_of_group(attempts: Sequence[Attempt], is_best: bool) -> tuple[Flag, ...]:
    """Flag a student for whose group several people submitted, or who also submitted alone.

    Args:
        attempts: The attempts of one student.
        is_best: Whether the best attempt counts, because it is not known which is the newest.
    """
    of_group = [attempt.submission for attempt in attempts if attempt.submission.group]
    submitters = list(dict.fromkeys(submission.submitter or submission.student for submission in of_group))
    if len(submitters) < 2 and not is_best:
        return ()
    if is_best:
        text = message(
            "Group {group}: submitted by {names}. It is not known which submission is the newest, so the best one "
            "counts for this student.",
            group=of_group[0].group,
            names=first_few(submitters, _MOST_NAMED),
        )
    else:
        text = message(
            "Group {group}: submitted by {names}. The rule of the course decides which submission counts for this "
            "student.",
            group=of_group[0].group,
            names=first_few(submitters, _MOST_NAMED),
        )
    return (Flag(SEVERAL_OF_GROUP, text),)


def held_out_copies(name: str, count: int) -> Flag:
    """Flag a submitted file that contains held-out images.

    Args:
        name: Name of the file.
        count: Number of held-out images in it.
    """
    text = message("`{name}` contains {amount} of the held-out images.", name=name, amount=number(count))
    return Flag(HELD_OUT_COPIES, text)


def _two_calls(title: str, accuracy: Accuracy) -> Iterator[Flag]:
    """Compare the two calls of the student's function, which get the same images in another form and order."""
    if failure := accuracy.second_call_failure:
        yield Flag(
            SECOND_CALL,
            message("{question}: the second call returned no labels: {message}", question=title, message=failure),
        )
    if accuracy.second_call is None:
        return
    result = accuracy.second_call
    if result.knows_originals:
        unaltered, altered = result.unaltered_right / result.pairs, result.altered_right / result.pairs
        yield Flag(
            MEMORISED,
            message(
                (
                    "{question}: of {pairs} held-out images, {plain} are labelled correctly as they are, but "
                    "{altered} when they are slightly shifted and brightened. Did the model see them before?"
                ),
                question=title,
                pairs=number(result.pairs),
                plain=percent(unaltered),
                altered=percent(altered),
            ),
        )
    if not result.agrees:
        yield Flag(
            BATCH,
            message(
                (
                    "{question}: {differing} of {images} images got a different label when they were shown "
                    "again, in a different order and mixed with others."
                ),
                question=title,
                differing=number(result.differing),
                images=number(result.images),
            ),
        )


def _validation(title: str, measured: Accuracy, record: Record) -> Iterator[Flag]:
    """Flag a validation accuracy that is far above the accuracy on held-out images.

    The number of validation images is not known. It is assumed to be that of the held-out images.
    """
    accuracy, count, high, second = measured.value, measured.images, measured.interval[1], measured.second_call
    if second and second.pairs and second.unaltered_right / second.pairs > accuracy:
        # Altered images may be harder, and that says nothing about the validation.
        accuracy, high = second.unaltered_right / second.pairs, wilson(second.unaltered_right, second.pairs)[1]
    last_values = [curves["val_accuracy"][-1] for curves in record.histories.values() if curves.get("val_accuracy")]
    validated = max((value for value in last_values if 0 <= value <= 1), default=0.0)
    low = wilson(round(validated * count), count)[0]
    if low > high and validated - accuracy > _FAR and measured.interval[0] > measured.guessing:
        yield Flag(
            VALIDATION,
            message(
                "{question}: the last validation accuracy is {validated}, but only {accuracy} on held-out images: "
                "was the model also trained on validation images?",
                question=title,
                validated=percent(validated),
                accuracy=percent(accuracy),
            ),
        )
