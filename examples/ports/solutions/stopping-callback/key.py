"""Answer key of the exercise on callbacks."""

import numpy as np

from grader.authoring import Answers, Key, call, slip

key = Key()
key.answer("accuracy", (0.97, 1))
key.answer("epochs", (1, 19))


@key.question
def prepare() -> Answers:
    images = np.arange(2 * 28 * 28).reshape(2, 28, 28) % 256
    not_scaled = images[..., np.newaxis]
    no_channel = slip(images / 255, "The axis of the channel is missing.", "Add an axis at the end.")
    yield call(
        (images,), not_scaled / 255, no_channel, slip(not_scaled, "The values are not scaled.", "Divide by 255.")
    )


@key.question
def callback() -> Answers:
    yield 3
    yield slip(4, "The callback stops only if the accuracy is above the goal.", "Stop also at the goal: use `>=`.")
