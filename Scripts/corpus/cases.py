"""Writes the cases of the `onnx` wheel as folders, with their test inputs, and lists them and the TFLite files as JSON.

    cases.py FOLDER LISTING TFLITE_FOLDER…
"""

import json
import pathlib
import shutil
import sys

import onnx
from onnx import numpy_helper
from onnx.backend.test.loader import DATA_DIR, load_model_tests

# What the wheel calls the cases that were converted from PyTorch.
KINDS = ["node", "simple", "pytorch-converted", "pytorch-operator", "light"]


def main():
    corpus, listing, *folders = map(pathlib.Path, sys.argv[1:])
    stamp = corpus / "onnx" / "version.txt"
    if not stamp.exists() or stamp.read_text() != onnx.__version__:
        shutil.rmtree(corpus / "onnx", ignore_errors=True)
        write_onnx_cases(corpus / "onnx")
        stamp.write_text(onnx.__version__)
    cases = [
        {"name": f"{path.parent.parent.name}/{path.parent.name}", "format": "onnx", "path": str(path), "shapes": {}}
        for path in sorted((corpus / "onnx").glob("*/*/model.onnx"))
    ]
    for folder in folders:
        for path in sorted(folder.resolve().rglob("*.tflite")):
            name = f"{folder.name}/{path.relative_to(folder.resolve()).with_suffix('')}"
            cases.append({"name": name, "format": "tflite", "path": str(path), "shapes": open_shapes(path)})
    listing.write_text(json.dumps(cases, indent=1))


def write_onnx_cases(folder):
    for case in load_model_tests(kind="node"):
        write_case(folder / "node" / case.name, case.model, case.data_sets[0][0])
    for case in simple_cases():
        write_case(folder / "simple" / case.name, case.model, case.data_sets[0][0])
    for kind in ["simple", "pytorch-converted", "pytorch-operator"]:
        shutil.copytree(pathlib.Path(DATA_DIR) / kind, folder / kind, dirs_exist_ok=True)
    for model in (pathlib.Path(DATA_DIR) / "light").glob("*.onnx"):
        target = folder / "light" / model.stem
        target.mkdir(parents=True)
        shutil.copy(model, target / "model.onnx")


def simple_cases():
    """Those that the wheel generates; it ships the others as files."""
    from onnx.backend.test.case.model import collect_testcases

    return [case for case in collect_testcases() if case.kind == "simple"]


def write_case(folder, model, inputs):
    data = folder / "test_data_set_0"
    data.mkdir(parents=True)
    (folder / "model.onnx").write_bytes(model.SerializeToString())
    for index, (value, port) in enumerate(zip(inputs, model.graph.input)):
        (data / f"input_{index}.pb").write_bytes(proto(value, port).SerializeToString())


def proto(value, port):
    if isinstance(value, onnx.TensorProto):
        return value
    make = {
        "map_type": numpy_helper.from_dict,
        "sequence_type": numpy_helper.from_list,
        "optional_type": numpy_helper.from_optional,
        "tensor_type": numpy_helper.from_array,
    }[port.type.WhichOneof("value")]
    return make(value, port.name)


def open_shapes(path):
    """Shapes to give for inputs whose dimensions a TFLite file leaves open, other than the first: those that the file stores."""
    from ai_edge_litert.interpreter import Interpreter

    try:
        inputs = Interpreter(str(path)).get_input_details()
    except (RuntimeError, ValueError):
        return {}
    return {
        port["name"]: port["shape"].tolist() for port in inputs if any(size < 0 for size in port["shape_signature"][1:])
    }


if __name__ == "__main__":
    main()
