# SPDX-License-Identifier: BSD-3-Clause
"""A wheel of ours and one of hatchling's, of the same project with a hatch_build.py: the same but for who made it."""

import csv
import email
import os
import unittest
import zipfile

from builds import Case, empty, faults_of_record, listing, members

# Debian's hatchling writes the version that its setting says; its default is 2.1.
PYPROJECT = """
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"
[project]
name = "Demo.Project"
version = "1.02rc1"
description = "A project — with all that metadata may have"
readme = "README.md"
license = { text = "Of two\\nlines" }
requires-python = ">=3.8"
authors = [{ name = "An Author", email = "author@example.org" }, { name = "Another" }, { email = "third@example.org" }]
maintainers = [{ name = "A Maintainer", email = "maintainer@example.org" }]
keywords = ["wheels", "hooks"]
classifiers = ["Programming Language :: Python :: 3", "Development Status :: 4 - Beta"]
dependencies = ["Packaging >= 20", "tomli>=1; python_version < '3.11'"]
[project.optional-dependencies]
Extra_One = ["pluggy<2", "build"]
two = ["wheel"]
[project.urls]
Source = "https://example.org/source"
Documentation = "https://example.org/doc"
[project.scripts]
demo = "demo:main"
[project.gui-scripts]
demo-gui = "demo:main"
[project.entry-points."demo.plugins"]
one = "demo.one:Plugin"
[tool.hatch.build]
exclude = ["*.tmp"]
[tool.hatch.build.targets.wheel]
packages = ["src/demo"]
core-metadata-version = "2.1"
[tool.hatch.build.targets.wheel.force-include]
"extra.txt" = "src/demo/data/extra.txt"
[tool.hatch.build.hooks.custom]
[tool.hatch.build.hooks.version]
path = "src/demo/_version.py"
template = "__version__ = {version!r}\\n"
"""
# What Debian's 1.12 can, in the ways in which it is right.
SCRIPT = """
import os
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

class Hook(BuildHookInterface):
    def initialize(self, version, build_data):
        with open(os.path.join(self.root, "src", "demo", "made.py"), "w") as file:
            file.write("made_for = %r\\n" % self.target_name)
        build_data["artifacts"].append("/src/demo/made.py")
        self.outside = os.path.join(os.path.dirname(self.root), "outside")
        os.makedirs(os.path.join(self.outside, "inner"), exist_ok=True)
        for name in ("one.bin", "inner/two.bin"):
            with open(os.path.join(self.outside, name), "wb") as file:
                file.write(bytes(range(256)))
        if self.target_name == "wheel":
            build_data["force_include"][self.outside] = "src/demo/forced"
            build_data["dependencies"].append("added-by-a-hook>=1")
            build_data["extra_metadata"] = {}
            @TAG@

    def finalize(self, version, build_data, artifact_path):
        import shutil
        shutil.rmtree(self.outside)
"""
FILES = {"src/demo/__init__.py": "from .made import made_for\nfrom ._version import __version__\n",
         "src/demo/deep/er/__init__.py": "# ü\n", "src/demo/deep/data.json": "{}\n", "src/demo/old.tmp": "",
         "src/demo/ignored.txt": "", "src/demo/name with space.txt": "", "src/demo/py.typed": "",
         "extra.txt": "extra\n",
         "README.md": "# Demo\n\nA text of\nmore lines — and ü.\n",
         "tests/test_demo.py": "", ".gitignore": "/dist/\nignored.txt\nmade.py\n_version.py\n"}


def records(wheel, left_out):
    with zipfile.ZipFile(wheel) as archive:
        name = next(name for name in archive.namelist() if name.endswith(".dist-info/RECORD"))
        lines = list(csv.reader(archive.read(name).decode().splitlines()))
    return [line for line in lines if not line[0].endswith(left_out)]


def fields(wheel):
    with zipfile.ZipFile(wheel) as archive:
        name = next(name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        message = email.message_from_bytes(archive.read(name))
    return [(name, str(value)) for name, value in message.items()], message.get_payload()


def heads(wheel):
    with zipfile.ZipFile(wheel) as archive:
        return [(one.filename, one.external_attr >> 16 & 0o777, one.date_time) for one in archive.infolist()]


def bytes_of(wheel, name):
    with zipfile.ZipFile(wheel) as archive:
        return archive.read(name)


class Wheels(Case):
    maxDiff = None

    def both(self, name, tag="", pyproject=PYPROJECT, files=None):
        """The wheels of one project: hatchling's and ours."""
        project = self.project(pyproject, {**FILES, "hatch_build.py": SCRIPT.replace("@TAG@", tag), **(files or {})})
        os.chmod(project.path("src/demo/deep/data.json"), 0o755)
        self.assert_code(self.hatchling(project, "build", "-t", "wheel", "-d", project.path("dist", "theirs")))
        self.assert_code(self.grapnel(project, "build", "-t", "wheel", "-d", project.path("dist", "ours")))
        wheels = [project.path("dist", who, name) for who in ("theirs", "ours")]
        for wheel in wheels:
            self.assertEqual(listing(os.path.dirname(wheel)), [name])
        return project, *wheels

    def assert_equal(self, theirs, ours):
        self.assertEqual(members(ours), members(theirs))
        self.assertEqual(faults_of_record(theirs), [])
        self.assertEqual(faults_of_record(ours), [])
        self.assertEqual(fields(ours), fields(theirs))
        # WHEEL names its generator.
        self.assertEqual(records(ours, ".dist-info/WHEEL"), records(theirs, ".dist-info/WHEEL"))
        for name in members(theirs):
            if not name.endswith((".dist-info/WHEEL", ".dist-info/RECORD")):
                self.assertEqual(bytes_of(ours, name), bytes_of(theirs, name), name)
        about = [[line for line in bytes_of(wheel, name).decode().splitlines() if not line.startswith("Generator: ")]
                 for wheel in (theirs, ours) for name in members(wheel) if name.endswith(".dist-info/WHEEL")]
        self.assertEqual(about[0], about[1])
        self.assertEqual(heads(ours), heads(theirs))

    def assert_installs(self, project, *wheels):
        for wheel in wheels:
            target = os.path.join(project.scratch, "installed")
            empty(target)
            self.pip_install(project, wheel, target)
            text = ("import demo, demo.deep.er, importlib.metadata as m; "
                    "print(demo.made_for, demo.__version__, m.version('demo.project'), demo.__file__)")
            self.assertEqual(self.run_python(project, text, target), f"wheel 1.2rc1 1.2rc1 {target}/demo/__init__.py\n")
            self.assertEqual(listing(os.path.join(target, "bin")), ["demo", "demo-gui"])

    def test_pure(self):
        project, theirs, ours = self.both("demo_project-1.2rc1-py3-none-any.whl")
        self.assert_equal(theirs, ours)
        self.assertIn("demo/forced/inner/two.bin", members(ours))
        self.assertIn("demo/made.py", members(ours))
        self.assertNotIn("demo/ignored.txt", members(ours))
        self.assertIn(("Requires-Dist", "added-by-a-hook>=1"), fields(ours)[0])
        self.assert_installs(project, theirs, ours)

    def test_tagged(self):
        tag = f"py2.py3-none-linux_{os.uname().machine}"
        project, theirs, ours = self.both(f"demo_project-1.2rc1-{tag}.whl",
                                          f'build_data["tag"] = {tag!r}; build_data["pure_python"] = False')
        self.assert_equal(theirs, ours)
        self.assert_installs(project, theirs, ours)

    def test_licences_and_markers(self):
        """Where 1.12 deviates: its metadata 2.1 has fields of 2.4, and a condition of an extra without brackets."""
        pyproject = (PYPROJECT.replace('license = { text = "Of two\\nlines" }', 'license = "BSD-3-Clause"\n'
                                       'license-files = { globs = ["LICENSE*", "licenses/*"] }')
                     .replace('two = ["wheel"]', "two = ['wheel; os_name == \"nt\" or os_name == \"posix\"']"))
        _, theirs, ours = self.both("demo_project-1.2rc1-py3-none-any.whl", pyproject=pyproject,
                                    files={"LICENSE.txt": "licence\n", "licenses/other": "other\n"})
        self.assertEqual(members(ours), members(theirs))
        self.assertIn("demo_project-1.2rc1.dist-info/licenses/licenses/other", members(ours))
        deviating = (".dist-info/WHEEL", ".dist-info/METADATA")
        self.assertEqual(records(ours, deviating), records(theirs, deviating))
        self.assertIn(("License", "BSD-3-Clause"), fields(ours)[0])
        self.assertIn(("Requires-Dist", "wheel; (os_name == 'nt' or os_name == 'posix') and extra == 'two'"),
                      fields(ours)[0])
        plain = [[field for field in fields(wheel)[0] if "License" not in field[0] and "os_name" not in field[1]]
                 for wheel in (theirs, ours)]
        self.assertEqual(*plain)

    def test_least(self):
        """Nothing but what has to be, without `packages`."""
        project, theirs, ours = self.both("demo_project-0-py2.py3-none-any.whl", pyproject="""
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"
[project]
name = "demo-project"
version = "0"
[tool.hatch.build.targets.wheel]
core-metadata-version = "2.1"
[tool.hatch.build.hooks.custom]
""", files={"src/demo_project/__init__.py": ""})
        self.assertEqual(sorted(members(ours)), sorted(members(theirs)))

    def test_of_an_sdist(self):
        """Of our sdist's content, both build the wheel that they build of the project."""
        project, theirs, ours = self.both("demo_project-1.2rc1-py3-none-any.whl")
        self.assert_code(self.grapnel(project, "build", "-t", "sdist", "-d", project.path("dist")))
        unpacked = self.project(None, {})
        self.assert_code(self.run_in(unpacked, ["tar", "-xzf", project.path("dist", "demo_project-1.2rc1.tar.gz"),
                                                "--strip-components=1"]))
        for build, wheel in ((self.hatchling, theirs), (self.grapnel, ours)):
            self.assert_code(build(unpacked, "build", "-t", "wheel"))
            again = unpacked.path("dist", os.path.basename(wheel))
            self.assertEqual(records(again, "RECORD"), records(wheel, "RECORD"))


if __name__ == "__main__":
    unittest.main()
