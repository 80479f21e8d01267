# SPDX-License-Identifier: BSD-3-Clause
"""Spec: hatch-build-hooks, section 7.7, by its numbers: the hook `version`, built in. Files are those that hatchling
writes, but for the comment of the default template."""

import os
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), os.pardir, "hatch"))
from builds import Case, empty, members, read_lines, table

PROJECT = """
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"
[project]
name = "demo"
version = "1.2.03"
requires-python = ">=3"
"""
WHEEL = "demo-1.2.3-py3-none-any.whl"
# Says what a hook finds that comes later.
SCRIPT = """
from hatchling.builders.hooks.plugin.interface import BuildHookInterface
class Hook(BuildHookInterface):
    def initialize(self, version, build_data):
        with open("log", "a") as file:
            print(*build_data["build_hooks"], *build_data["artifacts"], file=file)
"""


class Version(Case):
    def version(self, options, files=None):
        text = PROJECT + table("tool.hatch.build.hooks.version", options) + "[tool.hatch.build.hooks.custom]\n"
        return self.project(text, {"demo/__init__.py": "", "hatch_build.py": SCRIPT, ".gitignore": "baz.py\n/log\n",
                                   **(files or {})})

    def written(self, options, path="demo/baz.py", before=None):
        """What both write into the file, and ship."""
        texts = []
        for who in ("hatchling", "grapnel"):
            project = self.version({"path": path, **options}, {} if before is None else {path: before})
            ended = getattr(self, who)(project, "build", "-t", "wheel", "-d", project.path("out"))
            self.assert_code(ended)
            self.assertIn(path, members(project.path("out", WHEEL)))
            self.assertEqual(read_lines(project.path("log")), [f"version custom /{path}"])
            texts.append(project.read(path))
        return texts

    def assert_written(self, options, text, **more):
        self.assertEqual(self.written(options, **more), [text, text])

    def assert_refused(self, options, *words, files=None):
        """By both; the message in grapnel has these words."""
        project = self.version(options, files)
        for who in ("hatchling", "grapnel"):
            ended = getattr(self, who)(project, "build", "-t", "wheel")
            self.assert_code(ended, 1)
            self.assertEqual(read_lines(project.path("log")), [])
        for word in words:
            self.assertIn(word, ended.stderr)
        return ended.stderr

    def test_110_wrong_options(self):
        self.assert_refused({}, "tool.hatch.build.hooks.version", "`path`")
        self.assert_refused({"path": ""}, "tool.hatch.build.hooks.version.path", "empty")
        self.assert_refused({"path": 9000}, "tool.hatch.build.hooks.version.path", "string")
        self.assert_refused({"path": "baz.py", "template": 9000}, "tool.hatch.build.hooks.version.template", "string")
        self.assert_refused({"path": "baz.py", "pattern": 9000}, "tool.hatch.build.hooks.version.pattern", "string")
        self.assert_written({"pattern": True}, '__version__ = "1.2.3"\n', before='__version__ = "0"\n')
        self.assert_written({"pattern": False, "template": "{version}"}, "1.2.3", before="0")

    def test_111_default_template(self):
        for path in ("demo/baz.py", "demo/bar/inner/baz.py", "baz.py"):
            with self.subTest(path):
                if path == "baz.py":  # no part of the package: only what a later hook is told
                    project = self.version({"path": path})
                    self.assert_code(self.grapnel(project, "build", "-t", "wheel"))
                    self.assertEqual(read_lines(project.path("log")), ["version custom /baz.py"])
                    self.assertEqual(project.read(path).splitlines()[-1], "__version__ = VERSION = '1.2.3'")
                    continue
                for text in self.written({}, path=path):
                    lines = text.splitlines()
                    self.assertEqual((len(lines), lines[-1]), (4, "__version__ = VERSION = '1.2.3'"))
                    self.assertTrue(all(line[:1] in ("", "#") for line in lines[:-1]), text)
                    self.assertTrue(text.endswith("\n"))

    def test_112_templates(self):
        self.assert_written({"template": "VER = {version!r}\n"}, "VER = '1.2.3'\n")
        self.assert_written({"template": "{{{version}}} = {{'a': {version!r}}}"}, "{1.2.3} = {'a': '1.2.3'}")
        self.assert_written({"template": "nothing\n"}, "nothing\n", before="old")
        self.assert_refused({"path": "baz.py", "template": "{other}"}, "tool.hatch.build.hooks.version.template")
        self.assert_refused({"path": "baz.py", "template": "{version"}, "tool.hatch.build.hooks.version.template")

    def test_113_patterns(self):
        self.assert_written({"pattern": True}, "a = 1\n__version__ = 'v1.2.3'  # old\nVERSION = '0'\n",
                            before="a = 1\n__version__ = 'v0.9'  # old\nVERSION = '0'\n")
        self.assert_written({"pattern": True}, 'x\nVERSION = "1.2.3"\n', before='x\nVERSION = "0.0.1"\n')
        self.assert_written({"pattern": r"^version: (?P<version>\S+)$"}, "a: 1\nversion: 1.2.3\nü\n",
                            before="a: 1\nversion: 0\nü\n")

    def test_114_three_errors(self):
        files = {"demo/baz.py": "nothing\n"}
        path = {"path": "demo/baz.py"}
        found = {self.assert_refused({**path, "pattern": True}, "'version'", "matches nothing", files=files),
                 self.assert_refused({**path, "pattern": "not(h)ing"}, "no group", "'version'", files=files),
                 self.assert_refused({"path": "demo/none.py", "pattern": True}, "there is no file", "none.py")}
        self.assertEqual(len(found), 3)
        self.assert_refused({**path, "pattern": "(?P<version>"}, "pattern", files=files)

    def test_115_read_only_when_needed(self):
        """A wrong option is none while the hook is made, asked or cleaned."""
        project = self.version({"path": 9000, "template": 9000, "pattern": 9000})
        for arguments in (["build", "--clean-only"], ["dependencies"]):
            ended = self.grapnel(project, *arguments)
            self.assert_code(ended)
        self.assert_code(self.hatchling(project, "build", "--clean-only"))
        empty(project.path("dist"))
        self.assert_refused({"path": 9000, "template": 9000, "pattern": 9000}, "version.path")
        # Nor does a template count where there is a pattern.
        self.assert_written({"pattern": True, "template": 9000}, "VERSION = '1.2.3'\n", before="VERSION = '0'\n")


if __name__ == "__main__":
    unittest.main()
