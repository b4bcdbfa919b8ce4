#!/usr/bin/env python3
"""Makes the archives in this folder, and expected.json: what Python's PyTorch computes for the inputs of Sources/EngineKit/RandomInputs.swift.

    python3 -m venv .venv && .venv/bin/pip install torch==2.13.0 numpy && .venv/bin/python make_models.py

conv_traced.pt     a small network of convolutions; a trace carries the shapes and types of its inputs
conv_scripted.pt   the same, scripted: without them
mixed_traced.pt    two inputs of different types, two outputs: rows of a table at an index, and the index doubled
several.pt         returns a named tuple with an int64 tensor, a list and a dictionary; has an optional input and a flag
writes.pt          writes into its input
open_list.pt       returns a list of which only a run tells the length
takes_list.pt      takes a list of tensors
state.pt           no TorchScript, but the weights that torch.save writes
unknown_operation.pt  refers to an operation that PyTorch lacks
"""
import json
import warnings
import zipfile
from pathlib import Path
from typing import Dict, List, NamedTuple, Optional

import numpy as np
import torch

HERE = Path(__file__).resolve().parent
SEED = 7


class Conv(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.first = torch.nn.Conv2d(3, 8, 3, stride=2, padding=1)
        self.second = torch.nn.Conv2d(8, 8, 3, padding=1)
        self.dense = torch.nn.Linear(8, 5)
        self.dropout = torch.nn.Dropout(0.5)

    def forward(self, image):
        features = torch.relu(self.second(torch.relu(self.first(image)))).mean((2, 3))
        return self.dropout(self.dense(features))


class Mixed(torch.nn.Module):
    def forward(self, table, index):
        return table[index.long()], (index * 2).float()


class Several(torch.nn.Module):
    Result = NamedTuple("Result", [("top", torch.Tensor), ("halves", List[torch.Tensor]), ("named", Dict[str, torch.Tensor])])

    def forward(self, x: torch.Tensor, mask: Optional[torch.Tensor] = None, negate: bool = False):
        return Result(torch.argmax(x, 1), [x[:, :2], x[:, 2:]], {"sum": x.sum(1), "scalar": x.max()})


Result = Several.Result


class Writes(torch.nn.Module):
    def forward(self, x: torch.Tensor):
        return x.add_(1)


class OpenList(torch.nn.Module):
    def forward(self, x: torch.Tensor):
        return [row for row in x]


class TakesList(torch.nn.Module):
    def forward(self, xs: List[torch.Tensor]):
        return xs[0]


class Selu(torch.nn.Module):
    def forward(self, x: torch.Tensor):
        return torch.selu(x)


def mix(z):
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


@np.errstate(over="ignore")
def seeded(dtype, shape, index):
    """The elements that Assay gives to input number `index` of a model."""
    i = np.arange(1, np.prod(shape, dtype=int) + 1, dtype=np.uint64)
    u = mix((np.uint64(SEED) ^ mix(np.uint64(index))) + i * np.uint64(0x9E3779B97F4A7C15))
    values = (u >> np.uint64(40)).astype(np.float64) / 2**24 if dtype == "float32" else u % np.uint64(100)
    return torch.from_numpy(values.astype(dtype).reshape(shape))


def case(name, inputs, outputs, **options):
    module = torch.jit.load(HERE / name)
    tensors = [seeded(spec["type"], spec["shape"], index) for index, spec in enumerate(inputs)]
    with torch.inference_mode():
        results = module(*tensors)
    results = results if isinstance(results, tuple) else [results]
    return {"engine": "torchscript", "model": name, "format": "torchscript", **options, "inputs": inputs,
            "outputs": [{"name": name, "type": str(result.dtype).split(".")[1], "shape": list(result.shape)}
                        for name, result in zip(outputs, results, strict=True)],
            "values": [result.flatten().tolist() for result in results]}


def tensor(name, dtype, shape):
    return {"name": name, "type": dtype, "shape": shape}


def save(module, name, old=b"", new=b""):
    """Writes an archive without the paths of this machine, and with other words in its code."""
    module.save(HERE / name)
    with zipfile.ZipFile(HERE / name) as archive:
        entries = {entry: archive.read(entry) for entry in archive.namelist() if not entry.endswith(".debug_pkl")}
    with zipfile.ZipFile(HERE / name, "w") as archive:
        for entry, data in entries.items():
            archive.writestr(zipfile.ZipInfo(entry), data.replace(old, new) if old and "/code/" in entry else data)


def main():
    warnings.simplefilter("ignore")  # TorchScript is deprecated in Python
    torch.manual_seed(1)
    conv = Conv()
    traced = torch.jit.trace(conv.eval(), torch.rand(1, 3, 32, 32))
    save(traced, "conv_traced.pt")
    save(torch.jit.script(conv.train()), "conv_scripted.pt")
    save(torch.jit.trace(Mixed(), (torch.rand(100, 2), torch.zeros(3, dtype=torch.int32))), "mixed_traced.pt")
    save(torch.jit.trace(Writes(), torch.rand(2, 3)), "writes.pt")
    for name, module in {"several": Several(), "open_list": OpenList(), "takes_list": TakesList()}.items():
        save(torch.jit.script(module), f"{name}.pt")
    torch.save(conv.state_dict(), HERE / "state.pt")
    save(torch.jit.script(Selu()), "unknown_operation.pt", b"torch.selu", b"torch.nope")

    image = [tensor("image", "float32", [1, 3, 32, 32])]
    expected = case("conv_traced.pt", image, ["output"])
    cases = [
        expected,
        case("conv_traced.pt", [tensor("image", "float32", [3, 3, 32, 32])], ["output"], batch=3),
        # It is saved in training mode, which Assay must end.
        {**expected, "model": "conv_scripted.pt", "shapes": {"image": [1, 3, 32, 32]}},
        case("mixed_traced.pt", [tensor("table", "float32", [100, 2]), tensor("index", "int32", [3])],
             ["output_0", "output_1"]),
        case("writes.pt", [tensor("x", "float32", [2, 3])], ["output"]),
    ]
    lines = ",\n    ".join(json.dumps(case) for case in cases)
    (HERE / "expected.json").write_text(
        f'{{\n  "seed": {SEED},\n  "torch": "{torch.__version__}",\n  "cases": [\n    {lines}\n  ]\n}}\n')


main()
