"""Reads a number written as text: finds all its possible values, and accepts it if only one can be meant."""

import re
from dataclasses import dataclass
from itertools import permutations
from math import isfinite

from grader.model.precision import is_whole
from grader.text import values
from grader.text.language import marked
from grader.text.messages import MessageError, Text, message

Number = int | float

_MOST_DIGITS = 60  # characters of a numeral; the patterns are only applied to texts that are not longer
_GROUPING = ",. '_"  # signs between groups of three digits, in English, German, Swiss and Python's notation
_DECIMAL = ".,"
_SPACES = dict.fromkeys(map(ord, "\u00a0\u2007\u2009\u202f\t\r\n"), " ")
_SIGNS = str.maketrans({"\u2212": "-", "\u2013": "-", "\u2019": "'", "\u00b4": "'", "`": "'"})
_BEFORE = re.compile(
    r"^(?:[^\W\d][\w ]{0,40}[=:]|[=≈~]|ca\.?(?=[ \d])|circa\b|approx\.|about\b|etwa\b|rund\b)\s*", re.IGNORECASE
)
_NUMERAL = re.compile(r"(?P<sign>[+-]?)\s*(?P<body>\.?\d(?:[\d.,'_ ]*\d)?[.,]?)(?P<power>[eE][+-]?\d{1,3})?")
_CALCULATION = re.compile(r"[\d.,()\s*/+x×÷^-]*\d\s*[*/+x×÷^-]\s*[\d(][\d.,()\s*/+x×÷^-]*")
_TYPE_AROUND = re.compile(r"\b(?:np|numpy|tf)\.\w+\(([^(),]*)(?:, shape=\(\), dtype=\w+)?\)")
_AROUND = " '\"*;$"
_WORD = re.compile(r"[^\W\d_]+[²³]?\.?|[^\W\d_]+/[^\W\d_]+")
_SCALE_WORDS = (
    "k m g t kb mb gb tb kib mib gib tib bit bits byte bytes b thousand tausend tsd million millions mio millionen mil"
    " mille milliard milliarde milliarden mrd billion billions bn bio dozen dutzend hundred hundert percent prozent"
    " cent permille promille ppm cm mm km nm ms us ns s sec min h hz khz mhz ghz rad deg grad x times mal i j e pi or"
    " oder to bis"
)
_SCALES = frozenset(_SCALE_WORDS.split())
_RELATING = frozenset(
    ("plus", "minus", "less", "more", "than", "weniger", "mehr", "als", "and", "und", "of", "von", "per", "pro", "not",
     "nicht", "nor", "no", "kein")
)  # fmt: skip
"""Words behind a number that may change its meaning."""
_ROUNDED = frozenset(
    ("rounded", "gerundet", "approximately", "approx", "about", "circa", "ca", "etwa", "rund", "exactly", "genau")
)
_MOST_WORDS = 3
_PERCENT = frozenset(("%", "percent", "prozent", "pct"))
_SAME_UNITS = (frozenset(("px", "pixel", "pixels")), _PERCENT)

QUOTES_NOTE = marked("Leave out the quotes: the answer is a number, not text.")


class UnreadableError(MessageError):
    """An answer in a form in which it cannot be right; the message is for the student."""


@dataclass(frozen=True, slots=True)
class NumberForm:
    """The form of number that a question requires.

    Attributes:
        whole: Whether only a whole number can be meant.
        unit: The unit that the question names; may be empty.
    """

    whole: bool = False
    unit: str = ""


ANY = NumberForm()
WHOLE = NumberForm(whole=True)


def number_in(text: str, form: NumberForm = ANY) -> tuple[Number, Text]:
    """Read a number that was given as text.

    Args:
        text: The answer: `1386`, `1,386`, `1'386`, `0,96`, `96 %`, `40 MiB`.
        form: The form that the question requires. If it requires a whole number, `1,386` is 1386; otherwise it could
            also be 1.386.

    Returns:
        The number, and advice on writing it better.

    Raises:
        UnreadableError: If it is not a number, or could be several; the message lists them.

    Example:
        >>> number_in("1,386", WHOLE)[0], number_in("96 %")[0]
        (1386, 0.96)
    """
    stripped = _BEFORE.sub("", _plain(text))
    numeral = _NUMERAL.match(stripped) if len(stripped) <= _MOST_DIGITS else None
    unit = _unit_in(stripped[numeral.end() :]) if numeral else None
    if numeral is None or unit is None:
        if len(stripped) <= _MOST_DIGITS and _CALCULATION.fullmatch(stripped):
            raise UnreadableError(
                message(
                    "{answer} is a calculation in quotes. Remove the quotes so that Python computes it.",
                    answer=_quoted(text),
                )
            )
        raise UnreadableError(message("{answer} is not a number.", answer=_quoted(text)))
    value = _meant(text, numeral, form)
    if not unit:
        return value, message(QUOTES_NOTE)
    return _in_unit(text, value, unit, form)


def without_types(text: str) -> str:
    """Remove the types that NumPy and TensorFlow print around a number.

    Example:
        >>> without_types("(np.int64(26), 3)")
        '(26, 3)'
    """
    return _TYPE_AROUND.sub(r"\1", text)


def is_numeral(text: str) -> bool:
    """Whether a text is a number in some notation, even if it could be several."""
    stripped = _plain(text)
    numeral = _NUMERAL.fullmatch(stripped) if len(stripped) <= _MOST_DIGITS else None
    return numeral is not None and bool(_readings(numeral["body"]))


def written_as_two(parts: list[int], form: NumberForm) -> tuple[str, list[str]]:
    """Find the number that was meant by a tuple, if a comma in a number made it.

    Args:
        parts: Its two or more whole numbers: Python reads `786,688` as 786 and 688.
        form: The form that the question requires.

    Returns:
        The tuple as the student wrote it, and the numbers that may have been meant.

    Example:
        >>> written_as_two([786, 688], WHOLE)
        ('786,688', ['786688'])
    """
    groups = [str(part) if part else "000" for part in parts[1:]]
    candidates = []
    if parts[0] and all(len(group) == 3 for group in groups):
        candidates.append("".join((str(parts[0]), *groups)))
    if not form.whole and len(parts) == 2:
        candidates.append(f"{parts[0]}.{parts[1]}")
    return ",".join(map(str, parts)), candidates


def _plain(text: str) -> str:
    """A text without quotes around it, with ordinary blanks and signs; cut if it is too long to be a number."""
    short = text[: _MOST_DIGITS * 2].translate(_SPACES).translate(_SIGNS)
    return without_types(short).strip(_AROUND)


def _unit_in(text_behind: str) -> str | None:
    """The unit or the few words behind a numeral; empty if there are none, None if the text is more than a number."""
    unit = text_behind.strip()
    if unit in ("", "%", "‰") or _WORD.fullmatch(unit):
        return unit
    words = [word for word in re.split(r"[\s()]+", unit) if word and word.casefold().strip(".") not in _ROUNDED]
    if len(words) < 2:
        return "".join(words) if all(word in ("%", "‰") or _WORD.fullmatch(word) for word in words) else None
    are_words = all(_WORD.fullmatch(word) and word.casefold() not in _RELATING for word in words)
    return " ".join(words) if are_words and len(words) <= _MOST_WORDS else None


def _meant(text: str, numeral: re.Match[str], form: NumberForm) -> Number:
    """The one number that a numeral can mean."""
    sign = -1 if numeral["sign"] == "-" else 1
    body = numeral["body"]
    power = numeral["power"] or ""
    readings = _readings(body, power) or _readings(body.rstrip(".,"), power)
    if not readings or not all(map(isfinite, readings)):
        raise UnreadableError(message("{answer} is not a number.", answer=_quoted(text)))
    if form.whole and any(map(is_whole, readings)):
        readings = [reading for reading in readings if is_whole(reading)]
        if "," in body:  # a whole number with a comma has thousands, not decimals of 0
            readings = [reading for reading in readings if isinstance(reading, int)] or readings
    if not form.whole and _is_python(body):
        readings = readings[:1]
    if len(set(readings)) > 1:
        choices = values.choice(_plainly(sign * reading) for reading in dict.fromkeys(readings))
        raise UnreadableError(
            message(
                "{answer} can be read in more than one way. Write {choices}, without quotes.",
                answer=_quoted(text),
                choices=choices,
            )
        )
    return sign * readings[0]


def _readings(body: str, power: str = "") -> list[Number]:
    """All numbers that a run of digits and separators can stand for; what Python reads comes first."""
    if re.fullmatch(r"\d+(_\d+)*", body):
        return [_number(body, power)]
    numbers = [_number(body, power)] if _is_python(body) else []
    if re.fullmatch(r"\d+,\d*", body):
        numbers.append(_number(body.replace(",", "."), power))
    for group, point in () if power else permutations(_GROUPING, 2):  # with a power of ten there are no thousands
        groups = rf"[1-9]\d{{0,2}}(?:{re.escape(group)}\d{{3}})+"
        if re.fullmatch(groups, body):
            numbers.append(_number(body.replace(group, ""), power))
        elif point in _DECIMAL and re.fullmatch(rf"{groups}{re.escape(point)}\d*", body):
            numbers.append(_number(body.replace(group, "").replace(point, "."), power))
    return list(dict.fromkeys(numbers))


def _number(text: str, power: str) -> Number:
    return float(text + power) if power or "." in text else int(text)


def _is_python(body: str) -> bool:
    return bool(re.fullmatch(r"\d+\.\d*|\.\d+", body))


def _plainly(number: Number) -> str:
    """A number as Python writes it, but whole numbers without a point."""
    return str(int(number)) if is_whole(number) else repr(number)


def _in_unit(text: str, value: Number, unit: str, form: NumberForm) -> tuple[Number, Text]:
    """The number that was given with a unit, if the unit changes nothing or is a percent sign."""
    expected_unit, written_unit = _bare_unit(form.unit), _bare_unit(unit)
    if expected_unit and (
        written_unit.rstrip("s") == expected_unit.rstrip("s")
        or any({written_unit, expected_unit} <= synonyms for synonyms in _SAME_UNITS)
    ):
        return value, message("Leave out the unit and the quotes: the answer is a number in {unit}.", unit=form.unit)
    if expected_unit:
        raise UnreadableError(
            message(
                "{answer} is in {given}. Write the number in {unit}.",
                answer=_quoted(text),
                given=unit,
                unit=form.unit,
            )
        )
    if unit == "%" or written_unit in _PERCENT:
        if form.whole and not is_whole(value / 100):
            return value, message("Leave out `{word}` and the quotes: the answer is a number.", word=unit)
        share = float(f"{value}e-2") if isinstance(value, int) else value / 100
        return share, message(
            "The grader read {answer} as {share}. Write the number, without quotes.",
            answer=_quoted(text),
            share=repr(share),
        )
    if len(written_unit) < 2 or any(word in _SCALES for word in written_unit.split()):
        raise UnreadableError(
            message(
                "{answer}: `{word}` is not part of a number. Write the number in digits only.",
                answer=_quoted(text),
                word=unit,
            )
        )
    return value, message("Leave out `{word}` and the quotes: the answer is a number.", word=unit)


def _bare_unit(unit: str) -> str:
    return unit.casefold().strip(" .")


def _quoted(text: str) -> Text:
    return values.value(text)
