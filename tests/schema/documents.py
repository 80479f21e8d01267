# SPDX-License-Identifier: BSD-3-Clause
"""What the tests of the schemas share: the schemas, JSON read as strictly as grapnel reads it, grapnel's verdicts."""

import json
import math
import pathlib
import subprocess

import jsonschema

SOURCE_DIR = pathlib.Path(__file__).resolve().parents[2]
SCHEMA_DIR = SOURCE_DIR / "docs" / "schema"
KINDS = ("build-input", "build-output", "link-input", "link-output", "result")

# The limits of hooks_api/base/json.hpp.
MAX_BYTES = 32 << 20
MAX_DEPTH = 64
MAX_STRING_BYTES = 8 << 20


class NotJson(Exception):
    """The text is nothing that grapnel accepts as JSON."""


def schema(kind):
    return json.loads((SCHEMA_DIR / f"{kind}.schema.json").read_text(encoding="utf-8"))


def validator(kind):
    return jsonschema.Draft7Validator(schema(kind))


def read_json(text):
    """The document in `text` (bytes). Python is more generous than grapnel; what it adds is refused here."""

    def members(pairs):
        read = dict(pairs)
        if len(read) != len(pairs):
            raise NotJson("a key occurs twice")
        return read

    def constant(name):
        raise NotJson(name)

    def integer(digits):
        value = int(digits)
        if not -(1 << 63) <= value < (1 << 63):
            raise NotJson("an integer beyond 64 bits")
        return value

    def number(digits):
        value = float(digits)
        if math.isinf(value):
            raise NotJson("a number beyond a double's range")
        return value

    if len(text) > MAX_BYTES:
        raise NotJson("too large")
    try:
        document = json.loads(text.decode("utf-8"), object_pairs_hook=members, parse_constant=constant,
                              parse_int=integer, parse_float=number)
    except (ValueError, RecursionError) as error:
        raise NotJson(str(error)) from None
    check_limits(document)
    return document


def check_limits(document):
    level, depth = [document], 0
    while level:
        deeper = []
        for value in level:
            if isinstance(value, dict):
                level_of_keys = list(value)
                deeper.extend(value.values())
            else:
                level_of_keys = []
                if isinstance(value, list):
                    deeper.extend(value)
            for text in level_of_keys + ([value] if isinstance(value, str) else []):
                try:
                    size = len(text.encode("utf-8"))
                except UnicodeEncodeError:
                    raise NotJson("half a surrogate pair") from None
                if size > MAX_STRING_BYTES:
                    raise NotJson("a string is too long")
        depth += any(isinstance(value, (dict, list)) for value in level)
        if depth > MAX_DEPTH:
            raise NotJson("too deep")
        level = deeper


def verdicts(grapnel, kind, files):
    """What `grapnel validate --json` says: file -> its entry. Every run ends with 0 or 1, as its entries say."""
    found = {}
    files = [str(file) for file in files]
    for start in range(0, len(files), 500):
        some = files[start:start + 500]
        ended = subprocess.run([grapnel, "validate", "--json", "--as", kind, *some], capture_output=True, check=False,
                               timeout=300)
        if ended.returncode not in (0, 1) or ended.stderr:
            raise AssertionError(f"grapnel validate --as {kind} ended with {ended.returncode}: {ended.stderr!r}")
        printed = json.loads(ended.stdout.decode("utf-8"))
        validator("validation").validate(printed)
        entries = printed["files"]
        if [entry["file"] for entry in entries] != some:
            raise AssertionError("grapnel validate left files out")
        if (ended.returncode == 0) != all(entry["valid"] for entry in entries):
            raise AssertionError(f"grapnel validate ended with {ended.returncode}, and its entries say otherwise")
        for entry in entries:
            if entry["valid"] != (not entry["errors"]):
                raise AssertionError(f"valid and errors disagree: {entry}")
            found[entry["file"]] = entry
    return found
