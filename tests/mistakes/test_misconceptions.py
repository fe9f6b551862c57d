"""The catalogue of misconceptions recognises reasons by their templates, whatever their numbers and their language."""

import re

import pytest

from grader.assess.reasons import together
from grader.mistakes import counts, windows
from grader.mistakes.misconceptions import BY_ID, CATALOGUE, misconceptions_in
from grader.mistakes.named_mistakes import BY_CHANCE, mistakes_named_in
from grader.text.messages import Text, joined, message

EARLIER = (
    "slide-copied",
    "test-data-leak",
    "augmentation-wrong",
    "fit-confused",
    "latent-picture",
    "dilation-wrong",
    "weights-not-shared",
    "filter-flipped",
    "sign-lost",
    "relu-wrong",
    "bias-left-out",
    "bias-miscounted",
    "normalisation-parameters",
    "trainable-parameters",
    "layers-with-parameters",
    "depth-left-out",
    "wrong-depth",
    "filters-miscounted",
    "stride-left-out",
    "padding-wrong",
    "pooling-wrong",
    "filter-size",
    "plus-one",
    "rounding-wrong",
    "receptive-field",
    "counting-start",
    "axes-swapped",
    "order-swapped",
    "dropout-wrong",
    "percent-or-share",
    "logarithm-wrong",
    "softmax-wrong",
    "activation-wrong",
    "loss-wrong",
    "optimiser-step",
    "epochs-and-updates",
    "scaling-wrong",
    "statistic-wrong",
    "layer-left-out",
    "wrong-operation",
    "part-left-out",
    "features-by-hand",
    "other-quantity",
)
NO_BIASES = message("The biases are missing.")
ALSO_NO_BIASES = message("You left out the bias of each neuron.")
NO_STRIDE = message("You left out the stride.")


def test_each_title_names_one_mistake_and_not_several_alternatives() -> None:
    titles = [str(entry.title) for entry in CATALOGUE]
    assert [title for title in titles if re.search(r"\bor\b", title)] == []
    assert len(set(titles)) == len(titles)


def test_ids_of_stored_answers_still_exist() -> None:
    """An id never changes, so that answers of earlier terms are counted under the mistake that they show."""
    assert set(EARLIER) <= BY_ID.keys()


def test_ids_differ_and_each_entry_is_reached_by_its_own_phrases() -> None:
    assert len(BY_ID) == len(CATALOGUE)
    assert all(entry.id == entry.id.lower() and " " not in entry.id for entry in CATALOGUE)


@pytest.mark.parametrize(
    ("reason", "misconception"),
    [
        (counts.NO_BIASES, "bias-left-out"),
        (counts.ONE_BIAS, "bias-miscounted"),
        (counts.NO_DEPTH, "depth-left-out"),
        (counts.ONE_FILTER, "filters-miscounted"),
        (windows.NOT_PADDED, "padding-left-out"),
        (message("You padded the image with zeros."), "padding-added"),
        (message("You mirrored the image at its edges."), "padding-fill"),
        (windows.NO_ONE, "plus-one"),
        (windows.NO_STRIDE, "stride-left-out"),
        (message("You rounded up."), "rounding-wrong"),
        (message("You did not flip the kernel: this is the correlation."), "filter-flipped"),
        (message("You swapped the rows and columns of the kernel."), "filter-turned"),
        (message("Rows and columns are swapped."), "axes-swapped"),
        (message("The minus sign is missing."), "sign-lost"),
        (message("This is the logarithm to base 10."), "logarithm-wrong"),
        (message("You divided the scores by the largest one."), "softmax-wrong"),
        (message("You counted the weights at every position."), "weights-not-shared"),
        (message("This is in percent."), "percent-or-share"),
        (message("This is the median."), "statistic-wrong"),
        (message("You divided the kept values by the rate."), "dropout-wrong"),
        (message("You counted images instead of batches."), "epochs-and-updates"),
        (message("This is the patience itself."), "early-stopping"),
        (message("You divided the losses instead of subtracting them."), "difference-or-ratio"),
        (message("These are the training losses: they are in the other folder."), "other-data"),
        (message("This is the epoch with the highest validation accuracy."), "other-curve"),
        (message("You moved the filter by two positions at a time."), "stride-added"),
        (message("You pooled with stride 1."), "pooling-stride"),
        (message("You used the learning rate as the step."), "optimiser-step"),
        ("The strides of height and width are swapped.", "stride-wrong"),
    ],
)
def test_a_reason_names_its_misconception(reason: Text, misconception: str) -> None:
    assert misconceptions_in(reason) == (misconception,)


def test_a_sentence_about_nothing_known_names_none() -> None:
    assert misconceptions_in(message("Restart the kernel.")) == ()
    assert misconceptions_in("") == ()


def test_the_place_of_a_mistake_names_none() -> None:
    assert misconceptions_in(joined(message("First convolution:"), NO_STRIDE)) == ("stride-left-out",)


def test_a_second_sentence_only_explains_the_first() -> None:
    assert misconceptions_in(joined(NO_BIASES, NO_STRIDE)) == ("bias-left-out",)


def test_two_mistakes_at_once_name_both() -> None:
    both = message("There are two mistakes here. {both}", both=joined(NO_BIASES, NO_STRIDE))
    assert misconceptions_in(both) == ("bias-left-out", "stride-left-out")


def test_of_several_possible_mistakes_only_what_they_have_in_common_counts() -> None:
    assert misconceptions_in(together([NO_BIASES, ALSO_NO_BIASES])) == ("bias-left-out",)
    assert misconceptions_in(together([NO_BIASES, NO_STRIDE])) == ()


def test_a_possibility_names_the_misconception_of_its_reason() -> None:
    possible = message(BY_CHANCE, reason=NO_STRIDE)
    assert misconceptions_in(possible) == ("stride-left-out",)


def test_the_sentences_of_a_reason_are_found_behind_words_that_make_them_only_possible() -> None:
    perhaps = message(BY_CHANCE, reason=together([NO_STRIDE, NO_BIASES]))
    assert [(one.sentence, one.is_certain) for one in mistakes_named_in(perhaps)] == [
        (NO_STRIDE, False),
        (NO_BIASES, False),
    ]
    assert [one.is_certain for one in mistakes_named_in(joined(NO_BIASES, NO_STRIDE))] == [True]
