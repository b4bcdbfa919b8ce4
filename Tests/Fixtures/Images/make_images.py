#!/usr/bin/env python3
"""Makes the fixture images in this folder and their pixels by Pillow (made with Pillow 13.0.0).

- decoded/NAME.jpg|png: NAME.jpg|png.rgb has the pixels of convert("RGB").
- resized/NAME.png: NAME.PRESET.rgb has the pixels of pillow_reference.py at SIZE, NAME.PRESET.FILTER.rgb at OBLONG.
- oriented/NAME.jpg|png: NAME.jpg|png.rgb has the pixels of exif_transpose.

Run it again only to add a kind of image: newer versions of Pillow may write other files."""
import io, random, struct, zlib
from pathlib import Path
from PIL import Image, ImageOps
from pillow_reference import prepare

HERE = Path(__file__).parent
SIZE = (32, 32)
OBLONG = (24, 16)
PRESETS = ("imagenet-center", "inception", "squash")
FILTERS = ("nearest", "box", "bilinear", "bicubic", "lanczos")
random.seed(1)


def scene(width, height):
    """Smooth colours with a little noise: work for the codecs, but small files."""
    pixels = bytearray()
    for y in range(height):
        for x in range(width):
            pixels += bytes((255 * x // width, 255 * y // height, (x * y + random.randrange(24)) % 256))
    return Image.frombytes("RGB", (width, height), bytes(pixels))


def encoded(image, **options):
    file = io.BytesIO()
    image.save(file, "JPEG", quality=85, **options)
    return file.getvalue()


def jpegs():
    image = scene(45, 35)
    yield "yuv444", encoded(image, subsampling="4:4:4")
    yield "yuv422", encoded(image, subsampling="4:2:2")
    yield "yuv420", encoded(image, subsampling="4:2:0")
    yield "progressive", encoded(image, progressive=True)
    yield "restarts", encoded(image, restart_marker_blocks=1)
    yield "rgb", encoded(image, keep_rgb=True)
    yield "grey", encoded(image.convert("L"))
    yield "one-pixel", encoded(scene(1, 1))
    cmyk = encoded(image.convert("CMYK"))
    yield "cmyk", cmyk
    # Pillow cannot write YCCK. The last byte of the Adobe marker declares it.
    place = cmyk.index(b"Adobe") + 11
    yield "ycck", cmyk[:place] + b"\2" + cmyk[place + 1 :]
    yield "extraneous-bytes", encoded(image).replace(b"\xff\xda", b"\0\0\xff\xda", 1)
    yield "progressive-wide", encoded(image.resize((139, 13)), progressive=True)


CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
DEPTHS = {0: (1, 2, 4, 8, 16), 2: (8, 16), 3: (1, 2, 4, 8), 4: (8, 16), 6: (8, 16)}
NAMES = {0: "grey", 2: "rgb", 3: "palette", 4: "grey-alpha", 6: "rgba"}
PASSES = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def packed(samples, depth):
    if depth == 16:
        return struct.pack(f">{len(samples)}H", *samples)
    bits = "".join(format(sample, f"0{depth}b") for sample in samples)
    bits += "0" * (-len(bits) % 8)
    return bytes(int(bits[i : i + 8], 2) for i in range(0, len(bits), 8))


def png(colour, depth, interlaced, transparency=b""):
    """Random samples in any colour type and bit depth of PNG, of which Pillow writes only a few."""
    width, height, channels, data = 19, 13, CHANNELS[colour], b""
    # Half of the 16-bit samples are below 256, since Pillow clips the rest.
    top = lambda: random.choice((256, 65536)) if depth == 16 else 1 << depth
    rows = [[[random.randrange(top()) for _ in range(channels)] for _ in range(width)] for _ in range(height)]
    for x0, y0, dx, dy in PASSES if interlaced else ((0, 0, 1, 1),):
        for row in rows[y0::dy]:
            if row[x0::dx]:
                data += b"\0" + packed([sample for pixel in row[x0::dx] for sample in pixel], depth)
    palette = chunk(b"PLTE", random.randbytes(3 << depth)) if colour == 3 else b""
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, interlaced))
        + palette
        + (chunk(b"tRNS", transparency) if transparency else b"")
        + chunk(b"IDAT", zlib.compress(data, 9))
        + chunk(b"IEND", b"")
    )


def pngs():
    for colour, depths in DEPTHS.items():
        for depth in depths:
            yield f"{NAMES[colour]}-{depth}", png(colour, depth, False)
            yield f"{NAMES[colour]}-{depth}-interlaced", png(colour, depth, True)
    yield "grey-8-transparent", png(0, 8, False, struct.pack(">H", 7))
    yield "rgb-8-transparent", png(2, 8, False, struct.pack(">HHH", 7, 8, 9))
    yield "palette-4-transparent", png(3, 4, False, bytes(range(0, 160, 10)))


def oriented():
    image = scene(11, 6)
    for orientation in range(9):
        exif = Image.Exif()
        exif.endian = "<" if orientation % 2 else ">"
        exif[0x0131] = "make_images.py"
        exif[0x0112] = orientation
        yield f"{orientation}.jpg", encoded(image, subsampling="4:4:4", exif=exif)
    file = io.BytesIO()
    image.save(file, "PNG", exif=exif)
    yield "8.png", file.getvalue()


def main():
    for folder in ("decoded", "resized", "oriented"):
        (HERE / folder).mkdir(exist_ok=True)
    for suffix, images in (("jpg", jpegs()), ("png", pngs())):
        for name, data in images:
            (HERE / "decoded" / f"{name}.{suffix}").write_bytes(data)
            pixels = Image.open(io.BytesIO(data)).convert("RGB").tobytes()
            (HERE / "decoded" / f"{name}.{suffix}.rgb").write_bytes(pixels)
    # Wide, tall, tiny, of the right size, enlarged, and with both orders of the passes.
    for width, height in ((1, 1), (1, 4000), (4000, 1), (5, 7), (32, 32), (37, 37), (40, 61), (41, 150), (90, 50)):
        path = HERE / "resized" / f"{width}x{height}.png"
        scene(width, height).save(path, optimize=True)
        for preset in PRESETS:
            path.with_suffix(f".{preset}.rgb").write_bytes(prepare(path, preset, SIZE).tobytes())
        for preset in ("imagenet-center", "squash"):
            for name in FILTERS:
                pixels = prepare(path, preset, OBLONG, Image.Resampling[name.upper()]).tobytes()
                path.with_suffix(f".{preset}.{name}.rgb").write_bytes(pixels)
    for name, data in oriented():
        path = HERE / "oriented" / name
        path.write_bytes(data)
        path.with_suffix(f"{path.suffix}.rgb").write_bytes(ImageOps.exif_transpose(Image.open(path)).tobytes())


main()
