"""Hand-built exercises, assessments and records for the tests of the reports."""

import base64
import struct
import zlib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from grader.cohort.statistics import of_class
from grader.model.assessment import Assessment, Finding, Part, Verdict
from grader.model.exercise import Exercise, Limits, Question, SlideReference
from grader.model.figures import AccuracyScale, ConfusionMatrix, LayerAlignment, LayerPair, ScaleThreshold
from grader.model.record import CellError, CellRun, Isolation, Outcome, Record, Resources
from grader.model.score import Accuracy, Score
from grader.model.statistics import ExerciseStatistics
from grader.report.dashboard import DashboardRow

SOURCE = SlideReference("sick-cas-dl-week4", "Exercise on setting up a simple CNN in keras")


def png(width: int = 240, height: int = 120) -> str:
    """A real PNG, as base64: a grey ramp."""
    rows = b"".join(b"\0" + bytes(255 * x // width for x in range(width)) for _ in range(height))
    chunks = (
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)),
        (b"IDAT", zlib.compress(rows)),
        (b"IEND", b""),
    )
    body = b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in chunks
    )
    return base64.b64encode(b"\x89PNG\r\n\x1a\n" + body).decode()


def question(
    ident: str = "conv1", title: str = "Output shape of the first convolution", points: float = 2.0, **fields: Any
) -> Question:
    return Question(
        id=ident, title=title, kind="array", answer=f"{ident}_answer", points=points, source=SOURCE, **fields
    )


def exercise(questions: Sequence[Question] | None = None, **fields: Any) -> Exercise:
    questions = questions or (
        question("model", "Complete the model", 6.0),
        question("conv1"),
        question("dense", "Parameters of the dense layer"),
        question("standardise", "Standardise the pixels", 3.0),
        question("predict", "Accuracy on held-out digits", 6.0),
        question("epochs", "What a rising validation loss says", 1.0),
    )
    made = Exercise(
        slug="keras-cnn",
        title="A simple CNN in Keras",
        summary="Complete a small convolutional network, count its parameters, train it and use it.",
        source=SOURCE,
        questions=tuple(questions),
        limits=Limits(),
        seed=7,
        files=(),
        folder=Path("exercises/keras-cnn"),
    )
    return replace(made, **fields)


def alignment() -> LayerAlignment:
    rows = [
        ("equal", "Conv2D 32 filters 3×3, relu", "Conv2D 32 filters 3×3, relu", 320, 320, "26×26×32", "26×26×32"),
        (
            "altered",
            "Conv2D 64 filters 3×3, relu",
            "Conv2D 64 filters 3×3, relu, same",
            18_496,
            18_496,
            "24×24×64",
            "26×26×64",
        ),
        ("missing", "MaxPooling2D 2×2", "", 0, 0, "12×12×64", ""),
        ("equal", "Flatten", "Flatten", 0, 0, "9216", "43264"),
        ("altered", "Dense 128, relu", "Dense 128, relu", 589_952, 3_211_392, "128", "128"),
        ("extra", "", "Dropout 0.5", 0, 0, "", "128"),
        ("equal", "Dense 10, softmax", "Dense 10, softmax", 1290, 1290, "10", "10"),
    ]
    names = ("op", "expected", "found", "expected_parameters", "found_parameters", "expected_shape", "found_shape")
    pairs = tuple(LayerPair(**dict(zip(names, row, strict=True))) for row in rows)  # type: ignore[arg-type]
    return LayerAlignment(rows=pairs, expected_parameters=600_810, found_parameters=3_231_498)


def confusion(classes: int = 10) -> ConfusionMatrix:
    counts = tuple(
        tuple(90 if i == j else (7 * i + 3 * j) % 5 * (abs(i - j) < 4) for j in range(classes)) for i in range(classes)
    )
    return ConfusionMatrix(classes=tuple(map(str, range(classes))), counts=counts)


def findings() -> tuple[Finding, ...]:
    return (
        Finding(
            question="model",
            verdict=Verdict.PARTIAL,
            points=4.0,
            max_points=6.0,
            expected="7 layers, 600,810 parameters",
            found="7 layers, 3,231,498 parameters",
            reason="Layer 3: expected MaxPooling2D 2×2, found nothing. The pooling is missing, so the dense layer has "
            "more than five times the weights.",
            hint="Add `MaxPooling2D(pool_size=(2, 2))` after the second convolution.",
            parts=(
                Part(label="layer 1", correct=True, expected="Conv2D 32", found="Conv2D 32"),
                Part(label="layer 3", correct=False, expected="MaxPooling2D 2×2", found="", reason="It is not there."),
            ),
            figures=(alignment(),),
        ),
        Finding(
            question="conv1",
            verdict=Verdict.PASSED,
            points=2.0,
            max_points=2.0,
            expected="(26, 26, 32)",
            found="(26, 26, 32)",
        ),
        Finding(
            question="dense",
            verdict=Verdict.FAILED,
            points=0.0,
            max_points=2.0,
            expected="589,952",
            found="589,824",
            reason="This counts the weights but not the biases: each of the 128 units has one.",
            hint="4608 · 128 weights, and 128 biases.",
        ),
        Finding(
            question="standardise",
            verdict=Verdict.NOT_ATTEMPTED,
            points=0.0,
            max_points=3.0,
            reason="Nothing was assigned.",
            hint="Use the mean of the training set.",
        ),
        Finding(
            question="predict",
            verdict=Verdict.PARTIAL,
            points=4.5,
            max_points=6.0,
            found="accuracy 0.938",
            reason="The accuracy is between the thresholds.",
            hint="Train for a few more epochs.",
            figures=(
                AccuracyScale(
                    accuracy=0.938,
                    interval=(0.926, 0.948),
                    thresholds=(ScaleThreshold(0.85, 0), ScaleThreshold(0.96, 6)),
                ),
                confusion(),
            ),
            score=Score(value=0.938, accuracy=Accuracy(value=0.938, interval=(0.926, 0.948), images=1000)),
        ),
        Finding(
            question="epochs",
            verdict=Verdict.NEEDS_HUMAN,
            points=0.0,
            max_points=1.0,
            found="It overfits.",
            reason="A person reads free text.",
        ),
    )


def assessment(student: str = "Ada Lovelace", made: Sequence[Finding] | None = None, **fields: Any) -> Assessment:
    made = findings() if made is None else made
    whole = Assessment(
        student=student,
        exercise="keras-cnn",
        record="ab12" * 16,
        outcome=Outcome.COMPLETED,
        isolation=Isolation.SANDBOX,
        findings=tuple(made),
    )
    return replace(whole, **fields)


def statistics(students: int = 40) -> ExerciseStatistics:
    """Of a class that fails each question by halves, thirds, and so on; the first student has left all blank."""
    names = [f"Student {number:02d}" for number in range(1, students)]
    made = [assessment("Blank", [replace(each, verdict=Verdict.NOT_ATTEMPTED, points=0.0) for each in findings()])]
    for number, name in enumerate(names, 1):
        full = [replace(each, verdict=Verdict.PASSED, points=each.max_points, reason="") for each in findings()]
        found = [full[at] if number % (at + 2) else each for at, each in enumerate(findings())]
        made.append(assessment(name, found, record=f"record {number}"))
    used = {each.record: Resources(2.0 + number, 1.5 * number) for number, each in enumerate(made, 1)}
    return of_class(exercise(), made, used)


def dashboard_row(
    made: Assessment, link: str = "student/report.html", seconds: float = 3.0, origin: str = "student.ipynb"
) -> DashboardRow:
    return DashboardRow(
        student=made.student,
        link=link,
        points=made.points,
        max_points=made.max_points,
        percent=made.percent,
        outcome=made.outcome,
        isolation=made.isolation,
        findings=made.findings,
        seconds=seconds,
        remarks=made.remarks,
        origin=origin,
        status=made.status,
        settled=made.has_mark,
    )


CELLS = (
    ("markdown", "# A simple CNN\n\nComplete the *blanks*; see [Keras](https://keras.io).\n\n```python\nx = 1\n```"),
    (
        "code",
        "import numpy as np\nimport keras\n\n# the digits\nimages = np.load('data/mnist.npz')['images']\nimages.shape",
    ),
    ("code", "history = model.fit(x, y, epochs=3, validation_split=0.2)"),
    ("code", "import pandas as pd\npd.DataFrame({'a': [1, 2]})"),
    ("code", "plt.imshow(images[0])"),
    ("code", "scale = 255\nimages / scael"),
    ("raw", "A raw cell."),
    ("code", "conv1_answer = (26, 26, 32)"),
)

RUNS = (
    CellRun(
        (
            {
                "output_type": "execute_result",
                "data": {"text/plain": "(4000, 28, 28)"},
                "metadata": {},
                "execution_count": 1,
            },
        ),
        1,
        2.4,
    ),
    CellRun(
        (
            {"output_type": "stream", "name": "stdout", "text": "\x1b[1m 1/32\x1b[0m loss: 2.3\r"},
            {"output_type": "stream", "name": "stdout", "text": "\x1b[1m32/32\x1b[0m loss: 0.4\n"},
            {"output_type": "stream", "name": "stderr", "text": "UserWarning: be careful\n"},
        ),
        2,
        41.0,
    ),
    CellRun(
        (
            {
                "output_type": "display_data",
                "metadata": {},
                "data": {
                    "text/html": '<style>p{}</style><table border="1" class="dataframe">'
                    "<thead><tr><th></th><th>a</th></tr></thead>"
                    "<tbody><tr><th>0</th><td>1</td></tr><tr><th>1</th><td>2</td></tr></tbody></table>",
                    "text/plain": "   a\n0  1\n1  2",
                },
            },
        ),
        3,
    ),
    CellRun(
        ({"output_type": "display_data", "metadata": {}, "data": {"image/png": png(), "text/plain": "<Figure>"}},), 4
    ),
    CellRun(
        ({"output_type": "error", "ename": "NameError", "evalue": "x", "traceback": ["/secret/place/cell.py\x1b[0m"]},),
        5,
        error=CellError("NameError", "name 'scael' is not defined", 2),
    ),
    CellRun((), 6),
)


def record(**fields: Any) -> Record:
    made = Record(
        key="ab12" * 16,
        outcome=Outcome.COMPLETED,
        cells=RUNS,
        histories={
            "history": {
                "loss": (0.62, 0.31, 0.2, 0.13, 0.09, 0.05, 0.03, 0.02),
                "val_loss": (0.4, 0.29, 0.25, 0.24, 0.26, 0.29, 0.33, 0.38),
                "accuracy": (0.81, 0.9, 0.94, 0.96, 0.97, 0.985, 0.99, 0.995),
                "val_accuracy": (0.88, 0.91, 0.925, 0.93, 0.931, 0.93, 0.932, 0.93),
            }
        },
        resources=Resources(48.2, 77.0, 1120.0, 34.0),
        environment=(("python", "3.11.9"), ("tensorflow", "2.21.0"), ("keras", "3.15.1"), ("numpy", "2.2.1")),
    )
    return replace(made, **fields)
