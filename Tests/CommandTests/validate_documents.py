"""Validates JSON documents: `validate_documents.py SCHEMA DOCUMENT...`, a document a line where the name ends in .jsonl.

Prints one line per error. Objects may have no field that the schema does not name, though readers must ignore such fields: so a new field that
nobody has documented is an error here.
"""
import json
import sys

from jsonschema import Draft202012Validator


def close(value):
    if isinstance(value, list):
        for item in value:
            close(item)
    elif isinstance(value, dict):
        if value.get("type") == "object" and "properties" in value:
            value["additionalProperties"] = False
        for item in value.values():
            close(item)


schema = json.load(open(sys.argv[1]))
Draft202012Validator.check_schema(schema)
close(schema)
validator = Draft202012Validator(schema)
for path in sys.argv[2:]:
    text = open(path).read()
    documents = text.splitlines() if path.endswith(".jsonl") else [text]
    for number, document in enumerate(documents, 1):
        for error in validator.iter_errors(json.loads(document)):
            while error.context:
                # Of the alternatives, the one that fails deepest is meant.
                error = max(error.context, key=lambda inner: len(inner.absolute_path))
            print(f"{path}:{number}: {error.json_path}: {error.message[:300]}")
