"""What a course puts into the sandbox before the first cell: start-up code, and names of Keras 2."""

import pytest

from grader.execute.local import LocalExecutor
from grader.model.exercise import Limits
from grader.model.job import Job
from grader.model.preparation import Preparation
from grader.model.record import Outcome, Record
from tests.reading import as_read

pytestmark = pytest.mark.slow


def run_prepared(executor: LocalExecutor, *cells: str, names: tuple[str, ...] = (), **preparation: object) -> Record:
    limits = Limits(cell_seconds=60, notebook_seconds=120)
    job = Job(cells=cells, names=names, probes=(), files=(), limits=limits, seed=1, environment=())
    (record,) = executor.run([job.prepared(Preparation(**preparation))])  # type: ignore[arg-type]
    return record


STARTUP = "import numpy as np\nprint('not shown')\nnp.random.rand(5)\ndef helper(x):\n    return x + 1\n"


def test_start_up_code_runs_before_the_first_cell_and_changes_no_count_and_no_number(sandbox: LocalExecutor) -> None:
    cells = ("import random\ndrawn = random.random()\nmore = float(np.random.rand())", "answer = helper(1)")
    names = ("drawn", "more", "answer")
    record = run_prepared(sandbox, *cells, names=names, startup=STARTUP)
    plain = run_prepared(sandbox, "import numpy as np\n" + cells[0], names=names)
    assert record.answers["answer"].value == 2
    assert [record.answers[name].value for name in names[:2]] == [plain.answers[name].value for name in names[:2]]
    assert [cell.execution_count for cell in record.cells] == [1, 2]
    assert [cell.outputs for cell in record.cells] == [(), ()]
    assert dict(record.environment)["start-up code"]
    assert record.key != plain.key


def test_a_fault_in_start_up_code_is_the_courses_own(sandbox: LocalExecutor) -> None:
    record = run_prepared(sandbox, "answer = 1", names=("answer",), startup="import no_such_package\n")
    assert record.outcome is Outcome.SANDBOX_FAILED
    assert "`[environment]` in course.toml" in as_read(record.remarks[0])
    assert "No module named 'no_such_package'" in as_read(record.remarks[1])


def test_a_package_of_the_course_that_is_missing_costs_no_student_a_mark(sandbox: LocalExecutor) -> None:
    record = run_prepared(sandbox, "import no_such_package", packages=(("no_such_package", ""),))
    assert record.outcome is Outcome.SANDBOX_FAILED
    plain = run_prepared(sandbox, "import no_such_package")
    assert plain.outcome is Outcome.COMPLETED


def test_an_install_is_answered_at_once_and_the_notebook_goes_on(sandbox: LocalExecutor) -> None:
    record = run_prepared(
        sandbox, "%pip install -q numpy", "!pip install no-such-thing", "answer = 1", names=("answer",)
    )
    printed = ["".join(str(output.get("text", "")) for output in cell.outputs) for cell in record.cells]
    assert printed[0].startswith("numpy: version ")
    assert printed[1] == "no-such-thing: not available here. The grader does not install packages.\n"
    assert record.answers["answer"].value == 1
    assert record.resources.wall_seconds < 5


OLD = (
    "from keras.utils import np_utils\n"
    "from keras.models import Sequential\n"
    "from keras.layers.core import Dense, Flatten\n"
    "from keras.layers.convolutional import Conv2D\n"
    "from tensorflow.keras.layers.normalization import BatchNormalization\n"
    "from keras.preprocessing.image import ImageDataGenerator\n"
    "from keras.optimizers import Adam\n"
    "import keras\nimport numpy as np",
    "x = np.random.rand(8, 6, 6, 1)\ny = np_utils.to_categorical(np.arange(8) % 2)\n"
    "model = Sequential([Conv2D(2, (3, 3), input_shape=(6, 6, 1)), BatchNormalization(), Flatten(),\n"
    "                    Dense(2, activation='softmax')])\n"
    "model.compile(loss='categorical_crossentropy', optimizer=Adam(lr=0.01, decay=1e-6), metrics=['accuracy'])",
    "generator = ImageDataGenerator(horizontal_flip=True).flow(x, y, batch_size=4)\n"
    "history = model.fit_generator(generator, steps_per_epoch=2, nb_epoch=1, verbose=0, workers=2)",
    "classes = [int(number) for number in model.predict_classes(x)]\n"
    "model.save_weights('model.h5')\nmodel.load_weights('model.h5')\nepochs = len(history.epoch)\n"
    "categories = keras.utils.np_utils.to_categorical([1]).tolist()",
)


def test_names_of_keras_2_are_there_if_the_course_wants_them_and_named_in_the_record(sandbox: LocalExecutor) -> None:
    names = ("classes", "epochs", "categories")
    record = run_prepared(sandbox, *OLD, names=names, keras2=True)
    assert [cell.error for cell in record.cells if cell.error] == []
    assert (len(record.answers["classes"].value), record.answers["epochs"].value) == (8, 1)
    assert record.answers["categories"].value == [[0.0, 1.0]]
    (remark,) = [as_read(text) for text in record.remarks]
    assert remark == (
        "It used names of Keras 2 that this course makes available: `decay`, `fit_generator`, `layers.convolutional`, "
        "`layers.core`, `layers.normalization`, `lr`, `nb_epoch`, `predict_classes`, `preprocessing.image`, "
        "`save_weights`, `utils.np_utils`, `workers`."
    )
    new = run_prepared(sandbox, "import keras\nmodel = keras.Sequential()", keras2=True)
    assert new.remarks == ()


def test_without_the_setting_they_are_missing(sandbox: LocalExecutor) -> None:
    record = run_prepared(sandbox, *OLD)
    assert record.cells[0].error is not None
    assert record.cells[0].error.name == "ImportError"
    assert record.remarks == ()
