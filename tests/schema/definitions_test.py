# SPDX-License-Identifier: BSD-3-Clause
"""The schemas by themselves: draft-07, self-contained, described, and of one mind where they share a definition."""

import unittest

import jsonschema

import documents


def subschemas(value):
    """All objects below `value` with the key that they stand under."""
    if isinstance(value, dict):
        for key, member in value.items():
            yield key, member
            yield from subschemas(member)
    elif isinstance(value, list):
        for member in value:
            yield from subschemas(member)


class Schemas(unittest.TestCase):
    def setUp(self):
        self.schemas = {path.name.removesuffix(".schema.json"): documents.schema(path.name.removesuffix(".schema.json"))
                        for path in documents.SCHEMA_DIR.glob("*.schema.json")}
        self.assertLessEqual(set(documents.KINDS), set(self.schemas))

    def test_are_draft_07_and_named_after_their_file(self):
        for name, schema in self.schemas.items():
            with self.subTest(name):
                jsonschema.Draft7Validator.check_schema(schema)
                self.assertEqual(schema["$schema"], "http://json-schema.org/draft-07/schema#")
                self.assertEqual(schema["$id"], name)

    def test_refer_to_their_own_definitions_only_and_use_each(self):
        for name, schema in self.schemas.items():
            with self.subTest(name):
                used = {target for key, target in subschemas(schema) if key == "$ref"}
                self.assertEqual(used, {f"#/definitions/{definition}" for definition in schema.get("definitions", {})})

    def test_definitions_of_one_name_are_equal(self):
        first = {}
        for name, schema in sorted(self.schemas.items()):
            for definition, contents in schema.get("definitions", {}).items():
                other, expected = first.setdefault(definition, (name, contents))
                self.assertEqual(contents, expected, f"{definition} of {name} and {other}")

    def test_every_member_is_described(self):
        def check(schema, path):
            for member, contents in schema.get("properties", {}).items():
                target = contents
                if "$ref" in contents:
                    target = documents_of[contents["$ref"].rsplit("/", 1)[1]]
                self.assertTrue(contents.get("description") or target.get("description"), f"{path}.{member}")
                check(contents, f"{path}.{member}")
            if "items" in schema:
                check(schema["items"], f"{path}[]")

        for name, schema in self.schemas.items():
            documents_of = schema.get("definitions", {})
            self.assertTrue(schema["description"], name)
            check(schema, name)
            for definition, contents in documents_of.items():
                self.assertTrue(contents["description"], f"{name}: {definition}")
                check(contents, f"{name}: {definition}")

    def test_the_good_documents_are_valid(self):
        for kind in documents.KINDS:
            files = sorted((documents.SOURCE_DIR / "tests/schema/documents" / kind).glob("*.json"))
            self.assertGreaterEqual(len(files), 3, kind)
            for file in files:
                with self.subTest(str(file)):
                    documents.validator(kind).validate(documents.read_json(file.read_bytes()))


if __name__ == "__main__":
    unittest.main()
