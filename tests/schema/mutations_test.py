# SPDX-License-Identifier: BSD-3-Clause
"""Every member and element of the good documents, removed and replaced: the schema and grapnel say the same of each.

Usage: mutations_test.py GRAPNEL
"""

import copy
import json
import pathlib
import sys
import tempfile
import unittest

import documents

GRAPNEL = None
REPLACEMENTS = (None, True, 0, 1.5, 13.0, "", "x", "/abs", "C:\\x", [], {}, [1])
AT_LEAST = 300  # mutations of each kind; the documents shrank where there are fewer


def places(value, path=()):
    """The path of every member and element below `value`."""
    if isinstance(value, dict):
        steps = list(value)
    elif isinstance(value, list):
        steps = list(range(len(value)))
    else:
        return
    for step in steps:
        yield (*path, step)
        yield from places(value[step], (*path, step))


def at(document, path):
    for step in path:
        document = document[step]
    return document


def mutations(document):
    """Pairs: what was done, and the document afterwards."""
    for replacement in REPLACEMENTS:
        yield f"replaced by {json.dumps(replacement)}", replacement
    for path in places(document):
        name = ".".join(map(str, path))
        removed = copy.deepcopy(document)
        del at(removed, path[:-1])[path[-1]]
        yield f"{name} removed", removed
        for replacement in REPLACEMENTS:
            replaced = copy.deepcopy(document)
            at(replaced, path[:-1])[path[-1]] = replacement
            yield f"{name} replaced by {json.dumps(replacement)}", replaced
    for path in [(), *places(document)]:
        if isinstance(at(document, path), dict):
            more = copy.deepcopy(document)
            at(more, path)["unknown member"] = {"of": [None, 1]}
            yield f"{'.'.join(map(str, path))}: unknown member added", more


class Mutations(unittest.TestCase):
    def test_have_one_verdict(self):
        for kind in documents.KINDS:
            with self.subTest(kind), tempfile.TemporaryDirectory(prefix="grapnel tést ") as directory:
                self.check(kind, pathlib.Path(directory))

    def check(self, kind, directory):
        validator = documents.validator(kind)
        expected, names, disagreements = {}, {}, []
        for source in sorted((documents.SOURCE_DIR / "tests/schema/documents" / kind).glob("*.json")):
            for name, mutation in mutations(documents.read_json(source.read_bytes())):
                file = directory / f"{len(expected)}.json"
                file.write_text(json.dumps(mutation), encoding="utf-8")
                expected[str(file)] = validator.is_valid(mutation)
                names[str(file)] = f"{kind}/{source.name}: {name}"
        for file, entry in documents.verdicts(GRAPNEL, kind, expected).items():
            if entry["valid"] != expected[file]:
                disagreements.append(f"{names[file]}: the schema says {'valid' if expected[file] else 'invalid'}, "
                                     f"grapnel {entry['errors'] or 'valid'}")
        valid = sum(expected.values())
        print(f"{kind}: {len(expected)} mutations, {valid} of them valid")
        self.assertEqual(disagreements, [], "\n" + "\n".join(disagreements[:50]))
        self.assertGreaterEqual(len(expected), AT_LEAST)
        self.assertGreater(valid, AT_LEAST // 10)
        self.assertGreater(len(expected) - valid, AT_LEAST // 10)


if __name__ == "__main__":
    GRAPNEL = sys.argv.pop(1)
    unittest.main()
