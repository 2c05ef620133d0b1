"""Rewrites a float ONNX network with weights and products in int8.

Each token's vector is quantised by its own largest value while the network runs, and each column of a weight
by its own largest value beforehand (vector-wise quantisation, Dettmers et al. 2022, 'LLM.int8()', section
2.1). onnxruntime's dynamic quantisation takes one scale for a whole batch instead: there, how a sentence is
read hangs on those beside it, and a few large values cost all others their precision.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import GraphProto, NodeProto, TensorProto, helper, numpy_helper

LARGEST = 127  # of a quantised value's magnitude
ZERO = 128  # what stands for 0 in a token's vector: onnxruntime multiplies unsigned by signed bytes fastest
TINY = 1e-9  # stands in for the largest value of a vector of zeros
CONSTANTS = {
    "int8_largest": np.float32(LARGEST),
    "int8_tiny": np.float32(TINY),
    "int8_one": np.float32(1),
    "int8_zero": np.uint8(ZERO),
    "int8_last": np.array([-1], np.int64),
}


class Rewriter:
    """A graph's weights, and the nodes that stand in for those that read them."""

    def __init__(self, graph: GraphProto) -> None:
        self.weights = {w.name: numpy_helper.to_array(w) for w in graph.initializer}
        self.vectors: set[str] = set()  # those that are quantised already

    def matrix(self, name: str) -> bool:
        """Whether a name is that of a float matrix."""
        weight = self.weights.get(name)
        return weight is not None and weight.ndim == 2 and weight.dtype == np.float32

    def rewrite(self, node: NodeProto) -> Iterator[NodeProto]:
        """What does the same as a node: in int8 where it multiplies by a matrix or looks up its rows."""
        if node.op_type == "MatMul" and self.matrix(node.input[1]):
            yield from self.quantize_vectors(node.input[0])
            yield from self.multiply(node)
        elif node.op_type == "Gather" and self.matrix(node.input[0]):
            yield from self.look_up(node)
        else:
            yield node

    def quantize_vectors(self, name: str) -> Iterator[NodeProto]:
        """Nodes that quantise the vectors in the last dimension of a tensor, once."""
        if name in self.vectors:
            return
        self.vectors.add(name)
        yield helper.make_node("Abs", [name], [f"{name}_size"])
        yield helper.make_node("ReduceMax", [f"{name}_size", "int8_last"], [f"{name}_largest"], keepdims=1)
        yield helper.make_node("Max", [f"{name}_largest", "int8_tiny"], [f"{name}_above"])
        yield helper.make_node("Div", [f"{name}_above", "int8_largest"], [f"{name}_scale"])
        yield helper.make_node("Div", [name, f"{name}_scale"], [f"{name}_scaled"])
        yield helper.make_node(
            "QuantizeLinear", [f"{name}_scaled", "int8_one", "int8_zero"], [f"{name}_int8"]
        )

    def multiply(self, node: NodeProto) -> Iterator[NodeProto]:
        """Nodes that multiply quantised vectors by a matrix, quantised by its columns."""
        (vectors, weight), (out,) = node.input, node.output
        self.quantize_weight(weight, axis=0)
        yield helper.make_node("MatMulInteger", [f"{vectors}_int8", weight, "int8_zero"], [f"{out}_int32"])
        yield helper.make_node("Cast", [f"{out}_int32"], [f"{out}_whole"], to=TensorProto.FLOAT)
        yield helper.make_node("Mul", [f"{out}_whole", f"{vectors}_scale"], [f"{out}_half"])
        yield helper.make_node("Mul", [f"{out}_half", f"{weight}_scale"], [out])

    def look_up(self, node: NodeProto) -> Iterator[NodeProto]:
        """Nodes that look up rows of a matrix, quantised by its rows."""
        (weight, rows), (out,) = node.input, node.output
        self.quantize_weight(weight, axis=1)
        yield helper.make_node("Gather", [weight, rows], [f"{out}_int8"])
        yield helper.make_node("Gather", [f"{weight}_scale", rows], [f"{out}_scale"])
        yield helper.make_node("Cast", [f"{out}_int8"], [f"{out}_whole"], to=TensorProto.FLOAT)
        yield helper.make_node("Mul", [f"{out}_whole", f"{out}_scale"], [out])

    def quantize_weight(self, name: str, axis: int) -> None:
        """Puts a matrix in int8 and its scales along an axis beside it."""
        weight = self.weights[name]
        scale = np.maximum(np.abs(weight).max(axis, keepdims=True), TINY) / LARGEST
        quantised: NDArray[np.int8] = np.round(weight / scale).astype(np.int8)
        self.weights[name], self.weights[f"{name}_scale"] = quantised, scale.astype(np.float32)


def quantize(source: Path, target: Path) -> None:
    """Writes the network in `source` in int8 to `target`."""
    model = onnx.load(source)
    rewriter = Rewriter(model.graph)
    nodes = [n for node in model.graph.node for n in rewriter.rewrite(node)]
    weights = rewriter.weights | CONSTANTS
    del model.graph.node[:], model.graph.initializer[:]
    model.graph.node.extend(nodes)
    model.graph.initializer.extend(
        numpy_helper.from_array(np.asarray(w), name) for name, w in weights.items()
    )
    onnx.checker.check_model(model)
    onnx.save(model, target)
