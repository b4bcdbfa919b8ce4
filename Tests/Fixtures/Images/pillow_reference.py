#!/usr/bin/env python3
"""The preprocessing that Assay must match, with Pillow.

pillow_reference.py PRESET SIZE OUTPUT reads paths from standard input, one per line, and writes their pixels in this order."""
import sys
from PIL import Image


def prepare(path, preset, size, filter=Image.BILINEAR):
    """The pixels of the file at `path` for an input of `size`, a width and a height."""
    image = Image.open(path).convert("RGB")
    (w, h), (width, height) = image.size, size
    if preset == "squash":
        return image.resize(size, filter)
    if preset == "inception":
        # tf.image.central_crop(image, 0.875), as in TF-Slim's preprocess_for_eval.
        x, y = int((w - w * 0.875) / 2), int((h - h * 0.875) / 2)
        return image.crop((x, y, w - x, h - y)).resize(size, filter)
    # Resize in proportion, just large enough to cover size / 0.875.
    cover_w, cover_h = int(round(width / 0.875)), int(round(height / 0.875))
    if w * cover_h < h * cover_w:
        w2, h2 = cover_w, int(cover_w * h / w)
    else:
        w2, h2 = int(cover_h * w / h), cover_h
    image = image.resize((w2, h2), filter)
    left, top = int(round((w2 - width) / 2.0)), int(round((h2 - height) / 2.0))
    return image.crop((left, top, left + width, top + height))


if __name__ == "__main__":
    size = int(sys.argv[2])
    with open(sys.argv[3], "wb") as output:
        for line in sys.stdin:
            output.write(prepare(line.rstrip("\n"), sys.argv[1], (size, size)).tobytes())
