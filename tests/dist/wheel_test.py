# SPDX-License-Identifier: BSD-3-Clause
"""Wheels and sdists of ours against those of Debian's hatchling, where both versions agree, and by pip.

wheel_test.py DIST_BUILD"""

import csv
import io
import json
import os
import subprocess
import sys
import tarfile
import tempfile
import unittest
import zipfile
from pathlib import Path

DIST_BUILD = sys.argv.pop(1)

PYPROJECT = """
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"
[project]
name = "{name}"
version = "1.2.3"
description = "A demo"
requires-python = ">=3.8"
dependencies = ["zlib-ng>=0.2", "attrs"]
{project}
[tool.hatch.build.targets.wheel]
core-metadata-version = "2.1"
{wheel}
[tool.hatch.build.targets.sdist]
core-metadata-version = "2.1"
{sdist}
{more}
"""

# name, [project], the wheel's options, the sdist's, more tables; then files
PROJECTS = {
    "flat": (
        dict(name="Demo-Pkg", project='readme = "README.md"\n[project.scripts]\ndemo = "Demo_Pkg:main"\n'
                                     '[project.optional-dependencies]\ntest = ["pytest"]'),
        {"README.md": "# Demo\n", "Demo_Pkg/__init__.py": "def main():\n    return 7\n", "Demo_Pkg/data/a,b.txt": "x",
         "Demo_Pkg/data/é.txt": "é", "Demo_Pkg/__pycache__/x.pyc": "no", "tests/test_demo.py": "",
         ".gitignore": "*.log\n/build\n", "a.log": "", "build/x": ""}),
    "src": (
        dict(name="demo", more='[tool.hatch.build.hooks]'),
        {"src/demo/__init__.py": "def main():\n    return 7\n", "src/demo/sub/__init__.py": "", "src/other/x.py": "",
         "hatch_build.py": "", "src/demo/old.pyc": "", "LICENSE.txt": "free"}),
    "module": (dict(name="demo"), {"demo.py": "def main():\n    return 7\n", "other.py": ""}),
    "namespace": (
        dict(name="demo"),
        {"space/demo/__init__.py": "def main():\n    return 7\n", "space/more.py": "", "docs/x.md": ""}),
    "options": (
        dict(name="demo", wheel="""
packages = ["src/demo"]
exclude = ["*.cpp", "!keep.cpp"]
artifacts = ["*.so", "!b.so"]
[tool.hatch.build.targets.wheel.force-include]
"../outside" = "demo/outside"
"extra/one.txt" = "src/demo/one.txt"
[tool.hatch.build.targets.wheel.shared-data]
"share" = "share/demo"
[tool.hatch.build.targets.wheel.extra-metadata]
"meta" = "/"
""", sdist='include = ["/src", "/extra"]\nexclude = ["**/ignored/"]\nsources = ["src"]'),
        {"src/demo/__init__.py": "def main():\n    return 7\n", "src/demo/a.so": "\x7fELF", "src/demo/b.so": "",
         "src/demo/a.cpp": "", "src/demo/keep.cpp": "", "src/demo/ignored/x.txt": "", "extra/one.txt": "1",
         "extra/two.txt": "2", "share/doc.txt": "", "meta/m.txt": "", "../outside/a.txt": "", "../outside/b/c.txt": "",
         ".gitignore": "*.so\n"}),
    "rewritten": (
        dict(name="demo", wheel='only-include = ["lib", "one.py"]\nsources = {"lib/py" = "demo"}\nonly-packages = true'),
        {"lib/py/__init__.py": "def main():\n    return 7\n", "lib/py/data/x.txt": "", "lib/py/sub/__init__.py": "",
         "one.py": "", "two.py": ""}),
}


def run(*command, **options):
    result = subprocess.run(command, capture_output=True, text=True, **options)
    if result.returncode != 0:
        raise AssertionError(f"{command}: {result.returncode}\n{result.stdout}{result.stderr}")
    return result.stdout


def ours(root, target, directory, version="standard", data=None, **options):
    arguments = [DIST_BUILD, str(root), target, version, str(directory)]
    if data is not None:
        arguments.append(json.dumps(data))
    return Path(run(*arguments, **options).strip())


def hatchlings(root, target, directory):
    run("/usr/bin/python3", "-B", "-m", "hatchling", "build", "-t", target, "-d", str(directory), cwd=root)
    (artifact,) = directory.iterdir()
    return artifact


def without_licenses(metadata):
    """hatchling 1.12 writes License-File, which came with 2.4, into older metadata too."""
    return b"".join(line for line in metadata.splitlines(True) if not line.startswith(b"License-File: "))


def in_wheel(file):
    with zipfile.ZipFile(file) as archive:
        assert archive.testzip() is None
        return [(info.filename, archive.read(info), info.external_attr >> 16 & 0o777, info.date_time)
                for info in archive.infolist()]


def in_sdist(file):
    with tarfile.open(file) as archive:
        return [(info.name, archive.extractfile(info).read(), info.mode, info.mtime, info.uid, info.gid)
                for info in archive]


class AgainstHatchling(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        self.directory = tempfile.TemporaryDirectory(prefix="grapnel tést ")
        self.addCleanup(self.directory.cleanup)
        self.path = Path(self.directory.name)

    def make(self, case):
        fields, files = PROJECTS[case]
        root = self.path / "project"
        fields = {"project": "", "wheel": "", "sdist": "", "more": ""} | fields
        for name, text in {"pyproject.toml": PYPROJECT.format(**fields), **files}.items():
            file = root / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
        (root / "pyproject.toml").chmod(0o600)
        return root

    def test_wheels(self):
        for case in PROJECTS:
            with self.subTest(case):
                self.setUp()
                root = self.make(case)
                mine = in_wheel(ours(root, "wheel", self.path / "ours"))
                theirs = in_wheel(hatchlings(root, "wheel", self.path / "theirs"))
                self.assertEqual([name for name, *_ in mine], [name for name, *_ in theirs])
                for (name, text, *rest), (_, expected, *expected_rest) in zip(mine, theirs):
                    self.assertEqual(rest, expected_rest, name)
                    if name.endswith(".dist-info/WHEEL"):
                        text = text.replace(b"grapnel 0.1.0", b"")
                        expected = b"\n".join(b"Generator: " if line.startswith(b"Generator") else line
                                              for line in expected.split(b"\n"))
                    if name.endswith("/METADATA"):
                        expected = without_licenses(expected)
                    if name.endswith("/RECORD"):
                        text, expected = ([line for line in data.splitlines()
                                           if b"/WHEEL," not in line and b"/METADATA," not in line]
                                          for data in (text, expected))
                    self.assertEqual(text, expected, name)

    def test_sdists(self):
        for case in PROJECTS:
            with self.subTest(case):
                self.setUp()
                root = self.make(case)
                mine = in_sdist(ours(root, "sdist", self.path / "ours"))
                theirs = [(name, without_licenses(text) if name.endswith("/PKG-INFO") else text, *rest)
                          for name, text, *rest in in_sdist(hatchlings(root, "sdist", self.path / "theirs"))]
                self.assertEqual(mine, theirs)

    def test_pip_installs_them(self):
        for case, module in dict(flat="Demo_Pkg", src="demo", module="demo", namespace="space.demo", options="demo",
                                 rewritten="demo").items():
            for version in ("standard", "editable"):
                if (case, version) == ("rewritten", "editable"):
                    continue
                with self.subTest(case, version=version):
                    self.setUp()
                    wheel = ours(self.make(case), "wheel", self.path / "ours", version)
                    site = self.path / "site"
                    run("/usr/bin/python3", "-m", "pip", "--disable-pip-version-check", "--no-cache-dir", "install",
                        "--no-index", "--no-deps", "--no-compile", "--target", str(site), str(wheel))
                    program = (f"import site, sys; site.addsitedir(sys.argv[1]); import {module} as m; "
                               "print(m.main(), m.__file__)")
                    answer, file = run("/usr/bin/python3", "-B", "-c", program, str(site)).strip().split(" ", 1)
                    self.assertEqual(answer, "7")
                    self.assertEqual(Path(file).is_relative_to(site), version == "standard")

    def test_record_is_true(self):
        import base64
        import hashlib
        wheel = ours(self.make("flat"), "wheel", self.path / "ours")
        members = {name: text for name, text, *_ in in_wheel(wheel)}
        record = list(csv.reader(io.StringIO(members["demo_pkg-1.2.3.dist-info/RECORD"].decode())))
        self.assertEqual([row[0] for row in record], list(members))
        self.assertEqual(record[-1][1:], ["", ""])
        for name, digest, size in record[:-1]:
            self.assertEqual(int(size), len(members[name]))
            expected = base64.urlsafe_b64encode(hashlib.sha256(members[name]).digest()).decode().rstrip("=")
            self.assertEqual(digest, "sha256=" + expected, name)

    def test_same_input_same_bytes(self):
        root = self.make("options")
        for target in ("wheel", "sdist"):
            first = ours(root, target, self.path / "first").read_bytes()
            for file in root.rglob("*"):
                os.utime(file, (1, 1))
            environment = {**os.environ, "TZ": "Asia/Kolkata", "LC_ALL": "C"}
            self.assertEqual(ours(root, target, self.path / "second", env=environment).read_bytes(), first, target)

    def test_source_date_epoch(self):
        root = self.make("module")
        environment = {**os.environ, "SOURCE_DATE_EPOCH": "1700000000"}
        wheel = in_wheel(ours(root, "wheel", self.path / "ours", env=environment))
        self.assertEqual({member[3] for member in wheel}, {(2023, 11, 14, 22, 13, 20)})
        sdist = in_sdist(ours(root, "sdist", self.path / "ours", env=environment))
        self.assertEqual({member[3] for member in sdist}, {1700000000})

    def test_an_sdist_of_an_unpacked_sdist(self):
        root = self.make("src")
        first = ours(root, "sdist", self.path / "ours")
        with tarfile.open(first) as archive:
            archive.extractall(self.path / "unpacked")
        second = ours(self.path / "unpacked" / "demo-1.2.3", "sdist", self.path / "again")
        self.assertEqual(in_sdist(second), in_sdist(first))

    def test_setup_py(self):
        root = self.make("src")
        text = (root / "pyproject.toml").read_text().replace('[tool.hatch.build.targets.sdist]',
                                                             '[tool.hatch.build.targets.sdist]\nsupport-legacy = true')
        (root / "pyproject.toml").write_text(text)
        members = {member[0]: member[1] for member in in_sdist(ours(root, "sdist", self.path / "ours"))}
        self.assertEqual(list(members)[-1], "demo-1.2.3/PKG-INFO")
        program = members["demo-1.2.3/setup.py"].decode().replace("from setuptools import setup", "setup = dict")
        names = {}
        exec(program.replace("setup(\n", "result = setup(\n"), names)
        self.assertEqual(names["result"]["name"], "demo")
        self.assertEqual(names["result"]["version"], "1.2.3")
        self.assertEqual(names["result"]["packages"], ["demo", "demo.sub"])
        self.assertEqual(names["result"]["package_dir"], {"": "src"})
        self.assertEqual(names["result"]["install_requires"], ["attrs", "zlib-ng>=0.2"])


if __name__ == "__main__":
    unittest.main()
