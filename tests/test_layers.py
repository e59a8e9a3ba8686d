"""Imports go one way, and each heavy library has one door."""

import ast
import re
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
LAYERS = ("corpus", "index", "assistant", "evals")
FACES = ("assistant/cli", "assistant/web", "evals/faces")
DOORS = {
    "chromadb": ("index/vectors.py",),
    "torch": ("index/encoder.py", "evals/fit/"),
    "sentence_transformers": ("index/encoder.py",),
    "onnx": ("index/engine/graph.py",),
    "onnxruntime": ("index/engine/engine.py",),
    "sentencepiece": ("index/engine/pieces.py",),
    "gradio": ("assistant/web/", "evals/faces/page.py"),
    "langchain": ("assistant/llm/client.py",),
    "langchain_core": ("assistant/llm/client.py", "assistant/langchain.py", "evals/bench/stack.py"),
    "langchain_openai": ("assistant/llm/client.py",),
    "mcp": ("assistant/tools.py",),
    "prometheus_client": ("assistant/web/telemetry.py",),
    "watchfiles": ("index/watch.py",),
    "xllamacpp": ("assistant/llm/llamacpp.py",),
    "sklearn": ("evals/fit/",),
    "ir_measures": ("evals/",),
    "opencc": ("corpus/normalise.py",),
    "jinja2": ("assistant/draft/template.py", "assistant/web/html.py"),
    "docx": ("assistant/",),
    "lxml": ("corpus/formats/word/", "corpus/formats/ofd.py"),
    "openpyxl": ("corpus/formats/sheets/excel.py",),
    "xlfmt": ("corpus/formats/sheets/cells.py",),
    "pypdf": ("corpus/formats/pdf.py",),
    "pypdfium2": ("corpus/formats/pdf.py",),
    "selectolax": ("corpus/formats/html.py",),
    "sqlalchemy": ("index/", "assistant/records/"),
    "psycopg": (),  # SQLAlchemy imports it, by the address
    "alembic": ("index/storage/migrations/", "assistant/records/migrations/"),
    "argon2": ("assistant/records/",),
}


def modules() -> list[Path]:
    return [path for layer in LAYERS for path in sorted((ROOT / layer).rglob("*.py"))]


def imported(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module)
    return found


@pytest.mark.parametrize("path", modules(), ids=lambda p: p.relative_to(ROOT).as_posix())
def test_imports_go_one_way(path: Path):
    """corpus <- index <- assistant <- evals, without exception; nothing but a face imports a face."""
    name = path.relative_to(ROOT).as_posix()
    allowed = LAYERS[: LAYERS.index(name.split("/")[0]) + 1]
    for module in imported(path):
        top = module.split(".")[0]
        assert top not in LAYERS or top in allowed, f"{name} imports {module}"
        faced = module.replace(".", "/").startswith(FACES)
        assert not faced or name.startswith(FACES), f"{name} imports the face {module}"


@pytest.mark.parametrize("path", modules(), ids=lambda p: p.relative_to(ROOT).as_posix())
def test_each_heavy_library_has_one_door(path: Path):
    """A library that may have to be replaced, or takes seconds to import, is imported in one place."""
    name = path.relative_to(ROOT).as_posix()
    for library in {module.split(".")[0] for module in imported(path)} & DOORS.keys():
        assert name.startswith(DOORS[library]), f"{name} imports {library}"


def test_a_public_class_has_its_name_to_itself():
    """One notion, one name: who reads ``Asked`` somewhere need not look where it was imported from."""
    named: dict[str, list[str]] = {}
    for path in modules():
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                named.setdefault(node.name, []).append(path.relative_to(ROOT).as_posix())
    assert {name: places for name, places in named.items() if len(places) > 1} == {}


def test_a_folder_is_looked_through_at_a_glance():
    """What has grown past two dozen modules holds several ideas, each of which is a folder."""
    held = Counter(path.parent.relative_to(ROOT).as_posix() for path in modules())
    assert {folder: count for folder, count in held.items() if count > 24} == {}


def test_the_path_of_a_question_is_told_in_files_that_are_there():
    """At most fifteen, from the page to the answer."""
    told = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    path = re.findall(r"^\d+\. `([\w/]+\.py)`", told, re.MULTILINE)
    assert 10 <= len(path) <= 15
    assert [one for one in path if not (ROOT / one).is_file()] == []


def test_a_test_runs_no_loop_in_the_main_thread():
    """A browser test before it leaves one running there: ``tests.fakes.loop`` has a thread for each."""
    for path in sorted((ROOT / "tests").rglob("*.py")):
        called = {
            ast.unparse(node.func) for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)
        }
        assert not called & {"asyncio.run", "anyio.run", "asyncio.Runner"}, path
