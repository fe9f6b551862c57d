"""What a kind of question needs of the answer key."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Needs:
    """What a kind of question needs of the answer key.

    Attributes:
        answer: Whether `answers()` must have an expected value.
        may_be_unknown: Whether that value may be None where what is right is not known for the data.
        reference: Whether that value must be the name of a reference model.
        variable: Whether the question must name a variable or function of the notebook as its `answer`.
        calls: Whether `calls()` must have calls.
        heldout: Whether `HELDOUT` must name held-out data; other kinds must have none.
    """

    answer: bool = True
    may_be_unknown: bool = False
    reference: bool = False
    calls: bool = False
    variable: bool = True
    heldout: bool = False
