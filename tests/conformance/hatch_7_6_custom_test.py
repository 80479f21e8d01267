# SPDX-License-Identifier: BSD-3-Clause
"""Spec: hatch-build-hooks, section 7.6, by its numbers: the hook `custom`, a script of the project. What hatchling
refuses, grapnel refuses, and what it runs, grapnel runs."""

import os
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), os.pardir, "hatch"))
from builds import Case, read_lines

PROJECT = """
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"
[project]
name = "demo"
version = "1.0"
[tool.hatch.build.targets.wheel]
packages = ["demo"]
[tool.hatch.build.hooks.custom]
"""
BEGIN = "from hatchling.builders.hooks.plugin.interface import BuildHookInterface\n"
CLASS = """
class %s(BuildHookInterface):
    PLUGIN_NAME = "another"
    def initialize(self, version, build_data):
        with open("log", "a") as file:
            print("%s", self.PLUGIN_NAME, *build_data["build_hooks"], __name__, file=file)
"""


def script(*classes, more=""):
    return BEGIN + "".join(CLASS % (name, name) for name in classes) + more


class Custom(Case):
    def custom(self, options, files):
        return self.project(PROJECT + options, {"demo/__init__.py": "", **files})

    def build_with_both(self, project, code):
        """What is logged, and the ends of hatchling and of grapnel."""
        logs, ends = [], []
        for build in (self.hatchling, self.grapnel):
            ended = build(project, "build", "-t", "wheel")
            self.assert_code(ended, code)
            ends.append(ended)
            logs.append(read_lines(project.path("log")))
            if logs[-1]:
                os.unlink(project.path("log"))
        self.assertEqual(logs[1], logs[0])
        return logs[1], *ends

    def assert_refused(self, options, files, kind, *words):
        """With an exception of that type in hatchling, and a message with these words in grapnel."""
        log, theirs, ours = self.build_with_both(self.custom(options, files), 1)
        self.assertEqual(log, [])
        self.assertRegex(theirs.stderr, rf"(?m)^{kind}: ")
        self.assertIn("'demo wheel custom': build failure", ours.stderr)
        for word in words:
            self.assertIn(word, ours.stderr)

    def test_106_wrong_paths(self):
        self.assert_refused("path = ''", {}, "ValueError", "'path'", "must not be empty")
        self.assert_refused("path = 3", {}, "TypeError", "'path'", "must be a string")
        self.assert_refused("", {}, "OSError", "does not exist", "hatch_build.py")
        self.assert_refused("path = 'build tools/hook.py'", {}, "OSError", "does not exist", "build tools/hook.py")

    def test_107_default_and_explicit_path(self):
        for options, name in (("", "hatch_build.py"), ("path = 'build tools/hook.py'", "build tools/hook.py")):
            with self.subTest(name):
                log, *_ = self.build_with_both(self.custom(options, {name: script("Hook")}), 0)
                self.assertEqual(log, [f"Hook custom custom {name}"])

    def test_108_which_class(self):
        self.assert_refused("", {"hatch_build.py": "pass\n"}, "ValueError", "'hatch_build.py'", "subclass",
                            "/project/hatch_build.py")
        self.assert_refused("", {"hatch_build.py": script("One", "Two")}, "ValueError", "get_build_hook", "One, Two")
        chosen = script("One", "Two", more="def get_build_hook():\n    return Two\n")
        log, *_ = self.build_with_both(self.custom("", {"hatch_build.py": chosen}), 0)
        self.assertEqual(log, ["Two custom custom hatch_build.py"])

    def test_109_imported_classes_and_other_names_count(self):
        log, *_ = self.build_with_both(self.custom("", {"hatch_build.py": "from hooks_of_us import Hook\n",
                                                        "hooks_of_us.py": script("Hook")}), 0)
        self.assertEqual(log, ["Hook custom custom hooks_of_us"])
        self.assert_refused("", {"hatch_build.py": script("Hook", more="Other = Hook\n")}, "ValueError",
                            "get_build_hook", "Hook, Other")
        imported = script("Hook", more="from hooks_of_us import Base\n")
        self.assert_refused("", {"hatch_build.py": imported, "hooks_of_us.py": script("Base")}, "ValueError",
                            "get_build_hook", "Base, Hook")


if __name__ == "__main__":
    unittest.main()
