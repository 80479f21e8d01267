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

    def test_of_targets_print_what_their_schemas_say(self):
        (self.root / "app/pyproject.toml").write_text(
            '[project]\nname = "app"\nversion = "1.0"\n'
            '[tool.hatch.build.hooks.version]\npath = "app/version.py"\ndependencies = ["one>=1"]\n'
            '[tool.hatch.build.targets.wheel.hooks.version]\npath = "app/version.py"\nenable-by-default = false\n',
            encoding="utf-8")
        (self.root / "app/app").mkdir()
        (self.root / "app/app/__init__.py").write_text("", encoding="utf-8")
        (self.root / "app/app/version.py").write_text('__version__ = "0"\n', encoding="utf-8")
        hooks = self.check("target-hooks", self.grapnel("target", "hooks", "--json"))["hooks"]
        self.assertEqual([(hook["target"], hook["chosen"], hook.get("place")) for hook in hooks],
                         [("sdist", True, 1), ("wheel", False, None)])
        asked = self.check("target-dependencies", self.grapnel("target", "dependencies", "--json"))
        self.assertEqual(asked["requirements"], ["one>=1"])
        artifacts = self.grapnel("target", "build", "--events", str(self.root / "events.jsonl"),
                                 "--report", f"json={self.root / 'report.json'}").splitlines()
        self.assertEqual(len(artifacts), 2)
        for artifact in artifacts:
            self.assertTrue(pathlib.Path(artifact).is_file(), artifact)
        report = self.check("report", (self.root / "report.json").read_text(encoding="utf-8"))
        self.assertEqual({(hook["package"], hook["hook"]) for hook in report["hooks"]},
                         {("app sdist:standard version", "initialize"), ("app sdist:standard version", "finalize")})
        validator = documents.validator("event")
        for line in (self.root / "events.jsonl").read_text(encoding="utf-8").splitlines():
            validator.validate(documents.read_json(line.encode("utf-8")))


if __name__ == "__main__":
    GRAPNEL = sys.argv.pop()
    unittest.main()
