# SPDX-License-Identifier: BSD-3-Clause
"""The golden Builds, read by protobuf: each form is accepted, and the three forms of one Build are equal."""

import glob
import json
import os
import subprocess
import sys
import unittest

sys.dont_write_bytecode = True
import builds

GOLDEN = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "golden", "luci")


def names():
    return sorted(os.path.splitext(path)[0] for path in glob.glob(os.path.join(GOLDEN, "*.json")))


class Golden(unittest.TestCase):
    def test_are_there(self):
        self.assertGreaterEqual(len(names()), 4)

    def test_are_what_a_server_accepts(self):
        for name in names():
            for extension in (".json", ".textpb", ".pb"):
                with self.subTest(os.path.basename(name) + extension):
                    self.assertEqual(builds.faults(builds.read(name + extension)), [])

    def test_are_the_same_in_all_forms(self):
        for name in names():
            with self.subTest(os.path.basename(name)):
                binary = builds.read(name + ".pb")
                self.assertEqual(builds.read(name + ".json"), binary)
                self.assertEqual(builds.read(name + ".textpb"), binary)

    def test_have_each_key_once(self):
        def once(pairs):
            self.assertEqual(len({key for key, _ in pairs}), len(pairs), pairs)
            return dict(pairs)

        for name in names():
            with open(name + ".json", encoding="utf-8") as file:
                json.load(file, object_pairs_hook=once)

    def test_are_decoded_by_protoc(self):
        for name in names():
            with self.subTest(os.path.basename(name)), open(name + ".pb", "rb") as file:
                text = subprocess.run(
                    ["protoc", "--proto_path", os.path.dirname(builds.PROTO), "--decode", "buildbucket.v2.Build",
                     builds.PROTO],
                    stdin=file, capture_output=True, check=True, text=True).stdout
                self.assertNotRegex(text, r"(?m)^ *\d+[:\s]")  # a field without a name
                self.assertIn("status: ", text)


if __name__ == "__main__":
    unittest.main()
