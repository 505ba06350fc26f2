"""As much of JSON Schema as our OpenAPI description uses, to hold answers against it."""

from collections.abc import Iterator, Mapping
from typing import Any

_TYPES: Mapping[str, tuple[type, ...]] = {
    "object": (dict,), "array": (list,), "string": (str,), "integer": (int,),
    "number": (int, float), "boolean": (bool,), "null": (type(None),),
}  # fmt: skip
_KNOWN = frozenset(
    {
        "type", "properties", "required", "additionalProperties", "items", "oneOf", "enum", "$ref",
        "description", "format", "minimum", "maximum", "default",
    }
)  # fmt: skip


def faults(document: Mapping[str, Any], schema: Mapping[str, Any], value: Any) -> list[str]:
    """Where `value` is not as `schema` says."""
    return list(_faults(document, schema, value, "$"))


def _faults(root: Mapping[str, Any], schema: Any, value: Any, at: str) -> Iterator[str]:
    unknown = set(schema) - _KNOWN
    assert not unknown, f"this check does not know {sorted(unknown)}"
    if "$ref" in schema:
        name = schema["$ref"].removeprefix("#/components/schemas/")
        yield from _faults(root, root["components"]["schemas"][name], value, at)
        return
    if "oneOf" in schema:
        ways = [list(_faults(root, way, value, at)) for way in schema["oneOf"]]
        if sum(not way for way in ways) != 1:
            yield from ways[0]
        return
    if not _is(schema.get("type", []), value):
        yield f"{at}: {value!r} is no {schema['type']}"
        return
    if "enum" in schema and value not in schema["enum"]:
        yield f"{at}: {value!r} is not listed"
    if isinstance(value, dict):
        yield from _of_object(root, schema, value, at)
    if isinstance(value, list):
        for place, each in enumerate(value):
            yield from _faults(root, schema.get("items", {}), each, f"{at}[{place}]")


def _of_object(root: Any, schema: Any, value: dict[str, Any], at: str) -> Iterator[str]:
    known, rest = schema.get("properties", {}), schema.get("additionalProperties", True)
    yield from (f"{at}: no {name}" for name in schema.get("required", ()) if name not in value)
    for name, each in value.items():
        if name in known:
            yield from _faults(root, known[name], each, f"{at}.{name}")
        elif rest is False:
            yield f"{at}: {name} is not described"
        elif isinstance(rest, dict):
            yield from _faults(root, rest, each, f"{at}.{name}")


def _is(kinds: Any, value: Any) -> bool:
    names = kinds if isinstance(kinds, list) else [kinds]
    if isinstance(value, bool):
        return not names or "boolean" in names
    return not names or any(isinstance(value, _TYPES[name]) for name in names)
