"""The description of the API as a page, made from its OpenAPI document without anything from elsewhere."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from assistant.web.door import DOOR


def api_page(schema: Mapping[str, Any], address: str) -> str:
    """Every operation with its body, its answers and a call of it; ``address`` is where the schema itself is."""
    operations = []
    for path, methods in schema["paths"].items():
        for method, about in methods.items():
            body = _body(about, schema)
            example = _example(method, path, body)
            operations.append({"method": method, "path": path, "about": about, "body": body, "example": example})
    return str(DOOR.api(operations, address))


def _body(operation: Mapping[str, Any], schema: Mapping[str, Any]) -> Mapping[str, Any]:
    content = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    name = content.get("schema", {}).get("$ref", "").rpartition("/")[2]
    body: Mapping[str, Any] = schema.get("components", {}).get("schemas", {}).get(name, {})
    return body


def _example(method: str, path: str, body: Mapping[str, Any]) -> str:
    given = dict.fromkeys(body.get("required", []), "…")
    data = f" \\\n  -H 'Content-Type: application/json' -d '{json.dumps(given, ensure_ascii=False)}'" if given else ""
    return f"curl -X {method.upper()} https://HOST{path} -H 'Authorization: Bearer dafu_…'{data}"
