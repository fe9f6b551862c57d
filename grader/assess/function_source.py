"""Facts about a student's function that its source shows, without running it."""

import ast
from collections.abc import Iterator, Sequence

from grader.assess.evidence import Evidence
from grader.model.record import ProbeResult, ProbeState
from grader.text import python_source as source
from grader.text.language import marked
from grader.text.messages import Text, english, message

Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)
SHOWS = ("print", "display")
IN_PLACE = ("append", "extend", "insert", "sort", "reverse", "update", "fill", "shuffle", "clear", "add")
_LOOPS = (ast.For, ast.While, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
_MODEL_CALLS = ("predict", "predict_on_batch", "predict_step", "predict_classes")
_WRAPPERS = ("enumerate", "zip", "tqdm", "trange", "iter", "list", "reversed", "map")
_DEEPEST = 4  # functions that call functions; a student's functions may call one another without end

ONE_BY_ONE = marked(
    "`{name}` calls the model separately for each image, which takes far longer. Call the "
    "model once with all images, for example `model.predict(images)`."
)


def definition(cells: Sequence[str], name: str) -> Function | None:
    """Find the last function of this name that the cells define.

    Args:
        cells: Source of each code cell.
        name: Of the function.

    Returns:
        Its syntax tree; None if the cells define no such function, or if they cannot be parsed.
    """
    last: Function | None = None
    for text in cells:
        tree = source.parsed(text) if name in text else None
        for node in _within(tree.body) if tree else ():
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name == name:
                last = node
            elif isinstance(node, ast.Assign) and isinstance(node.value, ast.Lambda) and _sets(node, name):
                last = node.value
    return last


def _sets(node: ast.Assign, name: str) -> bool:
    return any(isinstance(target, ast.Name) and target.id == name for target in node.targets)


def placeholder(node: Function | None) -> str:
    """The placeholder in a function that has no body yet, such as `...` or `pass`; empty if it has a body."""
    if node is None:
        return ""
    if isinstance(node, ast.Lambda):
        return "..." if _is_blank(node.body) else ""
    body = [item for item in node.body if not _is_text(item)]
    if not body:
        return '"""..."""'
    if all(isinstance(item, ast.Pass) for item in body):
        return "pass"
    if len(body) == 1 and isinstance(body[0], ast.Raise) and "NotImplementedError" in ast.unparse(body[0]):
        return "raise NotImplementedError"
    statements = [item for item in body if not _is_bare_blank(item)]
    return "..." if not statements or any(_holds_blank(item) for item in statements) else ""


def not_written(evidence: Evidence, *results: ProbeResult | None) -> Text:
    """Say that a function has not been written yet.

    Args:
        evidence: The evidence about the function.
        results: The results of its calls.

    Returns:
        A sentence for the student; empty if the function has been written, or if a call ended in another way.
    """
    name, node = evidence.name, definition(evidence.cells, evidence.name)
    placeholder_text = placeholder(node)
    if placeholder_text and all(result is not None and _is_unwritten(result, placeholder_text) for result in results):
        return message(
            "`{name}` still contains `{left}`: its body has not been written.", name=name, left=placeholder_text
        )
    if never_returns(node) or not all(result and result.state is ProbeState.BLANK for result in results):
        return ""
    if node is None:
        return message("`{name}` is still `...`: this question was not attempted.", name=name)
    return message("`{name}` returns `...` or None: this question was not attempted.", name=name)


def _is_unwritten(result: ProbeResult, placeholder_text: str) -> bool:
    """Whether a call ended like a call of a function that still holds the placeholder `left`."""
    if result.state is ProbeState.RAISED:
        error = "notimplementederror" if placeholder_text.startswith("raise") else "ellipsis"
        return error in english(result.message).lower()
    return result.state in (ProbeState.BLANK, ProbeState.NOTHING)


def no_function(evidence: Evidence) -> Text:
    """A sentence if an answer is not a function although the question requires one; empty if it is one."""
    if evidence.answer.type_name == "function":
        return ""
    return message(
        "`{name}` is of type {type}. The question asks for a function.",
        name=evidence.name,
        type=evidence.answer.type_name,
    )


def nothing_returned(evidence: Evidence) -> Text:
    """The reason why the student's function returned None, and the remedy."""
    return reason_for_none(evidence.name, definition(evidence.cells, evidence.name))


def reason_for_none(name: str, node: Function | None) -> Text:
    """Explain why a function returned None, with a remedy.

    Args:
        name: Of the function.
        node: Its syntax tree; None if there is none.
    """
    if node is None:
        return message(
            ("`{name}` returns None: end it with `return ...`, and write the result in place of the dots."), name=name
        )
    results = _results(node)
    for call in results:
        called = _called(call)
        if called in SHOWS:
            return message(
                "`{name}` returns the result of `{call}`, which is None. Return the value itself.",
                name=name,
                call=f"{called}()",
            )
        if called in IN_PLACE and isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute):
            return message(
                (
                    "`{name}` returns the result of `.{call}()`, which is None, because this method changes "
                    "the object in place. Call it first, then return the object."
                ),
                name=name,
                call=called,
            )
    if not results and not isinstance(node, ast.Lambda) and _shows(node):
        return message(
            (
                "`{name}` returns None: end it with `return ...`, and write the result in place of the "
                "dots. `print` shows a value but does not return it."
            ),
            name=name,
        )
    if not results:
        return message(
            (
                "`{name}` returns None, because it has no `return` with a value: end it with `return "
                "...`, and write the result in place of the dots."
            ),
            name=name,
        )
    if not isinstance(node, ast.Lambda) and not isinstance(node.body[-1], ast.Return):
        return message(
            (
                "`{name}` returned None here: it reached its end without a `return`, because the only "
                "`return` is in a branch or a loop. End it with `return ...`, and write the result in "
                "place of the dots."
            ),
            name=name,
        )
    return message("`{name}` returned None here. Check the value after its `return`.", name=name)


def never_returns(node: Function | None) -> bool:
    """Whether a function that has been written can return nothing but None."""
    if node is None or isinstance(node, ast.Lambda | ast.AsyncFunctionDef) or placeholder(node):
        return False
    if any(isinstance(item, ast.Yield | ast.YieldFrom) for item in _nodes_of(node)) or node.decorator_list:
        return False  # a generator, or a decorator that may return something else
    return all(_called(value) in SHOWS for value in _results(node))


def form_problem(name: str, cells: Sequence[str]) -> Text:
    """Describe a problem with a function that is visible before it is called; empty if there is none.

    Args:
        name: Of the function.
        cells: Source of each code cell.
    """
    node = definition(cells, name)
    if placeholder_text := placeholder(node):
        return message(
            "`{name}` still contains `{left}`: its body has not been written.", name=name, left=placeholder_text
        )
    return reason_for_none(name, node) if never_returns(node) else ""


def one_by_one(cells: Sequence[str], name: str) -> bool:
    """Find out whether a student's function calls a model for each of its inputs separately.

    Args:
        cells: Source of each code cell.
        name: Of the function, which gets all inputs at once as its first argument.

    Returns:
        True if a loop goes through the inputs and calls a model, directly or through other functions of the notebook.
        False for a loop over batches, and if the source does not show it.
    """
    node = definition(cells, name)
    if node is None:
        return False
    arguments = [argument.arg for argument in [*node.args.posonlyargs, *node.args.args]]
    if not arguments:
        return False
    inputs = _aliases(node, arguments[0])
    return any(
        _goes_through(inputs, loop) and _calls_model(loop, cells, frozenset({name}))
        for loop in _nodes_of(node)
        if isinstance(loop, (*_LOOPS, ast.Call))
    )


def one_call_for_all(name: str, cells: Sequence[str]) -> Text:
    """The remedy for a function that calls its model image by image; empty for any other.

    Args:
        name: Of the function.
        cells: Source of each code cell.
    """
    return message(ONE_BY_ONE, name=name) if one_by_one(cells, name) else ""


def one_image_expected(name: str, cells: Sequence[str]) -> Text:
    """The remedy for a function that treats its input as one image and makes a batch of it; empty for any other.

    Args:
        name: Of the function.
        cells: Source of each code cell.
    """
    node = definition(cells, name)
    if node is None or not node.args.args:
        return ""
    inputs = _aliases(node, node.args.args[0].arg)
    # Inside a loop, the same code may handle one image of many, which is correct.
    inside_loops = {part for loop in _nodes_of(node) if isinstance(loop, _LOOPS) for part in ast.walk(loop)}
    if not any(_adds_batch_axis(item, inputs) for item in _nodes_of(node) if item not in inside_loops):
        return ""
    return message(
        ("`{name}` adds an axis as if for a single image, but it receives all images at once: remove that axis."),
        name=name,
    )


def gives_one_number(cells: Sequence[str], name: str) -> bool:
    """Whether a function always returns a single number, however many inputs it gets at once.

    Args:
        cells: Source of each code cell.
        name: Of the function.
    """
    node = definition(cells, name)
    results = _results(node) if node else []
    return bool(results) and all(_is_one_number(value) for value in results)


def _is_one_number(value: ast.expr) -> bool:
    """`3`, `int(...)`, `float(...)`, `x.item()`, `x.argmax()`, `np.argmax(x)`."""
    if isinstance(value, ast.Constant):
        return isinstance(value.value, int | float)
    if not isinstance(value, ast.Call):
        return False
    if isinstance(value.func, ast.Name):
        return value.func.id in ("int", "float")
    alone = not value.keywords and isinstance(value.func, ast.Attribute)
    if not alone or _called(value) not in ("item", "argmax"):
        return False
    of_numpy = ast.unparse(value.func).startswith(("np.", "numpy."))
    return len(value.args) == (1 if of_numpy else 0)


def _adds_batch_axis(node: ast.AST, inputs: set[str]) -> bool:
    """`images[None]`, `images[np.newaxis, ...]`, `np.expand_dims(images, 0)`, `images.reshape(1, ...)`, `[images]`."""
    if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name) and node.value.id in inputs:
        first = node.slice.elts[0] if isinstance(node.slice, ast.Tuple) and node.slice.elts else node.slice
        return ast.unparse(first) in ("None", "np.newaxis", "tf.newaxis", "numpy.newaxis")
    if not isinstance(node, ast.Call):
        return False
    called = _called(node)
    arguments = [ast.unparse(argument) for argument in (*node.args, *(keyword.value for keyword in node.keywords))]
    if called == "expand_dims":
        return len(arguments) > 1 and arguments[0] in inputs and arguments[1] == "0"
    owner = ast.unparse(node.func.value) if isinstance(node.func, ast.Attribute) else ""
    if called == "reshape" and owner in inputs:
        return arguments[:1] == ["1"] or (len(arguments) == 1 and arguments[0].startswith("(1, "))
    if called == "reshape":
        return len(arguments) > 1 and arguments[0] in inputs and arguments[1].startswith("(1, ")
    return called in ("array", "asarray") and any(arguments[:1] == [f"[{name}]"] for name in inputs)


def _goes_through(inputs: set[str], loop: ast.AST) -> bool:
    """Whether a loop goes through the inputs one by one."""
    if isinstance(loop, ast.Call):  # map(function, images), np.vectorize and the like
        return _called(loop) in ("map", "apply_along_axis", "map_fn", "vectorized_map") and any(
            isinstance(argument, ast.Name) and argument.id in inputs for argument in loop.args
        )
    if isinstance(loop, ast.While):
        return any(_is_length(node, inputs) for node in ast.walk(loop.test)) and not any(
            isinstance(node, ast.Slice) for node in ast.walk(loop)
        )
    iterables = [loop.iter] if isinstance(loop, ast.For) else [part.iter for part in getattr(loop, "generators", ())]
    return any(_gives_single_inputs(node, inputs) for node in iterables)


def _gives_single_inputs(node: ast.expr, inputs: set[str]) -> bool:
    """Whether a loop over this expression goes through the inputs, by themselves or by their positions."""
    if isinstance(node, ast.Name):
        return node.id in inputs
    if not isinstance(node, ast.Call):
        return False
    called = _called(node)
    if called in ("range", "arange", "trange", "ndindex"):
        return 0 < len(node.args) < 3 and _is_length(node.args[-1], inputs)
    return called in _WRAPPERS and any(_gives_single_inputs(argument, inputs) for argument in node.args)


def _is_length(node: ast.AST, inputs: set[str]) -> bool:
    """`len(images)`, `images.shape[0]`, or a name that holds it."""
    if isinstance(node, ast.Name):
        return f"len({node.id})" in inputs
    text = ast.unparse(node)
    return any(text in (f"len({name})", f"{name}.shape[0]", f"{name}.shape", f"np.size({name}, 0)") for name in inputs)


def _aliases(node: Function, argument: str) -> set[str]:
    """The names that a function gives its inputs; and as `len(n)` the name `n` of their number."""
    names = {argument}
    for item in _nodes_of(node):
        if not (isinstance(item, ast.Assign) and len(item.targets) == 1 and isinstance(item.targets[0], ast.Name)):
            continue
        target = item.targets[0].id
        if _is_length(item.value, names):
            names.add(f"len({target})")
        elif _is_whole(item.value, names):
            names.add(target)
    return names


def _is_whole(node: ast.expr, inputs: set[str]) -> bool:
    """Whether a value is the inputs, or all of them in another form: `images / 255`, `np.asarray(images)`."""
    if isinstance(node, ast.Name):
        return node.id in inputs
    if isinstance(node, ast.BinOp):
        return _is_whole(node.left, inputs) or _is_whole(node.right, inputs)
    if isinstance(node, ast.Call):
        owner = node.func.value if isinstance(node.func, ast.Attribute) else None
        if owner is not None and _called(node) in _METHODS_THAT_CONVERT and _is_whole(owner, inputs):
            return True
        return _called(node) in _FUNCTIONS_THAT_CONVERT and bool(node.args) and _is_whole(node.args[0], inputs)
    if isinstance(node, ast.Subscript):
        return _is_whole(node.value, inputs) and "..." in ast.unparse(node.slice)
    return False


def may_call_model(name: str, cells: Sequence[str]) -> bool:
    """Whether a function, or one that it calls, calls a model; True also if its source is not known.

    Args:
        name: Of the function.
        cells: Source of each code cell.
    """
    node = definition(cells, name)
    return node is None or _calls_model(node, cells, frozenset())


def _calls_model(code: ast.AST, cells: Sequence[str], path: frozenset[str]) -> bool:
    """Whether code calls a model; `seen` are the functions of the notebook through which it is reached."""
    for node in ast.walk(code):
        if isinstance(node, ast.Name) and len(path) < _DEEPEST and node.id not in path:
            inner = definition(cells, node.id) if isinstance(node.ctx, ast.Load) else None
            if inner is not None and _calls_model(inner, cells, path | {node.id}):
                return True
        if not isinstance(node, ast.Call):
            continue
        if isinstance(node.func, ast.Attribute) and node.func.attr in _MODEL_CALLS:
            return True
        if isinstance(node.func, ast.Name) and _is_model(node.func.id, cells):
            return True
    return False


def _is_model(name: str, cells: Sequence[str]) -> bool:
    """Whether a variable is a model: its name says so, or `Sequential`, `Model` or `load_model` built it."""
    lower = name.lower()
    has_model_name = lower in ("model", "net", "network", "cnn") or lower.endswith(("_model", "_net"))
    is_built = any(f"{name} = {builder}" in text for text in cells for builder in _BUILDERS)
    return (has_model_name or is_built) and definition(cells, name) is None


_METHODS_THAT_CONVERT = ("astype", "reshape", "copy", "numpy")
_FUNCTIONS_THAT_CONVERT = ("asarray", "array", "expand_dims", "reshape", "convert_to_tensor", "cast", "float32")
_BUILDERS = ("Sequential(", "Model(", "keras.Sequential(", "keras.Model(", "tf.keras.Sequential(", "load_model(")


def _within(body: Sequence[ast.stmt]) -> Iterator[ast.AST]:
    """The statements of a cell in order, also those inside `if`, `try` and the like, but not those of functions."""
    for item in body:
        yield item
        if not isinstance(item, _SCOPES):
            for name in ("body", "orelse", "handlers", "finalbody"):
                inner = getattr(item, name, [])
                if isinstance(inner, list):
                    for part in inner:
                        yield from _within(part.body if isinstance(part, ast.ExceptHandler) else [part])


def _nodes_of(node: Function) -> Iterator[ast.AST]:
    """The syntax tree of a function in order, without the insides of functions and classes in it."""
    pending: list[ast.AST] = list(node.body) if not isinstance(node, ast.Lambda) else [node.body]
    while pending:
        item = pending.pop(0)
        yield item
        if not isinstance(item, _SCOPES):
            pending[:0] = ast.iter_child_nodes(item)


def _results(node: Function) -> list[ast.expr]:
    """The expressions that a function returns, without `return` and `return None`."""
    if isinstance(node, ast.Lambda):
        return [node.body]
    returns = (item.value for item in _nodes_of(node) if isinstance(item, ast.Return))
    return [value for value in returns if value is not None and not _is_none(value)]


def _shows(node: Function) -> bool:
    return any(_called(item) in SHOWS for item in _nodes_of(node))


def _called(node: ast.AST) -> str:
    """The last name of the function in a call, `predict` for `model.predict(x)`; empty for anything else."""
    function = node.func if isinstance(node, ast.Call) else None
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def _holds_blank(item: ast.AST) -> bool:
    """Whether a student left a `...` in place of code; the one in `images[..., 0]` is an index."""
    return any(_is_blank(node) for node in source.without_indices(item))


def _is_blank(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and node.value is Ellipsis


def _is_bare_blank(node: ast.AST) -> bool:
    """Whether a statement is only a `...`, which does no harm beside others."""
    return isinstance(node, ast.Expr) and _is_blank(node.value)


def _is_none(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
