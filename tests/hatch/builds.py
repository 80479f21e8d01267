# SPDX-License-Identifier: BSD-3-Clause
"""Builds projects with the built grapnel and with Debian's hatchling, and what tests of both share."""

import base64
import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
import unittest
import uuid
import zipfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
from host import PYTHON, TREE, Project
from plain_environment import plain_environment

GRAPNEL = os.environ["HATCH_GRAPNEL"]
PROGRAMS = os.environ["HATCH_PROGRAMS"]
SANITIZED = bool(os.environ.get("HATCH_SANITIZED"))
LONG = 300 if not SANITIZED else 900  # seconds that a busy machine may take for anything, such as a compilation
PLUGIN = os.path.join(TREE, "integrations", "hatch")


class Case(unittest.TestCase):
    """Projects in directories of their own, and a directory `self.site` of modules for Python."""

    def project(self, pyproject=None, files=None):
        project = Project(files, pyproject)
        self.addCleanup(project.close)
        self.site = os.path.join(project.scratch, "site")
        os.makedirs(self.site, exist_ok=True)
        self.mark = uuid.uuid4().hex
        return project

    def environment(self, project, **variables):
        given = {"PYTHONPATH": self.site, "PYTHONDONTWRITEBYTECODE": "1", "HATCH_TEST_MARK": self.mark,
                 "XDG_CACHE_HOME": os.path.join(project.scratch, "cache"), "CXXFLAGS": "-O0", "PIP_NO_INPUT": "1",
                 "PIP_DISABLE_PIP_VERSION_CHECK": "1", **variables}
        return {name: value for name, value in plain_environment(**given).items() if value is not None}

    def run_in(self, project, command, **variables):
        """A command in the root of a project, whose end everybody has to reach that it started."""
        ended = subprocess.run(command, cwd=project.root, env=self.environment(project, **variables),
                               stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=LONG)
        self.assertEqual(marked_processes(self.mark), {}, "nothing is left running")
        return ended

    def wait_until_nobody_is_left(self):
        end = time.monotonic() + LONG
        while left := marked_processes(self.mark):
            self.assertLess(time.monotonic(), end, f"processes are left: {left}")
            time.sleep(0.02)

    def grapnel(self, project, *arguments, **variables):
        return self.run_in(project, [GRAPNEL, "target", arguments[0], "--python", PYTHON, *arguments[1:]], **variables)

    def hatchling(self, project, *arguments, **variables):
        return self.run_in(project, [PYTHON, "-m", "hatchling", *arguments], **variables)

    def assert_code(self, ended, code=0):
        self.assertEqual(ended.returncode, code, f"{ended.args}\n{ended.stdout}\n{ended.stderr}")

    def install_plugin(self, project):
        """hatch-grapnel, as its users have it: built by its own backend, and installed."""
        source = os.path.join(project.scratch, "hatch grapnel")
        if not os.path.exists(source):
            shutil.copytree(PLUGIN, source)
        self.pip_install(project, source, self.site, "--no-build-isolation")

    def pip_install(self, project, what, target, *options):
        ended = self.run_in(project, [PYTHON, "-m", "pip", "install", "--quiet", "--no-index", "--no-deps",
                                      "--no-cache-dir", *options, "--target", target, what])
        self.assert_code(ended)

    def run_python(self, project, text, path, *arguments):
        """What a script prints, with `path` before all else, and away from the sources."""
        ended = self.run_in(project, [PYTHON, "-c", "import os, sys; os.chdir('/')\n" + text, *arguments],
                            PYTHONPATH=path)
        self.assert_code(ended)
        return ended.stdout


def marked_processes(mark):
    """pid -> command line of the living processes that were started with that mark."""
    wanted = b"HATCH_TEST_MARK=" + mark.encode()
    found = {}
    for name in os.listdir("/proc"):
        if not name.isdigit():
            continue
        try:
            with open(f"/proc/{name}/environ", "rb") as file:
                if wanted not in file.read():
                    continue
            with open(f"/proc/{name}/cmdline", "rb") as file:
                found[int(name)] = file.read(200)
        except OSError:
            pass  # gone meanwhile, or somebody else's
    return found


def listing(directory):
    return sorted(os.listdir(directory)) if os.path.isdir(directory) else []


def empty(directory):
    shutil.rmtree(directory, ignore_errors=True)


def read_lines(path):
    if not os.path.exists(path):
        return []
    with open(path) as file:
        return file.read().splitlines()


def members(wheel):
    with zipfile.ZipFile(wheel) as archive:
        return archive.namelist()


def member(wheel, name):
    with zipfile.ZipFile(wheel) as archive:
        return archive.read(name).decode()


def member_that_ends(wheel, end):
    found = [name for name in members(wheel) if name.endswith(end)]
    assert len(found) == 1, found
    return member(wheel, found[0])


def faults_of_record(wheel):
    """What RECORD says wrongly, or does not say."""
    faults = []
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        record = next(name for name in names if name.endswith(".dist-info/RECORD"))
        said = dict(line.split(",", 1) for line in archive.read(record).decode().splitlines())
        if len(set(names)) != len(names) or sorted(said) != sorted(names):
            faults.append((sorted(names), sorted(said)))
        for name in set(names) & set(said) - {record}:
            data = archive.read(name)
            digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
            if said[name] != f"sha256={digest},{len(data)}":
                faults.append((name, said[name]))
    return faults


def toml(value):
    """A value as TOML has it; JSON's texts, numbers, booleans and lists are such, tables are not."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(name)} = {toml(one)}" for name, one in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(toml, value)) + "]"
    return json.dumps(value)


def table(name, values):
    return f"[{name}]\n" + "".join(f"{json.dumps(key)} = {toml(value)}\n" for key, value in values.items())
