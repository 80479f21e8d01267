# SPDX-License-Identifier: BSD-3-Clause
"""Every rule of spec: hookd, in both dialects, against the hookd that HOOKD_COMMAND names."""

import json
import os
import re
import signal
import subprocess
import sys
import unittest

sys.dont_write_bytecode = True
import case
import hookd
from hookd import ARGUMENTS, Hookd


class Wire(case.Case):
    """What holds in both dialects."""

    def name(self, name):
        return hookd.dialect_name(self.protocol, name)

    def begin(self, backend="good", *paths):
        """Up to EXPECT hook_name."""
        self.daemon.expect("READY", "EXPECT action")
        self.daemon.send("run")
        self.daemon.expect("EXPECT " + self.name("build_backend"))
        self.daemon.send(backend)
        if self.protocol == 2:
            self.daemon.expect("EXPECT backend-path")
            for path in [*paths, ""]:
                self.daemon.send(path)
        self.daemon.expect("EXPECT " + self.name("hook_name"))

    def expect_error(self, kind, *parts):
        """ERROR with `kind`, at once, without files, and the next prompt."""
        line = self.daemon.line()
        self.assertTrue(line.startswith(f"ERROR {kind} "), line)
        for part in parts:
            self.assertIn(part, line)
        self.daemon.expect("READY", "EXPECT action")

    def called(self, hook, *arguments):
        """What the backend `good` answers."""
        return json.dumps([hook, self.daemon.tree, *arguments], ensure_ascii=False)

    # --- one exchange ---

    def test_the_exchange_of_the_specification(self):
        self.begin()
        self.daemon.send("build_wheel")
        self.daemon.expect("EXPECT wheel_directory")
        self.daemon.send("dist")
        self.daemon.expect("EXPECT config_settings")
        self.daemon.send("")
        self.daemon.expect("EXPECT metadata_directory")
        self.daemon.send("")
        answer = self.daemon.finish()
        self.assertEqual(answer.text, self.called("build_wheel", self.path("dist"), None, None))
        self.assertEqual((answer.stdout, answer.stderr), (b"called build_wheel\n", b""))
        self.daemon.expect("EXPECT action")
        self.daemon.send("shutdown")
        self.daemon.expect("SHUTDOWN")
        self.assertIsNone(self.daemon.line())
        self.assertEqual(self.daemon.process.wait(hookd.LONG), 0)

    def test_each_hook_asks_for_its_arguments_in_order(self):
        # Directories for results are always there; a metadata_directory that a hook may use is None without one.
        for hook, arguments in ARGUMENTS.items():
            with self.subTest(hook):
                result = [self.path("one")] if arguments[0].endswith("directory") else []
                metadata = [self.path("two")] if len(arguments) == 3 else []
                given = ["one"] * len(result) + ['{"a": "b"}'] + ["two"] * len(metadata)
                answer = self.daemon.run("good", hook, *given)
                self.assertEqual((answer.kind, answer.text), ("OK", self.called(hook, *result, {"a": "b"}, *metadata)))

    def test_defaults(self):
        for hook, arguments in ARGUMENTS.items():
            with self.subTest(hook):
                answer = self.daemon.run("good", hook)
                result = [self.daemon.tree] if arguments[0].endswith("directory") else []
                values = [*result, *[None] * (len(arguments) - len(result))]
                self.assertEqual((answer.kind, answer.text), ("OK", self.called(hook, *values)))

    def test_all_lines_at_once(self):
        lines = []
        for hook in ARGUMENTS:
            lines += hookd.request_lines(self.protocol, "good", hook)
        lines.append("bogus")
        lines.append("shutdown")
        self.daemon.send(*lines)
        self.daemon.process.stdin.close()
        self.daemon.expect("READY")
        for hook in ARGUMENTS:
            self.daemon.expect(*["EXPECT " + name for name in hookd.prompts(self.protocol, hook)])
            answer = self.daemon.finish()
            self.assertEqual(json.loads(answer.text)[0], hook)
        self.daemon.expect("EXPECT action")
        self.expect_error("InvalidAction", "bogus")
        self.daemon.expect("SHUTDOWN")
        self.assertEqual(self.daemon.process.wait(hookd.LONG), 0)

    def test_lines_that_come_in_pieces(self):
        data = "\n".join([*hookd.request_lines(self.protocol, "good", "build_sdist", ["größe"]), ""]).encode()
        self.daemon.take_ready()
        for index in range(len(data)):
            self.daemon.write(data[index:index + 1])
        self.daemon.expect(*["EXPECT " + name for name in hookd.prompts(self.protocol, "build_sdist")])
        answer = self.daemon.finish()
        self.assertEqual(answer.text, self.called("build_sdist", self.path("größe"), None))

    def test_absolute_paths_stay(self):
        answer = self.daemon.run("good", "build_wheel", "/a/b c", "", "/d")
        self.assertEqual(answer.text, self.called("build_wheel", "/a/b c", None, "/d"))

    def test_config_settings(self):
        for value in ({}, {"--build-option": ["--one", "--two"], "x": "1"}, {"größe": "it's \"7\"\n"},
                      {"a": {"b": [1, 2.5, True, None]}}, {"backslash": "\\n"}, {"big": 12345678901234567890123}):
            for text in (json.dumps(value), json.dumps(value, ensure_ascii=False)):
                with self.subTest(text):
                    answer = self.daemon.run("good", "get_requires_for_build_wheel", text)
                    self.assertEqual((answer.kind, answer.text), ("OK", self.called("get_requires_for_build_wheel", value)))

    def test_results_as_python_writes_them(self):
        sys.path.insert(0, hookd.BACKENDS)
        import returns
        for name, value in returns.RESULTS.items():
            for hook in ("build_sdist", "get_requires_for_build_wheel"):
                with self.subTest(name, hook=hook):
                    settings = json.dumps({"do": name})
                    given = ["", settings] if hook == "build_sdist" else [settings]
                    answer = self.daemon.run("returns", hook, *given)
                    self.assertEqual((answer.kind, answer.text), ("OK", str(value).replace("\n", "\\n")))

    # --- the source tree ---

    def test_the_tree_is_an_argument(self):
        tree = os.path.join(self.daemon.scratch, "a tree, größer")
        os.mkdir(tree)
        with self.start(tree=tree, arguments=[tree], directory="/") as other:
            answer = other.run("good", "build_sdist", "dist")
            self.assertEqual(json.loads(answer.text)[1:3], [tree, os.path.join(tree, "dist")])
        with self.start(tree=tree, arguments=["a tree, größer"], directory=self.daemon.scratch) as other:
            answer = other.run("good", "build_sdist", "")
            self.assertEqual(json.loads(answer.text)[1:3], [tree, tree])

    def test_two_trees_are_a_usage_error(self):
        with self.start(arguments=[".", "."]) as other:
            self.assertIsNone(other.line())
            self.assertEqual(other.process.wait(hookd.LONG), 64)
            self.assertNotEqual(other.errors_text(), "")

    def test_the_tree_is_not_searched_for_modules(self):
        for module in ("json", "os", "traceback", "importlib", "signal", "a_module_of_the_tree"):
            with open(self.path(module + ".py"), "w") as file:
                file.write("raise SystemExit('a module of the tree was imported')\n")
        self.assertEqual(self.daemon.run("good", "build_sdist").kind, "OK")
        self.assertEqual(self.daemon.run("raises", "build_sdist").kind, "HookRuntimeError")
        self.assertEqual(self.daemon.run("a_module_of_the_tree", "build_sdist").kind, "MissingBackendModule")

    # --- backends ---

    def test_forms_of_names(self):
        forms = {"package": "package", "package.sub": "package.sub",
                 "package:thing": "package.thing", "package.thing": "package.thing", "objects:backend": "objects:backend",
                 "objects.backend": "objects:backend", "objects:Outer.inner": "objects:Outer.inner"}
        for backend, result in forms.items():
            with self.subTest(backend):
                answer = self.daemon.run(backend, "build_sdist")
                self.assertEqual((answer.kind, answer.text), ("OK", result))

    def test_malformed_names(self):
        self.daemon.take_ready()
        self.daemon.expect("EXPECT action")
        for backend in ("good:", "a:b:c", "good:a:", "::"):
            with self.subTest(backend):
                self.daemon.send("run")
                self.daemon.expect("EXPECT " + self.name("build_backend"))
                self.daemon.send(backend)
                self.expect_error("MalformedBackendName", backend)

    def test_missing_modules(self):
        for backend in ("no_such_module", "no_such_module.sub", "no_such_module:thing", "package.no_such.thing"):
            with self.subTest(backend):
                answer = self.daemon.run(backend, "build_sdist")
                self.assertEqual(answer.kind, "MissingBackendModule")
                self.assertIn("no_such", answer.text)
                self.assertEqual(len(answer.files), 2)

    def test_missing_attributes(self):
        for backend in ("good:no_such", "objects:Outer.no_such", "objects:no_such.inner", "package:no_such"):
            with self.subTest(backend):
                answer = self.daemon.run(backend, "build_sdist")
                self.assertEqual(answer.kind, "MissingBackendAttribute")
                self.assertIn("no_such", answer.text)
        # The specification's table leaves open which: no module, and no attribute of its parent.
        for backend in ("package.no_such", "package.no_such:thing"):
            self.assertIn(self.daemon.run(backend, "build_sdist").kind,
                          ("MissingBackendModule", "MissingBackendAttribute"))

    def test_unsupported_hooks(self):
        for hook in ARGUMENTS:
            if hook not in ("build_wheel", "build_sdist"):
                with self.subTest(hook):
                    answer = self.daemon.run("two_hooks", hook)
                    self.assertEqual(answer.kind, "UnsupportedHook")
                    named = set(re.findall(r"\w+", answer.text)) & {*ARGUMENTS, "build_something"}
                    self.assertEqual(named - {hook}, {"build_wheel", "build_sdist"})

    # --- what is known early ---

    def test_invalid_actions(self):
        self.daemon.expect("READY", "EXPECT action")
        for action in ("bogus", "RUN", "run build_wheel", "größe"):
            with self.subTest(action):
                self.daemon.send(action)
                self.expect_error("InvalidAction", action)

    def test_invalid_hook_names(self):
        for hook in ("bogus", "", "Build_wheel", "build_wheel ", "__class__"):
            with self.subTest(hook):
                self.restart()
                self.begin()
                self.daemon.send(hook)
                self.expect_error("InvalidHookName", hook)

    def test_an_invalid_hook_name_before_a_missing_backend(self):
        self.begin("no_such_module")
        self.daemon.send("bogus")
        self.expect_error("InvalidHookName", "bogus")

    def test_malformed_config_settings(self):
        for text in ("{", "a", "{'a': 1}", '{"a": 1', '{"a" 1}', "[1,]"):
            with self.subTest(text):
                self.restart()
                self.begin()
                self.daemon.send("build_wheel")
                self.daemon.expect("EXPECT wheel_directory")
                self.daemon.send("")
                self.daemon.expect("EXPECT config_settings")
                self.daemon.send(text)
                self.expect_error("MalformedHookArgument", "config_settings")

    # --- the end ---

    def test_end_of_input_at_the_prompt(self):
        self.daemon.expect("READY", "EXPECT action")
        self.daemon.process.stdin.close()
        self.daemon.expect("SHUTDOWN")
        self.assertIsNone(self.daemon.line())
        self.assertEqual(self.daemon.process.wait(hookd.LONG), 0)

    def test_end_of_input_behind_a_request(self):
        self.daemon.send(*hookd.request_lines(self.protocol, "good", "build_sdist"))
        self.daemon.process.stdin.close()
        self.daemon.take_ready()
        self.daemon.expect(*["EXPECT " + name for name in hookd.prompts(self.protocol, "build_sdist")])
        self.assertEqual(self.daemon.finish().kind, "OK")
        self.daemon.expect("EXPECT action", "SHUTDOWN")
        self.assertIsNone(self.daemon.line())
        self.assertEqual(self.daemon.process.wait(hookd.LONG), 0)

    def test_end_of_input_inside_a_request(self):
        for hook in ("build_wheel", "get_requires_for_build_sdist"):
            lines = hookd.request_lines(self.protocol, "good", hook, backend_path=["a"])
            names = hookd.prompts(self.protocol, hook)
            for count in range(1, len(lines)):
                for rest in (b"", lines[count].encode() or b"x"):
                    with self.subTest(hook, count=count, rest=rest):
                        self.restart()
                        self.daemon.send(*lines[:count])
                        self.daemon.write(rest)
                        self.daemon.process.stdin.close()
                        self.daemon.expect("READY", *["EXPECT " + name for name in names[:count + 1]])
                        line = self.daemon.line()
                        self.assertRegex(line, "^FATAL [A-Za-z]+ .")
                        line = self.daemon.line()
                        self.assertTrue(line is None or line.startswith("TRACEBACK "), line)
                        self.assertEqual(self.daemon.process.wait(hookd.LONG), 255)

    def test_signals_end_it(self):
        for number in (signal.SIGTERM, signal.SIGINT):
            for warm in (False, True):
                with self.subTest(number, warm=warm):
                    self.restart()
                    if warm:
                        self.daemon.run("good", "build_sdist")
                    self.daemon.take_ready()
                    self.daemon.expect("EXPECT action")
                    self.daemon.process.send_signal(number)
                    self.assertEqual(self.daemon.process.wait(hookd.LONG), -number)
                    self.daemon.wait_until_nobody_is_left()

    def test_signals_end_it_while_a_hook_runs(self):
        for number in (signal.SIGTERM, signal.SIGINT):
            with self.subTest(number):
                self.restart()
                fifo = os.path.join(self.daemon.scratch, "fifo")
                os.mkfifo(fifo)
                self.daemon.send(*hookd.request_lines(self.protocol, "waits_on_import", "build_sdist"))
                with open(fifo, "w"):  # opened as soon as the hook has it open
                    self.daemon.process.send_signal(number)
                    self.assertEqual(self.daemon.process.wait(hookd.LONG), -number)
                    self.daemon.wait_until_nobody_is_left()


class SeedDialect(Wire, unittest.TestCase):
    protocol = 1

    def test_an_empty_action_is_invalid(self):
        self.daemon.expect("READY", "EXPECT action")
        self.daemon.send("")
        self.expect_error("InvalidAction")


class LaterDialect(Wire, unittest.TestCase):
    protocol = 2

    def test_an_empty_action_is_skipped(self):
        self.daemon.expect("READY", "EXPECT action")
        self.daemon.send("", "", "bogus")
        line = self.daemon.line()
        while line == "EXPECT action":
            line = self.daemon.line()
        self.assertTrue(line.startswith("ERROR InvalidAction "), line)
        self.assertIn("bogus", line)


class Example(unittest.TestCase):
    def test_the_dialect_of_the_seed_is_the_default(self):
        with Hookd(arguments=["--protocol", "1"]) as one, Hookd() as other:
            for daemon in (one, other):
                daemon.take_ready()
                daemon.send("run")
                daemon.expect("EXPECT action", "EXPECT build_backend")

    def test_a_file_as_standard_input(self):
        lines = [*hookd.request_lines(1, "good", "build_sdist"), "shutdown", ""]
        with Hookd() as other:
            path = os.path.join(other.scratch, "in")
            with open(path, "w") as file:
                file.write("\n".join(lines))
            with open(path) as file:
                done = subprocess.run([*hookd.COMMAND, other.tree], stdin=file, stdout=subprocess.PIPE, check=True,
                                      timeout=hookd.LONG, text=True,
                                      env=hookd.plain_environment(TMPDIR=other.temporary, PYTHONPATH=hookd.BACKENDS,
                                                                  PYTHONDONTWRITEBYTECODE="1"))
        self.assertEqual(done.stdout.splitlines()[-1], "SHUTDOWN")
        self.assertEqual([line for line in done.stdout.splitlines() if line.startswith("OK ")],
                         ["OK " + json.dumps(["build_sdist", other.tree, other.tree, None])])


if __name__ == "__main__":
    unittest.main()
