# SPDX-License-Identifier: BSD-3-Clause
"""The plugin hatch-grapnel in Debian's hatchling, with a runner that is a script (spec: hatch-build-hooks, 6.5)."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tarfile
import unittest
import zipfile

from host import HERE, LONG, PYTHON, TREE, Project
from plain_environment import plain_environment

PLUGIN = os.path.join(TREE, "integrations", "hatch")
sys.path.insert(0, os.path.join(PLUGIN, "src"))
from hatch_grapnel import plugin, sources, values
from hatch_grapnel.exclusions import Exclusions
from hatch_grapnel.runner import Failure, Runner, find

FAKE = os.path.join(HERE, "fake_runner.py")
NAMES = {"hatch_grapnel-0.1.0.dist-info/METADATA": "Metadata-Version: 2.1\nName: hatch-grapnel\nVersion: 0.1.0\n",
         "hatch_grapnel-0.1.0.dist-info/entry_points.txt": "[hatch]\ngrapnel = hatch_grapnel.hooks\n"}
BACKEND = """
import os, sys
from hatchling import build
function, directory = sys.argv[1:3]
print("ANSWER", getattr(build, function)(*[directory] if directory else [], {"key": "value"}))
"""


def pyproject(table="", rest=""):
    return f"""
[build-system]
requires = ["hatchling", "hatch-grapnel"]
build-backend = "hatchling.build"
[project]
name = "demo"
version = "1.0"
requires-python = ">=3.8"
[tool.hatch.build.targets.wheel]
packages = ["src/demo"]
{rest}
[tool.hatch.build.hooks.grapnel]
{table}
"""


class Case(unittest.TestCase):
    FILES = {"src/demo/__init__.py": "", "src/demo/native.cpp": "", "grapnel.toml": "",
             "hook/build.cpp": "int main() {}\n", "hook/inner/part.hpp": ""}

    def project(self, table="", rest="", files=None):
        project = Project({**self.FILES, **(files or {})}, pyproject(table, rest))
        self.addCleanup(project.close)
        self.site = os.path.join(project.scratch, "site")
        for name, text in NAMES.items():
            os.makedirs(os.path.dirname(os.path.join(self.site, name)), exist_ok=True)
            with open(os.path.join(self.site, name), "w") as file:
                file.write(text)
        self.log = os.path.join(project.scratch, "log")
        self.directory = os.path.join(project.scratch, "out")
        os.mkdir(self.directory)
        return project

    def run_in(self, project, command, plan=None, **variables):
        path = os.pathsep.join([self.site, os.path.join(PLUGIN, "src")])
        given = {"PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1", "FAKE_LOG": self.log, "GRAPNEL": FAKE,
                 "FAKE_PLAN": json.dumps(plan or {}), **variables}
        environment = {name: value for name, value in plain_environment(**given).items() if value is not None}
        return subprocess.run([PYTHON, *command], cwd=project.root, env=environment, stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, timeout=LONG)

    def hatchling(self, project, *arguments, plan=None, **variables):
        return self.run_in(project, ["-m", "hatchling", "build", "-d", self.directory, *arguments], plan, **variables)

    def backend(self, project, function, plan=None, has_directory=True, **variables):
        """A PEP 517 hook, as a front end calls it."""
        directory = self.directory if has_directory else ""
        return self.run_in(project, ["-c", BACKEND, function, directory], plan, **variables)

    def asked(self):
        """What the runners were asked: a list for each of them, with its end."""
        runners = []
        if os.path.exists(self.log):
            with open(self.log) as file:
                for line in file:
                    one = json.loads(line)
                    if isinstance(one, dict):
                        runners.append([])
                        self.start = one
                    else:
                        runners[-1].append(one)
        return runners

    def methods(self):
        return [[one if isinstance(one, str) else one[0] for one in runner] for runner in self.asked()]

    def wheel(self):
        (name,) = [name for name in os.listdir(self.directory) if name.endswith(".whl")]
        with zipfile.ZipFile(os.path.join(self.directory, name)) as wheel:
            return name, wheel.namelist()

    def sdist(self):
        with tarfile.open(os.path.join(self.directory, "demo-1.0.tar.gz")) as sdist:
            return sorted(name.split("/", 1)[1] for name in sdist.getnames())

    def assert_aborted(self, done, message, code=1):
        """One clean line of ours, nothing on the standard output but hatchling's own, and nothing is built."""
        self.assertEqual(done.returncode, code, done.stderr)
        lines = [line for line in done.stderr.splitlines() if line.startswith("grapnel: ")]
        self.assertEqual(len(lines), 1, done.stderr)
        self.assertIn(message, lines[0])
        self.assertNotIn("Traceback", done.stderr)
        self.assertNotIn("grapnel", done.stdout)
        self.assertEqual(os.listdir(self.directory), [])


class Build(Case):
    def test_what_the_runner_is_told(self):
        project = self.project('hook = "hook"\ntag = "py3"\nenv = ["HOME"]\nrequire-runtime-dependencies = false\n'
                               'dependencies = ["packaging"]\ndefines = {a = [1], date = 2026-01-02}\n')
        done = self.hatchling(project, "-t", "wheel", "--clean", plan={"open": {"result": {"hooks": ["build"]}}},
                              HATCH_VERBOSE="2")
        self.assertEqual((done.returncode, done.stdout), (0, "[wheel]\nBuilding `wheel` version `standard`\n"
                                                          + os.path.join(self.directory, self.wheel()[0]) + "\n"))
        self.assertEqual(done.stderr, "the runner's own line\ngrapnel: hooks of the target 'wheel': build\n")
        (asked,) = self.asked()
        self.assertEqual((self.start["arguments"], self.start["cwd"]),
                         (["target", "serve", "--root", project.root], project.root))
        artifact = os.path.join(self.directory, "demo-1.0-py3-none-any.whl")
        data = {"artifacts": [], "force_include": {}, "dependencies": [], "infer_tag": False, "pure_python": True,
                "extra_metadata": {}, "force_include_editable": {}}
        self.assertEqual(asked[0], ["open", {
            "target": "wheel", "directory": self.directory, "config_settings": None, "verbosity": 2,
            "work_directory": os.path.join(project.root, ".hatch", "grapnel"),
            "hook_config": {"hook": "hook", "tag": "py3", "env": ["HOME"],
                            "defines": {"a": [1], "date": "2026-01-02"}}}])
        rest = [one for one in asked[1:] if one[0] != "dependencies"]  # asked where hatchling does not
        self.assertEqual(rest, [
            ["clean", {"versions": ["standard"]}],
            ["initialize", {"version": "standard", "build_data": data, "build_hooks": ["grapnel"]}],
            ["finalize", {"version": "standard", "build_data": data, "artifact_path": artifact}], "end"])
        self.assertFalse(os.path.exists(project.path(".hatch")))

    def test_a_patch_fills_the_wheel(self):
        project = self.project()
        outside = os.path.join(project.scratch, "lib.so")
        with open(outside, "w") as file:
            file.write("native")
        patch = {"build_data": {"force_include": {outside: "src/demo/lib.so"}, "tag": "py3-none-linux_x86_64",
                                "pure_python": False, "dependencies": ["packaging"]}}
        done = self.hatchling(project, "-t", "wheel", plan={"initialize": {"result": {"patch": patch}}})
        self.assertEqual(done.returncode, 0, done.stderr)
        name, members = self.wheel()
        self.assertEqual(name, "demo-1.0-py3-none-linux_x86_64.whl")
        self.assertIn("demo/lib.so", members)
        (asked,) = self.asked()
        self.assertEqual(asked[-2][1]["build_data"]["tag"], "py3-none-linux_x86_64")

    def test_patterns_that_are_left_out(self):
        patch = {"initialize": {"result": {"patch": {"exclude": ["*.cpp"]}}}}
        for rest in ("", 'exclude = ["*.hpp"]', '[tool.hatch.build]\nexclude = ["*.hpp"]\n'):
            project = self.project(rest=rest, files={"src/demo/native.hpp": ""})
            done = self.hatchling(project, "-t", "wheel", plan=patch)
            self.assertEqual(done.returncode, 0, done.stderr)
            members = [name for name in self.wheel()[1] if name.startswith("demo/")]
            self.assertEqual(members, ["demo/__init__.py"] + ([] if rest else ["demo/native.hpp"]))

    def test_a_failure_is_one_line_and_the_runners_code(self):
        for method in ("open", "clean", "initialize", "finalize"):
            project = self.project()
            error = {"message": "hook 'build'\nfailed", "code": 2, "outcome": "infra_failure"}
            done = self.hatchling(project, "-t", "wheel", "--clean", plan={method: {"error": error}})
            for name in os.listdir(self.directory) if method == "finalize" else []:
                os.unlink(os.path.join(self.directory, name))  # as in Hatch, the artifact is kept
            self.assert_aborted(done, "hook 'build' failed", 2)
            self.assertEqual(self.methods()[0][-2:], [method, "end"])

    def test_a_runner_that_dies_or_raves(self):
        for what, said, code in (({"exit": 3}, "ended (exit code 3) while it was asked to initialize", 2),
                                 ({"say": "rubbish"}, "while it was asked to initialize", 2),
                                 ({"say": '{"id": 77, "result": {}}'}, "while it was asked to initialize", 2)):
            done = self.hatchling(self.project(), "-t", "wheel", plan={"initialize": what})
            self.assert_aborted(done, said, code)

    def test_a_hatchling_that_is_killed_leaves_no_runner(self):
        done = self.hatchling(self.project(), "-t", "wheel", plan={"initialize": {"kill": "parent"}})
        self.assertEqual(done.returncode, -signal.SIGKILL)
        # The runner has its standard error, so it has ended when that was read to its end.
        self.assertEqual(self.methods()[0][-2:], ["initialize", "end"])

    def test_a_runner_that_serves_nothing(self):
        for variables in ({"plan": {"ready": "usage: fake"}}, {"GRAPNEL": "/bin/false"}):
            done = self.hatchling(self.project(), "-t", "wheel", **variables)
            self.assert_aborted(done, "target serve' does not serve hooks")

    def test_a_runner_that_is_not_there(self):
        nowhere = {"GRAPNEL": None, "PATH": "/nonexistent"}
        done = self.hatchling(self.project(), "-t", "wheel", **nowhere)
        self.assert_aborted(done, "there is no 'grapnel' on PATH; install it, or name it by the option 'runner'")
        done = self.hatchling(self.project('runner = "tools/own"'), "-t", "wheel")
        self.assert_aborted(done, "which the option 'runner' of tool.hatch.build.hooks.grapnel names")
        done = self.hatchling(self.project(), "-t", "wheel", GRAPNEL="/nonexistent/grapnel")
        self.assert_aborted(done, "'/nonexistent/grapnel', which the environment variable GRAPNEL names")

    def test_the_runner_of_the_option_and_on_path(self):
        project = self.project('runner = "tools/own"')
        os.mkdir(project.path("tools"))
        shutil.copy(FAKE, project.path("tools", "own"))
        self.assertEqual(self.hatchling(project, "-t", "wheel", GRAPNEL="/nonexistent").returncode, 0)
        project = self.project()
        os.mkdir(os.path.join(project.scratch, "bin"))
        shutil.copy(FAKE, os.path.join(project.scratch, "bin", "grapnel"))
        path = os.path.join(project.scratch, "bin") + os.pathsep + os.environ["PATH"]
        self.assertEqual(self.hatchling(project, "-t", "wheel", GRAPNEL=None, PATH=path).returncode, 0)
        self.assertEqual(len(self.asked()), 1)

    def test_options_of_wrong_types(self):
        for table, said in (("hook = 3", "tool.hatch.build.hooks.grapnel.hook: found 3; expected a string"),
                            ('hook = ""', "hook: found ''; expected a string that is not empty"),
                            ("env = [1]", "env: found [1]; expected an array of strings"),
                            ('defines = "x"', "defines: found 'x'; expected a table"),
                            ('when = "wheel"', "when: found 'wheel'; expected an array"),
                            ("hok = 'x'", "tool.hatch.build.hooks.grapnel.hok: there is no such option; there are")):
            done = self.hatchling(self.project(table), "-t", "wheel")
            self.assert_aborted(done, said)
            self.assertEqual(self.asked(), [])

    def test_when(self):
        for when, targets in ((["sdist"], ["sdist"]), (["wheel:standard"], ["wheel"]), (["wheel:editable"], []),
                              (["sdist", "wheel"], ["sdist", "wheel"]), ([], [])):
            project = self.project(f"when = {json.dumps(when)}")
            self.assertEqual(self.hatchling(project).returncode, 0)
            self.assertEqual([asked[0][1]["target"] for asked in self.asked()], targets)

    def test_two_versions_have_one_runner_and_their_own_patterns(self):
        project = self.project(rest='dev-mode-dirs = ["src"]')
        plan = {"initialize:standard": {"result": {"patch": {"exclude": ["*.cpp"]}}}}
        done = self.hatchling(project, "-t", "wheel:standard,editable,standard", plan=plan)
        self.assertEqual(done.returncode, 0, done.stderr)
        (asked,) = self.methods()
        self.assertEqual([one for one in asked if one != "dependencies"],
                         ["open", *3 * ["initialize", "finalize"], "end"])

    def test_an_older_hatchling_has_not_all_members(self):
        project = self.project()
        for key, value, since in (("shared_data", {"x": "y"}, "1.24"), ("shared_scripts", {"x": "y"}, "1.24"),
                                  ("sbom_files", ["x"], "1.28")):
            done = self.hatchling(project, "-t", "wheel",
                                  plan={"initialize": {"result": {"patch": {"build_data": {key: value}}}}})
            if f"{key}" in self.asked()[-1][-2][1].get("build_data", {}):
                continue  # this one has
            self.assert_aborted(done, f"'{key}', which needs hatchling {since} or later; this is hatchling ")

    def test_an_older_hatchling_does_not_install_what_hooks_need(self):
        if plugin.ASKS_HOOKS:
            return
        wants = {"dependencies": {"result": {"requirements": ["packaging", "not-installed-here>=3",
                                                              "neither; python_version < '3'"]}}}
        done = self.hatchling(self.project(), "-t", "wheel", plan=wants)
        self.assert_aborted(done, "the hooks need not-installed-here>=3; hatchling ")

    def test_pep_517(self):
        project = self.project()
        done = self.backend(project, "build_wheel")
        self.assertEqual((done.returncode, done.stdout), (0, "ANSWER demo-1.0-py3-none-any.whl\n"), done.stderr)
        self.assertEqual(self.asked()[0][0][1]["config_settings"], {"key": "value"})

    def test_118_pep_517_with_hooks_only(self):
        project = self.project()
        for value in "1", "true":
            done = self.backend(project, "build_wheel", HATCH_BUILD_HOOKS_ONLY=value)
            self.assert_aborted(done, "HATCH_BUILD_HOOKS_ONLY is set")
        done = self.backend(project, "build_wheel", HATCH_BUILD_HOOKS_ONLY="yes")  # is off
        self.assertEqual(done.returncode, 0)
        done = self.hatchling(project, "-t", "wheel", HATCH_BUILD_HOOKS_ONLY="1")
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_pep_517_failure_is_the_processs_exit_code(self):
        error = {"message": "no compiler", "code": 9}
        done = self.backend(self.project(), "build_wheel", {"initialize": {"error": error}})
        self.assert_aborted(done, "no compiler", 9)
        self.assertEqual(done.stdout, "")

    def test_hatch_itself_reads_our_lines(self):
        """An old Hatch calls hatchling with --app, and takes commands from the standard output."""
        done = self.hatchling(self.project(), "--app", "-t", "wheel",
                              plan={"initialize": {"error": {"message": "no", "code": 3}}})
        self.assertEqual(done.returncode, 3)
        if "unrecognized" not in done.stderr:
            self.assertTrue(all(line.startswith("__HATCH__:") for line in done.stdout.splitlines()), done.stdout)
            self.assertNotIn("__HATCH__", done.stderr)

    def test_python_build(self):
        """sdist, and the wheel from it: the hooks' sources are there."""
        project = self.project(files={"hook/old": "\x7fELF"})
        command = ["-m", "build", "-n", "-x", "-o", self.directory]
        done = self.run_in(project, command)
        self.assertEqual(done.returncode, 0, done.stderr + done.stdout)
        (asked,) = self.asked()
        self.assertNotEqual(self.start["cwd"], project.root)
        self.assertEqual(asked[0][1]["target"], "wheel")


class Sdist(Case):
    def test_sources_are_in_and_what_was_built_is_not(self):
        for rest in ("", '[tool.hatch.build.targets.sdist]\ninclude = ["/src"]',
                     '[tool.hatch.build]\nexclude = ["hook"]',
                     '[tool.hatch.build.targets.sdist]\nonly-include = ["src"]'):
            project = self.project(rest=rest, files={
                "hook/build": "\x7fELF\x01", "hook/lib.so": "x", "hook/cmake/CMakeCache.txt": "", "hook/cmake/x": "",
                "hook/.cache/x": "", ".grapnel/hooks_runner/x": "", ".dart_tool/x": "", "hook/odd [name]!.so": "x",
                ".gitignore": "hook/inner\n"})
            done = self.hatchling(project, "-t", "sdist")
            self.assertEqual(done.returncode, 0, done.stderr)
            members = [name for name in self.sdist() if name.split("/")[0] not in ("PKG-INFO", "src", ".gitignore")]
            self.assertEqual(members, ["grapnel.toml", "hook/build.cpp", "hook/inner/part.hpp", "pyproject.toml"], rest)
            self.assertEqual(self.asked(), [])  # no hook has run

    def test_hooks_elsewhere(self):
        project = self.project('hook = "native/hooks"', files={"native/hooks/build.cpp": "", "native/hooks/x.o": ""},
                               rest='[tool.hatch.build.targets.sdist]\nonly-include = ["src"]')
        self.assertEqual(self.hatchling(project, "-t", "sdist").returncode, 0)
        self.assertEqual([name for name in self.sdist() if name.startswith(("native", "hook"))],
                         ["native/hooks/build.cpp"])

    def test_outside_of_the_project(self):
        project = self.project()
        for hook in ("../elsewhere", "/usr/include"):
            self.assertEqual(sources.collect(project.root, hook), (["grapnel.toml"], list(sources.STATE)))


class Dependencies(Case):
    """As a hatchling that asks for them does: an instance without a directory."""

    ASK = """
import sys
from hatchling.builders.wheel import WheelBuilder
import os
from hatch_grapnel.plugin import GrapnelBuildHook
builder = WheelBuilder(os.getcwd())
config = builder.config.hook_config["grapnel"]
hook = GrapnelBuildHook(os.getcwd(), config, builder.config, builder.metadata, "", "wheel", builder.app)
print("ANSWER", hook.dependencies())
"""

    def test_116_asked_and_nothing_left(self):
        project = self.project()
        before = sorted(os.listdir(project.root))
        done = self.run_in(project, ["-c", self.ASK],
                           {"dependencies": {"result": {"requirements": ["cmake", "ninja"]}}})
        self.assertEqual((done.returncode, done.stdout), (0, "ANSWER ['cmake', 'ninja']\n"), done.stderr)
        self.assertEqual(self.methods(), [["open", "dependencies", "end"]])
        self.assertIsNone(self.asked()[0][0][1]["directory"])
        self.assertEqual(sorted(os.listdir(project.root)), before)

    def test_no_runner_yet(self):
        for table, variables in (("", {"GRAPNEL": None, "PATH": "/nonexistent"}), ('runner = "own-runner"', {}),
                                 ("", {"GRAPNEL": "/nonexistent/grapnel"})):
            done = self.run_in(self.project(table), ["-c", self.ASK], **variables)
            self.assertEqual((done.returncode, done.stdout), (0, "ANSWER []\n"), done.stderr)

    def test_not_for_this_target(self):
        done = self.run_in(self.project('when = ["sdist"]'), ["-c", self.ASK])
        self.assertEqual((done.returncode, done.stdout, self.asked()), (0, "ANSWER []\n", []))

    def test_failures(self):
        done = self.run_in(self.project(), ["-c", self.ASK], {"dependencies": {"error": {"message": "no", "code": 5}}})
        self.assert_aborted(done, "no", 5)


class Values(unittest.TestCase):
    def test_patches(self):
        data = {"artifacts": ["a"], "force_include": {"x": "y"}, "own": 1, "tag": "t", "extra_metadata": {"e": "f"}}
        lists = data["artifacts"], data["force_include"]
        values.apply({"build_data": {"artifacts": ["a", "b", "b"], "force_include": {"x": "z", "n": "m"}, "own": None,
                                     "pure_python": False, "new": [1], "extra_metadata": None, "sbom_files": []}},
                     data, "wheel", "1.12.2")
        self.assertEqual(data, {"artifacts": ["a", "b"], "force_include": {"x": "z", "n": "m"}, "tag": "t",
                                "pure_python": False, "new": [1], "extra_metadata": {}})
        self.assertIs(data["artifacts"], lists[0])
        self.assertIs(data["force_include"], lists[1])
        values.apply({"build_data": {"artifacts": ["c"], "force_include": {"p": "q"}},
                      "replace": ["artifacts", "force_include"]}, data, "wheel", "1.12.2")
        self.assertEqual((data["artifacts"], data["force_include"]), (["c"], {"p": "q"}))
        self.assertIs(data["artifacts"], lists[0])

    def test_no_place(self):
        for data, patch, target, said in (
                ({}, {"shared_scripts": {"a": "b"}}, "wheel", "needs hatchling 1.24 or later; this is hatchling 1.12"),
                ({}, {"sbom_files": ["a"]}, "wheel", "needs hatchling 1.28 or later"),
                ({}, {"shared_data": {"a": "b"}}, "sdist", "which hatchling's target 'sdist' has not"),
                ({"x": 3}, {"x": ["a"]}, "wheel", "'x' to a list, and it is of type 'int'"),
                ({"x": ["a"]}, {"x": {"a": "b"}}, "wheel", "'x' to a map, and it is of type 'list'")):
            with self.assertRaisesRegex(values.NoPlace, said):
                values.apply({"build_data": patch}, data, target, "1.12.2")

    def test_image_of_build_data(self):
        import datetime
        import pathlib
        data = {"build_hooks": ("a",), "artifacts": ["x"], "force_include": {pathlib.Path("/a"): pathlib.Path("b")},
                "private": {"of": object()}, 3: 4, "date": datetime.date(2026, 1, 2)}
        self.assertEqual(values.build_data_image(data),
                         {"artifacts": ["x"], "force_include": {"/a": "b"}, "date": "2026-01-02"})

    def test_a_hatchling_of_another_make(self):
        class Config:
            target_config = {}
            build_config = {}
        self.assertFalse(Exclusions(Config()).set(["*.cpp"]))
        self.assertTrue(Exclusions(Config()).set([]))


class Package(Case):
    def test_it_can_be_installed(self):
        """By pip, from a wheel that hatchling builds of it."""
        project = self.project()
        tree = os.path.join(project.scratch, "hatch-grapnel")
        shutil.copytree(PLUGIN, tree, ignore=shutil.ignore_patterns("__pycache__"))
        site = os.path.join(project.scratch, "installed")
        subprocess.run([PYTHON, "-m", "pip", "install", "--quiet", "--no-index", "--no-deps", "--no-build-isolation",
                        "--disable-pip-version-check", "--root-user-action", "ignore", "--target", site, tree],
                       check=True, timeout=LONG, stdin=subprocess.DEVNULL, env=plain_environment(PIP_NO_INPUT="1"))
        self.site = site
        done = self.hatchling(project, "-t", "wheel")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(self.methods()[0][0], "open")


if __name__ == "__main__":
    unittest.main()
