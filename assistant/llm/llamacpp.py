"""The process that runs the embedded model: llama.cpp behind an OpenAI-compatible address. Imports xllamacpp.

Run as a script by ``local``: one line of JSON (file, key, threads) comes in, the address goes out when the model
is loaded. It ends when its standard input does, so it cannot outlive the one that started it.
"""

from __future__ import annotations

import json
import sys
from typing import Any

import xllamacpp

CONTEXT = 4096  # tokens
PROMPT_CACHE_MIB = 256  # for prompts already evaluated: each task's fixed part stays while another task is served


def main() -> None:
    """Load the model, print where it answers, and stay until standard input ends."""
    settings = json.loads(sys.stdin.readline())
    server = xllamacpp.Server(params(**settings))
    print(server.listening_address, flush=True)  # noqa: T201
    sys.stdin.read()


def params(*, path: str, key: str, threads: int) -> Any:
    """llama.cpp's parameters: one slot, nothing served but the answers, and those only to who has the key."""
    chosen = xllamacpp.CommonParams()
    chosen.model.path = path
    chosen.n_ctx = CONTEXT
    chosen.n_parallel = 1
    chosen.cpuparams.n_threads = threads
    chosen.cpuparams_batch.n_threads = threads
    chosen.cache_ram_mib = PROMPT_CACHE_MIB
    chosen.api_keys = [key]
    chosen.ui = False
    chosen.endpoint_slots = False
    chosen.verbosity = -1
    chosen.offline = True
    return chosen


if __name__ == "__main__":
    main()
