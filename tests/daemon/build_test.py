# SPDX-License-Identifier: BSD-3-Clause
"""python3-build, whose hooks run through our C++ client, builds what it builds by itself.

Arguments: the program hookd_front_end (examples/daemon/front_end.cpp).
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
import hookd
from results import content

import build

FRONT_END = os.path.abspath(sys.argv.pop(1))
PROJECTS = os.path.join(hookd.HERE, "projects")


class Runner:
    """Takes the place of pep517's in-process script: its control directory, input.json and output.json, is answered by
    a hookd."""

    def __init__(self, protocol):
        self.protocol = protocol
        self.hooks = []

    def __call__(self, command, cwd=None, extra_environ=None):
        hook, control = command[-2:]
        with open(os.path.join(control, "input.json")) as file:
            given = json.load(file)["kwargs"]
        self.hooks.append(hook)
        directory = next((given[name] for name in ("wheel_directory", "sdist_directory") if name in given), "")
        options = ["--protocol", str(self.protocol)]
        for word in [*hookd.COMMAND, "--protocol", str(self.protocol)]:
            options += ["--daemon", word]
        path = extra_environ.get("PEP517_BACKEND_PATH")
        variables = {"PYTHONDONTWRITEBYTECODE": "1", "PYTHONPATH": path if path and self.protocol == 1 else ""}
        if path and self.protocol == 2:
            for part in path.split(os.pathsep):
                options += ["--backend-path", os.path.relpath(part, cwd)]
        if given.get("metadata_directory"):
            options += ["--metadata-directory", given["metadata_directory"]]
        settings = given.get("config_settings")
        call = [cwd, extra_environ["PEP517_BUILD_BACKEND"], hook, directory, json.dumps(settings) if settings else ""]
        done = subprocess.run([FRONT_END, *options, *call], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                              timeout=hookd.LONG, env=hookd.plain_environment(**variables))
        if done.returncode == 0:
            value = done.stdout.splitlines() if hook.startswith("get_requires_") else done.stdout.rstrip("\n")
        elif done.returncode == 1 and "UnsupportedHook: " in done.stderr and hook.startswith("get_requires_"):
            value = []
        else:
            raise subprocess.CalledProcessError(done.returncode, command, done.stdout, done.stderr)
        with open(os.path.join(control, "output.json"), "w") as file:
            json.dump({"unsupported": False, "return_val": value}, file)


def quiet(command, cwd=None, extra_environ=None):
    """The usual runner."""
    subprocess.run(command, cwd=cwd, check=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                   env=hookd.plain_environment(PYTHONDONTWRITEBYTECODE="1", **extra_environ))


class Build(unittest.TestCase):
    def build(self, name, runner, settings):
        """File names, what they hold, and the requirements; always at the same path."""
        tree = os.path.join(self.scratch, "tree")
        results = os.path.join(self.scratch, "results")
        for directory in (tree, results):
            shutil.rmtree(directory, ignore_errors=True)
        shutil.copytree(os.path.join(PROJECTS, name), tree)
        builder = build.ProjectBuilder(tree, python_executable=hookd.PYTHON, runner=runner)
        found = {}
        for kind in ("sdist", "wheel"):
            requirements = builder.get_requires_for_build(kind, settings)
            path = builder.build(kind, results, settings)
            found[kind] = (os.path.relpath(path, results), requirements, content(path))
        return found

    def compare(self, name, settings=None):
        self.scratch = tempfile.mkdtemp(prefix="grapnel build ")
        self.addCleanup(shutil.rmtree, self.scratch)
        os.environ["SOURCE_DATE_EPOCH"] = "1700000000"
        wanted = self.build(name, quiet, settings)
        for protocol in (1, 2):
            with self.subTest(protocol=protocol):
                runner = Runner(protocol)
                self.assertEqual(self.build(name, runner, settings), wanted)
                self.assertEqual(runner.hooks, ["get_requires_for_build_sdist", "build_sdist",
                                                "get_requires_for_build_wheel", "build_wheel"])

    def test_hatchling(self):
        self.compare("hatchling", {"key": "größe's"})

    def test_setuptools(self):
        self.compare("setuptools")

    def test_setuptools_as_of_old(self):
        self.compare("legacy")

    def test_a_backend_in_the_tree(self):
        self.compare("in_tree")

    def test_a_hook_that_fails(self):
        with tempfile.TemporaryDirectory(prefix="grapnel build ") as tree:
            with open(os.path.join(tree, "pyproject.toml"), "w") as file:
                file.write('[build-system]\nrequires = []\nbuild-backend = "raises"\nbackend-path = ["."]\n')
            shutil.copy(os.path.join(hookd.BACKENDS, "raises.py"), tree)
            builder = build.ProjectBuilder(tree, python_executable=hookd.PYTHON, runner=Runner(2))
            with self.assertRaises(build.BuildBackendException) as caught:
                builder.build("sdist", os.path.join(tree, "dist"))
            self.assertIn("größer\nals gedacht", caught.exception.exception.stderr)


if __name__ == "__main__":
    unittest.main()
