"""The process that runs the embedded model: llama.cpp behind an OpenAI-compatible address. Imports xllamacpp.

Run as a script by ``local``: one line of JSON (``Engine`` and the key) comes in, the address goes out when the model
is loaded. It ends when its standard input does, so it cannot outlive the one that started it.
"""

from __future__ import annotations

import json
import sys
from typing import Any

import xllamacpp


def main() -> None:
    """Load the model, print where it answers, and stay until standard input ends."""
    settings = json.loads(sys.stdin.readline())
    server = xllamacpp.Server(params(**settings))
    print(server.listening_address, flush=True)  # noqa: T201
    sys.stdin.read()


def params(*, path: str, key: str, threads: int, context: int, prompt_cache_mib: int, reuse: bool, lookup: bool) -> Any:
    """llama.cpp's parameters: one slot, nothing served but the answers, and those only to who has the key."""
    chosen = xllamacpp.CommonParams()
    chosen.model.path = path
    chosen.n_ctx = context
    chosen.n_parallel = 1
    chosen.cpuparams.n_threads = threads
    chosen.cpuparams_batch.n_threads = threads
    chosen.cache_prompt = reuse
    chosen.cache_ram_mib = prompt_cache_mib if reuse else 0
    chosen.api_keys = [key]
    chosen.ui = False
    chosen.endpoint_slots = False
    chosen.verbosity = -1
    chosen.offline = True
    if lookup:
        _draft_from_prompt(chosen.speculative)
    return chosen


def _draft_from_prompt(speculative: Any) -> None:
    """Prompt lookup: guess the next tokens from where the last few occurred before, and check them in one batch."""
    speculative.types = [xllamacpp.common_speculative_type.COMMON_SPECULATIVE_TYPE_NGRAM_SIMPLE]
    speculative.ngram_simple.size_n = 3
    speculative.ngram_simple.size_m = 12


if __name__ == "__main__":
    main()
