#!/usr/bin/env python3
"""Makes the programs in this folder, and expected.json: what Python's ExecuTorch computes for the inputs of Sources/EngineKit/RandomInputs.swift.

    python3.11 -m venv .venv
    .venv/bin/pip install torch==2.13.0 torchao==0.18.0 numpy pandas flatbuffers pyyaml ruamel.yaml tabulate packaging
    .venv/bin/pip install --no-deps executorch==1.5.1
    .venv/bin/python make_models.py

conv.pte           a small network of convolutions, all of it for XNNPACK
conv_kernels.pte   the same, for ExecuTorch's own kernels
conv_int8.pte      the same, quantised
conv_last.pte      the same, with the channels last in memory
batch.pte          the same, for batches of 1 to 4
unplanned.pte      the same, without memory reserved for its input and output
mixed.pte          two inputs of different types, two outputs: rows of a table at an index, and the index doubled
types.pte          an input and an output of each type
open_size.pte      an output of which only a run tells the size
encode.pte         has a method encode and no method forward
takes_number.pte   takes a number beside its tensor
external.pte       has its weights in another file, which is not here
"""
import json
import logging
import warnings
from pathlib import Path

import numpy as np
import torch
from executorch.backends.xnnpack.partition.xnnpack_partitioner import XnnpackPartitioner
from executorch.backends.xnnpack.quantizer.xnnpack_quantizer import XNNPACKQuantizer, get_symmetric_quantization_config
from executorch.exir import ExecutorchBackendConfig, to_edge_transform_and_lower
from executorch.exir.passes import MemoryPlanningPass
from executorch.runtime import Runtime
from executorch.version import __version__
from torchao.quantization.pt2e.quantize_pt2e import convert_pt2e, prepare_pt2e

HERE = Path(__file__).resolve().parent
SEED = 7
TYPES = ["bool", "float16", "float32", "float64", "int8", "int16", "int32", "int64", "uint8"]


class Conv(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.first = torch.nn.Conv2d(3, 8, 3, stride=2, padding=1)
        self.second = torch.nn.Conv2d(8, 8, 3, padding=1)
        self.dense = torch.nn.Linear(8, 5)

    def forward(self, image):
        features = torch.relu(self.second(torch.relu(self.first(image)))).mean((2, 3))
        return self.dense(features)


def module(function):
    class Module(torch.nn.Module):
        def forward(self, *inputs):
            return function(*inputs)
    return Module()


def mix(z):
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


@np.errstate(over="ignore")
def seeded(dtype, shape, index):
    """The elements that Assay gives to input number `index` of a model."""
    dtype = np.dtype(dtype)
    i = np.arange(1, np.prod(shape, dtype=int) + 1, dtype=np.uint64)
    u = mix((np.uint64(SEED) ^ mix(np.uint64(index))) + i * np.uint64(0x9E3779B97F4A7C15))
    if dtype.kind == "f":
        digits = np.finfo(dtype).nmant + 1
        values = (u >> np.uint64(64 - digits)).astype(np.float64) / 2.0 ** digits
    elif dtype.kind == "b":
        values = u >> np.uint64(63)
    elif dtype.itemsize <= 2:
        values = u >> np.uint64(64 - 8 * dtype.itemsize)
    else:
        values = u % np.uint64(100)
    return torch.from_numpy(values.astype(dtype).reshape(shape))


def save(name, model, examples, partitioner=(XnnpackPartitioner(),), method="forward", dynamic=None, **config):
    exported = torch.export.export(model, examples, dynamic_shapes=dynamic)
    program = to_edge_transform_and_lower({method: exported}, partitioner=list(partitioner))
    (HERE / name).write_bytes(program.to_executorch(ExecutorchBackendConfig(**config)).buffer)


def quantised(model, example):
    quantizer = XNNPACKQuantizer().set_global(get_symmetric_quantization_config(is_per_channel=True))
    prepared = prepare_pt2e(torch.export.export(model, (example,)).module(), quantizer)
    prepared(example)
    return convert_pt2e(prepared)


def spec(name, value):
    return {"name": name, "type": str(value.dtype).removeprefix("torch."), "shape": list(value.shape)}


def case(name, inputs, order=None, **options):
    """What ExecuTorch makes of a program, as an entry of expected.json."""
    method = Runtime.get().load_program(HERE / name).load_method("forward")
    tensors = [seeded(dtype, shape, index) for index, (dtype, shape) in enumerate(inputs)]
    results = method.execute([x if order is None else x.permute(*np.argsort(order).tolist()) for x in tensors])
    # In the order of memory, as Assay shows tensors.
    results = [x.permute(*sorted(range(x.dim()), key=lambda axis: -x.stride(axis))) for x in results]
    return {
        "engine": "executorch", "model": name, "format": "pte", **options,
        "inputs": [spec(f"input{index}", x) for index, x in enumerate(tensors)],
        "outputs": [spec(f"output{index}", x) for index, x in enumerate(results)],
        "values": [x.double().ravel().tolist() for x in results],
    }


def main():
    warnings.simplefilter("ignore")
    logging.disable(logging.WARNING)
    torch.manual_seed(1)
    conv = Conv().eval()
    image = torch.rand(1, 3, 32, 32)
    save("conv.pte", conv, (image,))
    save("conv_kernels.pte", conv, (image,), partitioner=())
    save("conv_int8.pte", quantised(conv, image), (image,))
    save("conv_last.pte", conv, (image.to(memory_format=torch.channels_last),))
    save("batch.pte", conv, (torch.rand(3, 3, 32, 32),), dynamic=({0: torch.export.Dim("batch", min=1, max=4)},))
    save("unplanned.pte", conv, (image,),
         memory_planning_pass=MemoryPlanningPass(alloc_graph_input=False, alloc_graph_output=False))
    save("mixed.pte", module(lambda table, index: (table[index.long()], (index * 2).float())),
         (torch.rand(100, 2), torch.zeros(3, dtype=torch.int32)))
    every = [(dtype, [2, 3, 4]) for dtype in TYPES]
    save("types.pte", module(lambda *inputs: tuple(x.permute(2, 0, 1).clone() for x in inputs)),
         tuple(seeded(*facts, index) for index, facts in enumerate(every)))
    save("open_size.pte", module(lambda x: torch.nonzero(x > 0.5)), (torch.rand(12),), partitioner=())
    save("encode.pte", conv, (image,), method="encode")
    save("takes_number.pte", module(lambda x, factor: x * factor), (torch.rand(2, 3), 2))
    save("external.pte", conv, (image,), partitioner=(), external_constants=True)

    one = [("float32", [1, 3, 32, 32])]
    cases = [
        case("conv.pte", one),
        case("conv_kernels.pte", one),
        case("conv_int8.pte", one),
        case("conv_last.pte", [("float32", [1, 32, 32, 3])], order=[0, 2, 3, 1]),
        case("batch.pte", [("float32", [4, 3, 32, 32])]),
        case("batch.pte", [("float32", [3, 3, 32, 32])], batch=3),
        case("unplanned.pte", one),
        case("mixed.pte", [("float32", [100, 2]), ("int32", [3])]),
        case("types.pte", every),
        case("open_size.pte", [("float32", [12])]),
    ]
    lines = ",\n    ".join(json.dumps(case) for case in cases)
    (HERE / "expected.json").write_text(
        f'{{\n  "seed": {SEED},\n  "executorch": "{__version__}",\n  "cases": [\n    {lines}\n  ]\n}}\n')


main()
