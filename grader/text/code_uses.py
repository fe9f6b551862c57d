"""Finds out from the source of cells, without running it, which functions, modules and syntax they use.

A name is followed to its origin: after `import numpy as n` and `from numpy import convolve as c`, both `n.convolve` and
`c` are `numpy.convolve`. An attribute of anything else is a method, written `.fit`. Python allows ways to hide a use.
Those that are known here are reported as unclear, and the reader decides.
"""

import ast
import builtins
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from grader.text.python_source import parsed

SYNTAX: dict[str, tuple[type[ast.AST], ...]] = {
    "loop": (ast.For, ast.AsyncFor, ast.While),
    "for": (ast.For, ast.AsyncFor),
    "while": (ast.While,),
    "comprehension": (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp),
    "if": (ast.If, ast.IfExp),
    "match": (ast.Match,),
    "lambda": (ast.Lambda,),
    "function": (ast.FunctionDef, ast.AsyncFunctionDef),
    "class": (ast.ClassDef,),
    "try": (ast.Try, ast.TryStar),
    "with": (ast.With, ast.AsyncWith),
    "yield": (ast.Yield, ast.YieldFrom),
    "assert": (ast.Assert,),
    "global": (ast.Global, ast.Nonlocal),
    "slice": (ast.Slice,),
    "@": (ast.MatMult,),
    "recursion": (),
}
"""Words for syntax, and the nodes of the tree that they mean. A function that calls itself is "recursion"."""

_SHORT = {"np": "numpy", "pd": "pandas", "plt": "matplotlib.pyplot", "tf": "tensorflow", "K": "keras.backend"}
_SAME = {
    "tensorflow.keras": "keras",
    "tensorflow.python.keras": "keras",
    "tf_keras": "keras",
    "keras.src": "keras",
    "keras.api": "keras",
    "keras.models.Sequential": "keras.Sequential",
    "keras.models.Model": "keras.Model",
    "keras.layers.Input": "keras.Input",
    "numpy._core": "numpy",
    "numpy.core": "numpy",
    "__builtins__": "builtins",
}
_RUNS_TEXT = frozenset(("builtins.eval", "builtins.exec", "builtins.compile", "runpy.run_path", "runpy.run_module"))
_GETS = "builtins.getattr"
_IMPORTS = frozenset(("builtins.__import__", "importlib.import_module"))
_TABLES = frozenset(("builtins.globals", "builtins.locals", "builtins.vars"))
_BUILTINS = frozenset(dir(builtins))
_DEEPEST = 100
_LONGEST_CODE = 80
_Origins = frozenset[str]
_NONE: _Origins = frozenset()
_Scope = dict[str, _Origins]


def canonical(name: str) -> str:
    """The one name of a function or module that has several: `np.convolve` is `numpy.convolve`.

    Example:
        >>> canonical("np.convolve"), canonical("tf.keras.layers.Conv2D"), canonical("sum")
        ('numpy.convolve', 'keras.layers.Conv2D', 'builtins.sum')
    """
    first, dot, rest = name.partition(".")
    name = f"{_SHORT.get(first, first)}{dot}{rest}"
    return f"builtins.{name}" if name in _BUILTINS else _one_name(name)


def _one_name(name: str) -> str:
    for prefix, other in _SAME.items():  # in this order: `tensorflow.keras.models.Model` becomes `keras.Model`
        if name == prefix or name.startswith(f"{prefix}."):
            name = f"{other}{name[len(prefix) :]}"
    return name


@dataclass(frozen=True, slots=True)
class Use:
    """One place at which the code uses something.

    Attributes:
        name: Its full name such as `numpy.convolve`, `.fit` for a method, or a word of `SYNTAX`.
        cell: Index of the cell, from 0.
        line: Line in the cell, from 1.
        code: What is written there.
        owner: The function or class of the notebook in which it is; empty outside of all.
        imported: Whether it is only imported there.
        unclear: Whether something unknown is used there, by the function in `name`.
    """

    name: str
    cell: int
    line: int
    code: str
    owner: str = ""
    imported: bool = False
    unclear: bool = False

    def is_of(self, rule: str) -> bool:
        """Whether this is a use of what a rule names: a function, a module and all in it, a method, or syntax."""
        if self.unclear:
            return False
        if rule in SYNTAX or self.name in SYNTAX:
            return self.name == rule
        if rule.startswith("."):
            return not self.imported and f".{self.name.rpartition('.')[2]}" == rule
        right = canonical(rule)
        return self.name == right or self.name.startswith(f"{right}.")


@dataclass(frozen=True, slots=True)
class Uses:
    """All uses in a notebook.

    Attributes:
        uses: In the order of the code.
        defined: The functions and classes that the notebook defines.
    """

    uses: tuple[Use, ...]
    defined: frozenset[str]

    def within(self, function: str) -> tuple[Use, ...]:
        """The uses in a function or class of the notebook, and in those that it uses."""
        reached, waiting = {function}, [function]
        while waiting:
            owner = waiting.pop()
            names = {use.name.partition(".")[0] for use in self.uses if use.owner == owner}
            called = names & self.defined - reached
            reached |= called
            waiting += called
        return tuple(use for use in self.uses if use.owner in reached)

    def in_cells(self, cells: Iterable[int]) -> tuple[Use, ...]:
        """The uses in some cells, given by index."""
        indices = frozenset(cells)
        return tuple(use for use in self.uses if use.cell in indices)


@lru_cache(maxsize=64)
def uses_in(cells: tuple[str, ...]) -> Uses:
    """Find all uses in the cells of a notebook.

    Args:
        cells: Source of each code cell, in order. A cell that is not Python uses nothing.
    """
    walk = _Walk()
    for index, source in enumerate(cells):
        tree = parsed(source)
        if tree is not None:
            walk.cell(index, tree)
    walk.functions()
    uses = sorted(walk.uses, key=lambda use: (use.cell, use.line))
    return Uses(tuple(uses), frozenset(walk.last))


@dataclass(slots=True)
class _Later:
    """A function whose body is looked at after all cells, because it runs only when it is called."""

    body: Sequence[ast.AST]
    scopes: tuple[_Scope, ...]
    owner: str
    cell: int
    names: frozenset[str]


@dataclass(slots=True)
class _Walk:
    """The walk through the cells, with what each name means so far."""

    uses: list[Use] = field(default_factory=list)
    last: dict[str, int] = field(default_factory=dict)  # name -> number of its last definition
    _globals: _Scope = field(default_factory=dict)
    _ever: _Scope = field(default_factory=dict)  # all meanings that a global name had at any time
    _stars: list[str] = field(default_factory=list)
    _later: list[tuple[int, _Later]] = field(default_factory=list)
    _cell: int = 0
    _owner: str = ""
    _count: int = 0
    _depth: int = 0

    def cell(self, index: int, tree: ast.Module) -> None:
        """Look at a cell from top to bottom."""
        self._cell, self._owner, self._depth = index, "", 0  # a cell that was too deep has left another depth
        try:
            self._block(tree.body, (self._globals,), certain=True)
        except RecursionError:
            self._note("", tree, unclear=True)

    def functions(self) -> None:
        """Look at the bodies of functions, of which the last definition counts."""
        self._globals.update(self._ever)
        while self._later:
            number, later = self._later.pop(0)
            if later.owner and self.last.get(later.owner) not in (None, number):
                continue
            self._cell, self._owner, self._depth = later.cell, later.owner, 0
            local: _Scope = dict.fromkeys(later.names, _NONE)
            self._count = number
            try:
                self._block(later.body, (local, *later.scopes), certain=True)
            except RecursionError:
                self._note("", later.body[0], unclear=True)

    def _block(self, body: Sequence[ast.AST], scopes: tuple[_Scope, ...], certain: bool) -> None:
        for node in body:
            self._node(node, scopes, certain)

    def _node(self, node: ast.AST, scopes: tuple[_Scope, ...], certain: bool) -> None:
        self._depth += 1
        if self._depth <= _DEEPEST:
            self._visit(node, scopes, certain)
        elif self._depth == _DEEPEST + 1 and not isinstance(node, ast.expr_context | ast.operator):
            self._note("", node, unclear=True)
        self._depth -= 1

    def _visit(self, node: ast.AST, scopes: tuple[_Scope, ...], certain: bool) -> None:
        for word, kinds in SYNTAX.items():
            if isinstance(node, kinds):
                self._note(word, node)
        if isinstance(node, ast.Import | ast.ImportFrom):
            self._import(node, scopes, certain)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef):
            self._definition(node, scopes, certain)
        elif isinstance(node, ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp):
            inner: _Scope = {name: _NONE for generator in node.generators for name in _stored(generator.target)}
            self._children(node, (inner, *scopes), certain)
        elif isinstance(node, ast.Assign | ast.AnnAssign | ast.NamedExpr) and node.value is not None:
            self._node(node.value, scopes, certain)
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            for target in targets:
                self._bind(target, node.value, scopes, certain)
        elif isinstance(node, ast.If):
            self._branch(node, scopes)
        elif isinstance(node, ast.Name | ast.Attribute | ast.Call | ast.Subscript):
            self._expression(node, scopes, certain)
        else:
            is_statement = isinstance(node, ast.stmt) and not isinstance(node, ast.Expr)
            for name in _stored(getattr(node, "target", None)):
                self._set(scopes, name, _NONE, certain=False)
            self._children(node, scopes, certain and not (is_statement and hasattr(node, "body")))

    def _children(self, node: ast.AST, scopes: tuple[_Scope, ...], certain: bool) -> None:
        self._block(list(ast.iter_child_nodes(node)), scopes, certain)

    def _branch(self, node: ast.If, scopes: tuple[_Scope, ...]) -> None:
        """Both branches, but not one that never runs, as after `if False:`."""
        self._node(node.test, scopes, certain=False)
        constant = node.test.value if isinstance(node.test, ast.Constant) else None
        if constant is None or constant:
            self._block(node.body, scopes, certain=False)
        if constant is None or not constant:
            self._block(node.orelse, scopes, certain=False)

    def _definition(self, node: ast.AST, scopes: tuple[_Scope, ...], certain: bool) -> None:
        """A function, whose body is looked at later; a class, whose body runs at once."""
        outer = self._owner
        name = getattr(node, "name", "")
        number = self._count
        if name:
            self._set(scopes, name, _NONE if outer else frozenset({name}), certain)
            if not outer:
                self._count += 1
                number = self._count
                self.last[name] = number
        if isinstance(node, ast.ClassDef):
            self._owner = outer or name
            self._block([*node.decorator_list, *node.bases, *node.keywords], scopes, certain)
            self._block(node.body, ({}, *scopes), certain)
            self._owner = outer
            return
        assert isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        arguments = node.args
        defaults = [*arguments.defaults, *(default for default in arguments.kw_defaults if default)]
        self._block([*getattr(node, "decorator_list", ()), *defaults], scopes, certain)
        names = [argument.arg for argument in ast.walk(arguments) if isinstance(argument, ast.arg)]
        body = [node.body] if isinstance(node, ast.Lambda) else node.body
        declared = {
            name for item in ast.walk(node) if isinstance(item, ast.Global | ast.Nonlocal) for name in item.names
        }
        local = frozenset({*names, *(name for item in body for name in _bound(item))} - declared)
        self._later.append((number, _Later(body, scopes, outer or name, self._cell, local)))

    def _import(self, node: ast.Import | ast.ImportFrom, scopes: tuple[_Scope, ...], certain: bool) -> None:
        module = getattr(node, "module", None) or ""
        for alias in node.names:
            if isinstance(node, ast.Import):
                self._note(_one_name(alias.name), node, imported=True)
                bound = alias.asname or alias.name.partition(".")[0]
                origin = alias.name if alias.asname else bound
                self._set(scopes, bound, frozenset({_one_name(origin)}), certain)
            elif alias.name == "*":
                self._note(_one_name(module), node, imported=True)
                self._stars.append(module)
            else:
                self._note(_one_name(module), node, imported=True)
                origin = _one_name(f"{module}.{alias.name}")
                self._set(scopes, alias.asname or alias.name, frozenset({origin}), certain)

    def _bind(self, target: ast.AST, value: ast.AST, scopes: tuple[_Scope, ...], certain: bool) -> None:
        if isinstance(target, ast.Name):
            self._set(scopes, target.id, self._origins(value, scopes), certain)
        elif isinstance(target, ast.Tuple | ast.List) and isinstance(value, ast.Tuple | ast.List):
            if len(target.elts) == len(value.elts):
                for one, part in zip(target.elts, value.elts, strict=True):
                    self._bind(one, part, scopes, certain)
        else:
            for name in _stored(target):
                self._set(scopes, name, _NONE, certain)
            self._node(target, scopes, certain)

    def _set(self, scopes: tuple[_Scope, ...], name: str, origins: _Origins, certain: bool) -> None:
        scope = scopes[0]
        scope[name] = origins if certain else scope.get(name, _NONE) | origins
        if scope is self._globals:
            self._ever[name] = self._ever.get(name, _NONE) | origins

    def _expression(self, node: ast.expr, scopes: tuple[_Scope, ...], certain: bool) -> None:
        """A name, an attribute, a call or an index: what it means, and the parts of it that mean something else."""
        if isinstance(getattr(node, "ctx", None), ast.Store | ast.Del):
            for name in _stored(node):
                self._set(scopes, name, _NONE, certain)
            self._children(node, scopes, certain)
            return
        origins = self._origins(node, scopes)
        for origin in sorted(origins):
            self._note(origin, node)
        if isinstance(node, ast.Name) and self._owner in origins:
            self._note("recursion", node)
        if isinstance(node, ast.Attribute) and not origins:
            self._note(f".{node.attr}", node)
        if isinstance(node, ast.Call) and not origins:
            self._unclear_call(node, scopes)
        if not origins or not isinstance(node, ast.Attribute):
            self._children(node, scopes, certain)

    def _unclear_call(self, node: ast.Call, scopes: tuple[_Scope, ...]) -> None:
        for origin in self._origins(node.func, scopes):
            is_open = origin in _RUNS_TEXT or origin in _IMPORTS
            is_open = is_open or (origin == _GETS and bool(node.args) and bool(self._origins(node.args[0], scopes)))
            if is_open:
                self._note(origin, node, unclear=True)

    def _origins(self, node: ast.AST, scopes: tuple[_Scope, ...]) -> _Origins:
        """The full names that an expression may mean; none for a value of the student's."""
        if isinstance(node, ast.Name):
            return self._of_name(node.id, scopes)
        if isinstance(node, ast.Attribute):
            return _members(self._origins(node.value, scopes), node.attr)
        if isinstance(node, ast.IfExp):
            return self._origins(node.body, scopes) | self._origins(node.orelse, scopes)
        if isinstance(node, ast.NamedExpr):
            return self._origins(node.value, scopes)
        if isinstance(node, ast.Call):
            return self._of_call(node, scopes)
        if isinstance(node, ast.Subscript):
            return self._of_index(node, scopes)
        return _NONE

    def _of_name(self, name: str, scopes: tuple[_Scope, ...]) -> _Origins:
        for scope in scopes:
            if name in scope:
                return scope[name]
        if name in _BUILTINS:
            return frozenset({f"builtins.{name}"})
        return frozenset(_one_name(f"{module}.{name}") for module in self._stars)

    def _of_call(self, node: ast.Call, scopes: tuple[_Scope, ...]) -> _Origins:
        """`getattr(np, "convolve")` and `importlib.import_module("numpy")`, with the name as a text."""
        function = self._origins(node.func, scopes)
        texts = [item.value for item in node.args if isinstance(item, ast.Constant) and isinstance(item.value, str)]
        if function & {_GETS} and texts and node.args:
            return _members(self._origins(node.args[0], scopes), texts[0])
        if function & _IMPORTS and texts:
            return frozenset({_one_name(texts[0])})
        return _NONE

    def _of_index(self, node: ast.Subscript, scopes: tuple[_Scope, ...]) -> _Origins:
        """`globals()["np"]`, `sys.modules["numpy"]` and `np.__dict__["convolve"]`."""
        key = node.slice.value if isinstance(node.slice, ast.Constant) else None
        if not isinstance(key, str):
            return _NONE
        value = node.value
        if isinstance(value, ast.Call) and self._origins(value.func, scopes) & _TABLES:
            return _members(self._origins(value.args[0], scopes), key) if value.args else self._of_name(key, scopes)
        origins = self._origins(value, scopes)
        if "sys.modules" in origins:
            return frozenset({_one_name(key)})
        tables = frozenset(origin.removesuffix(".__dict__") for origin in origins if origin.endswith(".__dict__"))
        return _members(tables, key)

    def _note(self, name: str, node: ast.AST, imported: bool = False, unclear: bool = False) -> None:
        code = ast.unparse(node).partition("\n")[0][:_LONGEST_CODE] if isinstance(node, ast.expr | ast.stmt) else name
        line = getattr(node, "lineno", 1)
        self.uses.append(Use(name, self._cell, line, code, self._owner, imported, unclear))


def _members(origins: _Origins, name: str) -> _Origins:
    return frozenset(_one_name(f"{origin}.{name}") for origin in origins)


def _stored(target: ast.AST | None) -> Iterator[str]:
    """The names that a target sets."""
    for node in ast.walk(target) if target is not None else ():
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id


def _bound(statement: ast.AST) -> Iterator[str]:
    """The names that a statement in a function sets; those of imports are followed, so they are left out."""
    for node in ast.walk(statement):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name
        else:
            yield from _stored(node) if isinstance(node, ast.Name) else ()
