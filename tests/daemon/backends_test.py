# SPDX-License-Identifier: BSD-3-Clause
"""Debian's build backends through a hookd give what they give when a fresh interpreter calls them directly."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
import hookd
from hookd import ARGUMENTS, Hookd
from results import content

PROJECTS = os.path.join(hookd.HERE, "projects")
DIRECT = """
import importlib, json, os, sys
backend, path, hook, arguments = json.loads(sys.argv[1])
answer = sys.argv[2]  # setuptools changes them
sys.path[:0] = path
module, _, attributes = backend.partition(":")
found = importlib.import_module(module)
for attribute in attributes.split(".") if attributes else []:
    found = getattr(found, attribute)
function = getattr(found, hook, None)
result = {"kind": "OK", "text": str(function(*arguments))} if function else {"kind": "UnsupportedHook"}
with open(answer, "w") as file:
    json.dump(result, file)
"""
# Of the same moment in both: what a time stands in is comparable.
VARIABLES = {"SOURCE_DATE_EPOCH": "1700000000", "PYTHONDONTWRITEBYTECODE": "1"}


class Project:
    """A copy of a project, and where its results go; both at the same paths whoever builds, since backends write down
    where they are."""

    def __init__(self, name):
        self.scratch = tempfile.mkdtemp(prefix="grapnel project ")
        self.source = os.path.join(PROJECTS, name)
        self.tree = os.path.join(self.scratch, "tree")
        self.results = os.path.join(self.scratch, "results")
        self.renew()

    def renew(self):
        for directory in (self.tree, self.results):
            shutil.rmtree(directory, ignore_errors=True)
        shutil.copytree(self.source, self.tree)
        os.mkdir(self.results)

    def steps(self, settings, hooks, only=()):
        """(hook, its arguments) of a front end's way, or of those hooks alone; `hooks` get the settings, all where there
        are none."""
        steps = []
        metadata = None
        for index, hook in enumerate(("get_requires_for_build_sdist", "build_sdist", "get_requires_for_build_wheel",
                                      "prepare_metadata_for_build_wheel", "build_wheel", "build_wheel",
                                      "get_requires_for_build_editable", "prepare_metadata_for_build_editable",
                                      "build_editable", "build_sdist")):
            if only and hook not in only:
                continue
            directory = os.path.join(self.results, str(index))
            metadata = directory if hook == "prepare_metadata_for_build_wheel" else metadata
            arguments = {"config_settings": settings if hook in hooks or not hooks else None, "metadata_directory": None}
            if ARGUMENTS[hook][0] != "config_settings":
                os.mkdir(directory)
                arguments[ARGUMENTS[hook][0]] = directory
            # The first build_wheel is given the metadata that were prepared, the second is not.
            if index == 4:
                arguments["metadata_directory"] = metadata
            steps.append((hook, [arguments[name] for name in ARGUMENTS[hook]]))
        return steps

    def contents(self):
        """Each result directory's names and what they hold."""
        return {number: {name: content(os.path.join(self.results, number, name))
                         for name in sorted(os.listdir(os.path.join(self.results, number)))}
                for number in sorted(os.listdir(self.results))}


def metadata_of(arguments, results):
    """A front end passes on the directory that the backend made inside of the one that it was given."""
    last = arguments[-1]
    if len(arguments) == 3 and last is not None:
        names = os.listdir(last)
        return [*arguments[:-1], os.path.join(last, names[0]) if names else None]
    return arguments


class Backends(unittest.TestCase):
    maxDiff = 4000

    def direct(self, project, backend, path, steps):
        answers = []
        for hook, arguments in steps:
            result = os.path.join(project.scratch, "answer.json")
            call = json.dumps([backend, path, hook, metadata_of(arguments, project.results)])
            done = subprocess.run([hookd.PYTHON, "-P", "-c", DIRECT, call, result], cwd=project.tree, text=True,
                                  stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                  timeout=hookd.LONG, env=hookd.plain_environment(PYTHONPATH="", **VARIABLES))
            self.assertEqual(done.returncode, 0, done.stdout)
            with open(result) as file:
                answer = json.load(file)
            answers.append((hook, answer["kind"], answer.get("text")))
        return answers

    def through_hookd(self, project, backend, path, steps, protocol):
        given = {"backend_path": [os.path.relpath(part, project.tree) for part in path]} if protocol == 2 else {}
        python_path = path if protocol == 1 else []
        name = "" if backend == "setuptools.build_meta:__legacy__" else backend
        answers = []
        with Hookd(protocol, tree=project.tree, variables=VARIABLES, python_path=python_path) as daemon:
            for hook, arguments in steps:
                values = metadata_of(arguments, project.results)
                lines = ["" if value is None else json.dumps(value) if isinstance(value, dict) else value
                         for value in values]
                answer = daemon.run(name, hook, *lines, **given)
                self.assertIn(answer.kind, ("OK", "UnsupportedHook"), (hook, answer))
                answers.append((hook, answer.kind, answer.text if answer.kind == "OK" else None))
            self.assertEqual(daemon.shutdown(), 0)
            daemon.wait_until_nobody_is_left()
        return answers

    def compare(self, name, backend, settings=None, hooks=(), only=(), path=(), unsupported=(), remembers=False):
        """`remembers`: the backend cannot do the same twice in one process, as dialect 1 has it."""
        project = Project(name)
        self.addCleanup(shutil.rmtree, project.scratch)
        path = [os.path.join(project.tree, part) for part in path]
        wanted = self.direct(project, backend, path, project.steps(settings, hooks, only))
        contents = project.contents()
        self.assertEqual({hook for hook, kind, _ in wanted if kind != "OK"}, set(unsupported))
        for protocol in (1, 2):
            with self.subTest(protocol=protocol):
                project.renew()
                steps = project.steps(settings, hooks, only)
                daemons = [[step] for step in steps] if remembers and protocol == 1 else [steps]
                self.assertEqual([answer for part in daemons
                                  for answer in self.through_hookd(project, backend, path, part, protocol)], wanted)
                found = project.contents()
                self.assertEqual({number: list(names) for number, names in found.items()},
                                 {number: list(names) for number, names in contents.items()})
                for number, names in found.items():
                    for result, members in names.items():
                        self.assertEqual([member[:-1] for member in members],
                                         [member[:-1] for member in contents[number][result]], result)
                        self.assertEqual(members, contents[number][result], result)
        self.install(project)
        return wanted

    def install(self, project):
        """The wheel by pip, and its module by Python."""
        wheel = next(os.path.join(project.results, "4", name) for name in os.listdir(os.path.join(project.results, "4")))
        target = os.path.join(project.scratch, "installed")
        subprocess.run([hookd.PYTHON, "-m", "pip", "install", "--quiet", "--no-index", "--no-deps", "--no-compile",
                        "--disable-pip-version-check", "--no-warn-script-location", "--root-user-action", "ignore",
                        "--target", target, wheel], check=True, timeout=hookd.LONG, cwd=project.scratch,
                       env=hookd.plain_environment(PIP_CONFIG_FILE=os.devnull, PIP_NO_CACHE_DIR="1"))
        name = "demo_" + os.path.basename(project.source)
        done = subprocess.run([hookd.PYTHON, "-c", f"import {name}; print({name}.main())"], check=True, text=True,
                              stdout=subprocess.PIPE, timeout=hookd.LONG, cwd=project.scratch,
                              env=hookd.plain_environment(PYTHONPATH=target))
        self.assertEqual(done.stdout.strip().replace(" ", "_"), os.path.basename(project.source))

    def text(self, answers, hook):
        return next(text for name, _, text in answers if name == hook)

    def test_hatchling(self):
        answers = self.compare("hatchling", "hatchling.build", {"key": "value"})
        self.assertEqual(self.text(answers, "build_sdist"), "demo_hatchling-1.2.3.tar.gz")
        self.assertIn("it-is-not-there", self.text(answers, "get_requires_for_build_wheel"))

    # distutils keeps in mind which directories it made, though they may be gone: setuptools `remembers`.

    def test_setuptools(self):
        answers = self.compare("setuptools", "setuptools.build_meta", remembers=True)
        self.assertEqual(self.text(answers, "build_wheel"), "demo_setuptools-2.0-py3-none-any.whl")
        self.assertEqual(self.text(answers, "get_requires_for_build_wheel"), "['wheel']")

    def test_setuptools_with_options(self):
        answers = self.compare("setuptools", "setuptools.build_meta", {"--build-option": ["--build-number", "7"]},
                               hooks=["build_wheel"], only=["prepare_metadata_for_build_wheel", "build_wheel"],
                               remembers=True)
        self.assertEqual(self.text(answers, "build_wheel"), "demo_setuptools-2.0-7-py3-none-any.whl")

    def test_setuptools_as_of_old(self):
        answers = self.compare("legacy", "setuptools.build_meta:__legacy__", remembers=True)
        self.assertEqual(self.text(answers, "build_wheel"), "demo_legacy-0.9-py3-none-any.whl")

    def test_poetry(self):
        self.compare("poetry", "poetry.core.masonry.api")

    def test_flit(self):
        self.compare("flit", "flit_core.buildapi")

    def test_a_backend_in_the_tree(self):
        answers = self.compare("in_tree", "demo_backend:backend", {"some key": "7"}, path=["backend"],
                               unsupported={"get_requires_for_build_sdist", "get_requires_for_build_editable",
                                            "prepare_metadata_for_build_editable", "build_editable"})
        self.assertEqual(self.text(answers, "get_requires_for_build_wheel"), "[\"it's-mine\", 'some key']")


if __name__ == "__main__":
    unittest.main()
