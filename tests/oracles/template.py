"""Prints infra/template.yaml as JSON: `!Ref x` as {"Ref": "x"}, any other `!Tag x` as {"Fn::Tag": x}."""

import json
import sys
from pathlib import Path

import yaml


class Loader(yaml.SafeLoader):
    pass


def tagged(loader, tag, node):
    kind = {yaml.ScalarNode: loader.construct_scalar, yaml.SequenceNode: loader.construct_sequence}
    value = kind.get(type(node), loader.construct_mapping)(node, **({} if isinstance(node, yaml.ScalarNode) else {"deep": True}))
    return {"Ref" if tag == "Ref" else f"Fn::{tag}": value}


Loader.add_multi_constructor("!", tagged)
template = Path(__file__).resolve().parents[2] / "infra" / "template.yaml"
json.dump(yaml.load(template.read_text(encoding="utf-8"), Loader), sys.stdout)
