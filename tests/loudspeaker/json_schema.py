"""As much of JSON Schema 2020-12 as docs/device-protocol.md uses; an unknown keyword is an error, not a pass."""

import re
from typing import Any

KNOWN = {
    "$schema", "title", "type", "additionalProperties", "required", "properties", "const", "enum", "minimum", "items",
    "minItems", "maxItems", "minLength", "maxLength", "pattern",
}  # fmt: skip
TYPES = {
    "object": dict, "array": list, "string": str, "integer": int, "null": type(None),
}  # fmt: skip


def problems(value: Any, schema: dict[str, Any], at: str = "$") -> list[str]:
    """Every place where `value` is not what `schema` says."""
    if unknown := set(schema) - KNOWN:
        raise ValueError(f"keywords not understood: {unknown}")
    found = []
    wanted = schema.get("type")
    names = [wanted] if isinstance(wanted, str) else wanted or []
    if names and not any(isinstance(value, TYPES[name]) and not isinstance(value, bool) for name in names):
        return [f"{at}: not {wanted}"]
    if "const" in schema and value != schema["const"]:
        found.append(f"{at}: not {schema['const']}")
    if "enum" in schema and value not in schema["enum"]:
        found.append(f"{at}: not one of {schema['enum']}")
    if isinstance(value, int) and value < schema.get("minimum", value):
        found.append(f"{at}: too small")
    if isinstance(value, str):
        if not schema.get("minLength", 0) <= len(value) <= schema.get("maxLength", 1 << 30):
            found.append(f"{at}: length")
        if "pattern" in schema and not re.search(schema["pattern"], value):
            found.append(f"{at}: pattern")
    if isinstance(value, list):
        if not schema.get("minItems", 0) <= len(value) <= schema.get("maxItems", 1 << 30):
            found.append(f"{at}: number of items")
        for number, each in enumerate(value):
            found += problems(each, schema.get("items", {}), f"{at}[{number}]")
    if isinstance(value, dict):
        found += _object(value, schema, at)
    return found


def _object(value: dict[str, Any], schema: dict[str, Any], at: str) -> list[str]:
    known = schema.get("properties", {})
    found = [f"{at}.{name}: missing" for name in schema.get("required", []) if name not in value]
    for name, each in value.items():
        if name in known:
            found += problems(each, known[name], f"{at}.{name}")
        elif schema.get("additionalProperties") is False:
            found.append(f"{at}.{name}: not allowed")
    return found
