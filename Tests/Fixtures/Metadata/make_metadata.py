#!/usr/bin/env python3
"""Makes the TFLite files in this folder: no graph, only the metadata of an image input (made with flatbuffers 25.12.19).

Field numbers are those of schema.fbs and metadata_schema.fbs. Each file is named after its normalisation."""
from pathlib import Path
import flatbuffers

HERE = Path(__file__).parent


def table(builder, fields):
    """fields: number -> ("ref", offset) | ("u8", value) | ("u32", value)."""
    builder.StartObject(max(fields, default=-1) + 1)
    for number, (kind, value) in fields.items():
        if kind == "ref":
            builder.PrependUOffsetTRelativeSlot(number, value, 0)
        elif kind == "u8":
            builder.PrependUint8Slot(number, value, 0)
        else:
            builder.PrependUint32Slot(number, value, 0)
    return builder.EndObject()


def tables(builder, offsets):
    builder.StartVector(4, len(offsets), 4)
    for offset in reversed(offsets):
        builder.PrependUOffsetTRelative(offset)
    return builder.EndVector()


def floats(builder, values):
    builder.StartVector(4, len(values), 4)
    for value in reversed(values):
        builder.PrependFloat32(value)
    return builder.EndVector()


def metadata(mean, deviation):
    b = flatbuffers.Builder(256)
    units = {}
    if mean is not None:
        options = table(b, {0: ("ref", floats(b, mean)), 1: ("ref", floats(b, deviation))})
        # A unit of another kind comes first: score thresholding, type 3.
        other = table(b, {0: ("u8", 3), 1: ("ref", table(b, {}))})
        units = {4: ("ref", tables(b, [other, table(b, {0: ("u8", 1), 1: ("ref", options)})]))}
    tensor = table(b, {0: ("ref", b.CreateString("image")), **units})
    graph = table(b, {2: ("ref", tables(b, [tensor]))})
    b.Finish(table(b, {0: ("ref", b.CreateString("fixture")), 3: ("ref", tables(b, [graph]))}), b"M001")
    return bytes(b.Output())


def model(data):
    b = flatbuffers.Builder(1024)
    buffers = tables(b, [table(b, {}), table(b, {0: ("ref", b.CreateByteVector(data))})])
    entries = tables(b, [
        table(b, {0: ("ref", b.CreateString("min_runtime_version")), 1: ("u32", 0)}),
        table(b, {0: ("ref", b.CreateString("TFLITE_METADATA")), 1: ("u32", 1)}),
    ])
    b.Finish(table(b, {0: ("u32", 3), 4: ("ref", buffers), 6: ("ref", entries)}), b"TFL3")
    return bytes(b.Output())


def main():
    for name, mean, deviation in (
        ("one", [127.5], [127.5]),
        ("three", [123.675, 116.28, 103.53], [58.395, 57.12, 57.375]),
        ("none", None, None),
        ("zero-deviation", [0.0], [0.0]),
        ("two-means", [0.0, 1.0], [1.0, 1.0]),
    ):
        (HERE / f"{name}.tflite").write_bytes(model(metadata(mean, deviation)))


main()
