"""The command line, ``dafu``: exit status 0 done, 1 the answer is no, 2 the input is wrong (one line says how)."""

from assistant.cli.main import main

__all__ = ["main"]
