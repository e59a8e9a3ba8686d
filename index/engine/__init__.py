"""Token ids → what a BERT network makes of them, in int8 or fp32.

``bert`` keeps a network's weights without its table of words, which several networks share; ``graph`` writes them as
an ONNX model; ``engine`` runs that.
"""

from index.engine.bert import Body, Words, quantize_body, read_body, save_body
from index.engine.engine import ENGINES, Engine, EngineKind, load_engine

__all__ = [
    "ENGINES",
    "Body",
    "Engine",
    "EngineKind",
    "Words",
    "load_engine",
    "quantize_body",
    "read_body",
    "save_body",
]
