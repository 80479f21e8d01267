# SPDX-License-Identifier: BSD-3-Clause
"""integrations/github: the action's form, its script with the real grapnel, and the problem matcher on what that prints.

Usage: github_action_test.py GRAPNEL
"""

import json
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

import yaml

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from plain_environment import plain_environment

GRAPNEL = None
ACTION = pathlib.Path(__file__).resolve().parents[2] / "integrations" / "github"


def script(text):
    return f"#!/bin/sh\n{text}\n"


class Action(unittest.TestCase):
    def setUp(self):
        self.action = yaml.safe_load((ACTION / "action.yml").read_text(encoding="utf-8"))
        self.directory = tempfile.TemporaryDirectory(prefix="grapnel action ")
        self.addCleanup(self.directory.cleanup)
        self.root = pathlib.Path(self.directory.name).resolve()

    def test_has_the_form_of_a_composite_action(self):
        self.assertEqual(self.action["runs"]["using"], "composite")
        self.assertTrue(self.action["name"] and self.action["description"])
        for name, entry in {**self.action["inputs"], **self.action["outputs"]}.items():
            self.assertTrue(entry["description"], name)
        for step in self.action["runs"]["steps"]:
            self.assertEqual(step["shell"], "bash")
            self.assertNotIn("${{", step["run"], "an input could become a command")
        text = (ACTION / "action.yml").read_text(encoding="utf-8")
        self.assertEqual(set(re.findall(r"inputs\.([a-z-]+)", text)), set(self.action["inputs"]))
        steps = {step["id"] for step in self.action["runs"]["steps"]}
        self.assertEqual(set(re.findall(r"steps\.([a-z]+)\.", text)), steps)

    def test_the_documentation_has_all_inputs_and_outputs(self):
        text = (ACTION / "README.md").read_text(encoding="utf-8")
        rows = set(re.findall(r"^\| `([a-z-]+)` \|", text, re.MULTILINE))
        self.assertEqual(rows, set(self.action["inputs"]) | set(self.action["outputs"]))
        example = yaml.safe_load(re.search(r"```yaml\n(.*?)```", text, re.DOTALL)[1])
        used = example["jobs"]["hooks"]["steps"][1]
        self.assertLessEqual(set(used["with"]), set(self.action["inputs"]))

    def run_step(self, hook, **inputs):
        """The action's step as the runner would run it: its exit code, what it printed, and its outputs."""
        app = self.root / "app"
        (app / "hook").mkdir(parents=True)
        (self.root / "grapnel.toml").write_text('[packages.app]\npath = "app"\n', encoding="utf-8")
        (app / "hook" / "build").write_text(script(hook), encoding="utf-8")
        (app / "hook" / "build").chmod(0o755)
        step = self.action["runs"]["steps"][0]
        values = {name: entry["default"] for name, entry in self.action["inputs"].items()}
        values.update({"grapnel": GRAPNEL, "working-directory": str(app)}, **inputs)
        environment = plain_environment(GITHUB_OUTPUT=str(self.root / "output"))
        for name, value in step["env"].items():
            value = re.sub(r"\$\{\{ inputs\.([a-z-]+) \}\}", lambda match: values[match[1]], value)
            environment[name] = value.replace("${{ github.action_path }}", str(ACTION))
        ended = subprocess.run(["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", "-c", step["run"]], cwd=app,
                               env=environment, capture_output=True, text=True, check=False, timeout=300)
        outputs = dict(line.split("=", 1) for line in (self.root / "output").read_text(encoding="utf-8").splitlines())
        return ended, outputs

    def test_tells_an_infra_failure(self):
        ended, outputs = self.run_step("exit 2")
        self.assertEqual(ended.returncode, 2, ended.stderr)
        self.assertEqual(outputs["class"], "infra_failure")
        self.assertEqual(outputs["retryable"], "true")
        reports = pathlib.Path(outputs["reports"])
        self.assertEqual(sorted(file.name for file in reports.iterdir()), ["report.html", "report.json", "trace.json"])
        json.loads((reports / "report.json").read_text(encoding="utf-8"))

    def test_passes_arguments_as_they_are(self):
        fake = self.root / "fake grapnel"
        fake.write_text(script('printf "<%s>\\n" "$@"'), encoding="utf-8")
        fake.chmod(0o755)
        ended, outputs = self.run_step("", grapnel=str(fake), arguments="--define\napp.x=\"a b\"\n$(touch evil)\n")
        self.assertEqual(ended.stdout.splitlines()[:4], ["<build>", "<--define>", '<app.x="a b">', "<$(touch evil)>"])
        self.assertEqual(outputs["class"], "")
        self.assertFalse((self.root / "app" / "evil").exists())

    def test_the_problem_matcher_reads_what_grapnel_prints(self):
        file = self.root / "app" / "src" / "a.c"
        ended, outputs = self.run_step(f"echo '{file}:3:5: error: no such thing' >&2; exit 1", **{"problem-matcher": "true"})
        self.assertEqual(outputs["class"], "build_failure")
        self.assertIn(f"::add-matcher::{ACTION}/problem-matcher.json", ended.stdout)
        found = {}
        matchers = json.loads((ACTION / "problem-matcher.json").read_text(encoding="utf-8"))["problemMatcher"]
        for matcher in matchers:
            self.assertIn(f"::remove-matcher owner={matcher['owner']}::", ended.stdout)
            (pattern,) = matcher["pattern"]
            for line in ended.stderr.splitlines():
                if match := re.search(pattern["regexp"], line):
                    found.setdefault(matcher["owner"], {key: match[group] for key, group in pattern.items() if key != "regexp"})
        self.assertEqual(found["grapnel"], {"message": "build hook of package 'app': build failure", "code": "build failure"})
        self.assertEqual(found["grapnel-compiler"],
                         {"file": str(file), "line": "3", "column": "5", "message": "no such thing"})


if __name__ == "__main__":
    GRAPNEL = sys.argv.pop()
    unittest.main()
