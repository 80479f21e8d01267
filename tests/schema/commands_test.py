# SPDX-License-Identifier: BSD-3-Clause
"""What the commands that tell something print, held against its schema.

Usage: commands_test.py GRAPNEL
"""

import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

import documents

GRAPNEL = None
HOOK = """#!/bin/sh
out=$(sed -n 's/^  "out_file": "\\(.*\\)",*$/\\1/p' "${1#--config=}")
echo '{"status":"success","timestamp":"2026-11-21 10:00:00.000","dependencies":["'"$PWD"'/src.txt"]}' > "$out"
"""


class Commands(unittest.TestCase):
    def setUp(self):
        self.directory = tempfile.TemporaryDirectory(prefix="grapnel commands ")
        self.addCleanup(self.directory.cleanup)
        self.root = pathlib.Path(self.directory.name)
        (self.root / "grapnel.toml").write_text(
            '[packages.app]\npath = "app"\ndependencies = ["lib"]\n[packages.lib]\npath = "lib"\n', encoding="utf-8")
        for package in ("app", "lib"):
            hook = self.root / package / "hook" / "build"
            hook.parent.mkdir(parents=True)
            hook.write_text(HOOK, encoding="utf-8")
            hook.chmod(0o755)
            self.write(package, "one")

    def write(self, package, text):
        (self.root / package / "src.txt").write_text(text, encoding="utf-8")

    def grapnel(self, *arguments):
        ended = subprocess.run([GRAPNEL, *arguments], cwd=self.root / "app", capture_output=True, text=True, check=False,
                               timeout=120, env=dict(os.environ))
        self.assertEqual(ended.returncode, 0, ended.stderr)
        return ended.stdout

    def check(self, kind, text):
        document = json.loads(text)
        documents.validator(kind).validate(document)
        return document

    def test_print_what_their_schemas_say(self):
        for round_number in range(3):
            self.check("plan", self.grapnel("plan", "--json"))
            self.grapnel("build")
            runs = self.check("why", self.grapnel("why", "--json"))["runs"]
            self.assertEqual(len(runs), 1)
            self.check("last-run", (self.root / ".grapnel/last_build.json").read_text(encoding="utf-8"))
            self.write("lib", "two" * round_number)
        self.check("why", self.grapnel("why", "lib", "--json"))
        self.assertEqual(len(self.check("graph", self.grapnel("graph", "--format", "json"))["packages"]), 2)

    def test_events_are_what_their_schema_says(self):
        events = self.root / "events.jsonl"
        validator = documents.validator("event")
        (self.root / "app/hook/build").write_text("#!/bin/sh\necho '::error::no'\nexit 1\n", encoding="utf-8")
        names = set()
        for force in ([], ["--force", "lib"]):
            subprocess.run([GRAPNEL, "build", "--events", str(events), *force], cwd=self.root / "app", check=False,
                           capture_output=True, timeout=120)
            for line in events.read_text(encoding="utf-8").splitlines():
                event = documents.read_json(line.encode("utf-8"))
                validator.validate(event)
                names.add(event["event"])
        self.assertLessEqual({"command_started", "run_started", "hook_started", "step_started", "hook_finished",
                              "run_finished", "command_finished"}, names)


if __name__ == "__main__":
    GRAPNEL = sys.argv.pop()
    unittest.main()
