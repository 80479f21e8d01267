# SPDX-License-Identifier: BSD-3-Clause
"""The examples of docs/reports.md: commands print what stands there, YAML can be read, and what they name exists.

Usage: documentation_test.py GRAPNEL
"""

import os
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
ROOT = pathlib.Path(__file__).resolve().parents[2]
TEXT = (ROOT / "docs/reports.md").read_text(encoding="utf-8")


def blocks(language):
    return re.findall(rf"^```{language}\n(.*?)^```$", TEXT, re.DOTALL | re.MULTILINE)


class Documentation(unittest.TestCase):
    def test_commands_print_what_stands_there(self):
        with tempfile.TemporaryDirectory(prefix="grapnel reports ") as directory:
            root = pathlib.Path(directory)
            (root / "grapnel.toml").write_text(
                '[packages.app]\npath = "app"\ndependencies = ["menu"]\n[packages.menu]\npath = "menu"\n', encoding="utf-8")
            for package in ("app", "menu"):
                hook = root / package / "hook" / "build"
                hook.parent.mkdir(parents=True)
                hook.write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
                hook.chmod(0o755)
            environment = plain_environment(PATH=f"{pathlib.Path(GRAPNEL).parent}:{os.environ['PATH']}")
            commands = 0
            for block in blocks("console"):
                for example in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
                    command, _, expected = example.partition("\n")
                    printed = subprocess.run(["sh", "-c", command], cwd=root / "app", env=environment, check=False,
                                             stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=300)
                    self.assertEqual(printed.stdout, expected, command)
                    commands += 1
            self.assertEqual(commands, 4, "blocks were lost")

    def test_yaml_can_be_read(self):
        read = [yaml.safe_load(block) for block in blocks("yaml")]
        self.assertEqual(len(read), 2)
        self.assertEqual(read[0]["hooks"]["artifacts"]["reports"]["junit"], "hooks.xml")

    def test_kinds_and_flags_exist(self):
        offered = subprocess.run([GRAPNEL, "build", "--help"], capture_output=True, text=True, check=True, timeout=300,
                                 env=plain_environment()).stdout
        kinds = set(re.search(r"Kinds: ([a-z, ]+)", offered.replace("\n", " "))[1].replace(" ", "").split(","))
        described = set(re.findall(r"^\| `([a-z]+)` \|", TEXT, re.MULTILINE))
        self.assertLessEqual(set(re.findall(r"--report ([a-z]+)=", TEXT)), described)
        self.assertLessEqual(described, {re.match("[a-z]+", kind)[0] for kind in kinds})
        for flag in set(re.findall(r"(?<![\w-])--[a-z][a-z-]*[a-z]", TEXT)) - {"--from"}:
            self.assertIn(flag, offered)

    def test_what_it_links_to_is_there(self):
        for target in re.findall(r"\]\(([^)#]+)\)", TEXT):
            if not target.startswith("https://"):
                self.assertTrue((ROOT / "docs" / target).exists(), target)


if __name__ == "__main__":
    GRAPNEL = str(pathlib.Path(sys.argv.pop()).resolve())
    unittest.main()
