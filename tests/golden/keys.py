"""Prints every key of the JSON on standard input with the type of its value: the shape that scripts rely on."""
import json
import sys

NAMES = {bool: "true or false", int: "number", float: "number", str: "text", type(None): "null"}


def walk(value, path):
    if isinstance(value, dict):
        for key in sorted(value):
            walk(value[key], f"{path}.{key}" if path else key)
    elif isinstance(value, list):
        print(f"{path}: list")
        if value:
            walk(value[0], path + "[]")
    else:
        print(f"{path}: {NAMES[type(value)]}")


walk(json.load(sys.stdin), "")
