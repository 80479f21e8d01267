# SPDX-License-Identifier: BSD-3-Clause
"""The same project with recorder hooks, built by hatchling and by grapnel: what is called is the same, call by call
(spec: hatch-build-hooks, 8.1, 1.6). The recorders are real plugins; in C++ they are those of tests/programs."""

import json
import os
import shutil
import unittest

from builds import HERE, PROGRAMS, PYTHON, Case, empty, listing, members, read_lines, table

HOOKS = """
[tool.hatch.build.hooks.tracer-b]
who = "global b"
[tool.hatch.build.hooks.tracer-a]
who = "global a"
dependencies = ["lost"]
[tool.hatch.build.targets.wheel.hooks.tracer-c]
who = "c"
[tool.hatch.build.targets.wheel.hooks.tracer-a]
who = "a of wheels"
"""
DISABLED = """
[tool.hatch.build.hooks.tracer-b]
enable-by-default = false
[tool.hatch.build.hooks.tracer-a]
enable-by-default = false
[tool.hatch.build.hooks.tracer-c]
"""
PROJECT = """
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"
[project]
name = "demo-project"
version = "1.0"
requires-python = ">=3.8"
[tool.hatch.build.targets.wheel]
packages = ["src/demo"]
dev-mode-dirs = ["src"]
"""
FILES = {"src/demo/__init__.py": "", ".gitignore": "/dist/\n"}
ENTRY = {"METADATA": "Metadata-Version: 2.1\nName: tracers\nVersion: 1.0\n",
         "entry_points.txt": "[hatch]\ntracers = tracers\n"}
WHEEL = "demo_project-1.0-py3-none-any.whl"
SDIST = "demo_project-1.0.tar.gz"


class Traced(Case):
    def traced(self, hooks, files=None, more=""):
        project = self.project(PROJECT + more + hooks, {**FILES, **(files or {})})
        shutil.copy(os.path.join(HERE, "tracers.py"), self.site)
        os.mkdir(os.path.join(self.site, "tracers-1.0.dist-info"))
        for name, text in ENTRY.items():
            with open(os.path.join(self.site, "tracers-1.0.dist-info", name), "w") as file:
                file.write(text)
        self.log = os.path.join(project.scratch, "log")
        return project

    def calls(self):
        """What was logged: with processes and their objects numbered as they came, not with ids."""
        calls, seen = [], {"instance": [], "map": []}
        for line in read_lines(self.log):
            call = json.loads(line)
            pid = call.pop("pid")
            for kind, known in seen.items():
                if kind in call:
                    one = (pid, call[kind])
                    if one not in known:
                        known.append(one)
                    call[kind] = known.index(one)
            calls.append(call)
        return calls

    def both(self, project, *arguments, code=0, fills=(), **variables):
        """What hatchling does, which is what grapnel does."""
        results = {}
        for who, build in (("hatchling", self.hatchling), ("grapnel", self.grapnel)):
            for directory in ("dist", "elsewhere", "out"):
                empty(project.path(directory))
            for name in fills:
                project.write(name, "old")
            if os.path.exists(self.log):
                os.unlink(self.log)
            ended = build(project, "build", *arguments, TRACE_LOG=self.log, **variables)
            self.assert_code(ended, code)
            files = {directory: listing(project.path(directory)) for directory in ("dist", "elsewhere", "out")}
            results[who] = (self.calls(), files, ended)
        self.assertEqual(results["grapnel"][0], results["hatchling"][0])
        self.assertEqual(results["grapnel"][1], results["hatchling"][1])
        self.last = results["grapnel"][2]
        return results["grapnel"][0], results["grapnel"][1]


def short(calls):
    """b new, a initialize standard, …"""
    return [" ".join([call["hook"][-1], call["call"], *call.get("versions", []),
                      *([call["version_built"]] if "version_built" in call else [])]) for call in calls]


def stages(hooks, stage, *versions):
    return [" ".join([hook, stage, *versions]) for hook in hooks]


def built(hooks, version="standard"):
    return stages(hooks, "initialize", version) + stages(hooks, "finalize", version)


class PluginTest(Traced):
    def test_sdist_and_wheel(self):
        calls, files = self.both(self.traced(HOOKS))
        self.assertEqual(short(calls), stages("ba", "new") + built("ba") + stages("bac", "new") + built("bac"))
        self.assertEqual([call["instance"] for call in calls], [0, 1, 0, 1, 0, 1] + [2, 3, 4] * 3)
        self.assertEqual(files["dist"], [WHEEL, SDIST])
        last = calls[-2]
        self.assertEqual(last["config"], {"who": "a of wheels"})  # replaced, not merged
        self.assertEqual(last["build_hooks"], ["tuple", "tracer-b", "tracer-a", "tracer-c"])
        self.assertEqual(calls[2]["build_hooks"], ["tuple", "tracer-b", "tracer-a"])

    def test_clean(self):
        old = ("dist/other-1.0-py3-none-any.whl", "dist/other-1.0.tar.gz", "dist/test.txt")
        calls, files = self.both(self.traced(HOOKS), "--clean", fills=old)
        self.assertEqual(short(calls), stages("ba", "new") + stages("ba", "clean", "standard") + built("ba") +
                         stages("bac", "new") + stages("bac", "clean", "standard") + built("bac"))
        self.assertEqual(files["dist"], [WHEEL, SDIST, "test.txt"])

    def test_hooks_only(self):
        project = self.traced(HOOKS)
        for more in ((), ("--clean-hooks-after",)):
            with self.subTest(more):
                calls, files = self.both(project, "--hooks-only", *more)
                self.assertEqual(short(calls), stages("ba", "new") + stages("ba", "initialize", "standard") +
                                 stages("bac", "new") + stages("bac", "initialize", "standard"))
                self.assertEqual(files["dist"], [])

    def test_hooks_only_and_clean(self):
        calls, files = self.both(self.traced(HOOKS), "--hooks-only", "--clean", "-t", "wheel", fills=[f"dist/{WHEEL}"])
        self.assertEqual(short(calls), stages("bac", "new") + stages("bac", "clean", "standard") +
                         stages("bac", "initialize", "standard"))
        self.assertEqual(files["dist"], [WHEEL])

    def test_clean_only(self):
        project = self.traced(HOOKS)
        old = [f"dist/{WHEEL}", f"dist/{SDIST}", "dist/test.txt"]
        expected = (stages("ba", "new") + stages("ba", "clean", "standard") + stages("bac", "new") +
                    stages("bac", "clean", "standard"))
        calls, files = self.both(project, "--clean-only", fills=old)
        self.assertEqual(short(calls), expected)
        self.assertEqual(files["dist"], ["test.txt"])
        calls, files = self.both(project, "--clean-only", "--hooks-only", fills=old)
        self.assertEqual(short(calls), expected)
        self.assertEqual(files["dist"], [WHEEL, SDIST, "test.txt"])
        calls, files = self.both(project, "--clean-only", "--no-hooks", fills=old)
        self.assertEqual((calls, files["dist"]), ([], ["test.txt"]))

    def test_versions(self):
        calls, files = self.both(self.traced(HOOKS), "-t", "wheel:standard,editable", "-t", "sdist", "--clean",
                                 "--clean-hooks-after")
        wheels = [stages("bac", "new"), stages("bac", "clean", "standard", "editable")]
        for version in ("standard", "editable"):
            wheels += [built("bac", version), stages("bac", "clean", version)]
        sdists = [stages("ba", "new"), stages("ba", "clean", "standard"), built("ba"),
                  stages("ba", "clean", "standard")]
        self.assertEqual(short(calls), sum(wheels + sdists, []))
        self.assertEqual(files["dist"], [WHEEL, SDIST])
        maps = [call["map"] for call in calls if "map" in call]
        self.assertEqual(maps, [0] * 6 + [1] * 6 + [2] * 4)  # fresh for each version

    def test_the_same_target_again(self):
        calls, _ = self.both(self.traced(HOOKS), "-t", "wheel:editable", "-t", "wheel:standard")
        self.assertEqual(short(calls), stages("bac", "new") + built("bac", "editable") + built("bac", "standard"))
        calls, _ = self.both(self.traced(HOOKS), "-t", "wheel:standard,standard")
        self.assertEqual(short(calls), stages("bac", "new") + built("bac") + built("bac"))

    def test_no_hooks(self):
        project = self.traced(HOOKS)
        calls, files = self.both(project, "--no-hooks")
        self.assertEqual((calls, files["dist"]), ([], [WHEEL, SDIST]))
        calls, files = self.both(project, "--no-hooks", "--hooks-only", code=1)
        self.assertEqual((calls, files["dist"]), ([], []))

    def test_what_does_not_exist(self):
        project = self.traced(HOOKS)
        for target in ("nope", "wheel:nope", "wheel:standard,nope"):
            with self.subTest(target):
                calls, files = self.both(project, "-t", target, code=1)
                self.assertEqual((calls, files["dist"]), ([], []))
                self.assertIn("nope", self.last.stderr)

    def test_a_failing_initialize(self):
        calls, files = self.both(self.traced(HOOKS), "--clean-hooks-after", code=1,
                                 TRACE_FAIL="tracer-b initialize raise")
        self.assertEqual(short(calls), ["b new", "a new", "b initialize standard"])
        self.assertEqual(files["dist"], [])
        self.assertIn("tracer-b", self.last.stderr)
        self.assertIn("raised in initialize", self.last.stderr)

    def test_a_failing_finalize(self):
        calls, files = self.both(self.traced(HOOKS), "-t", "wheel", "-t", "sdist", "--clean-hooks-after", code=1,
                                 TRACE_FAIL="tracer-b finalize raise")
        self.assertEqual(short(calls), stages("bac", "new") + stages("bac", "initialize", "standard") +
                         ["b finalize standard"])
        self.assertEqual(files["dist"], [WHEEL])

    def test_a_failing_clean(self):
        calls, files = self.both(self.traced(HOOKS), "--clean", code=1, TRACE_FAIL="tracer-a clean raise")
        self.assertEqual(short(calls), stages("ba", "new") + stages("ba", "clean", "standard"))
        self.assertEqual(files["dist"], [])

    def test_a_failing_constructor(self):
        calls, files = self.both(self.traced(HOOKS), "--clean", code=1, fills=[f"dist/{SDIST}"],
                                 TRACE_FAIL="tracer-b new raise")
        self.assertEqual(short(calls), ["b new"])
        self.assertEqual(files["dist"], [SDIST])

    def test_abort(self):
        project = self.traced(HOOKS)
        for code in (1, 2, 7, 125):
            with self.subTest(code):
                calls, files = self.both(project, code=code, TRACE_FAIL=f"tracer-a initialize {code}")
                self.assertEqual(short(calls), ["b new", "a new", "b initialize standard", "a initialize standard"])
                self.assertEqual(files["dist"], [])
                self.assertIn("aborted in initialize", self.last.stderr)
        calls, files = self.both(project, code=9, TRACE_FAIL="tracer-c finalize 9")
        self.assertEqual(short(calls)[-1], "c finalize standard")
        self.assertEqual(files["dist"], [WHEEL, SDIST])

    def test_directories(self):
        project = self.traced(HOOKS)
        elsewhere = project.path("elsewhere")
        calls, files = self.both(project, "-t", "wheel", HATCH_BUILD_LOCATION="elsewhere")
        self.assertEqual({call["directory"] for call in calls}, {elsewhere})
        self.assertEqual((files["dist"], files["elsewhere"]), ([], [WHEEL]))
        calls, files = self.both(project, "-t", "wheel", "-d", project.path("out"), HATCH_BUILD_LOCATION="elsewhere")
        self.assertEqual({call["directory"] for call in calls}, {project.path("out")})
        self.assertEqual((files["out"], files["elsewhere"]), ([WHEEL], []))

    def test_a_relative_directory(self):
        project = self.traced(HOOKS, {"grapnel.toml": "[build]\nlike-hatch = ['absolute-directory']\n"})
        calls, _ = self.both(project, "-t", "wheel", "-d", "out")
        self.assertEqual({call["directory"] for call in calls}, {"out"})
        self.assertEqual({call["artifact"] for call in calls if "artifact" in call}, {f"out/{WHEEL}"})
        project = self.traced(HOOKS)
        self.assert_code(self.grapnel(project, "build", "-t", "wheel", "-d", "out", TRACE_LOG=self.log))
        self.assertEqual({call["directory"] for call in self.calls()}, {project.path("out")})

    def test_variables(self):
        project = self.traced(HOOKS)
        calls, files = self.both(project, HATCH_BUILD_NO_HOOKS="true", HATCH_BUILD_HOOKS_ENABLE="true")
        self.assertEqual((calls, files["dist"]), ([], [WHEEL, SDIST]))
        for off in ("True", "yes", "on", "0", "false", ""):
            with self.subTest(off):
                calls, _ = self.both(project, "-t", "wheel", HATCH_BUILD_NO_HOOKS=off, HATCH_BUILD_HOOKS_ONLY=off,
                                     HATCH_BUILD_CLEAN=off, HATCH_BUILD_CLEAN_HOOKS_AFTER=off)
                self.assertEqual(short(calls), stages("bac", "new") + built("bac"))
        calls, files = self.both(project, "-t", "wheel", fills=[f"dist/{WHEEL}"], HATCH_BUILD_HOOKS_ONLY="1",
                                 HATCH_BUILD_CLEAN="true")
        self.assertEqual(short(calls), stages("bac", "new") + stages("bac", "clean", "standard") +
                         stages("bac", "initialize", "standard"))
        self.assertEqual(files["dist"], [WHEEL])
        calls, _ = self.both(project, "-t", "wheel", HATCH_BUILD_CLEAN_HOOKS_AFTER="1")
        self.assertEqual(short(calls), stages("bac", "new") + built("bac") + stages("bac", "clean", "standard"))

    def test_variables_that_enable(self):
        project = self.traced(DISABLED)
        for variables, hooks in (({}, "c"), ({"HATCH_BUILD_HOOKS_ENABLE": "true"}, "bac"),
                                 ({"HATCH_BUILD_HOOKS_ENABLE": "yes"}, "c"),
                                 ({"HATCH_BUILD_HOOK_ENABLE_TRACER-A": "1"}, "ac"),
                                 ({"HATCH_BUILD_HOOK_ENABLE_TRACER-C": "false"}, "c"),
                                 ({"HATCH_BUILD_HOOK_ENABLE_tracer-b": "1"}, "c")):
            with self.subTest(variables):
                calls, _ = self.both(project, "-t", "wheel", **variables)
                self.assertEqual(short(calls), stages(hooks, "new") + built(hooks))

    def test_hatch_toml(self):
        project = self.traced("")
        project.write("hatch.toml", HOOKS.replace("tool.hatch.", "") +
                      table("build.targets.wheel", {"packages": ["src/demo"]}))
        calls, files = self.both(project)
        self.assertEqual(short(calls), stages("ba", "new") + built("ba") + stages("bac", "new") + built("bac"))
        self.assertEqual(files["dist"], [WHEEL, SDIST])

    def test_build(self):
        """A front end makes the sdist, and the wheel in a process of its own, of the sdist."""
        project = self.traced(HOOKS)
        self.assert_code(self.run_in(project, [PYTHON, "-m", "build", "-n", "-x"], TRACE_LOG=self.log))
        theirs = self.calls()
        os.unlink(self.log)
        self.assert_code(self.grapnel(project, "build", "-t", "sdist", "-d", project.path("out"), TRACE_LOG=self.log))
        unpacked = os.path.join(project.scratch, "unpacked")
        os.mkdir(unpacked)
        self.assert_code(self.run_in(project, ["tar", "-xzf", project.path("out", SDIST), "-C", unpacked,
                                               "--strip-components=1"]))
        self.assert_code(self.grapnel(project, "build", "-t", "wheel", "--root", unpacked, TRACE_LOG=self.log))
        ours = self.calls()
        roots = [call["root"] for call in theirs]
        self.assertEqual([call["root"] for call in ours], [project.root] * 6 + [unpacked] * 9)
        self.assertEqual(roots[:6], [project.root] * 6)
        self.assertNotIn(project.root, roots[6:])
        for call in theirs + ours:  # where, not what
            self.assertEqual(call.pop("cwd"), call.pop("root"))
            call.pop("directory")
            call.pop("there")
            if "artifact" in call:
                call["artifact"] = os.path.basename(call["artifact"])
        self.assertEqual(ours, theirs)
        self.assertEqual(short(ours), stages("ba", "new") + built("ba") + stages("bac", "new") + built("bac"))

    def test_later_hooks_see_what_earlier_ones_did(self):
        shown = ["artifacts", "force_include", "own", "SAID"]
        hooks = (table("tool.hatch.build.hooks.tracer-b", {"patch": {
            "artifacts": ["/src/demo/made.txt"], "force_include": {"LICENCE": "demo/LICENCE"}, "own": {"a": [1, 2]}},
            "set": {"SAID": "by b"}}) + table("tool.hatch.build.hooks.tracer-a", {"show": shown}) +
            table("tool.hatch.build.hooks.tracer-c", {"show": shown, "patch": {"own": {"b": True}}}))
        project = self.traced(hooks, {"LICENCE": "", "src/demo/made.txt": "", ".gitignore": "made.txt\n"})
        calls, _ = self.both(project, "-t", "wheel")
        data = {"artifacts": ["/src/demo/made.txt"], "force_include": {"LICENCE": "demo/LICENCE"}, "own": {"a": [1, 2]}}
        self.assertEqual([(call["data"], call["variables"]) for call in calls if call["call"] == "initialize"][1:],
                         [(data, {"SAID": "by b"})] * 2)
        self.assertEqual(calls[-1]["data"], {**data, "own": {"a": [1, 2], "b": True}})
        self.assertIn("demo/made.txt", members(project.path("dist", WHEEL)))


class NativeTest(Traced):
    """Recorders in C++: the same sequences, whether a stage is a process or they all are one."""

    KEYS = {"tracer-b": {}, "tracer-a": {}}
    KEYS_OF_WHEELS = {"tracer-c": {}, "tracer-a": {}}
    SCENARIOS = (
        ("",), ("--clean",), ("--hooks-only",), ("--hooks-only", "--clean-hooks-after"), ("--hooks-only", "--clean"),
        ("--clean-only",), ("--clean-only", "--hooks-only"), ("--clean-only", "--no-hooks"), ("--clean-hooks-after",),
        ("-t", "wheel:standard,editable", "-t", "sdist", "--clean", "--clean-hooks-after"), ("--no-hooks",))
    FAILURES = (("tracer-b", "initialize", "raise", "throw", 1), ("tracer-b", "finalize", "raise", "build", 1),
                ("tracer-a", "clean", "raise", "build", 1), ("tracer-a", "initialize", "7", "abort:7", 7),
                ("tracer-a", "finalize", "2", "abort:2", 2))

    def native(self, transport, project, fails=None):
        """The project in the form of grapnel.toml, beside one of Python's."""
        root = os.path.join(project.scratch, "native " + transport)
        empty(root)
        os.makedirs(root)
        text = "[build]\nname = 'demo-project'\nversion = '1.0'\n"
        text += table("build.targets.wheel", {"packages": ["src/demo"], "dev-mode-dirs": ["src"]})
        for before, hooks in (("build", self.KEYS), ("build.targets.wheel", self.KEYS_OF_WHEELS)):
            for name in hooks:
                values = {"command": [os.path.join(PROGRAMS, "staged_hook")], "transport": transport,
                          "log": "../native log"}
                if fails and fails[0] == name:
                    values["fail_in"] = f"{fails[1]}:{fails[2]}"
                text += table(f"{before}.hooks.{name}", values)
        for name, content in {**FILES, "grapnel.toml": text}.items():
            os.makedirs(os.path.dirname(os.path.join(root, name)), exist_ok=True)
            with open(os.path.join(root, name), "w") as file:
                file.write(content)
        return root

    def logged(self, transport, project, *arguments, fails=None, code=0):
        root = self.native(transport, project, fails)
        log = os.path.join(project.scratch, "native log")
        if os.path.exists(log):
            os.unlink(log)
        ended = self.grapnel(project, "build", "--root", root, *arguments)
        self.assert_code(ended, code)
        hooks = os.path.join(root, ".hatch", "grapnel", "hooks")
        left = [name for _, names, _ in os.walk(hooks) for name in names if name.startswith("run-")]
        self.assertEqual(left, [], "work directories are removed, also after failures")
        return read_lines(log)

    @staticmethod
    def lines(calls):
        """As the C++ recorder writes them: it knows of no constructors."""
        lines = []
        for call in calls:
            if call["call"] == "new":
                continue
            versions = call.get("versions") or [call["version_built"]]
            lines.append(" ".join([call["hook"], call["call"], ",".join(versions), *call.get("build_hooks", [])[1:]]))
        return lines

    def test_the_same_sequences(self):
        project = self.traced(HOOKS)
        for scenario in self.SCENARIOS:
            arguments = [one for one in scenario if one]
            calls, _ = self.both(project, *arguments)
            for transport in ("one-shot", "session"):
                with self.subTest(arguments=arguments, transport=transport):
                    self.assertEqual(self.logged(transport, project, *arguments), self.lines(calls))

    def test_the_same_failures(self):
        project = self.traced(HOOKS)
        for hook, stage, how, native, code in self.FAILURES:
            arguments = ["-t", "wheel", "-t", "sdist", "--clean", "--clean-hooks-after"]
            calls, _ = self.both(project, *arguments, code=code, TRACE_FAIL=f"{hook} {stage} {how}")
            # Only Python's failures of all kinds have the code 1.
            wanted = 255 if native == "throw" else code
            for transport in ("one-shot", "session"):
                with self.subTest(hook=hook, stage=stage, how=how, transport=transport):
                    logged = self.logged(transport, project, *arguments, fails=(hook, stage, native), code=wanted)
                    self.assertEqual(logged, self.lines(calls))


class InterleavedTest(Traced):
    """Hooks in Python and in C++, in one order."""

    def test_one_order(self):
        shown = ["artifacts", "own", "OF_B", "OF_ONE", "OF_TWO"]
        native = {"command": [os.path.join(PROGRAMS, "staged_hook")], "log": "native log",
                  "log_data": ["artifacts", "own"], "log_env": ["OF_B", "OF_ONE", "OF_TWO"]}
        hooks = "".join([
            table("tool.hatch.build.hooks.tracer-b", {"patch": {"artifacts": ["/b.txt"], "own": {"b": 1}},
                                                      "set": {"OF_B": "b"}}),
            table("tool.hatch.build.hooks.grapnel", {}),
            table("tool.hatch.build.hooks.tracer-a", {"show": shown, "patch": {"artifacts": ["/a.txt"]}}),
            table("tool.hatch.build.hooks.two", {**native, "env": {"set": {"OF_TWO": "2"}}, "transport": "session"}),
            table("tool.hatch.build.hooks.tracer-c", {"show": shown})])
        one = {**native, "env": {"set": {"OF_ONE": "1"}, "prepend": {"OF_B": "one"}},
               "patch": {"artifacts": ["/one.txt"], "own": {"one": True}}}
        project = self.traced(hooks, {"grapnel.toml": table("build.hooks.one", one)})
        self.assert_code(self.grapnel(project, "build", "-t", "wheel", "--clean-hooks-after", TRACE_LOG=self.log))
        order = "tracer-b one tracer-a two tracer-c"
        calls = [call for call in self.calls() if call["call"] == "initialize"]
        for call in calls:
            self.assertEqual(call["build_hooks"], ["tuple", *order.split()])
        b, a, c = calls
        self.assertEqual(a["data"], {"artifacts": ["/b.txt", "/one.txt"], "own": {"b": 1, "one": True}})
        self.assertEqual(a["variables"], {"OF_B": "one:b", "OF_ONE": "1"})
        self.assertEqual(c["data"]["artifacts"], ["/b.txt", "/one.txt", "/a.txt"])
        self.assertEqual(c["variables"], {"OF_B": "one:b", "OF_ONE": "1", "OF_TWO": "2"})
        lines = read_lines(project.path("native log"))
        all_own = '{"b":1,"one":true}'
        self.assertEqual(lines, [
            f'one initialize standard {order} artifacts=["/b.txt"] own={{"b":1}} OF_B=b OF_ONE OF_TWO',
            f'two initialize standard {order} artifacts=["/b.txt","/one.txt","/a.txt"] own={all_own} '
            "OF_B=one:b OF_ONE=1 OF_TWO",
            f'one finalize standard {order} artifacts=["/b.txt","/one.txt","/a.txt"] own={all_own} '
            "OF_B=one:b OF_ONE=1 OF_TWO=2",
            f'two finalize standard {order} artifacts=["/b.txt","/one.txt","/a.txt"] own={all_own} '
            "OF_B=one:b OF_ONE=1 OF_TWO=2",
            "one clean standard OF_B=one:b OF_ONE=1 OF_TWO=2",
            "two clean standard OF_B=one:b OF_ONE=1 OF_TWO=2"])

    def test_variables_reach_a_session_that_began_before(self):
        native = {"command": [os.path.join(PROGRAMS, "staged_hook")], "log": "native log", "log_env": ["SAID", "ONE"]}
        hooks = (table("tool.hatch.build.hooks.tracer-b", {"set": {"SAID": "by b"}}) +
                 table("tool.hatch.build.hooks.one", {**native, "env": {"set": {"ONE": "1"}}}) +
                 table("tool.hatch.build.hooks.two", {**native, "transport": "session"}))
        project = self.traced(hooks)
        self.assert_code(self.grapnel(project, "build", "-t", "wheel", "--clean", TRACE_LOG=self.log))
        order = "tracer-b one two"
        self.assertEqual([line for line in read_lines(project.path("native log")) if line.startswith("two")],
                         ["two clean standard SAID ONE", f"two initialize standard {order} SAID=by b ONE=1",
                          f"two finalize standard {order} SAID=by b ONE=1"])

    def test_a_failure_in_the_middle(self):
        hooks = "".join([table("tool.hatch.build.hooks.tracer-b", {}),
                         table("tool.hatch.build.hooks.one", {"command": [os.path.join(PROGRAMS, "staged_hook")],
                                                              "fail_in": "initialize:abort:7"}),
                         table("tool.hatch.build.hooks.tracer-a", {})])
        project = self.traced(hooks)
        ended = self.grapnel(project, "build", TRACE_LOG=self.log)
        self.assert_code(ended, 7)
        self.assertEqual(short(self.calls()), ["b new", "a new", "b initialize standard"])
        self.assertIn("aborted in initialize", ended.stderr)


if __name__ == "__main__":
    unittest.main()
