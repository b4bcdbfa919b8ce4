"""Runs models by the Python package of an engine: reads a case as a line of JSON, answers whether the engine runs it.

    run_model.py onnxruntime|openvino|litert
"""

import json
import os
import pathlib
import re
import signal
import sys

import numpy as np

SECONDS = 60


def main():
    run = {"onnxruntime": run_onnxruntime, "openvino": run_openvino, "litert": run_litert}[sys.argv[1]]
    # Libraries print to standard output too.
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    for line in sys.stdin:
        case = json.loads(line)
        signal.alarm(SECONDS)
        try:
            run(case)
            verdict = {"runs": True}
        except Exception as error:
            verdict = {"runs": False, "reason": f"{type(error).__name__}: {error}"[:1000]}
        signal.alarm(0)
        print(json.dumps(verdict), file=answers, flush=True)


def run_onnxruntime(case):
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    session = onnxruntime.InferenceSession(case["path"], options, providers=["CPUExecutionProvider"])
    names = [port.name for port in session.get_inputs()]
    values = onnx_inputs(case["path"]) or {
        port.name: random_values(port.shape, np.float32) for port in session.get_inputs()
    }
    values = {name: value for name, value in values.items() if name in names}
    kinds = {port.type for port in session.get_inputs() + session.get_outputs()}
    if any(re.search("bfloat16|float8|float4|int4|int2", kind) for kind in kinds):
        feed = {name: onnxruntime_value(value) for name, value in values.items()}
        session.run_with_ort_values([port.name for port in session.get_outputs()], feed)
    else:
        session.run(None, values)


def onnxruntime_value(value):
    """numpy has no types of its own for these."""
    import onnx
    import onnxruntime

    if not is_extended(value.dtype):
        return onnxruntime.OrtValue.ortvalue_from_numpy(value)
    element = onnx.helper.np_dtype_to_tensor_dtype(value.dtype)
    return onnxruntime.OrtValue.ortvalue_from_numpy_with_onnx_type(np.ascontiguousarray(value), element)


def run_openvino(case):
    import openvino

    core = openvino.Core()
    model = core.read_model(case["path"])
    values = None
    if case["format"] == "onnx":
        values = onnx_inputs(case["path"])
        if values is not None:
            values = [values[name] for name in order(values, model)]
    if values is None:
        values = [openvino_values(port, case["shapes"]) for port in model.inputs]
    compiled = core.compile_model(model, "CPU")
    compiled.create_infer_request().infer([openvino_tensor(value) for value in values])


def order(values, model):
    """The inputs in OpenVINO's order: it drops those that nothing reads, and renames those that are outputs too."""
    names = list(values)
    chosen = [next((name for name in names if name in port.get_names()), None) for port in model.inputs]
    return [name or names[index] for index, name in enumerate(chosen)]


def openvino_values(port, shapes):
    shape = next((shapes[name] for name in port.get_names() if name in shapes), None)
    shape = shape or [size.get_length() if size.is_static else 1 for size in port.get_partial_shape()]
    return random_values(shape, port.get_element_type().to_dtype())


def openvino_tensor(value):
    import openvino

    if not isinstance(value, np.ndarray) or not is_extended(value.dtype):
        return value
    kind = getattr(openvino.Type, {"bfloat16": "bf16", "float8_e4m3fn": "f8e4m3", "float8_e5m2": "f8e5m2"}[value.dtype.name])
    tensor = openvino.Tensor(kind, value.shape)
    tensor.data[...] = value.view(tensor.data.dtype)
    return tensor


def run_litert(case):
    from ai_edge_litert.interpreter import Interpreter

    interpreter = Interpreter(case["path"], num_threads=1)
    interpreter.allocate_tensors()
    for port in interpreter.get_input_details():
        interpreter.set_tensor(port["index"], random_values(port["shape"], port["dtype"]))
    interpreter.invoke()


def onnx_inputs(path):
    """The test inputs beside a model, by name; `None` where there are none."""
    import onnx
    from onnx import numpy_helper

    data = pathlib.Path(path).parent / "test_data_set_0"
    if not data.exists():
        return None
    ports = onnx.load(path, load_external_data=False).graph.input
    readers = {
        "tensor_type": (onnx.TensorProto, numpy_helper.to_array),
        "sequence_type": (onnx.SequenceProto, numpy_helper.to_list),
        "optional_type": (onnx.OptionalProto, numpy_helper.to_optional),
        "map_type": (onnx.MapProto, numpy_helper.to_dict),
    }
    values = {}
    for index in range(len(list(data.glob("input_*.pb")))):
        kind, read = readers[ports[index].type.WhichOneof("value")]
        message = kind()
        message.ParseFromString((data / f"input_{index}.pb").read_bytes())
        values[ports[index].name] = read(message)
    return values


def is_extended(kind):
    """bfloat16, float8, int4 and their like, which come from ml_dtypes."""
    return kind.kind == "V" or kind.type.__module__.startswith("ml_dtypes")


def random_values(shape, kind):
    """Numbers that a model takes wherever it takes any: floats between 0 and 1, integers of 0."""
    if np.issubdtype(kind, np.floating):
        return np.random.default_rng(1).random(shape).astype(kind)
    return np.zeros(shape, kind)


if __name__ == "__main__":
    main()
