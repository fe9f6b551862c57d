"""Counts how the code is built: how long modules and functions are, how names are used, what docstrings say.

Usage: code_figures.py [FOLDER ...]

Each FOLDER is one column of the table, which is printed as Markdown. Without one, the columns are `grader` and the keys
in `solutions`. The folder of an older checkout, or of another project, gives a column to compare with.

Nothing is imported or run: the figures are read from the syntax trees.
"""

import ast
import io
import sys
import tokenize
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from statistics import mean

ROOT = Path(__file__).parents[1]
EMPTY_NAMES = frozenset(
    {"each", "found", "told", "made", "chosen", "taken", "kept", "given", "shown", "wanted", "said", "asked", "own"}
)
"""Names that say how a value came about, and not what it is."""

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
_BLOCKS = (ast.If, ast.For, ast.AsyncFor, ast.While, ast.With, ast.AsyncWith, ast.Try, ast.Match)
_ARRAYS = ("ndarray", "NDArray", "Array")
_LONG_FUNCTION = 30  # lines
_MANY_PARAMETERS = 5
_MANY_POSITIONAL = 5
_DEEP = 3  # blocks inside one another


@dataclass(frozen=True)
class Code:
    """All modules below a folder, parsed."""

    modules: Mapping[Path, str]

    @classmethod
    def below(cls, *folders: Path) -> "Code":
        """Read the modules below folders, in the order of their names."""
        paths = sorted(path for folder in folders for path in ([folder] if folder.is_file() else folder.rglob("*.py")))
        return cls({path: path.read_text(encoding="utf-8") for path in paths})

    @cached_property
    def trees(self) -> Mapping[Path, ast.Module]:
        """Path -> syntax tree."""
        return {path: ast.parse(text) for path, text in self.modules.items()}

    @cached_property
    def nodes(self) -> Sequence[ast.AST]:
        """All nodes of all trees."""
        return [node for tree in self.trees.values() for node in ast.walk(tree)]

    @cached_property
    def functions(self) -> Sequence[FunctionNode]:
        """All functions and methods, also those inside others."""
        return [node for node in self.nodes if isinstance(node, FunctionNode)]

    @cached_property
    def inner(self) -> frozenset[int]:
        """The identities of the functions that lie inside others."""
        return frozenset(
            id(node)
            for outer in self.functions
            for node in ast.walk(outer)
            if node is not outer and isinstance(node, FunctionNode)
        )

    @cached_property
    def classes(self) -> Sequence[ast.ClassDef]:
        """All classes."""
        return [node for node in self.nodes if isinstance(node, ast.ClassDef)]

    @cached_property
    def lines(self) -> int:
        """Lines of all modules, blank ones included."""
        return sum(text.count("\n") for text in self.modules.values())

    def per_thousand(self, amount: int) -> str:
        """So many per 1,000 lines."""
        return f"{1000 * amount / self.lines:.1f}"


def module_lines(code: Code) -> str:
    """Lines of a module: median, nine tenths, longest."""
    return " / ".join(map(str, _spread([text.count("\n") for text in code.modules.values()], 0.5, 0.9, 1.0)))


def function_lines(code: Code) -> str:
    """Lines of a function with its docstring: median, 90 %, 99 %, longest."""
    return " / ".join(map(str, _spread([_length(node) for node in code.functions], 0.5, 0.9, 0.99, 1.0)))


def long_functions(code: Code) -> str:
    """Share of functions with more than 30 lines."""
    return _share(_length(node) > _LONG_FUNCTION for node in code.functions)


def parameters(code: Code) -> str:
    """Parameters of a function without `self`: mean, most; share with more than 5."""
    counts = [len(_parameters(node)) for node in code.functions]
    return f"{mean(counts):.2f} / {max(counts)}; {_share(count > _MANY_PARAMETERS for count in counts)}"


def nesting(code: Code) -> str:
    """Blocks inside one another in a function: mean, most; share with 3 or more."""
    depths = [_depth(node) for node in code.functions]
    return f"{mean(depths):.2f} / {max(depths)}; {_share(depth >= _DEEP for depth in depths)}"


def docstrings(code: Code) -> str:
    """Share of modules, public classes and public functions that have a docstring."""
    public = [node for node in code.functions if not node.name.startswith("_") and id(node) not in code.inner]
    groups: tuple[Sequence[ast.Module | ast.ClassDef | FunctionNode], ...] = (
        list(code.trees.values()),
        [node for node in code.classes if not node.name.startswith("_")],
        public,
    )
    return " / ".join(_share(bool(ast.get_docstring(node)) for node in group) for group in groups)


def section(name: str, asked_of: Callable[[FunctionNode], bool]) -> Callable[[Code], str]:
    """Make a figure: the share of documented functions with a section, among those that should have it."""

    def share(code: Code) -> str:
        texts = [ast.get_docstring(node) or "" for node in code.functions if asked_of(node)]
        documented = [text for text in texts if text]
        return f"{_share(f'{name}:' in text for text in documented)} of {len(documented)}"

    return share


def shapes(code: Code) -> str:
    """Share of documented functions with arrays in their signature whose docstring names a shape."""
    texts = [ast.get_docstring(node) or "" for node in code.functions if _handles_arrays(node)]
    documented = [text for text in texts if text]
    return f"{_share('shape' in text.lower() for text in documented)} of {len(documented)}"


def comments(code: Code) -> str:
    """Comments per 100 lines of code; blank lines and docstrings are not code."""
    tokens = [token for text in code.modules.values() for token in tokenize.generate_tokens(io.StringIO(text).readline)]
    amount = sum(token.type == tokenize.COMMENT for token in tokens)
    return f"{100 * amount / (code.lines - _lines_without_code(code)):.1f}"


def helpers_with_one_caller(code: Code) -> str:
    """Share of functions that are private and named once in their module besides their definition."""
    single = 0
    for tree in code.trees.values():
        used = Counter(node.id for node in ast.walk(tree) if isinstance(node, ast.Name))
        used += Counter(node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute))
        names = [node.name for node in ast.walk(tree) if isinstance(node, FunctionNode)]
        single += sum(used[name] == 1 for name in names if name.startswith("_") and not name.startswith("__"))
    return f"{100 * single / len(code.functions):.0f} %"


def positional_calls(code: Code) -> str:
    """Calls with 5 or more positional arguments, per 1,000 calls."""
    calls = [node for node in code.nodes if isinstance(node, ast.Call)]
    return f"{1000 * sum(len(call.args) >= _MANY_POSITIONAL for call in calls) / len(calls):.1f}"


def anything(code: Code) -> str:
    """`Any` per 1,000 lines; how often `Mapping[str, Any]` or `dict[str, Any]`."""
    names = sum(isinstance(node, ast.Name) and node.id == "Any" for node in code.nodes)
    mappings = sum(
        isinstance(node, ast.Subscript) and ast.unparse(node) in ("Mapping[str, Any]", "dict[str, Any]")
        for node in code.nodes
    )
    return f"{code.per_thousand(names)}; {mappings}"


def expressions(code: Code) -> str:
    """Comprehensions and conditional expressions per 1,000 lines."""
    comprehensions = sum(isinstance(node, _COMPREHENSIONS) for node in code.nodes)
    conditional = sum(isinstance(node, ast.IfExp) for node in code.nodes)
    return f"{code.per_thousand(comprehensions)} / {code.per_thousand(conditional)}"


def empty_names(code: Code) -> str:
    """Share of bindings with a name that says nothing about the value, such as `found` or `each`."""
    names = [name for tree in code.trees.values() for name in bindings(tree)]
    return f"{100 * sum(name.lstrip('_') in EMPTY_NAMES for name in names) / len(names):.2f} %"


def names_of_several_classes(code: Code) -> str:
    """Names that two or more classes have."""
    names = Counter(node.name for node in code.classes)
    several = sorted(name for name, count in names.items() if count > 1)
    return f"{len(several)}" + (f" ({', '.join(several)})" if several else "")


def names_of_several_modules(code: Code) -> str:
    """Names that two or more modules have; `__init__` does not count."""
    names = Counter(path.stem for path in code.modules if path.stem != "__init__")
    return str(sum(count > 1 for count in names.values()))


def long_lines(code: Code) -> str:
    """Share of lines with more than 100 characters."""
    return _share(len(line) > 100 for text in code.modules.values() for line in text.splitlines())


def twins(code: Code) -> str:
    """Functions of 4 or more statements whose code is the same as that of another one."""
    bodies = defaultdict(list)
    for node in code.functions:
        body = node.body[1:] if ast.get_docstring(node) else node.body
        if sum(isinstance(inner, ast.stmt) for part in body for inner in ast.walk(part)) >= 4:
            bodies["\n".join(map(ast.dump, body))].append(node.name)
    return str(sum(len(names) for names in bodies.values() if len(names) > 1))


def bindings(tree: ast.Module) -> Iterator[str]:
    """Every name that a module binds: variables, parameters and fields."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif isinstance(node, ast.arg):
            yield node.arg


FIGURES: Mapping[str, Callable[[Code], str]] = {
    "modules / lines": lambda code: f"{len(code.modules)} / {code.lines:,}",
    "lines of a module: median / p90 / longest": module_lines,
    "lines of a function: median / p90 / p99 / longest": function_lines,
    "functions of more than 30 lines": long_functions,
    "parameters: mean / most; more than 5": parameters,
    "nesting: mean / most; 3 or more": nesting,
    "docstrings: modules / classes / public functions": docstrings,
    "`Args` where there are 2 or more parameters": section("Args", lambda node: len(_parameters(node)) > 1),
    "`Returns` where something comes back": section("Returns", lambda node: _returns(node)),
    "`Raises` where the body raises": section("Raises", lambda node: _raises(node)),
    "`Example`": section("Example", lambda node: not node.name.startswith("_")),
    "functions of arrays that state a shape": shapes,
    "comments per 100 lines of code": comments,
    "private functions with one caller": helpers_with_one_caller,
    "calls with 5 or more positional arguments, per 1,000": positional_calls,
    "`Any` per 1,000 lines; `Mapping` or `dict[str, Any]`": anything,
    "comprehensions / conditional expressions per 1,000 lines": expressions,
    "bindings named `each`, `found`, `told` and the like": empty_names,
    "names that several classes have": names_of_several_classes,
    "names that several modules have": names_of_several_modules,
    "lines of more than 100 characters": long_lines,
    "functions with a twin": twins,
}


def table(columns: Mapping[str, Code]) -> str:
    """The figures as a Markdown table with one column for each body of code."""
    rows = [["", *columns], ["---"] * (len(columns) + 1)]
    rows += [[name, *(figure(code) for code in columns.values())] for name, figure in FIGURES.items()]
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)


def main() -> None:
    """Print the table."""
    folders = [Path(word) for word in sys.argv[1:]]
    columns = {
        "grader": Code.below(ROOT / "grader"),
        "keys": Code.below(*sorted((ROOT / "solutions").glob("*/key.py"))),
    }
    print(table({str(folder): Code.below(folder) for folder in folders} or columns))


def _length(node: FunctionNode) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def _parameters(node: FunctionNode) -> list[str]:
    arguments = node.args
    names = [argument.arg for argument in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)]
    names += [argument.arg for argument in (arguments.vararg, arguments.kwarg) if argument]
    return [name for name in names if name not in ("self", "cls")]


def _depth(node: ast.AST) -> int:
    """Depth of nested blocks below a node; functions inside it are counted separately."""
    inner = [child for child in ast.iter_child_nodes(node) if not isinstance(child, FunctionNode | ast.Lambda)]
    return max(
        (_depth(child) + (isinstance(child, _BLOCKS) and not _is_elif(node, child)) for child in inner), default=0
    )


def _is_elif(node: ast.AST, child: ast.AST) -> bool:
    """Whether a block is the `elif` of another, which the tree has as an `if` inside `else`."""
    return isinstance(node, ast.If) and isinstance(child, ast.If) and node.orelse == [child]


def _returns(node: FunctionNode) -> bool:
    return any(isinstance(inner, ast.Return) and inner.value is not None for inner in ast.walk(node))


def _raises(node: FunctionNode) -> bool:
    return any(isinstance(inner, ast.Raise) and inner.exc is not None for inner in ast.walk(node))


def _handles_arrays(node: FunctionNode) -> bool:
    annotations = [argument.annotation for argument in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)]
    text = " ".join(ast.unparse(annotation) for annotation in (*annotations, node.returns) if annotation)
    return any(name in text for name in _ARRAYS)


def _lines_without_code(code: Code) -> int:
    blank = sum(not line.strip() for text in code.modules.values() for line in text.splitlines())
    strings = [node.value for node in code.nodes if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)]
    texts = [node for node in strings if isinstance(node.value, str)]
    return blank + sum((node.end_lineno or node.lineno) - node.lineno + 1 for node in texts)


def _spread(values: Sequence[int], *shares: float) -> list[int]:
    """The values below which these shares of all values lie."""
    ordered = sorted(values)
    return [ordered[min(int(share * len(ordered)), len(ordered) - 1)] for share in shares]


def _share(holds: Iterator[bool]) -> str:
    answers = list(holds)
    return f"{100 * sum(answers) / len(answers):.0f} %" if answers else "–"


if __name__ == "__main__":
    main()
