"""Validates Vega-Lite specifications against the JSON schema of their version: validate_specs.py FOLDER

Prints the version of the schema, then a line for each file that does not conform. The schema is the one that altair brings; altair itself, which
needs more packages, is not loaded.
"""

import importlib.util
import json
import pathlib
import re
import sys

import jsonschema

folder = pathlib.Path(importlib.util.find_spec("altair").origin).parent / "vegalite/v6/schema"
print(re.search(r'SCHEMA_VERSION = "([^"]+)"', (folder / "__init__.py").read_text()).group(1))
validator = jsonschema.Draft7Validator(json.loads((folder / "vega-lite-schema.json").read_text()))
for path in sorted(pathlib.Path(sys.argv[1]).glob("*.json")):
    error = jsonschema.exceptions.best_match(validator.iter_errors(json.loads(path.read_text())))
    if error:
        print(f"{path.name}: {'/'.join(map(str, error.absolute_path))}: {error.message[:300]}")
