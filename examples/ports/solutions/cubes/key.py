"""Answer key of the exercise on cubes."""

from grader.authoring import Answers, Key, call, slip

key = Key()
key.answer("refusal", ["ValueError"])
key.answer("formula", r"$\sum_{i=1}^n i^3$")


@key.question
def cubes() -> Answers:
    for n in (1, 2, 10, 11):
        right = [i**3 for i in range(1, n + 1)]
        yield call((n,), right, slip([i**3 for i in range(n)], "The cubes begin with 0.", "Begin with 1."))


@key.question
def total() -> Answers:
    for n in (1, 2, 10, 11):
        yield call((n,), sum(i**3 for i in range(1, n + 1)))
