"""Validates CycloneDX documents with python3-jsonschema, a validator that shares no code with ours.

Usage: jsonschema-validator.py SCHEMA_FOLDER DOCUMENT...
Prints one line per document and exits 1 when one is refused. Works with Debian's jsonschema 4.10 and with newer ones.
"""
import json
import pathlib
import sys

import jsonschema

folder, documents = pathlib.Path(sys.argv[1]), sys.argv[2:]
base = "http://cyclonedx.org/schema/"
schemas = {file.name: json.loads(file.read_text()) for file in folder.glob("*.schema.json")}


def validator_for(schema):
    try:
        from referencing import Registry
        from referencing.jsonschema import DRAFT7
    except ImportError:
        store = {base + name: one for name, one in schemas.items()}
        resolver = jsonschema.RefResolver(base_uri=schema["$id"], referrer=schema, store=store)
        return jsonschema.Draft7Validator(schema, resolver=resolver)
    registry = Registry().with_resources(
        (prefix + name, DRAFT7.create_resource(one)) for name, one in schemas.items() for prefix in ("", base)
    )
    return jsonschema.Draft7Validator(schema, registry=registry)


is_refused = False
for path in documents:
    document = json.loads(pathlib.Path(path).read_text())
    schema = schemas["bom-" + document["specVersion"] + ".SNAPSHOT.schema.json"]
    error = next(validator_for(schema).iter_errors(document), None)
    is_refused = is_refused or error is not None
    print("valid" if error is None else "/".join(map(str, error.absolute_path)) + ": " + error.message[:200])
sys.exit(1 if is_refused else 0)
