"""Draws Vega-Lite specifications: render_charts.py SPECIFICATIONS PNG_FOLDER SVG_FOLDER PDF_FOLDER; an empty name leaves a format out."""

import json
import pathlib
import re
import sys

import vl_convert


def draw(specification):
    """The picture as SVG, as wide as it asks. What labels take of that is known once they are drawn, so it is drawn again with what is left."""
    whole = specification["usermeta"]["width"]
    width = whole * 0.85
    for _ in range(4):
        for view in specification.get("vconcat", [specification]):
            view["width"] = max(round(width), 80)
        drawing = vl_convert.vegalite_to_svg(specification)
        excess = float(re.search(r'<svg[^>]*? width="([0-9.]+)"', drawing)[1]) - whole
        if abs(excess) < 1:
            break
        width -= excess
    return drawing


specifications, *folders = sys.argv[1:]
for path in sorted(pathlib.Path(specifications).glob("*.json")):
    drawing = draw(json.loads(path.read_text(encoding="utf-8")))
    contents = {
        "png": lambda: vl_convert.svg_to_png(drawing, scale=2),
        "svg": drawing.encode,
        # A pixel is 1/96 inch, and the unit of PDF 1/72 inch.
        "pdf": lambda: vl_convert.svg_to_pdf(drawing, scale=0.75),
    }
    for (ending, content), folder in zip(contents.items(), folders):
        if folder:
            pathlib.Path(folder, f"{path.stem}.{ending}").write_bytes(content())
