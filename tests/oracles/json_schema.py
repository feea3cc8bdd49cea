"""Which documents a JSON Schema takes, by the package jsonschema.

Reads {"schema": …, "documents": […]} from stdin; prints a list with what is wrong with each document, or null.
"""

import json
import sys

from jsonschema import Draft202012Validator

asked = json.load(sys.stdin)
Draft202012Validator.check_schema(asked["schema"])
validator = Draft202012Validator(asked["schema"], format_checker=Draft202012Validator.FORMAT_CHECKER)
found = [next(validator.iter_errors(document), None) for document in asked["documents"]]
print(json.dumps([error and f"{error.json_path}: {error.message[:200]}" for error in found]))
