#!/usr/bin/env python3
"""Makes the models in this folder and expected.json: what they must compute, in plain Python.

To test an engine of your own, copy `seeded` and let somebody else's code compute the values: a framework, or the vendor's tool."""
import json
import math
import random
import struct
from pathlib import Path

SEED = 7
MASK = (1 << 64) - 1


def mix(z):
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9 & MASK
    z = (z ^ (z >> 27)) * 0x94D049BB133111EB & MASK
    return z ^ (z >> 31)


def seeded(count, index):
    """The float32 elements that Assay gives to input number `index` of a model."""
    stream = SEED ^ mix(index)
    return [(mix(stream + i * 0x9E3779B97F4A7C15 & MASK) >> 40) / 2**24 for i in range(1, count + 1)]


def single(value):
    return struct.unpack("f", struct.pack("f", value))[0]


ACTIVATIONS = {"linear": lambda row: row, "relu": lambda row: [max(0.0, value) for value in row],
               "softmax": lambda row: [math.exp(value) / sum(map(math.exp, row)) for value in row]}


def run(layers, rows):
    for weights, biases, activation in layers:
        rows = [ACTIVATIONS[activation]([b + sum(w * x for w, x in zip(line, row)) for line, b in zip(weights, biases)])
                for row in rows]
    return rows


def write(name, layers):
    def line(values):
        return " ".join(f"{value:.9g}" for value in values)

    text = [f"dense {len(weights[0])} {len(weights)}\n" + "\n".join(map(line, weights)) + f"\n{line(biases)}\n{activation}\n"
            for weights, biases, activation in layers]
    Path(name).write_text("".join(text))


def case(name, layers, batch=None):
    inputs, outputs, rows = len(layers[0][0][0]), len(layers[-1][0]), batch or 1
    numbers = seeded(rows * inputs, 0)
    values = run(layers, [numbers[row * inputs:(row + 1) * inputs] for row in range(rows)])
    return {"model": name, "format": "dense", **({"batch": batch} if batch else {}),
            "inputs": [{"name": "x", "type": "float32", "shape": [rows, inputs]}],
            "outputs": [{"name": "y", "type": "float32", "shape": [rows, outputs]}],
            "values": [[value for row in values for value in row]]}


def main():
    generator = random.Random(1)

    def layer(inputs, outputs, activation):
        return ([[single(generator.uniform(-1, 1)) for _ in range(inputs)] for _ in range(outputs)],
                [single(generator.uniform(-1, 1)) for _ in range(outputs)], activation)

    models = {"one.dense": [layer(4, 3, "linear")],
              "three.dense": [layer(16, 32, "relu"), layer(32, 16, "relu"), layer(16, 5, "softmax")]}
    for name, layers in models.items():
        write(name, layers)
    cases = [case(name, layers, batch) for name, layers in models.items() for batch in (None, 3)]
    Path("expected.json").write_text('{\n  "seed": %d,\n  "cases": [\n    %s\n  ]\n}\n' % (SEED, ",\n    ".join(map(json.dumps, cases))))


main()
