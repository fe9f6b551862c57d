"""Answer key of the exercise on fruit."""

import pandas as pd

from grader.authoring import Answers, Key, call, slip

key = Key()
SALES = pd.DataFrame(
    {
        "fruit": ["apple", "pear", "apple", "plum", "pear", "plum", "fig"],
        "day": [1, 1, 2, 1, 2, 2, 2],
        "weight": [2, 1.5, 3, 0.5, 2.5, 1, 0.25],
    }
)
key.answer("triangles", [0, 1, 3, 6, 10, 15, 21])
key.answer("sales", SALES)
key.answer("weights", SALES.groupby("fruit")["weight"].mean())


@key.question
def half() -> Answers:
    for x in (1, 0, 2.5):
        yield call((x,), x / 2, slip(x // 2, "The result is rounded down.", "Use `/`."))
