#!/usr/bin/env python3
"""Makes conv.onnx and expected.json: what ONNX Runtime computes. Needs numpy, onnx and onnxruntime."""
import json
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

SEED, SHAPE = 7, [1, 3, 32, 32]


def mix(z):
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


def seeded(shape, index):
    """The float32 elements that Assay gives to input number `index` of a model."""
    i = np.arange(1, np.prod(shape) + 1, dtype=np.uint64)
    bits = mix((np.uint64(SEED) ^ mix(np.uint64(index))) + i * np.uint64(0x9E3779B97F4A7C15))
    return (np.float32(2**-24) * (bits >> np.uint64(40)).astype(np.float32)).reshape(shape)


def write(name):
    random = np.random.default_rng(1)
    shapes = {"k1": (8, 3, 3, 3), "b1": (8,), "k2": (16, 8, 3, 3), "b2": (16,)}
    nodes = [helper.make_node("Conv", ["image", "k1", "b1"], ["c1"], kernel_shape=[3, 3], strides=[2, 2], pads=[1, 1, 1, 1]),
             helper.make_node("Relu", ["c1"], ["r1"]),
             helper.make_node("Conv", ["r1", "k2", "b2"], ["c2"], kernel_shape=[3, 3], strides=[2, 2], pads=[1, 1, 1, 1]),
             helper.make_node("Relu", ["c2"], ["r2"]),
             helper.make_node("GlobalAveragePool", ["r2"], ["p"]),
             helper.make_node("Flatten", ["p"], ["scores"])]
    constants = [numpy_helper.from_array(random.normal(0, 0.3, shape).astype(np.float32), key) for key, shape in shapes.items()]
    graph = helper.make_graph(nodes, "conv", [helper.make_tensor_value_info("image", TensorProto.FLOAT, SHAPE)],
                              [helper.make_tensor_value_info("scores", TensorProto.FLOAT, [1, 16])], constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    onnx.checker.check_model(model, full_check=True)
    onnx.save(model, name)


def main():
    write("conv.onnx")
    values = onnxruntime.InferenceSession("conv.onnx").run(None, {"image": seeded(SHAPE, 0)})[0]
    case = {"model": "conv.onnx", "format": "onnx", "shapes": {"input": SHAPE},
            "inputs": [{"name": "input", "type": "float32", "shape": SHAPE}],
            "outputs": [{"name": "scores", "type": "float32", "shape": [1, 16]}],
            "values": [values.flatten().tolist()]}
    Path("expected.json").write_text('{\n  "seed": %d,\n  "cases": [\n    %s\n  ]\n}\n' % (SEED, json.dumps(case)))


main()
