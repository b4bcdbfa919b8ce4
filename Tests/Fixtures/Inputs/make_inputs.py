#!/usr/bin/env python3
"""Makes the files in this folder: tensors as other programs write them, and models whose inputs must fit.

    python3 -m venv .venv && .venv/bin/pip install -r ../../../Samples/requirements.txt && .venv/bin/python make_inputs.py

Elements count from 0 unless the comment says otherwise."""
import sys
from pathlib import Path

import numpy as np
import onnx
from PIL import Image
from onnx import TensorProto, helper, numpy_helper

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "Models"))
from tflite_builder import TFLiteModel, schema  # noqa: E402

import flatbuffers  # noqa: E402

TYPES = ["float16", "float32", "float64", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"]


def arrays():
    """NumPy's own files."""
    counts = {dtype: np.arange(6, dtype=dtype).reshape(2, 3) for dtype in TYPES}
    counts["bool"] = np.array([[False, True, False], [True, False, True]])
    np.savez(HERE / "stored.npz", **counts)
    np.savez_compressed(HERE / "deflated.npz", **counts)
    np.save(HERE / "fortran.npy", np.asfortranarray(np.arange(24, dtype=np.int32).reshape(2, 3, 4)))
    np.save(HERE / "big_endian.npy", np.arange(6, dtype=">f4").reshape(2, 3))
    np.save(HERE / "scalar.npy", np.int64(16000))
    np.save(HERE / "empty.npy", np.zeros((2, 0, 3), np.float32))
    np.save(HERE / "strings.npy", np.array(["a", "b"]))
    for version in (2, 3):
        with open(HERE / f"version{version}.npy", "wb") as file:
            np.lib.format.write_array(file, counts["float32"], version=(version, 0))


def protos():
    """ONNX's files: the elements as raw bytes, and in the field of their type."""
    def write(name, tensor):
        (HERE / f"{name}.pb").write_bytes(tensor.SerializeToString())

    write("raw_data", numpy_helper.from_array(np.arange(6, dtype=np.float32).reshape(2, 3), "x"))
    for name, number in (("float32", TensorProto.FLOAT), ("float64", TensorProto.DOUBLE), ("int64", TensorProto.INT64),
                         ("int8", TensorProto.INT8), ("uint64", TensorProto.UINT64), ("float16", TensorProto.FLOAT16),
                         ("bfloat16", TensorProto.BFLOAT16)):
        # Of int8, negative numbers: a proto holds them in 64 bits.
        values = [-1, -2, -3, 4, 5, 6] if name == "int8" else [0, 1, 2, 3, 4, 5]
        write(f"typed_{name}", helper.make_tensor("x", number, [2, 3], values))
    write("strings", helper.make_tensor("words", TensorProto.STRING, [3], [b"no", b"maybe", b"yes"]))


def save(path, nodes, inputs, outputs, constants=()):
    def values(specs):
        return [helper.make_tensor_value_info(name, kind, shape) for name, kind, shape in specs]

    graph = helper.make_graph(
        nodes, "graph", values(inputs), values(outputs), [numpy_helper.from_array(array, name) for name, array in constants])
    operators = [helper.make_opsetid(domain, {"": 17, "ai.onnx.ml": 2}[domain]) for domain in {node.domain for node in nodes}]
    model = helper.make_model(graph, opset_imports=operators, ir_version=8)
    onnx.checker.check_model(model, full_check=True)
    path.parent.mkdir(exist_ok=True)
    onnx.save(model, path)


def models():
    # Row r of the table has the value r.
    table = np.repeat(np.arange(50, dtype=np.float32)[:, None], 2, axis=1)
    save(HERE / "embedding.onnx", [helper.make_node("Gather", ["table", "ids"], ["rows"])],
         [("ids", TensorProto.INT64, [1, 4])], [("rows", TensorProto.FLOAT, [1, 4, 2])], [("table", table)])
    double = [helper.make_node("Add", ["x", "x"], ["y"])]
    dynamic = ["rows", "columns"]
    save(HERE / "double.onnx", double, [("x", TensorProto.FLOAT, dynamic)], [("y", TensorProto.FLOAT, dynamic)])
    # The brightest channel wins, or with a negative gain the darkest.
    save(HERE / "brightest.onnx",
         [helper.make_node("Mul", ["image", "gain"], ["gained"]),
          helper.make_node("ReduceMean", ["gained"], ["scores"], axes=[2, 3], keepdims=0)],
         [("image", TensorProto.FLOAT, [1, 3, 8, 8]), ("gain", TensorProto.FLOAT, [])],
         [("scores", TensorProto.FLOAT, [1, 3])])
    # yes is 1, no is 0.
    save(HERE / "words.onnx",
         [helper.make_node("LabelEncoder", ["words"], ["numbers"], domain="ai.onnx.ml", keys_strings=["yes", "no"],
                           values_int64s=[1, 0])],
         [("words", TensorProto.STRING, ["count"])], [("numbers", TensorProto.INT64, ["count"])])
    # The state of a recurrent network: layers, batch, hidden.
    save(HERE / "recurrent.onnx", [helper.make_node("Identity", [name], [f"same_{name}"]) for name in ("sound", "state")],
         [("sound", TensorProto.FLOAT, [None, None]), ("state", TensorProto.FLOAT, [2, None, 3])],
         [("same_sound", TensorProto.FLOAT, [None, None]), ("same_state", TensorProto.FLOAT, [2, None, 3])])
    # With data beside it, as ONNX's own test cases have them.
    save(HERE / "case/model.onnx", double, [("x", TensorProto.FLOAT, dynamic)], [("y", TensorProto.FLOAT, dynamic)])
    (HERE / "case/test_data_set_0").mkdir(exist_ok=True)
    (HERE / "case/test_data_set_0/input_0.pb").write_bytes((HERE / "raw_data.pb").read_bytes())


def images():
    """Images of 8 × 8 pixels in one colour."""
    for color, pixel in (("red", (255, 0, 0)), ("green", (0, 255, 0)), ("blue", (0, 0, 255))):
        Image.new("RGB", (8, 8), pixel).save(HERE / f"{color}.png")


def signatures():
    """`first` doubles its input, `second` negates it."""
    model, subgraphs = TFLiteModel(), []
    for kind, operands in (("ADD", 2), ("NEG", 1)):
        model.tensors, model.operators = [], []
        x, y = model.tensor("x", "float32", [1, 3]), model.tensor("y", "float32", [1, 3])
        model.operator(kind, [x] * operands, [y], type=kind.capitalize())
        graph = schema.SubGraphT()
        graph.tensors, graph.operators = model.tensors, model.operators
        graph.inputs, graph.outputs = np.array([x], np.int32), np.array([y], np.int32)
        subgraphs.append(graph)
    file = schema.ModelT()
    file.version, file.operatorCodes, file.subgraphs, file.buffers = 3, model.codes, subgraphs, model.buffers
    file.signatureDefs = []
    for index, key in enumerate(("first", "second")):
        definition = schema.SignatureDefT()
        definition.signatureKey, definition.subgraphIndex = key, index
        for side, name, tensor in (("inputs", "x", 0), ("outputs", "y", 1)):
            entry = schema.TensorMapT()
            entry.name, entry.tensorIndex = name, tensor
            setattr(definition, side, [entry])
        file.signatureDefs.append(definition)
    builder = flatbuffers.Builder()
    builder.Finish(file.Pack(builder), b"TFL3")
    (HERE / "signatures.tflite").write_bytes(builder.Output())


if __name__ == "__main__":
    arrays()
    protos()
    models()
    images()
    signatures()
