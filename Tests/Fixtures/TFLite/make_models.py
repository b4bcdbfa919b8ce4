#!/usr/bin/env python3
"""Makes models as edgetpu_compiler writes them, for the stand-in of libedgetpu in this folder (edgetpu.c).

    ../../../.build/python/bin/python make_models.py

image_edgetpu.tflite   an image of 28 × 28 pixels to ten scores, all of it compiled
partly_edgetpu.tflite  the same, with a RESHAPE that the compiler left to the CPU
newer_edgetpu.tflite   compiled for a runtime that no library has yet
"""
import sys
from pathlib import Path

import flatbuffers
import numpy as np

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "Models"))
from tflite_builder import TFLiteModel


def package(runtime):
    """The first field of `Package` in libedgetpu's executable.fbs, behind the head of a map as the compiler writes it."""
    builder = flatbuffers.Builder()
    builder.StartObject(1)
    builder.PrependInt32Slot(0, runtime, 0)
    builder.Finish(builder.EndObject(), b"DWN1")
    return b"1\0004\0" + bytes(builder.Output())


def write(name, runtime=12, reshapes=False):
    model = TFLiteModel()
    image = model.tensor("image", "uint8", [1, 28, 28, 3], (1 / 255, 0))
    scores = model.tensor("scores", "uint8", [1, 10], (1 / 256, 0))
    model.operator("CUSTOM", [image], [scores], custom_name="edgetpu-custom-op", custom_options=package(runtime))
    if reshapes:
        row = model.tensor("row", "uint8", [10], (1 / 256, 0))
        model.operator("RESHAPE", [scores, model.constant("shape", np.array([10], np.int32))], [row], type="Reshape")
        scores = row
    model.write(HERE / f"{name}_edgetpu.tflite", [image], [scores])


write("image")
write("partly", reshapes=True)
write("newer", runtime=99)
