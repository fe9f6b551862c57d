"""What a person should look at in the work of one student. It never changes marks, and the student never sees it."""

from collections.abc import Iterator, Sequence

from grader.model.assessment import Assessment, Finding, Flag, Verdict
from grader.model.exercise import Exercise
from grader.model.record import Isolation, Record
from grader.model.score import Accuracy
from grader.text.language import marked
from grader.text.messages import Text, message, number
from grader.text.proportions import percent, wilson

MEMORISED = marked("knows the held-out images")
VALIDATION = marked("validation far above held-out")
BATCH = marked("predictions depend on the batch")
SECOND_CALL = marked("second call failed")
ISOLATION = marked("reduced isolation")
OTHER_NUMBERS = marked("other numbers than those given out")
ANOTHER_EXERCISE = marked("notebook of another exercise")
NO_EXERCISE = marked("notebook of an unknown exercise")
HELD_OUT_COPIES = marked("held-out images in a file that was handed in")
PROBING = marked("many attempts on held-out data")
UNRUN = marked("could not be run")
LEFT_OUT = marked("something was left out of a report")
_FAR = 0.10
_MOST_GUESSES = 3
_UNRUN = marked(
    "It has no mark until you decide (`grader adjust`). Its remarks tell how it ended. Look for very much code,"
    " many or large files, and odd names of files; `grader rerun` runs it again."
)


def raised(exercise: Exercise, record: Record, findings: Sequence[Finding]) -> tuple[Flag, ...]:
    """What there is to look at in one submission.

    Args:
        exercise: What was asked.
        record: The run.
        findings: One for each question.

    Returns:
        Flags, the gravest first; empty where nothing stands out.
    """
    asked = {question.id: question for question in exercise.questions}
    found: list[Flag] = []
    for finding in findings:
        if finding.score and finding.score.accuracy:
            title, accuracy = asked[finding.question].title, finding.score.accuracy
            found += [*_two_calls(title, accuracy), *_validation(title, accuracy, record)]
    if record.unrun:
        found.insert(0, Flag(UNRUN, message(_UNRUN)))
    if record.isolation is not Isolation.SANDBOX:
        found.append(Flag(ISOLATION, message("It ran without the full sandbox: what it could reach, it could change.")))
    found += [_left_out(asked[finding.question].title, finding) for finding in findings if _lacks_something(finding)]
    return tuple(found)


def _lacks_something(finding: Finding) -> bool:
    """Whether a finding is marked, but something that is only added to a mark failed."""
    return bool(finding.fault) and finding.verdict is not Verdict.CHECK_ERROR


def _left_out(title: str, finding: Finding) -> Flag:
    text = message(
        "{question}: credit for what follows from earlier answers, a picture or a known cause could not be worked"
        " out ({error}). The marks stay as they are without it.",
        question=title,
        error=finding.fault,
    )
    return Flag(LEFT_OUT, text)


def other_numbers(observed: Text) -> tuple[Flag, ...]:
    """The flag for a notebook with other numbers than its student was given; none for an empty observation."""
    return (Flag(OTHER_NUMBERS, observed),) if observed else ()


def another_exercise(title: Text) -> tuple[Flag, ...]:
    """The flag for a notebook that is not of the exercise that it was handed in for.

    Args:
        title: Of the exercise that it belongs to; empty where it is of none that is known.
    """
    if title:
        return (
            Flag(
                ANOTHER_EXERCISE, message("It is the notebook of {title}, probably handed in by mistake.", title=title)
            ),
        )
    return (Flag(NO_EXERCISE, message("It has none of the cells and none of the answers of this exercise.")),)


def probing(attempts: Sequence[Assessment], usual: int) -> tuple[Flag, ...]:
    """The flag for attempts from whose scores labels of held-out data could be worked out.

    Args:
        attempts: Of one student, first to last.
        usual: So many scored attempts are nothing to look at, unless several are no better than guessing.
    """
    scores = [finding.score for attempt in attempts for finding in attempt.findings if finding.score]
    scored = [score.accuracy for score in scores if score.accuracy]
    guesses = sum(accuracy.interval[0] <= accuracy.guessing for accuracy in scored)
    if len(scored) <= usual and guesses <= _MOST_GUESSES:
        return ()
    text = message(
        "{count} attempts were scored on held-out data, {guesses} of them no better than guessing. Predictions that are"
        " chosen to learn labels from reports look like that, and so does trying things out.",
        count=number(len(scored)),
        guesses=number(guesses),
    )
    return (Flag(PROBING, text),)


def held_out_copies(name: str, number_of: int) -> Flag:
    """The flag for a file that holds held-out images, and how many."""
    return Flag(
        HELD_OUT_COPIES, message("`{name}` holds {amount} of the held-out images.", name=name, amount=number(number_of))
    )


def _two_calls(title: str, accuracy: Accuracy) -> Iterator[Flag]:
    if failure := accuracy.second_call_failure:
        yield Flag(
            SECOND_CALL,
            message("{question}: the second call gave no labels: {message}", question=title, message=failure),
        )
    if accuracy.second_call is None:
        return
    result = accuracy.second_call
    if result.knows_originals:
        plain, altered = result.unaltered_right / result.pairs, result.altered_right / result.pairs
        yield Flag(
            MEMORISED,
            message(
                "{question}: of {pairs} held-out images {plain} are labelled correctly as they are, but {altered}"
                " when a little shifted and lit: were they known beforehand?",
                question=title,
                pairs=number(result.pairs),
                plain=percent(plain),
                altered=percent(altered),
            ),
        )
    if not result.agrees:
        yield Flag(
            BATCH,
            message(
                "{question}: {differing} of {images} images got another label when they were shown again, in another"
                " order and mixed with others.",
                question=title,
                differing=number(result.differing),
                images=number(result.images),
            ),
        )


def _validation(title: str, measured: Accuracy, record: Record) -> Iterator[Flag]:
    """A validation accuracy that unseen images do not bear out, on as many images or fewer."""
    accuracy, count, high, again = measured.value, measured.images, measured.interval[1], measured.second_call
    if again and again.pairs and again.unaltered_right / again.pairs > accuracy:
        # what altering costs is no fault of the validation
        accuracy, high = again.unaltered_right / again.pairs, wilson(again.unaltered_right, again.pairs)[1]
    lasts = [curves["val_accuracy"][-1] for curves in record.histories.values() if curves.get("val_accuracy")]
    validated = max((value for value in lasts if 0 <= value <= 1), default=0.0)
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
