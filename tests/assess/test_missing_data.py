"""A notebook that cannot load its data costs its student nothing: the report says what was missing."""

import pytest

from grader.assess.engine import assess
from grader.assess.evidence import Evidence
from grader.assess.findings import unmarked
from grader.assess.missing_data import excused
from grader.marks.flags import MISSING_DATA, flags_of
from grader.model.assessment import Finding, StoppedLine, Verdict
from grader.model.record import Answer, AnswerState, CellError, CellRun, ProbeResult, ProbeState, Record
from grader.storage.known_datasets import known_sources
from grader.storage.wanted_data import wanted_data
from tests.assess.assess_samples import answer_key, exercise, failing, question, ran, record, value
from tests.reading import as_read

NUMBER = question("number", answer="size", hint="Read again.")
MNIST = "https://storage.googleapis.com/tensorflow/tf-keras-datasets/mnist.npz"
LOAD = "(x_train, y_train), _ = keras.datasets.mnist.load_data()"
FETCH = failing("Exception", f"URL fetch failure on {MNIST}: None -- [Errno -2] Name or service not known")
NO_X = failing("NameError", "name 'x_train' is not defined")
IN_REQUESTS = (
    "HTTPSConnectionPool(host='example.org', port=443): Max retries exceeded with url: /data/a.csv (Caused by "
    "NameResolutionError(\"<urllib3.connection.HTTPSConnection object at 0x7f>: Failed to resolve 'example.org' "
    '([Errno -2] Name or service not known)"))'
)


def finding(*cells: tuple[str, CellRun], **fields: object) -> Finding:
    made = record(cells=tuple(run for _, run in cells), **fields)
    (only,) = assess("ada", exercise(NUMBER), answer_key(26), made, {}, tuple(text for text, _ in cells)).findings
    return only


def test_an_answer_that_needs_the_data_waits_for_a_person_and_the_sentence_names_the_data_set() -> None:
    waiting = finding((LOAD, FETCH), ("size = x_train.shape[1]", NO_X))
    assert (waiting.verdict, waiting.waits, waiting.max_points) == (Verdict.NEEDS_HUMAN, True, 4.0)
    assert as_read(waiting.reason) == (
        "Cell 1 loads the data set mnist, which was missing on the machine that ran your notebook. This is not your "
        "fault. An instructor will look at this question."
    )


def test_an_answer_that_is_there_is_marked_all_the_same() -> None:
    right = finding((LOAD, FETCH), ("size = 26", ran()), answers={"size": value(26)})
    assert right.verdict is Verdict.PASSED
    wrong = finding((LOAD, FETCH), ("size = 27", ran()), answers={"size": value(27)})
    assert wrong.verdict is Verdict.FAILED


def test_an_answer_that_was_not_attempted_or_stopped_before_is_the_students_own() -> None:
    blank = finding((LOAD, FETCH), ("size = ...", ran()), answers={"size": Answer(AnswerState.BLANK)})
    assert blank.verdict is Verdict.NOT_ATTEMPTED
    before = finding(("size = 1 / 0", failing("ZeroDivisionError", "division by zero")), (LOAD, FETCH))
    assert before.verdict is Verdict.BLOCKED


@pytest.mark.parametrize(
    ("said", "verdict"),
    [
        ("NameError: name 'model' is not defined", Verdict.NEEDS_HUMAN),
        ("ValueError: operands could not be broadcast", Verdict.FAILED),
    ],
)
def test_a_function_waits_too_if_it_lacks_a_name(said: str, verdict: Verdict) -> None:
    asked = question("accuracy", answer="predict")
    made = record(cells=(FETCH, ran()), probes={"predict": ProbeResult(ProbeState.RAISED, message=said)})
    cells = (LOAD, "def predict(x): ...")
    evidence = Evidence(question="q", name="predict", key=answer_key(), record=made, cells=cells)
    assert excused(asked, evidence, unmarked(asked, Verdict.FAILED, said)).verdict is verdict


@pytest.mark.parametrize("name", ["fashion_mnist", "cifar10", "imdb", "fetch_california_housing"])
def test_every_file_of_a_known_data_set_is_recognised_by_its_address(name: str) -> None:
    for file in known_sources()[name].files:
        run = failing("Exception", f"URL fetch failure on {file.url}: None -- [Errno -3] Temporary failure")
        wanted = wanted_data(record(cells=(ran(), run)))
        assert wanted
        assert (wanted.cell, wanted.name, wanted.address) == (2, name, file.url)


@pytest.mark.parametrize(
    ("name", "text", "address"),
    [
        ("URLError", "<urlopen error [Errno -2] Name or service not known>", ""),
        ("URLError", "<urlopen error [Errno -3] Temporary failure in name resolution>", ""),
        ("gaierror", "[Errno -5] No address associated with hostname", ""),
        ("ConnectionError", IN_REQUESTS, "https://example.org/data/a.csv"),
        (
            "Exception",
            "URL fetch failure on https://example.org/x.zip: None -- [Errno -2]",
            "https://example.org/x.zip",
        ),
    ],
)
def test_other_downloads_are_recognised_with_what_the_error_names(name: str, text: str, address: str) -> None:
    wanted = wanted_data(record(cells=(failing(name, text),)))
    assert wanted
    assert (wanted.name, wanted.address) == ("", address)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("FileNotFoundError", "[Errno 2] No such file or directory: '/content/mnist.npz'"),
        ("ValueError", "URL is not valid"),
        ("PermissionError", "[Errno 13] Permission denied"),
        ("OSError", "[Errno 5] Input/output error"),
    ],
)
def test_other_errors_are_no_downloads(name: str, text: str) -> None:
    assert wanted_data(record(cells=(failing(name, text),))) is None


def test_staff_are_told_once_what_to_provide() -> None:
    made = record(cells=(FETCH, NO_X))
    (flag,) = [flag for flag in flags_of(exercise(NUMBER), made, ()) if flag.kind == MISSING_DATA]
    assert as_read(flag.text) == (
        "The data set mnist was missing. Add it to `[datasets]` in course.toml, run `grader data provide mnist`, and "
        "grade again."
    )


def stopped(run: CellRun, source: str) -> StoppedLine | None:
    made: Record = record(cells=(ran(), run))
    return assess("ada", exercise(NUMBER), answer_key(26), made, {}, ("import keras", source)).stopped_at


def test_the_line_is_noted_at_which_a_notebook_first_stops() -> None:
    source = "import numpy\n" + LOAD
    error = CellError("Exception", f"URL fetch failure on {MNIST}: None", 2)
    assert stopped(CellRun(execution_count=1, error=error), source) == StoppedLine(
        2, LOAD, f"Exception: URL fetch failure on {MNIST}: None"
    )
    assert stopped(ran(), source) is None
    blank = CellError("TypeError", "unsupported operand type(s) for +: 'int' and 'ellipsis'", 1)
    assert stopped(CellRun(execution_count=1, error=blank), "size = 1 + ...") is None
