"""Validates Vega-Lite specifications against the JSON schema of their version: validate_specs.py FOLDER

Prints the version of the schema, then a line for each file that does not conform.
"""

import json
import pathlib
import sys

import altair.vegalite.v6.schema as schema
import jsonschema

document = json.loads(pathlib.Path(schema.__file__).with_name("vega-lite-schema.json").read_text())
validator = jsonschema.Draft7Validator(document)
print(schema.SCHEMA_VERSION)
for path in sorted(pathlib.Path(sys.argv[1]).glob("*.json")):
    error = jsonschema.exceptions.best_match(validator.iter_errors(json.loads(path.read_text())))
    if error:
        print(f"{path.name}: {'/'.join(map(str, error.absolute_path))}: {error.message[:300]}")
