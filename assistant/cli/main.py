"""Entry point: every error meant for people becomes one line on stderr and its exit status."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import MutableMapping, Sequence
from importlib import import_module
from pathlib import Path

import click

from assistant.registered import REINSTALL, registered
from corpus.errors import DafuError, InputError

EXIT_NO, EXIT_INPUT = 1, 2
_PROXIES = ("all_proxy", "http_proxy", "https_proxy")
_KINDS = ("http", "https", "socks5", "socks5h")


COMMANDS = {  # each with the module that holds it: a command waits for its own imports, `dafu --help` for none
    "ask": ("assistant.cli.ask", "Answer a question from the documents, every sentence with its source."),
    "backup": ("assistant.cli.home", "Write a home to one file, also while it is served."),
    "doctor": ("assistant.cli.home", "Look for faults in the home."),
    "draft": ("assistant.cli.draft", "Draft a reply to a suggestion, every sentence with its source."),
    "keeping": ("assistant.cli.home", "How long things are kept, and what is over."),
    "mcp": ("assistant.cli.serve", "Serve search, ask, show and draft as tools over standard input and output."),
    "models": ("assistant.cli.models", "The default models: fetch them, tell which are there."),
    "move": ("assistant.cli.home", "Copy a home onto servers."),
    "restore": ("assistant.cli.home", "Make an empty home hold what a backup holds."),
    "search": ("assistant.cli.ask", "Find the passages nearest to a question."),
    "serve": ("assistant.cli.serve", "Prepare the model, sync the documents and serve the page."),
    "show": ("assistant.cli.home", "Show a document: its metadata and its text."),
    "sync": ("assistant.cli.home", "Bring the index in step with the sources."),
    "user": ("assistant.cli.user", "Who may sign in to the page."),
}


class _Commands(click.Group):
    """The commands and those that are registered, each imported when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 (click's signature)
        return sorted(_every())

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        table = COMMANDS if cmd_name in COMMANDS else _every()
        if cmd_name not in table:
            if len(table) == len(COMMANDS):
                ctx.fail(f"No such command '{cmd_name}'. If it should be there: {REINSTALL}")
            return None
        held = vars(import_module(table[cmd_name][0])).values()
        return next((one for one in held if isinstance(one, click.Command) and one.name == cmd_name), None)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list in the help, from the table."""
        table = _every()
        with formatter.section("Commands"):
            formatter.write_dl([(name, table[name][1]) for name in self.list_commands(ctx)])


def _every() -> dict[str, tuple[str, str]]:
    """The table with what other packages registered."""
    return {name: row for table in (*registered("dafu.commands"), COMMANDS) for name, row in table.items()}


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option("--home", type=click.Path(path_type=Path), help="Folder that holds the index and the records.")
@click.version_option(package_name="dafu", message="dafu %(version)s")
@click.pass_context
def cli(context: click.Context, home: Path | None) -> None:
    """Dafu (答复): answers about government documents, every sentence traceable to the words it came from."""
    context.obj = {"home": home}


def main(arguments: Sequence[str] | None = None) -> None:
    """Run ``dafu``; ends the process with its exit status."""
    _write_what_the_console_can()
    _mend_proxies(os.environ)
    try:
        status = cli.main(args=arguments, prog_name="dafu", standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as error:
        print(error.ctx.get_help())
        status = 0
    except click.ClickException as error:
        status = _fail(_one_line(error))
    except DafuError as error:
        status = _fail(str(error))
    except click.Abort:
        status = _fail("stopped; what was done so far is kept, run the command again to go on")
    except BrokenPipeError:
        sys.stderr.close()
        status = 0
    sys.exit(status or 0)


def _write_what_the_console_can() -> None:
    """A character that the console lacks (GBK knows no 😀) is replaced, and does not end the command."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def _mend_proxies(environ: MutableMapping[str, str]) -> None:
    """Let httpx, which stops at a proxy of a kind it does not know, have none of those; GNOME writes ``socks://``."""
    for name in [one for one in environ if one.lower() in _PROXIES]:
        kind, found, address = environ[name].partition("://")
        if kind.lower() == "socks":
            environ[name] = f"socks5://{address}"
        elif found and kind.lower() not in _KINDS:
            del environ[name]
            from assistant.cli.root import warn  # noqa: PLC0415 (seldom said)

            warn(f"{name} names a proxy of a kind that cannot be used ({kind}); going on without it")


def _one_line(error: click.ClickException) -> str:
    message = " ".join(error.format_message().split())
    command = error.ctx.command_path if isinstance(error, click.UsageError) and error.ctx else "dafu"
    return f"{message.rstrip('.')}; see `{command} --help`"


def _fail(message: str) -> int:
    print(f"dafu: {' '.join(message.split())}", file=sys.stderr)
    return EXIT_INPUT


__all__ = ["EXIT_INPUT", "EXIT_NO", "InputError", "cli", "main"]
