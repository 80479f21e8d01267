# SPDX-License-Identifier: BSD-3-Clause
"""The host of Python hooks, driven over its channel, with Debian's hatchling and without (spec: hatch-build-hooks, 6.6
and 7.6)."""

import json
import os
import signal
import subprocess
import textwrap
import unittest

from host import PYPROJECT, PYTHON, Failed, Host, HostEnded, Project

INTERFACE = "from hatchling.builders.hooks.plugin.interface import BuildHookInterface\n"
# `python3 -S` has no dist-packages, and so no hatchling.
WITHOUT_HATCHLING = ["-S"]


def script(body, before=""):
    """A build script with one hook, whose methods are `body`."""
    return INTERFACE + textwrap.dedent(before) + "class Hook(BuildHookInterface):\n" + textwrap.indent(
        textwrap.dedent(body), "    ") + "\n"


class Case(unittest.TestCase):
    options = []

    def host(self, files=None, pyproject=PYPROJECT, variables=None):
        """A host of a project with `files`."""
        self.project = Project(files, pyproject)
        self.addCleanup(self.project.close)
        host = Host(self.project, self.options, variables)
        self.addCleanup(host.end)
        self.assertEqual(host.ready, {"ready": 1})
        return host

    def loaded(self, body, before="", config=None, **more):
        """A host with one hook of a script."""
        host = self.host({"hatch_build.py": script(body, before)})
        host.open(**more)
        host.call("load", hook="custom", config=config or {}, index=0)
        return host

    def error(self, function, *arguments, **params):
        with self.assertRaises(Failed) as caught:
            function(*arguments, **params)
        return caught.exception.error


class Scripts:
    """Of the hook `custom`, with hatchling and without."""

    def load_error(self, text, config=None, name="hatch_build.py"):
        host = self.host({name: text} if text is not None else {})
        host.open()
        error = self.error(host.call, "load", hook="custom", config=config or {}, index=0)
        self.assertEqual(host.call("close"), {})
        self.assertEqual(host.wait(), 0)
        return error

    def test_106_path_of_a_wrong_type(self):
        error = self.load_error(None, {"path": 3})
        self.assertEqual((error["kind"], error["type"], error["project"]), ("exception", "TypeError", True))
        self.assertIn("'path' of the build hook 'custom' must be a string, and is of type 'int'", error["message"])

    def test_106_empty_path(self):
        error = self.load_error(None, {"path": ""})
        self.assertEqual((error["kind"], error["type"], error["project"]), ("exception", "ValueError", True))
        self.assertIn("must not be empty", error["message"])

    def test_106_missing_file(self):
        for config, name in (({}, "hatch_build.py"), ({"path": "hooks/own.py"}, "hooks/own.py")):
            error = self.load_error(None, config)
            self.assertEqual((error["kind"], error["type"], error["project"]), ("exception", "OSError", True))
            self.assertIn(f"the build script '{name}' does not exist", error["message"])
            self.assertIn(self.project.path(name), error["message"])  # where it was looked for

    def test_107_default_and_explicit_path_and_the_name(self):
        body = """
            PLUGIN_NAME = "other"
            def initialize(self, version, build_data):
                build_data["name"] = self.PLUGIN_NAME
                build_data["module"] = __name__
        """
        for config, name in (({}, "hatch_build.py"), ({"path": "hooks/own_hook"}, "hooks/own_hook")):
            host = self.host({name: script(body)})
            host.open()
            host.call("load", hook="custom", config=config, index=0)
            data = host.call("initialize", hook="custom", version="standard", build_data={})["build_data"]
            self.assertEqual(data, {"name": "custom", "module": name})

    def test_108_no_subclass(self):
        error = self.load_error(INTERFACE + "x = 1\n")
        self.assertEqual((error["type"], error["project"]), ("ValueError", True))
        self.assertIn("'hatch_build.py' has no subclass of BuildHookInterface", error["message"])
        self.assertIn(self.project.path("hatch_build.py"), error["message"])

    def test_108_two_subclasses(self):
        error = self.load_error(script("pass") + "class Second(BuildHookInterface): pass\n")
        self.assertEqual((error["type"], error["project"]), ("ValueError", True))
        self.assertIn("more than one subclass of BuildHookInterface: Hook, Second", error["message"])
        self.assertIn("get_build_hook()", error["message"])

    def test_108_selector_function_wins(self):
        host = self.host({"hatch_build.py": script("pass") + textwrap.dedent("""
            class Second(BuildHookInterface):
                def initialize(self, version, build_data):
                    build_data["class"] = "Second"
            def get_build_hook():
                return Second
        """)})
        host.open()
        host.call("load", hook="custom", config={}, index=0)
        self.assertEqual(host.call("initialize", hook="custom", version="standard", build_data={})["build_data"],
                         {"class": "Second"})

    def test_109_another_name_counts(self):
        error = self.load_error(script("pass") + "Alias = Hook\n")
        self.assertIn("more than one subclass of BuildHookInterface: Alias, Hook", error["message"])

    def test_109_an_imported_subclass_counts(self):
        host = self.host({"sibling.py": script("pass"), "hatch_build.py": textwrap.dedent("""
            from sibling import Hook
            class Own(Hook):
                pass
        """)})
        host.open()
        error = self.error(host.call, "load", hook="custom", config={}, index=0)
        self.assertIn("more than one subclass of BuildHookInterface: Hook, Own", error["message"])

    def test_42_import_error_has_a_kind_of_its_own(self):
        error = self.load_error("import not_installed_here\n" + script("pass"))
        self.assertEqual((error["kind"], error["type"]), ("import", "ModuleNotFoundError"))
        self.assertIn("not_installed_here", error["message"])
        self.assertIn("hatch_build.py", error["traceback"])

    def test_42_import_error_of_the_constructor(self):
        error = self.load_error(script("""
            def __init__(self, *arguments, **more):
                import not_installed_here
        """))
        self.assertEqual(error["kind"], "import")

    def test_42_other_exceptions_are_no_import_errors(self):
        for text, kind in (("x = = 1\n", "SyntaxError"), ("1 / 0\n", "ZeroDivisionError")):
            error = self.load_error(text)
            self.assertEqual((error["kind"], error["type"]), ("exception", kind))
            self.assertIn("hatch_build.py", error["traceback"])

    def test_dataclass_in_a_script(self):
        host = self.host({
            "hatch_build.py": "from __future__ import annotations\nimport dataclasses\n" + script("""
                def initialize(self, version, build_data):
                    build_data["x"] = Point(3).x
            """) + "@dataclasses.dataclass\nclass Point:\n    x: int\n"})
        host.open()
        host.call("load", hook="custom", config={}, index=0)
        self.assertEqual(host.call("initialize", hook="custom", version="standard", build_data={})["build_data"],
                         {"x": 3})

    def test_sibling_modules_can_be_imported(self):
        host = self.host({"sibling.py": "VALUE = 7\n", "hatch_build.py": "import sibling\n" + script("""
            def initialize(self, version, build_data):
                build_data["value"] = sibling.VALUE
        """)})
        host.open()
        host.call("load", hook="custom", config={}, index=0)
        self.assertEqual(host.call("initialize", hook="custom", version="standard", build_data={})["build_data"],
                         {"value": 7})

    def test_what_a_hook_is_given(self):
        host = self.loaded("""
            def initialize(self, version, build_data):
                import os
                build_data["seen"] = {"root": self.root, "config": self.config, "directory": self.directory,
                                      "target_name": self.target_name, "verbosity": self.app.verbosity,
                                      "cwd": os.getcwd(), "version": version}
        """, config={"key": ["value", {"x": 1}]}, verbosity=2)
        seen = host.call("initialize", hook="custom", version="standard", build_data={})["build_data"]["seen"]
        root = self.project.root
        self.assertEqual(seen, {"root": root, "config": {"key": ["value", {"x": 1}]}, "directory": root + "/dist",
                                "target_name": "wheel", "verbosity": 2, "cwd": root, "version": "standard"})

    def test_stages_share_one_instance_and_one_object(self):
        host = self.loaded("""
            def __init__(self, *arguments, **more):
                super().__init__(*arguments, **more)
                self.calls = []
                self.maps = set()
            def note(self, *what):
                self.calls.append(list(what))
            def clean(self, versions):
                self.note("clean", versions)
            def initialize(self, version, build_data):
                self.note("initialize", version)
                self.maps.add(id(build_data))
                self.kept = build_data
                build_data["calls"] = self.calls
            def finalize(self, version, build_data, artifact_path):
                self.note("finalize", version, artifact_path, build_data is self.kept)
                build_data["calls"] = self.calls
        """)
        host.call("clean", hook="custom", versions=["b", "a"])
        host.call("begin", version="b", build_data={})
        host.call("initialize", hook="custom", version="b", build_data={})
        host.call("finalize", hook="custom", version="b", build_data={}, artifact_path="/x.whl")
        host.call("begin", version="a", build_data={})
        host.call("initialize", hook="custom", version="a", build_data={})
        calls = host.call("finalize", hook="custom", version="a", build_data={}, artifact_path="/y.whl")["build_data"]
        self.assertEqual(calls, {"calls": [
            ["clean", ["b", "a"]], ["initialize", "b"], ["finalize", "b", "/x.whl", True], ["initialize", "a"],
            ["finalize", "a", "/y.whl", True]]})

    def test_build_data_keeps_its_objects(self):
        host = self.loaded("""
            def initialize(self, version, build_data):
                from pathlib import Path
                self.list, self.map = build_data["artifacts"], build_data["force_include"]
                self.map[Path("/x/a.py")] = Path("a.py")
                self.tuple = build_data["pair"] = (1, 2)
                build_data["kind"] = type(build_data["build_hooks"]).__name__
            def finalize(self, version, build_data, artifact_path):
                from pathlib import Path
                build_data["same"] = [self.list is build_data["artifacts"], self.map is build_data["force_include"],
                                      self.tuple is build_data["pair"], Path("/x/a.py") in self.map,
                                      type(build_data["build_hooks"]).__name__]
        """)
        given = {"artifacts": ["x"], "force_include": {"/b": "b"}, "build_hooks": ["custom", "other"]}
        data = host.call("initialize", hook="custom", version="standard", build_data=given)["build_data"]
        self.assertEqual(data, {"artifacts": ["x"], "force_include": {"/b": "b", "/x/a.py": "a.py"}, "pair": [1, 2],
                                "build_hooks": ["custom", "other"], "kind": "tuple"})
        data["artifacts"].append("y")  # as another hook did
        data["force_include"]["/c"] = "c"
        del data["force_include"]["/b"]
        after = host.call("finalize", hook="custom", version="standard", build_data=data, artifact_path="/a.whl")
        self.assertEqual(after["build_data"], {**data, "same": [True, True, True, True, "tuple"]})

    def test_keys_that_another_hook_removed_are_gone(self):
        host = self.loaded("""
            def initialize(self, version, build_data):
                build_data["own"] = 1
            def finalize(self, version, build_data, artifact_path):
                build_data["left"] = sorted(build_data)
        """)
        host.call("initialize", hook="custom", version="standard", build_data={"x": 1})
        data = host.call("finalize", hook="custom", version="standard", build_data={"y": 1}, artifact_path="/a.whl")
        self.assertEqual(data["build_data"], {"y": 1, "left": ["y"]})

    def test_what_json_has_not(self):
        host = self.loaded("""
            def initialize(self, version, build_data):
                import enum, collections
                name = version
                loop = []
                loop.append(loop)
                build_data.update({"set": {"own": {1}}, "bytes": {"own": ["x", b"y"]}, "object": {"own": object()},
                                   "key": {"own": {3: 4}}, "nan": {"own": float("nan")}, "loop": {"own": loop},
                                   "large": {"own": 1 << 63}, "half": {"own": "\\udc80"}}[name])
        """)
        for version, key, said in (
                ("set", "own", "a value of type 'set'"), ("bytes", "own[1]", "a value of type 'bytes'"),
                ("object", "own", "a value of type 'object'"), ("key", "own", "a key of type 'int'"),
                ("nan", "own", "nan, which JSON has not"), ("large", "own", "too large"),
                ("half", "own", "text that is not UTF-8")):
            error = self.error(host.call, "initialize", hook="custom", version=version, build_data={})
            self.assertEqual((error["kind"], error["key"]), ("unserializable", key), version)
            self.assertIn(said, error["message"])
        error = self.error(host.call, "initialize", hook="custom", version="loop", build_data={})
        self.assertEqual(error["kind"], "unserializable")
        self.assertTrue(error["key"].startswith("own[0]"))
        # The host lives on.
        self.assertEqual(host.call("close"), {})
        self.assertEqual(host.wait(), 0)

    def test_an_answer_that_is_too_large(self):
        host = self.loaded("""
            def initialize(self, version, build_data):
                build_data["own"] = "x" * (33 << 20)
        """)
        error = self.error(host.call, "initialize", hook="custom", version="standard", build_data={})
        self.assertEqual(error["kind"], "unserializable")
        self.assertEqual(host.call("close"), {})

    def test_abort(self):
        host = self.loaded("""
            def initialize(self, version, build_data):
                if version == "plain":
                    raise SystemExit(9)
                if version == "text":
                    raise SystemExit("no more")
                if version == "nothing":
                    raise SystemExit
                self.app.abort("this cannot be\\nbuilt", code=9)
        """)
        for version, code, message in (("app", 9, "this cannot be\nbuilt"), ("plain", 9, ""), ("text", 1, "no more"),
                                       ("nothing", 0, "")):
            error = self.error(host.call, "initialize", hook="custom", version=version, build_data={})
            self.assertEqual((error["kind"], error["code"], error["message"]), ("abort", code, message))
        self.assertIn("this cannot be\nbuilt", host.stderr())
        self.assertEqual(host.stdout(), "")

    def test_exception(self):
        host = self.loaded("""
            def initialize(self, version, build_data):
                try:
                    {}["inner"]
                except KeyError:
                    raise Broken("it \\udc80 broke")
            def finalize(self, version, build_data, artifact_path):
                raise Infra()
        """, before="""
            class InfraException(Exception):
                pass
            class Infra(InfraException):
                pass
            class Broken(Exception):
                pass
        """)
        error = self.error(host.call, "initialize", hook="custom", version="standard", build_data={})
        self.assertEqual((error["kind"], error["type"]), ("exception", "hatch_build.py.Broken"))
        self.assertEqual(error["message"], "it \\udc80 broke")
        self.assertNotIn("infra", error)
        self.assertIn("KeyError: 'inner'", error["traceback"])
        self.assertIn("raise Broken", error["traceback"])
        self.assertNotIn("<grapnel>", error["traceback"])
        error = self.error(host.call, "finalize", hook="custom", version="standard", artifact_path="/x")
        self.assertEqual((error["infra"], error["message"]), (True, ""))

    def test_the_stages_may_be_missing_or_wrong(self):
        host = self.loaded("""
            clean = None
            def dependencies(self):
                return "one string"
            def initialize(self):
                pass
        """)
        self.assertEqual(self.error(host.call, "clean", hook="custom", versions=[])["type"], "TypeError")
        error = self.error(host.call, "dependencies", hook="custom")
        self.assertEqual((error["type"], error["project"]), ("TypeError", True))
        error = self.error(host.call, "initialize", hook="custom", version="standard", build_data={})
        self.assertEqual(error["type"], "TypeError")

    def test_prints_never_reach_the_standard_output(self):
        host = self.loaded("""
            def initialize(self, version, build_data):
                import os, subprocess, sys
                print("hook says")
                sys.__stdout__.write("original says\\n")
                os.write(1, b"descriptor says\\n")
                subprocess.check_call(["/bin/echo", "child says"])
                sys.stdout.write("no newline")
        """)
        host.call("initialize", hook="custom", version="standard", build_data={})
        self.assertEqual(host.stderr(), "hook says\noriginal says\ndescriptor says\nchild says\nno newline")
        self.assertEqual(host.stdout(), "")

    def test_the_channel_is_nobody_elses(self):
        host = self.loaded("""
            def initialize(self, version, build_data):
                import os, subprocess
                build_data["list"] = subprocess.check_output(["/bin/ls", "/proc/self/fd"]).decode().split()
                try:
                    os.write(3, b"rubbish")
                except OSError as error:
                    build_data["error"] = error.strerror
        """)
        data = host.call("initialize", hook="custom", version="standard", build_data={})["build_data"]
        self.assertEqual(data, {"list": ["0", "1", "2", "3"], "error": "Bad file descriptor"})  # 3: ls reads that

    def test_a_hook_that_closes_every_descriptor_is_noticed(self):
        host = self.loaded("""
            def initialize(self, version, build_data):
                import os
                os.closerange(3, 4096)
        """)
        with self.assertRaises(HostEnded):
            host.call("initialize", hook="custom", version="standard", build_data={})
        self.assertNotEqual(host.wait(), 0)
        self.assertIn("Bad file descriptor", host.stderr())

    def test_sudden_death(self):
        for what, code in (("os._exit(0)", 0), ("os.kill(os.getpid(), 9)", -signal.SIGKILL)):
            host = self.loaded(f"""
                def finalize(self, version, build_data, artifact_path):
                    import os
                    {what}
            """)
            with self.assertRaises(HostEnded):
                host.call("finalize", hook="custom", version="standard", build_data={}, artifact_path="/x")
            self.assertEqual(host.wait(), code)

    def test_a_forked_child_that_comes_back_says_nothing(self):
        host = self.loaded("""
            def initialize(self, version, build_data):
                import os
                child = os.fork()
                if child:
                    os.waitpid(child, 0)
                elif version == "raise":
                    raise ValueError
                build_data["child"] = bool(child)
        """)
        for version in "return", "raise":
            data = host.call("initialize", hook="custom", version=version, build_data={})["build_data"]
            self.assertEqual(data, {"child": True})
        self.assertEqual(host.call("close"), {})

    def test_it_lives_until_it_is_closed(self):
        for ending in ("close", "end of the channel"):
            host = self.loaded("""
                def initialize(self, version, build_data):
                    import atexit, os
                    path = os.path.join(self.root, "temporary")
                    open(path, "w").close()
                    atexit.register(os.unlink, path)
            """)
            host.call("initialize", hook="custom", version="standard", build_data={})
            host.call("finalize", hook="custom", version="standard", build_data={}, artifact_path="/x")
            self.assertTrue(os.path.exists(self.project.path("temporary")))
            if ending == "close":
                host.call("close")
            else:
                host.channel.close()
            self.assertEqual(host.wait(), 0)
            self.assertFalse(os.path.exists(self.project.path("temporary")))

    def test_environment_flows_both_ways(self):
        host = self.loaded("""
            def initialize(self, version, build_data):
                import os
                build_data["seen"] = os.environ.get("GIVEN")
                os.environ["OWN"] = version
                os.environ.pop("INHERITED", None)
        """)
        first = host.call("initialize", hook="custom", version="a", build_data={}, environment={"GIVEN": "x"})
        self.assertEqual((first["environment"], first["build_data"]["seen"]), ({"OWN": "a"}, "x"))
        again = host.call("initialize", hook="custom", version="a", build_data={})
        self.assertNotIn("environment", again)
        self.assertEqual(again["build_data"]["seen"], "x")
        last = host.call("initialize", hook="custom", version="b", build_data={}, environment={"GIVEN": None})
        self.assertEqual((last["environment"], last["build_data"]["seen"]), ({"OWN": "b"}, None))

    def test_environment_of_the_script_and_removals(self):
        host = self.host({"hatch_build.py": "import os\nos.environ['OF_SCRIPT'] = '1'\ndel os.environ['REMOVED']\n"
                          + script("pass")}, variables={"REMOVED": "x"})
        host.open()
        self.assertEqual(host.call("load", hook="custom", config={}, index=0),
                         {"environment": {"OF_SCRIPT": "1", "REMOVED": None}})

    def test_display(self):
        body = """
            def initialize(self, version, build_data):
                for name in ("info", "success", "waiting", "mini_header", "warning", "error"):
                    getattr(self.app, "display_" + name)(name)
                for level in 1, 2, 3:
                    self.app.display_debug("debug%d" % level, level=level)
        """
        shown = {-3: [], -2: ["error"], -1: ["warning", "error"],
                 0: ["info", "success", "waiting", "[mini_header]", "warning", "error"]}
        shown[2] = shown[0] + ["debug1", "debug2"]
        for verbosity, lines in shown.items():
            host = self.loaded(body, verbosity=verbosity)
            host.call("initialize", hook="custom", version="standard", build_data={})
            self.assertEqual(host.stderr().split(), lines)
            self.assertEqual(host.stdout(), "")

    def test_unknown_methods_are_our_fault(self):
        host = self.host()
        self.assertEqual(self.error(host.call, "nonsense")["kind"], "internal")
        self.assertEqual(self.error(host.call, "initialize", hook="never loaded", version="x")["kind"], "internal")
        self.assertEqual(host.call("close"), {})


class WithoutHatchling(Scripts, Case):
    options = WITHOUT_HATCHLING

    def test_open_says_so(self):
        host = self.host()
        result = host.open()
        self.assertEqual((result["hatchling"], result["shim"]), (None, True))
        self.assertIn("hatchling", result["reason"])

    def test_plugins_need_hatchling(self):
        host = self.host()
        host.open()
        error = self.error(host.call, "load", hook="autorun", config={}, index=0)
        self.assertEqual(error["kind"], "unknown_hook")
        self.assertIn("hatchling is not installed for '/usr/bin/python3'", error["message"])

    def test_more_than_there_is(self):
        host = self.loaded("""
            def initialize(self, version, build_data):
                build_data["name"] = self.metadata.name
                self.build_config.builder
        """, project={"name": "demo"})
        error = self.error(host.call, "initialize", hook="custom", version="standard", build_data={})
        self.assertEqual(error["type"], "AttributeError")
        self.assertIn("build_config has no 'builder' here, since hatchling is not installed", error["message"])

    def test_a_script_that_holds_more_than_a_hook(self):
        host = self.host({"hatch_build.py": script("pass") + textwrap.dedent("""
            from hatchling.metadata.plugin.interface import MetadataHookInterface
            from hatchling.builders.plugin.interface import BuilderInterface
            class Metadata(MetadataHookInterface):
                pass
        """)})
        host.open()
        self.assertEqual(host.call("load", hook="custom", config={}, index=0), {})

    def test_dependencies(self):
        host = self.loaded("""
            def dependencies(self):
                return [*super().dependencies(), "foo", "bar"]
        """, directory=None)
        self.assertEqual(host.call("dependencies", hook="custom"), {"dependencies": ["foo", "bar"]})


class WithHatchling(Scripts, Case):
    def test_open_says_so(self):
        host = self.host()
        ask = "import hatchling.__about__ as about; print(about.__version__)"
        version = subprocess.check_output([PYTHON, "-c", ask]).decode().strip()
        self.assertEqual(host.open(), {"hatchling": version, "shim": False})

    def test_hooks_get_the_real_thing(self):
        host = self.loaded("""
            def initialize(self, version, build_data):
                build_data["seen"] = [self.metadata.name, self.metadata.version, self.metadata.core.raw_name,
                                      type(self.build_config.builder).__name__, self.build_config.directory,
                                      sorted(file.distribution_path
                                             for file in self.build_config.builder.recurse_included_files())]
        """)
        self.project.write("demo_project/__init__.py", "")
        data = host.call("initialize", hook="custom", version="standard", build_data={})["build_data"]
        self.assertEqual(data["seen"], ["demo-project", "1.2", "demo-project", "WheelBuilder",
                                        self.project.path("dist"), ["demo_project/__init__.py"]])

    def test_targets_that_hatchling_does_not_know(self):
        for target in "custom", "deb":
            host = self.loaded("""
                def initialize(self, version, build_data):
                    build_data["seen"] = [self.target_name, self.build_config.plugin_name]
            """, target=target)
            data = host.call("initialize", hook="custom", version="standard", build_data={})["build_data"]
            self.assertEqual(data["seen"], [target, target])

    def test_dependencies_before_1_22_too(self):
        host = self.loaded("""
            def dependencies(self):
                return [*super().dependencies(), "foo", self.directory]
        """, directory=None)
        self.assertEqual(host.call("dependencies", hook="custom"), {"dependencies": ["foo", ""]})

    def test_metadata_that_hooks_change(self):
        host = self.loaded("""
            def initialize(self, version, build_data):
                if version == "standard":
                    self.metadata.core.entry_points.setdefault("group", {})["name"] = "module:object"
                    self.metadata.core.dependencies.append("foo>=1")
                    self.metadata.core._optional_dependencies = {"extra": ["bar"]}
                    self.metadata.core.scripts["other"] = "demo:other"
        """)
        result = host.call("initialize", hook="custom", version="standard", build_data={})
        self.assertEqual(result["metadata"], {
            "entry_points": {"group": {"name": "module:object"}}, "dependencies": ["packaging", "foo>=1"],
            "optional_dependencies": {"extra": ["bar"]}, "scripts": {"demo": "demo:main", "other": "demo:other"}})
        again = host.call("initialize", hook="custom", version="again", build_data={})
        self.assertEqual(again, {"build_data": {}})

    def test_target_config_that_hooks_change(self):
        host = self.loaded("""
            def initialize(self, version, build_data):
                self.build_config.target_config["exclude"] = ["/secret"]
        """)
        result = host.call("initialize", hook="custom", version="standard", build_data={})
        self.assertEqual(result, {"build_data": {}, "target_config": {"exclude": ["/secret"]}})
        again = host.call("initialize", hook="custom", version="standard", build_data={})
        self.assertEqual(again, {"build_data": {}})

    def test_config_is_hatchs_own_where_it_is_the_same(self):
        body = """
            def initialize(self, version, build_data):
                build_data["kind"] = type(self.config["date"]).__name__
                build_data["order"] = list(self.config)
        """
        pyproject = PYPROJECT + "[tool.hatch.build.hooks.custom]\nz = 1\ndate = 2026-01-02\na = 2\n"
        host = self.host({"hatch_build.py": script(body)}, pyproject)
        host.open()
        host.call("load", hook="custom", config={"a": 2, "date": "2026-01-02", "z": 1}, index=0)
        data = host.call("initialize", hook="custom", version="standard", build_data={})["build_data"]
        self.assertEqual(data, {"kind": "date", "order": ["z", "date", "a"]})

    def test_a_build_table_of_another_file(self):
        build = {"directory": "out", "targets": {"wheel": {"packages": ["x"], "hooks": {"custom": {"k": 1}}}}}
        host = self.host({"hatch_build.py": script("""
            def initialize(self, version, build_data):
                config = self.build_config
                build_data["seen"] = [config.build_config["directory"], config.packages, self.config]
        """)}, pyproject=None)
        host.open(build=build, project={"name": "of-grapnel-toml", "version": "3"})
        host.call("load", hook="custom", config={"k": 1}, index=0)
        data = host.call("initialize", hook="custom", version="standard", build_data={})["build_data"]
        self.assertEqual(data["seen"], ["out", ["x"], {"k": 1}])

    def test_a_project_that_hatchling_refuses(self):
        host = self.host(pyproject=PYPROJECT + "[tool]\nhatch = 3\n")
        error = self.error(host.open)
        self.assertEqual((error["kind"], error["type"], error["project"]), ("exception", "TypeError", True))
        self.assertIn("tool.hatch", error["message"])

    def test_unknown_hook(self):
        host = self.host()
        host.open()
        error = self.error(host.call, "load", hook="no-such-plugin", config={}, index=0)
        self.assertEqual(error["kind"], "unknown_hook")
        self.assertIn("'no-such-plugin'", error["message"])

    def test_real_plugins(self):
        """Debian's hatch-vcs, with its source of versions, and hatchling's own hook."""
        pyproject = PYPROJECT.replace('version = "1.02"', 'dynamic = ["version"]') + textwrap.dedent("""
            [tool.hatch.version]
            source = "vcs"
            [tool.hatch.build.hooks.vcs]
            version-file = "src/demo/_vcs.py"
        """)
        host = self.host({"src/demo/__init__.py": ""}, pyproject, {"SETUPTOOLS_SCM_PRETEND_VERSION": "3.4.5"})
        host.open()
        host.call("load", hook="vcs", config={"version-file": "src/demo/_vcs.py"}, index=0)
        host.call("load", hook="version", config={"path": "src/demo/_own.py"}, index=1)
        given = {"artifacts": [], "force_include": {}, "build_hooks": ["vcs", "version"]}
        host.call("begin", version="standard", build_data=given)
        data = host.call("initialize", hook="vcs", version="standard", build_data=given)["build_data"]
        self.assertEqual(data, {**given, "artifacts": ["/src/demo/_vcs.py"]})
        data = host.call("initialize", hook="version", version="standard", build_data=data)["build_data"]
        self.assertEqual(data, {**given, "artifacts": ["/src/demo/_vcs.py", "/src/demo/_own.py"]})
        self.assertIn("3.4.5", self.project.read("src/demo/_vcs.py"))
        self.assertIn("3.4.5", self.project.read("src/demo/_own.py"))
        host.call("load", hook="vcs", config={}, index=0)
        error = self.error(host.call, "initialize", hook="vcs", version="standard", build_data=given)
        self.assertEqual((error["kind"], error["type"]), ("exception", "ValueError"))
        self.assertIn("version-file", error["message"])

    def plugin(self, text):
        """A host with an installed distribution that registers a build hook."""
        host = self.host({"hatch_build.py": script("pass")})
        site = os.path.join(self.project.scratch, "site")
        os.makedirs(os.path.join(site, "hatch_own-1.dist-info"))
        metadata = "Metadata-Version: 2.1\nName: hatch-own\nVersion: 1\n"
        for name, content in (("hatch_own-1.dist-info/METADATA", metadata),
                              ("hatch_own-1.dist-info/entry_points.txt", "[hatch]\nown = hatch_own_plugin\n"),
                              ("hatch_own_plugin.py", text)):
            with open(os.path.join(site, name), "w") as file:
                file.write(content)
        host.end()
        host = Host(self.project, variables={"PYTHONPATH": site})
        self.addCleanup(host.end)
        host.open()
        return host

    PLUGIN = textwrap.dedent("""
        from hatchling.plugin import hookimpl
        from hatchling.builders.hooks.plugin.interface import BuildHookInterface
        COUNT = 0
        class Own(BuildHookInterface):
            PLUGIN_NAME = "own"
            def initialize(self, version, build_data):
                build_data["own"] = [self.PLUGIN_NAME, self.config]
        @hookimpl
        def hatch_register_build_hook():
            return Own
    """)

    def test_plugins_and_scripts_interleave(self):
        host = self.plugin(self.PLUGIN)
        host.call("load", hook="own", config={"a": 1}, index=0)
        host.call("load", hook="custom", config={}, index=1)
        hooks = {"build_hooks": ["own", "custom"]}
        data = host.call("initialize", hook="own", version="standard", build_data=hooks)["build_data"]
        self.assertEqual(data, {**hooks, "own": ["own", {"a": 1}]})
        again = host.call("initialize", hook="custom", version="standard", build_data=data)
        self.assertEqual(again["build_data"], data)

    def test_plugins_that_need_what_is_not_installed(self):
        host = self.plugin("import not_installed_here\n" + self.PLUGIN)
        error = self.error(host.call, "load", hook="own", config={}, index=0)
        self.assertEqual((error["kind"], error["type"]), ("import", "ModuleNotFoundError"))


if __name__ == "__main__":
    unittest.main()
