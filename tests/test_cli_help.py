"""Every command of the contract is there, helps, and takes ``--home``."""

import subprocess
import sys
import tomllib
from importlib import import_module
from importlib.metadata import EntryPoint
from pathlib import Path

import click
import pytest

from assistant.cli.main import COMMANDS as TABLE
from assistant.cli.main import cli

COMMANDS = [
    "sync",
    "search",
    "ask",
    "show",
    "serve",
    "mcp",
    "doctor",
    "models prepare",
    "models status",
    "models fit",
    "eval run",
    "eval compare",
    "user add",
    "user list",
    "user disable",
    "user passwd",
    "user role",
    "user email",
    "user token",
    "user export",
    "user delete",
    "keeping",
]

ROOT = Path(__file__).parent.parent


@pytest.mark.parametrize("path", COMMANDS)
def test_every_command_takes_home(path):
    """Others script against it."""
    command: click.Command = cli
    for name in path.split():
        command = command.get_command(click.Context(command), name)
    assert "--home" in {option for parameter in command.params for option in parameter.opts}
    assert command.help


@pytest.mark.parametrize("name", [*TABLE, "eval"])
def test_the_table_of_commands_names_modules_that_hold_them(name):
    """A command is imported when it is called; the list in the help does without."""
    command = cli.get_command(click.Context(cli), name)
    assert command is not None
    assert command.name == name


@pytest.mark.parametrize("group", ["dafu.commands", "dafu.pages"])
def test_what_is_registered_is_there(group):
    """Each entry point names something that can be imported; a command's table names modules that hold it."""
    entries = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["entry-points"]
    for name, value in entries[group].items():
        found = EntryPoint(name, value, group).load()
        for command, (module, about) in found.items() if group == "dafu.commands" else ():
            held = vars(import_module(module)).values()
            assert command in {one.name for one in held if isinstance(one, click.Command)}
            assert about


def test_an_installation_from_before_says_what_to_do(monkeypatch, dafu):
    """It registers nothing, so `dafu eval` is not there; what is there works as before."""
    monkeypatch.setattr("importlib.metadata.entry_points", lambda **_: ())
    done = dafu("eval", "run")
    assert (done.status, len(done.err.splitlines())) == (2, 1)
    assert "make install" in done.err
    assert cli.get_command(click.Context(cli), "ask")


def test_an_installation_that_names_what_is_gone_says_what_to_do(monkeypatch, dafu):
    """One line, the other commands as before."""
    gone = EntryPoint("evals", "evals.no_such_module:COMMANDS", "dafu.commands")
    monkeypatch.setattr("importlib.metadata.entry_points", lambda **_: (gone,))
    done = dafu("eval", "run")
    assert (done.status, len(done.err.splitlines())) == (2, 1)
    assert "make install" in done.err


HEAVY = {"torch", "transformers", "sentence_transformers", "tokenizers", "gradio", "langchain", "langchain_core"}
HEAVY |= {"langchain_openai", "openai", "chromadb", "onnx", "onnxruntime", "sentencepiece", "xllamacpp"}


@pytest.mark.parametrize(
    ("arguments", "banned"),
    [
        (["--help"], HEAVY | {"sqlalchemy", "alembic", "numpy", "pydantic", "rich"}),
        (["user", "list"], HEAVY | {"numpy", "alembic"}),
        (["show", "paper"], HEAVY | {"alembic"}),
        (["backup", "{home}/backup"], HEAVY - {"chromadb"} | {"alembic"}),
        (["search", "答复"], HEAVY | {"alembic"}),
    ],
    ids=lambda value: value[0] if isinstance(value, list) else "",
)
def test_a_command_imports_nothing_heavy_that_it_does_not_use(tmp_path, dafu, monkeypatch, arguments, banned):
    """By module names, in a process of its own, over a home with a document and no vectors."""
    (tmp_path / "papers").mkdir()
    (tmp_path / "papers" / "paper.txt").write_text("答复\n\n我们在三月五日答复。\n", encoding="utf-8")
    home = tmp_path / "home"
    assert dafu("sync", tmp_path / "papers", "--home", home, keywords=True).status == 0
    monkeypatch.setenv("DAFU_ENCODER", "none")
    monkeypatch.setenv("DAFU_LLM", "off")
    code = (
        "import sys\nfrom assistant.cli import main\ntry:\n    main(sys.argv[1:])\n"
        "finally:\n    print('MODULES', *{name.split('.')[0] for name in sys.modules})"
    )
    given = [one.format(home=home) for one in arguments] + ([] if arguments == ["--help"] else ["--home", str(home)])
    done = subprocess.run([sys.executable, "-c", code, *given], capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    loaded = set(done.stdout.rpartition("MODULES")[2].split())
    assert not loaded & banned
