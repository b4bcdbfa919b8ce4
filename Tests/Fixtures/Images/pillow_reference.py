#!/usr/bin/env python3
"""The preprocessing that Assay must agree with, by Pillow.

pillow_reference.py FIT SIZE OUTPUT reads paths from standard input, one a line, and writes their pixels one after the other."""
import sys
from PIL import Image


def prepare(path, fit, size):
    image = Image.open(path).convert("RGB")
    if fit == "squash":
        return image.resize((size, size), Image.BILINEAR)
    w, h = image.size
    s = int(round(size / 0.875))
    w2, h2 = (s, int(s * h / w)) if w < h else (int(s * w / h), s)
    image = image.resize((w2, h2), Image.BILINEAR)
    left, top = int(round((w2 - size) / 2.0)), int(round((h2 - size) / 2.0))
    return image.crop((left, top, left + size, top + size))


if __name__ == "__main__":
    with open(sys.argv[3], "wb") as output:
        for line in sys.stdin:
            output.write(prepare(line.rstrip("\n"), sys.argv[1], int(sys.argv[2])).tobytes())
