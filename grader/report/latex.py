"""Formulas in LaTeX, written with ordinary characters: reports contain no script that could typeset them."""

import re
from collections.abc import Iterator

_FORMULA = re.compile(
    r"(?P<code>```.*?```|`[^`\n]*`)|\$\$(?P<display>[^$]{1,2000})\$\$|(?<![\\$\w])\$(?P<inline>[^$\n]{1,500})\$(?![\w$])",
    re.DOTALL,
)
_TOKEN = re.compile(r"\\[a-zA-Z]+|\\.|[{}^_]|[^\\{}^_]+", re.DOTALL)
_LETTERS = {
    **{"alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "varepsilon": "ε", "zeta": "ζ"},
    **{"eta": "η", "theta": "θ", "kappa": "κ", "lambda": "λ", "mu": "μ", "nu": "ν", "pi": "π", "rho": "ρ"},
    **{"sigma": "σ", "tau": "τ", "phi": "φ", "varphi": "φ", "chi": "χ", "psi": "ψ", "omega": "ω"},
    **{"Gamma": "Γ", "Delta": "Δ", "Theta": "Θ", "Lambda": "Λ", "Sigma": "Σ", "Phi": "Φ", "Omega": "Ω"},
}
_SIGNS = {
    **{"cdot": "·", "times": "×", "pm": "±", "le": "≤", "leq": "≤", "ge": "≥", "geq": "≥", "ne": "≠", "neq": "≠"},
    **{"approx": "≈", "to": "→", "rightarrow": "→", "infty": "∞", "partial": "∂", "nabla": "∇", "sum": "Σ"},
    **{"prod": "Π", "int": "∫", "in": "∈", "lVert": "‖", "rVert": "‖", "Vert": "‖", "|": "‖", "lvert": "|"},
    **{"rvert": "|", "ldots": "…", "dots": "…", "cdots": "…", "quad": "  ", "qquad": "   ", ",": " ", ";": " "},
    **{
        ":": " ",
        "!": "",
        " ": " ",
        "left": "",
        "right": "",
        "{": "{",
        "}": "}",
        "%": "%",
        "_": "_",
        "$": "$",
        "\\": "\n",
    },
}
_WRAPPERS = {"text", "mathrm", "mathbf", "mathit", "operatorname", "boldsymbol", "textbf", "bar", "hat", "vec"}
_RAISED = str.maketrans("0123456789+-−=()nixTk", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ⁿⁱˣᵀᵏ")
_LOWERED = str.maketrans("0123456789+-−=()aeijkmnx", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎ₐₑᵢⱼₖₘₙₓ")
_SINGLE = re.compile(r"\w+|[√‖]\S*", re.DOTALL)


def readable_formulas(markdown: str) -> str:
    """Write the formulas of a Markdown text with ordinary characters; code stays as it is.

    Args:
        markdown: Markdown with formulas between `$` or `$$`.

    Example:
        >>> readable_formulas(r"It adds $\\frac{\\lambda}{2} \\lVert w \\rVert^2$, which costs 3 $.")
        'It adds λ/2 ‖ w ‖², which costs 3 $.'
    """
    return _FORMULA.sub(_replacement, markdown)


def _replacement(match: re.Match[str]) -> str:
    formula = match["display"] or match["inline"]
    if match["code"] or not re.search(r"[\\^_=]|^\s*\w\s*$", formula):
        return match.group()
    text = re.sub(r"[*_`<]", lambda sign: f"\\{sign.group()}", plain(formula))
    return f"\n\n{text}\n\n" if match["display"] else text


def plain(formula: str) -> str:
    """Write a formula with ordinary characters.

    Args:
        formula: LaTeX, without the dollar signs. Commands that are not known lose their backslash.

    Example:
        >>> plain(r"\\frac{e^x - 1}{\\sqrt{n}}")
        '(eˣ - 1)/√n'
    """
    tokens = iter(_TOKEN.findall(formula))
    return re.sub(r" {4,}", "   ", _until_end(tokens)).strip()


def _until_end(tokens: Iterator[str]) -> str:
    """The text of all tokens up to the end of a group."""
    parts: list[str] = []
    for token in tokens:
        if token == "}":
            break
        parts.append(_text(token, tokens))
    return "".join(parts)


def _text(token: str, tokens: Iterator[str]) -> str:
    if token == "{":
        return _until_end(tokens)
    if token == "^":
        return _placed(_argument(tokens), _RAISED, "^")
    if token == "_":
        return _placed(_argument(tokens), _LOWERED, "_")
    if not token.startswith("\\"):
        return token
    name = token[1:]
    if name in ("frac", "tfrac", "dfrac"):
        return f"{_in_brackets(_argument(tokens))}/{_in_brackets(_argument(tokens))}"
    if name == "sqrt":
        return f"√{_in_brackets(_argument(tokens))}"
    if name in _WRAPPERS:
        return _argument(tokens)
    return _LETTERS.get(name) or _SIGNS.get(name, name)


def _argument(tokens: Iterator[str]) -> str:
    """The next group, or the next character."""
    token = next(tokens, "").lstrip()
    if token and token[0] not in "{\\":
        return token[0] + "\0" + token[1:] if len(token) > 1 else token
    return _text(token, tokens) if token else ""


def _placed(argument: str, characters: dict[int, int], sign: str) -> str:
    """A text raised or lowered, and after it the rest of the token of which it was one character."""
    text, _, rest = argument.partition("\0")
    moved = text.translate(characters)
    if moved == text or any(character in text for character in moved):
        moved = f"{sign}{_in_brackets(text)}"
    return moved + rest


def _in_brackets(argument: str) -> str:
    text, _, rest = argument.partition("\0")
    return (text if _SINGLE.fullmatch(text) else f"({text})") + rest
