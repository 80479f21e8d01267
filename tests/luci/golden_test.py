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

    def test_the_rules_can_be_broken(self):
        def swap(build):
            first, second = builds.build_class()(), builds.build_class()()
            first.steps.add().CopyFrom(build.steps[0])
            second.steps.add().CopyFrom(build.steps[1])
            build.steps[0].CopyFrom(second.steps[0])
            build.steps[1].CopyFrom(first.steps[0])

        def double(build):
            build.steps.add().CopyFrom(build.steps[0])

        changes = {
            "output.status": lambda build: setattr(build.output, "status", 12),
            "the summaries": lambda build: setattr(build, "summary_markdown", "other"),
            "is too long": lambda build: setattr(build.steps[0], "summary_markdown", "ü" * 1800),
            "parent": swap,
            "not unique": double,
            "empty part": lambda build: setattr(build.steps[1], "name", "build hooks||x"),
            "not terminal": lambda build: (setattr(build.steps[0], "status", 2), build.steps[0].ClearField("end_time")),
            "start_time is missing": lambda build: build.steps[0].ClearField("start_time"),
            "ends before": lambda build: setattr(build.steps[0].start_time, "seconds", 1 << 33),
            "a tag that is empty": lambda build: setattr(build.steps[0].tags[0], "value", "x" * 1025),
            "view_url": lambda build: setattr(build.steps[1].logs[0], "view_url", ""),
        }
        for fault, change in changes.items():
            with self.subTest(fault):
                build = builds.read(os.path.join(GOLDEN, "sample.pb"))
                change(build)
                self.assertIn(fault, "; ".join(builds.faults(build)))

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
