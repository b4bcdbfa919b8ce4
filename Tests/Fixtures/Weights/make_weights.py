#!/usr/bin/env python3
"""Writes tiny.pth as PyTorch before 1.6 has saved state dictionaries, without PyTorch: five pickles, then the storages."""

import collections
import pathlib
import pickle
import struct
import sys
import types

torch, utils = types.ModuleType("torch"), types.ModuleType("torch._utils")
sys.modules |= {"torch": torch, "torch._utils": utils}


def _rebuild_tensor_v2(*_):
    pass


_rebuild_tensor_v2.__module__ = "torch._utils"
utils._rebuild_tensor_v2 = _rebuild_tensor_v2
for name in ("FloatStorage", "LongStorage"):
    setattr(torch, name, type(name, (), {"__module__": "torch"}))


class Storage:
    def __init__(self, key, values, kind="FloatStorage"):
        self.key, self.values, self.kind = key, values, getattr(torch, kind)


class Tensor:
    def __init__(self, storage, size, stride):
        self.parts = (storage, 0, size, stride, False, collections.OrderedDict())

    def __reduce__(self):
        return (_rebuild_tensor_v2, self.parts)


class Pickler(pickle.Pickler):
    def persistent_id(self, item):
        if isinstance(item, Storage):
            return ("storage", item.kind, item.key, "cpu", len(item.values), None)
        return None


def vector(key, values, kind="FloatStorage"):
    return Tensor(Storage(key, values, kind), (len(values),), (1,))


def main():
    state = collections.OrderedDict()
    # A 1 × 1 convolution of three channels into two, stored as TensorFlow does: the last axis first.
    state["conv.weight"] = Tensor(Storage("10", [1, 4, 2, 5, 3, 6]), (2, 3, 1, 1), (1, 2, 6, 6))
    state["bn.weight"] = vector("11", [2, 3])
    state["bn.bias"] = vector("12", [0.5, -0.5])
    state["bn.running_mean"] = vector("13", [1, 2])
    state["bn.running_var"] = vector("14", [3, 8])
    state["bn.num_batches_tracked"] = Tensor(Storage("15", [7], "LongStorage"), (), ())
    state["fc.weight"] = Tensor(Storage("16", [1, 2]), (1, 2), (2, 1))
    state["fc.bias"] = vector("17", [9])
    storages = sorted((tensor.parts[0] for tensor in state.values()), key=lambda storage: storage.key)
    with open(pathlib.Path(__file__).parent / "tiny.pth", "wb") as file:
        for part in (0x1950A86A20F9469CFC6C, 1001, {"little_endian": True, "protocol_version": 1001}):
            pickle.dump(part, file, 2)
        Pickler(file, 2).dump(state)
        pickle.dump([storage.key for storage in storages], file, 2)
        for storage in storages:
            kind = "q" if storage.kind is torch.LongStorage else "f"
            file.write(struct.pack(f"<q{len(storage.values)}{kind}", len(storage.values), *storage.values))


main()
