"""A body as an ONNX model, in fp32 or with matrix products in int8. The only module that imports onnx.

In int8 each token is divided by its own largest value before it is rounded to a byte, so that the few tokens with
large values do not take the precision of the others: cosine .999 to fp32, where one scale for all gives .972 to .997.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from onnx import TensorProto, helper, numpy_helper

from index.engine.bert import Body, floats_of, layers_of, rows_of

HEAD = 32  # values of an attention head of multilingual-e5-small
EPSILON = 1e-12
FUSED = "com.microsoft"
_ATTENTION = ("query", "key", "value")
_BYTE = 127  # levels of a token's values on each side of zero


def onnx_model(body: Body, *, int8: bool) -> bytes:
    """The model: ``words`` [texts, length, hidden] and ``lengths`` [texts] → ``hidden`` [texts, length, hidden]."""
    return _Graph(body, int8=int8).build()


class _Graph:
    def __init__(self, body: Body, *, int8: bool) -> None:
        self._body, self._int8 = body, int8
        self._nodes: list[Any] = []
        self._constants: list[Any] = []
        self._hidden = int(body["embeddings.LayerNorm.weight"].shape[0])

    def build(self) -> bytes:
        self._constant("last", np.array([-1], np.int64))
        self._constant("step", np.float32(1 / _BYTE))
        self._constant("least", np.float32(1e-20))
        self._constant("middle", np.uint8(_BYTE + 1))
        at = self._embeddings()
        for number in range(layers_of(self._body)):
            at = self._layer(at, f"encoder.layer.{number}.")
        self._node("Identity", [at], "hidden")
        shape: list[str | int | None] = ["texts", "length", self._hidden]
        graph = helper.make_graph(
            self._nodes,
            "bert",
            [
                helper.make_tensor_value_info("words", TensorProto.FLOAT, shape),
                helper.make_tensor_value_info("lengths", TensorProto.INT32, ["texts"]),
            ],
            [helper.make_tensor_value_info("hidden", TensorProto.FLOAT, shape)],
            self._constants,
        )
        opsets = [helper.make_opsetid("", 20), helper.make_opsetid(FUSED, 1)]
        made: bytes = helper.make_model(graph, opset_imports=opsets, ir_version=10).SerializeToString()
        return made

    def _embeddings(self) -> str:
        places = floats_of(self._body, "embeddings.position_embeddings.weight")
        kind = floats_of(self._body, "embeddings.token_type_embeddings.weight")[0]
        self._constant("places", places + kind)
        self._constant("zero", np.array([0], np.int64))
        self._constant("one", np.array([1], np.int64))
        self._constant("two", np.array([2], np.int64))
        self._node("Shape", ["words"], "shape")
        self._node("Slice", ["shape", "one", "two"], "length")
        self._node("Slice", ["places", "zero", "length", "zero"], "here")
        self._node("Add", ["words", "here"], "placed")
        norm = [self._weight(f"embeddings.LayerNorm.{end}") for end in ("weight", "bias")]
        return self._node("LayerNormalization", ["placed", *norm], "embedded", axis=-1, epsilon=EPSILON)

    def _layer(self, at: str, name: str) -> str:
        parts = [f"{name}attention.self.{part}" for part in _ATTENTION]
        joined = self._product(at, parts, f"{name}attention.self")
        split = [f"{part}.out" for part in parts]
        self._nodes.append(helper.make_node("Split", [joined], split, axis=-1, num_outputs=len(parts)))
        bias = np.concatenate([floats_of(self._body, f"{part}.bias") for part in parts])
        bias_name = self._constant(f"{name}attention.self.bias", bias)
        attended = self._node(
            "MultiHeadAttention",
            [*split, bias_name, "lengths"],
            f"{name}attended",
            FUSED,
            num_heads=self._hidden // HEAD,
        )
        at = self._joined(attended, at, f"{name}attention.output")
        inner = self._product(at, [f"{name}intermediate.dense"], f"{name}intermediate")
        inner = self._node("BiasGelu", [inner, self._weight(f"{name}intermediate.dense.bias")], f"{name}gelu", FUSED)
        return self._joined(inner, at, f"{name}output")

    def _joined(self, inner: str, at: str, name: str) -> str:
        """A product added to what went in, normalised."""
        product = self._product(inner, [f"{name}.dense"], name)
        weights = [self._weight(f"{name}.{end}") for end in ("LayerNorm.weight", "LayerNorm.bias", "dense.bias")]
        ins = [product, at, *weights]
        return self._node("SkipLayerNormalization", ins, f"{name}.normal", FUSED, epsilon=EPSILON)

    def _product(self, at: str, names: Sequence[str], name: str) -> str:
        """What goes in times the transposed matrices ``names``, side by side, without their biases."""
        weights = [f"{one}.weight" for one in names]
        if not self._int8:
            whole = np.concatenate([floats_of(self._body, one) for one in weights])
            return self._node("MatMul", [at, self._constant(f"{name}.matrix", whole.T)], f"{name}.product")
        rows, scales = zip(*(rows_of(self._body, one) for one in weights), strict=True)
        matrix = self._constant(f"{name}.matrix", np.concatenate(rows).T)
        scale = self._constant(f"{name}.scales", np.concatenate(scales))
        zeros = self._constant(f"{name}.zeros", np.zeros(sum(map(len, rows)), np.int8))
        size = self._node("Abs", [at], f"{name}.size")
        largest = self._node("ReduceMax", [size, "last"], f"{name}.largest", keepdims=1)
        largest = self._node("Max", [largest, "least"], f"{name}.divisor")
        even = self._node("Div", [at, largest], f"{name}.even")
        rounded = self._node("QuantizeLinear", [even, "step", "middle"], f"{name}.bytes")
        ins = [rounded, matrix, "step", scale, "middle", zeros]
        product = self._node("MatMulIntegerToFloat", ins, f"{name}.evened", FUSED)
        return self._node("Mul", [product, largest], f"{name}.product")

    def _weight(self, name: str) -> str:
        return self._constant(name, floats_of(self._body, name))

    def _constant(self, name: str, value: Any) -> str:
        self._constants.append(numpy_helper.from_array(np.ascontiguousarray(value).reshape(np.shape(value)), name))
        return name

    def _node(self, kind: str, ins: Sequence[str], out: str, domain: str = "", **attributes: Any) -> str:
        self._nodes.append(helper.make_node(kind, ins, [out], out, domain=domain, **attributes))
        return out
