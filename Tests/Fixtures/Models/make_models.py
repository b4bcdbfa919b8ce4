#!/usr/bin/env python3
"""Makes the models in this folder, and expected.json: the tensors and outputs of each engine's own Python package.

    python3 -m venv .venv && .venv/bin/pip install -r ../../../Samples/requirements.txt && .venv/bin/python make_models.py

Inputs are those of Sources/EngineKit/RandomInputs.swift. README.md says what each model is for."""
import json
import os
import shutil
from importlib.metadata import version
from pathlib import Path

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["CUDA_VISIBLE_DEVICES"] = ""

import numpy as np
import onnx
import onnxruntime as ort
import openvino as ov
import tensorflow as tf
from ai_edge_litert.interpreter import Interpreter
from onnx import TensorProto, helper, numpy_helper

from tflite_builder import TYPES, TFLiteModel

HERE = Path(__file__).resolve().parent
SEED = 7
ONNX_TYPES = {"float32": "FLOAT", "float16": "FLOAT16"}
random = np.random.default_rng(1)
KERNELS = [random.normal(0, 0.3, shape).astype(np.float32) for shape in ((3, 3, 3, 8), (3, 3, 8, 16))]  # HWIO
BIASES = [random.normal(0, 0.3, count).astype(np.float32) for count in (8, 16)]
MATRIX = random.normal(0, 1, (3, 4)).astype(np.float32)


# The models.

def write_onnx(name, nodes, inputs, outputs, constants=()):
    def values(specs):
        return [helper.make_tensor_value_info(name, getattr(TensorProto, ONNX_TYPES.get(dtype, dtype.upper())), shape)
                for name, dtype, shape in specs]

    constants = [numpy_helper.from_array(np.ascontiguousarray(array), name) for name, array in constants]
    graph = helper.make_graph(nodes, name, values(inputs), values(outputs), constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(model, full_check=True)
    onnx.save(model, HERE / f"{name}.onnx")


def write_saved_model(name, **functions):
    """Writes functions as signatures; the argument names are those of the inputs."""
    folder = HERE / f"{name}_saved_model"
    shutil.rmtree(folder, ignore_errors=True)
    tf.saved_model.save(tf.Module(), folder, signatures=functions)
    (folder / "fingerprint.pb").unlink()  # not needed, and holds a random number


def function(*specs):
    """Makes a TensorFlow function of inputs with names, types and shapes."""
    return tf.function(input_signature=[tf.TensorSpec(shape, dtype, name=name) for name, dtype, shape in specs])


def transpose(dtype):
    """Moves every element of one type: [2, 3, 4] to [4, 2, 3]. In .tflite, 8-bit integers are quantised."""
    quantization = (0.5, 3) if dtype in ("int8", "uint8") else None
    model = TFLiteModel()
    x, y = model.tensor("x", dtype, [2, 3, 4], quantization), model.tensor("y", dtype, [4, 2, 3], quantization)
    model.operator("TRANSPOSE", [x, model.constant("order", np.array([2, 0, 1], np.int32))], [y], type="Transpose")
    model.write(HERE / f"transpose_{dtype}.tflite", [x], [y])
    write_onnx(f"transpose_{dtype}", [helper.make_node("Transpose", ["x"], ["y"], perm=[2, 0, 1])],
               [("x", dtype, [2, 3, 4])], [("y", dtype, [4, 2, 3])])


def transposes():
    """All types of `transpose` in one SavedModel, an input and an output each."""
    @function(*((f"x_{dtype}", dtype, [2, 3, 4]) for dtype in TYPES))
    def serve(*inputs):
        return {f"y_{dtype}": tf.transpose(x, [2, 0, 1]) for dtype, x in zip(TYPES, inputs)}

    write_saved_model("transposes", serving_default=serve)


def mixed():
    """Two inputs and two outputs of different types and shapes: the rows of a table at an index, and the index doubled."""
    model = TFLiteModel()
    table, index = model.tensor("table", "float32", [100, 2]), model.tensor("index", "int32", [3])
    rows, double = model.tensor("rows", "float32", [3, 2]), model.tensor("double", "int32", [3])
    model.operator("GATHER", [table, index], [rows], type="Gather", axis=0)
    model.operator("ADD", [index, index], [double], type="Add")
    model.write(HERE / "mixed.tflite", [table, index], [rows, double])
    write_onnx("mixed", [helper.make_node("Gather", ["table", "index"], ["rows"], axis=0),
                         helper.make_node("Add", ["index", "index"], ["double"])],
               [("table", "float32", [100, 2]), ("index", "int32", [3])],
               [("rows", "float32", [3, 2]), ("double", "int32", [3])])
    ov.save_model(ov.convert_model(HERE / "mixed.onnx"), HERE / "mixed.xml", compress_to_fp16=False)

    @function(("table", "float32", [100, 2]), ("index", "int32", [3]))
    def serve(table, index):
        return {"rows": tf.gather(table, index), "double": index + index}

    write_saved_model("mixed", serving_default=serve)


def dynamic_batch():
    """A dense layer of which only the batch is dynamic."""
    model = TFLiteModel()
    x, y = model.tensor("x", "float32", [-1, 4]), model.tensor("y", "float32", [-1, 3])
    matrix, bias = model.constant("matrix", MATRIX), model.constant("bias", BIASES[0][:3])
    model.operator("FULLY_CONNECTED", [x, matrix, bias], [y], type="FullyConnected")
    model.write(HERE / "dynamic_batch.tflite", [x], [y])
    write_onnx("dynamic_batch", [helper.make_node("Gemm", ["x", "matrix", "bias"], ["y"], transB=1)],
               [("x", "float32", ["batch", 4])], [("y", "float32", ["batch", 3])],
               [("matrix", MATRIX), ("bias", BIASES[0][:3])])

    @function(("x", "float32", [None, 4]))
    def serve(x):
        return {"y": x @ MATRIX.T + BIASES[0][:3]}

    @function(("x", "float32", [None, 4]))
    def double(x):
        return {"y": 2 * x}

    write_saved_model("dynamic_batch", serving_default=serve, double=double)


def dynamic_size():
    """Batch, height and width are all dynamic."""
    model = TFLiteModel()
    shape = [-1, -1, -1, 3]
    image, half = model.tensor("image", "float32", shape), model.tensor("half", "float32", shape)
    model.operator("MUL", [image, model.constant("factor", np.array([0.5], np.float32))], [half], type="Mul")
    model.write(HERE / "dynamic_size.tflite", [image], [half])
    shape = ["batch", "height", "width", 3]
    write_onnx("dynamic_size", [helper.make_node("Mul", ["image", "factor"], ["half"])],
               [("image", "float32", shape)], [("half", "float32", shape)], [("factor", np.array([0.5], np.float32))])

    @function(("image", "float32", [None, None, None, 3]))
    def serve(image):
        return {"half": 0.5 * image}

    write_saved_model("dynamic_size", serving_default=serve)


def conv():
    """Two convolutions and a mean, enough work for two threads. In ONNX, channels come first."""
    model = TFLiteModel()
    image, scores = model.tensor("image", "float32", [1, 32, 32, 3]), model.tensor("scores", "float32", [1, 16])
    current, nodes, constants = image, [], []
    for layer, (kernel, bias) in enumerate(zip(KERNELS, BIASES)):
        result = model.tensor(f"layer{layer}", "float32", [1, 16, 16, len(bias)])
        stride = 2 - layer
        model.operator(
            "CONV_2D", [current, model.constant(f"kernel{layer}", kernel.transpose(3, 0, 1, 2).copy()),
                        model.constant(f"bias{layer}", bias)], [result],
            type="Conv2D", strideW=stride, strideH=stride, fusedActivationFunction=1)
        current = result
        # TFLite's SAME padding: an odd pixel goes below and right.
        nodes += [helper.make_node("Conv", [f"layer{layer - 1}" if layer else "image", f"kernel{layer}", f"bias{layer}"],
                                   [f"sum{layer}"], strides=[stride] * 2, pads=[layer, layer, 1, 1]),
                  helper.make_node("Relu", [f"sum{layer}"], [f"layer{layer}"])]
        constants += [(f"kernel{layer}", kernel.transpose(3, 2, 0, 1)), (f"bias{layer}", bias)]
    model.operator("MEAN", [current, model.constant("axes", np.array([1, 2], np.int32))], [scores], type="Reducer")
    model.write(HERE / "conv.tflite", [image], [scores])
    nodes.append(helper.make_node("ReduceMean", ["layer1"], ["scores"], axes=[2, 3], keepdims=0))
    write_onnx("conv", nodes, [("image", "float32", [1, 3, 32, 32])], [("scores", "float32", [1, 16])], constants)
    ov.save_model(ov.convert_model(HERE / "conv.onnx"), HERE / "conv.xml", compress_to_fp16=False)

    @function(("image", "float32", [1, 32, 32, 3]))
    def serve(image):
        for layer, (kernel, bias) in enumerate(zip(KERNELS, BIASES)):
            image = tf.nn.relu(tf.nn.conv2d(image, kernel, 2 - layer, "SAME") + bias)
        return {"scores": tf.reduce_mean(image, [1, 2])}

    write_saved_model("conv", serving_default=serve)


def strings():
    """How long strings are, and the strings themselves: only TensorFlow holds them. Not in expected.json."""
    @function(("texts", "string", [2]))
    def serve(texts):
        return {"lengths": tf.strings.length(texts), "same": texts}

    write_saved_model("strings", serving_default=serve)


def seeded():
    """For Assay's own engine: seeded outputs of every type, and an input with dynamic dimensions."""
    def tensors(*specs):
        return [{"name": name, "type": dtype, "shape": shape} for name, dtype, shape in specs]

    for name, model in {
        "seeded": {"seed": 3, "inputs": tensors(("x", "float32", [-1, 4]), ("index", "int32", [3])),
                   "outputs": tensors(*((dtype, dtype, [2, 3]) for dtype in TYPES))},
        "dynamic_size": {"seed": 3, "inputs": tensors(("image", "float32", [-1, -1, -1, 3])),
                         "outputs": tensors(("scores", "float32", [1, 10]))},
    }.items():
        (HERE / f"{name}.synthetic").write_text(json.dumps(model) + "\n")


# The results of the engines.

def mix(z):
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


@np.errstate(over="ignore")
def random_input(dtype, shape, index, seed=SEED):
    """The numbers that RandomInputs.fill writes."""
    dtype = np.dtype(dtype)
    i = np.arange(1, np.prod(shape, dtype=int) + 1, dtype=np.uint64)
    u = mix((np.uint64(seed) ^ mix(np.uint64(index))) + i * np.uint64(0x9E3779B97F4A7C15))
    if dtype.kind == "f":
        digits = np.finfo(dtype).nmant + 1
        values = (u >> np.uint64(64 - digits)).astype(np.float64) / 2.0 ** digits
    elif dtype.kind == "b":
        values = u >> np.uint64(63)
    elif dtype.itemsize <= 2:
        values = u >> np.uint64(64 - 8 * dtype.itemsize)
    else:
        values = u % np.uint64(100)
    return values.astype(dtype).reshape(shape)


def litert(path, shapes):
    interpreter = Interpreter(str(path))
    for index, shape in shapes.items():
        interpreter.resize_tensor_input(interpreter.get_input_details()[index]["index"], shape)
    interpreter.allocate_tensors()
    inputs = interpreter.get_input_details()
    for index, tensor in enumerate(inputs):
        interpreter.set_tensor(tensor["index"], random_input(tensor["dtype"], tensor["shape"], index))
    interpreter.invoke()
    outputs = interpreter.get_output_details()

    def spec(tensor):
        value = interpreter.get_tensor(tensor["index"])
        scale, zero_point = tensor["quantization"]
        quantization = {"quantization": {"scale": float(scale), "zero_point": int(zero_point)}} if scale else {}
        return tensor["name"], value, quantization
    return [spec(tensor) for tensor in inputs], [spec(tensor) for tensor in outputs]


def tflite(path, shapes):
    """TensorFlow Lite's C library has no Python package of its own; LiteRT's has the same interpreter and kernels."""
    return litert(path, shapes)


def onnxruntime(path, shapes):
    session = ort.InferenceSession(path, providers=["CPUExecutionProvider"])
    names = {"tensor(float)": "float32", "tensor(float16)": "float16"}
    inputs = [(tensor.name, random_input(
        names.get(tensor.type, tensor.type[7:-1]), shapes.get(index, tensor.shape), index), {})
        for index, tensor in enumerate(session.get_inputs())]
    results = session.run(None, {name: value for name, value, _ in inputs})
    return inputs, [(tensor.name, value, {}) for tensor, value in zip(session.get_outputs(), results)]


def openvino(path, shapes):
    core = ov.Core()
    model = core.read_model(path)
    if shapes:
        model.reshape(shapes)
    compiled = core.compile_model(model, "CPU", {"INFERENCE_PRECISION_HINT": "f32"})
    inputs = [(port.any_name, random_input(port.element_type.to_dtype(), tuple(port.shape), index), {})
              for index, port in enumerate(compiled.inputs)]
    results = compiled([value for _, value, _ in inputs])
    return inputs, [(port.any_name, results[port], {}) for port in compiled.outputs]


def tensorflow(path, shapes):
    loaded = tf.saved_model.load(path)  # The function does not keep the variables.
    function = loaded.signatures["serving_default"]
    specs = sorted(function.structured_input_signature[1].items())
    inputs = [(name, random_input(spec.dtype.as_numpy_dtype, shapes.get(index, spec.shape), index), {})
              for index, (name, spec) in enumerate(specs)]
    results = function(**{name: tf.constant(value) for name, value, _ in inputs})
    return inputs, [(name, value.numpy(), {}) for name, value in sorted(results.items())]


def synthetic(path, shapes):
    model = json.loads(path.read_text())
    inputs = [(tensor["name"], random_input(tensor["type"], shapes.get(index, [abs(n) for n in tensor["shape"]]), index), {})
              for index, tensor in enumerate(model["inputs"])]
    outputs = [(tensor["name"], random_input(tensor["type"], tensor["shape"], index, model["seed"]), {})
               for index, tensor in enumerate(model["outputs"])]
    return inputs, outputs


def expected(engine, path, kind, shape=None, batch=None):
    shapes = {0: shape or [batch, 4]} if shape or batch else {}
    # By default, a dynamic batch is one.
    if path.name.startswith("dynamic_batch") and not shapes:
        shapes = {0: [1, 4]}
    inputs, outputs = engine(path, shapes)

    def spec(name, value, extra):
        return {"name": name, "type": value.dtype.name, "shape": list(value.shape), **extra}
    return {
        "engine": engine.__name__, "model": path.name, "format": kind,
        **({"shapes": {inputs[0][0]: shape}} if shape else {}), **({"batch": batch} if batch else {}),
        "inputs": [spec(*tensor) for tensor in inputs], "outputs": [spec(*tensor) for tensor in outputs],
        "values": [tensor[1].astype(float).ravel().tolist() for tensor in outputs],
    }


def main():
    for dtype in TYPES:
        transpose(dtype)
    for make in (transposes, mixed, dynamic_batch, dynamic_size, conv, strings, seeded):
        make()
    readers = [("tflite", "*.tflite", (litert, openvino, tflite)), ("onnx", "*.onnx", (onnxruntime, openvino)),
               ("openvino_ir", "*.xml", (openvino,)), ("saved_model", "*_saved_model", (openvino, tensorflow)),
               ("synthetic", "*.synthetic", (synthetic,))]
    cases = []
    for kind, pattern, engines in readers:
        for path in sorted(HERE.glob(pattern)):
            if path.name.startswith("strings"):
                continue
            for engine in engines:
                if path.name.startswith("dynamic_size"):
                    cases.append(expected(engine, path, kind, shape=[2, 4, 5, 3]))
                    continue
                if engine is tflite and path.name == "transpose_float16.tflite":
                    continue  # 2.17.1 moves no float16
                cases.append(expected(engine, path, kind))
                if path.name.startswith("dynamic_batch"):
                    cases.append(expected(engine, path, kind, batch=3))
    libraries = {"litert": "ai-edge-litert", "onnxruntime": "onnxruntime", "openvino": "openvino", "tensorflow": "tensorflow-cpu"}
    lines = ",\n".join("    " + json.dumps(case) for case in cases)
    (HERE / "expected.json").write_text(
        f'{{\n  "seed": {SEED},\n  "libraries": {json.dumps({name: version(package) for name, package in libraries.items()})},\n'
        f'  "cases": [\n{lines}\n  ]\n}}\n')


if __name__ == "__main__":
    main()
