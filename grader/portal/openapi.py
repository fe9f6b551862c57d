"""Describes the routes for programs in the form of OpenAPI. The schemas come from the types of `grader.model.api`."""

import re
import types
import typing
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import grader
from grader.model import api
from grader.portal.access import Route
from grader.portal.programs import JSON, PROBLEM

VERSION = "3.1.0"
_TYPES = {str: "string", int: "integer", float: "number", bool: "boolean", type(None): "null"}
_PROBLEMS = {
    400: "A parameter, a header or the form of the request is not valid.",
    401: "The token is missing, wrong, revoked or expired.",
    403: "The role of the person does not allow the request.",
    404: "There is nothing at this address, or the person may not see it.",
    409: "The idempotency key was used for other files.",
    413: "The request is too large.",
    422: "The files cannot be submitted. `detail` gives the reason.",
    429: "There are too many requests. `Retry-After` gives the seconds to wait.",
    503: "The response is being prepared. `Retry-After` gives the seconds to wait.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """A parameter of an operation.

    Attributes:
        name: Its name.
        place: `path`, `query` or `header`.
        schema: Its JSON schema.
        meaning: What it is, in one sentence.
    """

    name: str
    place: str
    schema: Mapping[str, Any]
    meaning: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """What a method of a route does.

    Attributes:
        name: Name of the operation, for libraries that are generated from the description.
        summary: What it does, in one sentence.
        result: The type of the answer: a class of `grader.model.api`, or the media type of a page.
        status: HTTP status of success.
        form: Name of a field of the form -> its schema; empty without a form.
        required: The fields that the form must have.
        parameters: The parameters.
        problems: HTTP statuses of other answers, besides those of every operation.
    """

    name: str
    summary: str
    result: Any
    status: int = 200
    form: Mapping[str, Any] = field(default_factory=dict)
    required: tuple[str, ...] = ()
    parameters: tuple[Parameter, ...] = ()
    problems: tuple[int, ...] = ()


def description(routes: Sequence[tuple[Route, Mapping[str, Operation]]], title: str) -> dict[str, Any]:
    """The OpenAPI document.

    Args:
        routes: Each route with method -> operation.
        title: Title of the document.
    """
    described = {
        re.sub(r"{(\w+):\w+}", r"{\1}", route.path): {
            method.lower(): _operation(operation) for method, operation in operations.items()
        }
        for route, operations in routes
    }
    results = [operation.result for _, operations in routes for operation in operations.values()]
    schemas = {kind.__name__: _object(kind) for result in [*results, api.Problem] for kind in _objects(result)}
    return {
        "openapi": VERSION,
        "info": {
            "title": title,
            "version": grader.__version__,
            "description": "Submit notebooks, follow their grading, and read reports and marks. "
            "A token has the permissions of the person who created it. Create one in the portal, under My account.",
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": [{"url": "/"}],
        "security": [{"token": []}],
        "paths": described,
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "schemas": schemas,
        },
    }


def _operation(operation: Operation) -> dict[str, Any]:
    is_page = isinstance(operation.result, str)
    content = {operation.result: {"schema": {"type": "string"}}} if is_page else {JSON: _schema_of(operation.result)}
    success: dict[str, Any] = {"description": "Done.", "content": content}
    if operation.status == 201:
        location = {"description": "Address of the stored attempt.", "schema": {"type": "string"}}
        success["headers"] = {"Location": location}
    answers = {str(operation.status): success}
    for status in sorted({401, 403, 429, *operation.problems}):
        answers[str(status)] = {"description": _PROBLEMS[status], "content": {PROBLEM: _schema_of(api.Problem)}}
    seconds = {"description": "Seconds to wait.", "schema": {"type": "integer", "minimum": 1}}
    for delayed in {"429", "503"} & set(answers):
        answers[delayed]["headers"] = {"Retry-After": seconds}
    whole: dict[str, Any] = {"operationId": operation.name, "summary": operation.summary, "responses": answers}
    if operation.parameters:
        whole["parameters"] = [_parameter(parameter) for parameter in operation.parameters]
    if operation.form:
        form = {"type": "object", "properties": operation.form, "required": list(operation.required)}
        whole["requestBody"] = {"required": True, "content": {"multipart/form-data": {"schema": form}}}
    return whole


def _parameter(parameter: Parameter) -> dict[str, Any]:
    return {
        "name": parameter.name,
        "in": parameter.place,
        "required": parameter.place == "path",
        "description": parameter.meaning,
        "schema": parameter.schema,
    }


def _schema_of(kind: Any) -> dict[str, Any]:
    return {"schema": _schema(kind)}


def _objects(kind: Any) -> Iterator[Any]:
    """The classes in a type, the outer ones first."""
    if typing.is_typeddict(kind):
        yield kind
        for hint in typing.get_type_hints(kind).values():
            yield from _objects(hint)
    for inner in typing.get_args(kind):
        yield from _objects(inner)


def _object(kind: Any) -> dict[str, Any]:
    """The schema of a typed dictionary, with the descriptions of its docstring."""
    summary, _, attributes = (kind.__doc__ or "").partition("Attributes:")
    meanings = dict(re.findall(r"^ {8}(\w+): (.+(?:\n {12}.+)*)", attributes, re.MULTILINE))
    hints = typing.get_type_hints(kind, include_extras=True)
    fields = {name: {**_schema(hint), "description": " ".join(meanings[name].split())} for name, hint in hints.items()}
    return {
        "type": "object",
        "description": " ".join(summary.split()),
        "properties": fields,
        "required": list(fields),
    }


def _schema(hint: Any) -> dict[str, Any]:
    """The schema of a type."""
    if typing.is_typeddict(hint):
        return {"$ref": f"#/components/schemas/{hint.__name__}"}
    inner = typing.get_args(hint)
    match typing.get_origin(hint):
        case typing.Annotated:
            return {**_schema(inner[0]), "format": inner[1]}
        case typing.Literal:
            return {"type": "string", "enum": list(inner)}
        case builtin if builtin is list:
            return {"type": "array", "items": _schema(inner[0])}
        case types.UnionType | typing.Union:
            return {"anyOf": [_schema(member) for member in inner]}
    return {"type": _TYPES[hint]}
