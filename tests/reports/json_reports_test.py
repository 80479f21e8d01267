# SPDX-License-Identifier: BSD-3-Clause
"""The golden files of --report json: read as strictly as JSON can be read, and valid by their schema."""

import pathlib
import sys
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "schema"))
import documents  # noqa: E402 - what the tests of the schemas share


class JsonReports(unittest.TestCase):
    def test_are_valid(self):
        files = sorted((ROOT / "tests/golden/json").glob("*.json"))
        self.assertGreaterEqual(len(files), 4)
        validator = documents.validator("report")
        for file in files:
            with self.subTest(file.name):
                validator.validate(documents.read_json(file.read_bytes()))

    def test_have_no_member_that_the_schema_does_not_know(self):
        schema = documents.schema("report")

        def unknown(value, part, path):
            part = schema["definitions"][part["$ref"].rsplit("/", 1)[1]] if "$ref" in part else part
            if isinstance(value, dict):
                for key, member in value.items():
                    if key not in part["properties"]:
                        yield f"{path}.{key}"
                    else:
                        yield from unknown(member, part["properties"][key], f"{path}.{key}")
            elif isinstance(value, list):
                for member in value:
                    yield from unknown(member, part["items"], path)

        for file in sorted((ROOT / "tests/golden/json").glob("*.json")):
            with self.subTest(file.name):
                self.assertEqual(list(unknown(documents.read_json(file.read_bytes()), schema, "")), [])

    def test_the_schema_refuses(self):
        validator = documents.validator("report")
        document = documents.read_json((ROOT / "tests/golden/json/sample.json").read_bytes())
        for break_it in (lambda d: d.pop("hooks"), lambda d: d.update(version=2), lambda d: d.pop("reason"),
                         lambda d: d["hooks"][0].update(state="odd"), lambda d: d["hooks"][0].pop("waits_for"),
                         lambda d: d.update(started="2026-11-22 10:00:00"), lambda d: d["runs"][0].update(duration_ms="1")):
            broken = documents.read_json((ROOT / "tests/golden/json/sample.json").read_bytes())
            break_it(broken)
            self.assertFalse(validator.is_valid(broken))
        self.assertTrue(validator.is_valid(document))


if __name__ == "__main__":
    unittest.main()
