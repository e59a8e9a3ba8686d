"""The description of the API as a page, made from its OpenAPI document without anything from elsewhere."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from markupsafe import Markup

from assistant.web.door import plain_page
from assistant.web.html import el


def api_page(schema: Mapping[str, Any], address: str) -> str:
    """Every operation with its body, its answers and a call of it; ``address`` is where the schema itself is."""
    operations = [
        _operation(method, path, operation, schema)
        for path, methods in schema["paths"].items()
        for method, operation in methods.items()
    ]
    link = el("p", el("a", "openapi.json", href=address), class_="hint")
    return plain_page("en", "API", el("h2", "API"), link, *operations)


def _operation(method: str, path: str, operation: Mapping[str, Any], schema: Mapping[str, Any]) -> Markup:
    body = _body(operation, schema)
    return el(
        "section",
        el("h3", el("code", f"{method.upper()} {path}")),
        el("p", operation.get("description") or operation.get("summary", "")),
        el("pre", _example(method, path, body)),
        el("dl", *_fields(body)),
        el("dl", *_answers(operation)),
        class_="op",
    )


def _body(operation: Mapping[str, Any], schema: Mapping[str, Any]) -> Mapping[str, Any]:
    content = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    name = content.get("schema", {}).get("$ref", "").rpartition("/")[2]
    body: Mapping[str, Any] = schema.get("components", {}).get("schemas", {}).get(name, {})
    return body


def _fields(body: Mapping[str, Any]) -> Iterator[Markup]:
    required = body.get("required", [])
    for name, field in body.get("properties", {}).items():
        needed = "required" if name in required else f"default {json.dumps(field.get('default', []))}"
        yield el("dt", el("code", name), el("small", needed))
        yield el("dd", field.get("description", ""))


def _answers(operation: Mapping[str, Any]) -> Iterator[Markup]:
    for status, answer in operation.get("responses", {}).items():
        yield el("dt", el("code", status))
        yield el("dd", answer.get("description", ""))


def _example(method: str, path: str, body: Mapping[str, Any]) -> str:
    given = dict.fromkeys(body.get("required", []), "…")
    data = f" \\\n  -H 'Content-Type: application/json' -d '{json.dumps(given, ensure_ascii=False)}'" if given else ""
    return f"curl -X {method.upper()} https://HOST{path} -H 'Authorization: Bearer dafu_…'{data}"
