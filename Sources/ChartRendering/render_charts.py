"""Draws Vega-Lite specifications: render_charts.py SPECIFICATIONS PNG_FOLDER SVG_FOLDER; an empty name leaves a format out."""

import json
import pathlib
import sys

import vl_convert

specifications, png, svg = sys.argv[1:]
for path in sorted(pathlib.Path(specifications).glob("*.json")):
    specification = json.loads(path.read_text(encoding="utf-8"))
    if png:
        pathlib.Path(png, f"{path.stem}.png").write_bytes(vl_convert.vegalite_to_png(specification, scale=2))
    if svg:
        drawing = vl_convert.vegalite_to_svg(specification)
        pathlib.Path(svg, f"{path.stem}.svg").write_text(drawing, encoding="utf-8")
