"""Every command of the contract is there, helps, and takes ``--home``."""

import click
import pytest

from assistant.cli.main import cli

COMMANDS = [
    "sync",
    "search",
    "ask",
    "show",
    "serve",
    "doctor",
    "models prepare",
    "models status",
    "eval run",
    "eval compare",
    "user add",
    "user list",
    "user disable",
    "user passwd",
    "user role",
    "user token",
]


@pytest.mark.parametrize("path", COMMANDS)
def test_every_command_takes_home(path):
    """Others script against it."""
    command: click.Command = cli
    for name in path.split():
        command = command.commands[name]
    assert "--home" in {option for parameter in command.params for option in parameter.opts}
    assert command.help
