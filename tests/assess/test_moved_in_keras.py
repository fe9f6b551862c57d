"""An error about a name that Keras 3 has moved: the card names the one to write now."""

import pytest

from grader.assess.engine import assess
from grader.assess.moved_in_keras import replacement
from grader.execute.inside.keras2 import MODULES
from grader.model.assessment import Verdict
from tests.assess.assess_samples import answer_key, exercise, failing, question, record
from tests.reading import as_read

NUMBER = question("number", answer="size")
ERRORS = {
    "ModuleNotFoundError: No module named 'keras.utils.np_utils'": "from keras.utils import to_categorical",
    "ModuleNotFoundError: No module named 'tensorflow.keras.layers.convolutional'": "from keras.layers import ...",
    "ImportError: cannot import name 'np_utils' from 'keras.utils' (/opt/x)": "to_categorical",
    "ImportError: cannot import name 'adam' from 'keras.optimizers' (/opt/x)": "from keras.optimizers import Adam",
    "ImportError: cannot import name 'ImageDataGenerator' from 'keras.preprocessing.image' (/opt)": "tensorflow.keras.",
    "AttributeError: module 'keras.utils' has no attribute 'np_utils'": "from keras.utils import to_categorical",
    "AttributeError: module 'keras._tf_keras.keras.optimizers' has no attribute 'adam'": "import Adam",
    "AttributeError: 'Sequential' object has no attribute 'fit_generator'": "model.fit(generator, ...)",
    "AttributeError: 'Sequential' object has no attribute 'predict_classes'": "model.predict(x).argmax(axis=-1)",
    "ValueError: Argument(s) not recognized: {'lr': 0.01}": "`lr` is called `learning_rate`",
    "TypeError: TensorFlowTrainer.fit() got an unexpected keyword argument 'nb_epoch'": "`epochs`",
    "TypeError: TensorFlowTrainer.fit() got an unexpected keyword argument 'use_multiprocessing'": "remove it",
    "ValueError: The filename must end in `.weights.h5`. Received: filepath=w.h5": "ends with `.weights.h5`",
}


@pytest.mark.parametrize("error", ERRORS)
def test_the_name_to_write_now_is_given(error: str) -> None:
    assert ERRORS[error] in as_read(replacement(error))


@pytest.mark.parametrize("name", MODULES)
def test_every_module_that_a_course_can_make_available_has_one(name: str) -> None:
    assert replacement(f"ModuleNotFoundError: No module named 'keras.{name}'")
    assert replacement(f"ModuleNotFoundError: No module named 'tensorflow.keras.{name}'")


@pytest.mark.parametrize(
    "error",
    [
        "ModuleNotFoundError: No module named 'seaborn'",
        "ModuleNotFoundError: No module named 'keras.nothing'",
        "AttributeError: 'Sequential' object has no attribute 'fitt'",
        "TypeError: f() got an unexpected keyword argument 'x'",
        "NameError: name 'np_utils' is not defined",
    ],
)
def test_other_errors_get_no_such_advice(error: str) -> None:
    assert replacement(error) == ""


def test_the_card_of_an_answer_that_depends_on_it_names_it() -> None:
    cells = ("from keras.utils import np_utils", "y = np_utils.to_categorical([1])", "size = y.shape[1]")
    runs = (
        failing("ImportError", "cannot import name 'np_utils' from 'keras.utils' (/opt/site/keras/utils/__init__.py)"),
        failing("NameError", "name 'np_utils' is not defined"),
        failing("NameError", "name 'y' is not defined"),
    )
    (finding,) = assess("ada", exercise(NUMBER), answer_key(2), record(cells=runs), {}, cells).findings
    assert finding.verdict is Verdict.BLOCKED
    assert as_read(finding.hint).startswith(
        "Keras 3 has no `keras.utils.np_utils`: write `from keras.utils import to_categorical` instead. Fix cell 1."
    )
