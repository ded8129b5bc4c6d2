"""Whether a value has the shape that a JSON schema asks for: the few keywords that answers of a model are asked by."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_TYPES: Mapping[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "array": (list,),
    "object": (dict,),
    "null": (type(None),),
}


def fits(value: object, schema: Mapping[str, Any]) -> bool:
    """Types, enums and required keys, at every depth: ``fits({"a": "乙"}, {"required": ["b"]})`` is false."""
    kind = schema.get("type")
    if kind is not None and not _is_a(value, kind):
        return False
    if "enum" in schema and value not in schema["enum"]:
        return False
    if isinstance(value, list):
        return all(fits(one, schema.get("items", {})) for one in value)
    return not isinstance(value, dict) or _holds(value, schema)


def _holds(value: Mapping[str, object], schema: Mapping[str, Any]) -> bool:
    parts = schema.get("properties", {})
    there = all(key in value for key in schema.get("required", ()))
    return there and all(fits(one, parts[key]) for key, one in value.items() if key in parts)


def _is_a(value: object, kind: str) -> bool:
    """JSON's types; in Python a bool is an int as well."""
    return isinstance(value, _TYPES[kind]) and (kind == "boolean" or not isinstance(value, bool))
