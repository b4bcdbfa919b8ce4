# A PyTorch program of the source, whatever it is, and what it makes of a few inputs.
import importlib
import warnings

import numpy
import torch

REFERENCES = 8
warnings.filterwarnings("ignore")


def declare_operators():
    """PyPI's torchvision is built for another torch. It can be imported if what its library has is declared; its NMS stays unavailable."""
    library = torch.library.Library("torchvision", "DEF")
    library.define("nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
    library.define("qnms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
    return library


def made_by(name):
    """The module that a function makes, or that is the value of a name: package.module:factory."""
    package, _, factory = name.partition(":")
    options = request["options"]["torch"]
    if options.get("python_path"):
        sys.path.insert(0, options["python_path"])
    torch.manual_seed(options["seed"])
    try:
        found = importlib.import_module(package)
    except ImportError as error:
        refuse(f"Python cannot import {package}: {error}. Its folder may be named: --python-path FOLDER")
    for part in factory.split("."):
        if not hasattr(found, part):
            refuse(f"{package} has no {factory}.")
        found = getattr(found, part)
    if not isinstance(found, torch.nn.Module):
        found = found()
    if not isinstance(found, torch.nn.Module):
        refuse(f"{name} makes no torch.nn.Module.")
    return found


def load_weights(module, path):
    weights = torch.load(path, map_location="cpu", weights_only=True)
    weights = weights.get("state_dict", weights)
    try:
        module.load_state_dict(weights)
    except RuntimeError as error:
        refuse(f"The weights in {path} are not those of the module: {str(error)[:500]}")


def program():
    """The program and example inputs."""
    source = request["source"]
    if source.endswith(".onnx"):
        # From onnx_program.py, which the steps from ONNX have.
        module, inputs = program_of_onnx(source)
        with torch.no_grad():
            return torch.export.export(module, inputs), inputs
    if not source.startswith("torch:"):
        exported = torch.export.load(source)
        if exported.example_inputs is None:
            refuse("The exported program has no example inputs.")
        arguments, keywords = exported.example_inputs
        if keywords:
            refuse("The exported program takes arguments by name.")
        return exported, tuple(arguments)
    module = made_by(source.removeprefix("torch:"))
    if request["options"]["torch"].get("weights"):
        load_weights(module, request["options"]["torch"]["weights"])
    module.eval()
    inputs = tuple(torch.rand(shape) for shape in request["options"]["torch"]["shapes"])
    with torch.no_grad():
        return torch.export.export(module, inputs), inputs


def tensors(value):
    """All tensors of an output in order."""
    if isinstance(value, torch.Tensor):
        return [value]
    values = value.values() if isinstance(value, dict) else value if isinstance(value, (list, tuple)) else []
    return [tensor for item in values for tensor in tensors(item)]


def keep_reference(exported, inputs):
    """Writes seeded inputs, and what the program makes of them: no engine runs it, and its result shall be compared."""
    module = exported.module()
    generator = torch.Generator().manual_seed(1)
    arrays = {}
    for number in range(REFERENCES):
        given = tuple(
            torch.rand(one.shape, generator=generator, dtype=one.dtype) if one.is_floating_point() else one
            for one in inputs)
        with torch.no_grad():
            made = tensors(module(*given))
        for kind, values in (("input", given), ("output", made)):
            for index, value in enumerate(values):
                arrays[f"{number}/{kind}/{index}"] = numpy.ascontiguousarray(value.numpy())
    numpy.savez(os.path.join(os.path.dirname(request["result"]), "model.reference.npz"), **arrays)


library = declare_operators()
exported, inputs = program()
if not request["source"].endswith(".onnx"):
    keep_reference(exported, inputs)
