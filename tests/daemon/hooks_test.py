# SPDX-License-Identifier: BSD-3-Clause
"""What a hook of spec: hookd meets: its imports, its output, and what is said about its errors; in both dialects."""

import os
import re
import sys
import unittest

sys.dont_write_bytecode = True
import case
import hookd


class Hooks(case.Case):
    """What holds in both dialects."""

    def assert_frames(self, traceback):
        """A traceback of the backends' frames, and no others."""
        self.assertTrue(traceback)
        files = re.findall(r'^ *File "([^"]*)"', traceback, re.MULTILINE)
        self.assertTrue(files, traceback)
        for file in files:
            self.assertEqual(os.path.commonpath([file, hookd.BACKENDS]), hookd.BACKENDS, traceback)

    def test_a_hook_that_raises(self):
        answer = self.daemon.run("raises", "build_sdist")
        self.assertEqual(answer.kind, "HookRuntimeError")
        self.assertIn("größer\\nals gedacht", answer.text)
        self.assert_frames(answer.traceback)
        self.assertIn("ValueError: größer\nals gedacht", answer.traceback)
        self.assertIn("in deeper", answer.traceback)  # the cause is told too
        self.assertIn("RuntimeError: first\nsecond", answer.traceback)
        answer = self.daemon.run("raises", "build_sdist", "", '"base"')
        self.assertEqual(answer.kind, "HookRuntimeError")
        self.assertIn("not an Exception", answer.text)
        self.assert_frames(answer.traceback)
        self.assertEqual(self.daemon.run("good", "build_sdist").kind, "OK")

    def test_a_hook_that_takes_no_arguments(self):
        answer = self.daemon.run("signature", "build_sdist")
        self.assertEqual(answer.kind, "HookRuntimeError")
        self.assertIn("build_sdist", answer.text)

    def test_imports_that_raise(self):
        for backend, part in {"raises_on_import": "first line\\nsecond line", "exits_on_import": "3",
                              "needs_another": "a_module_that_is_not_installed", "is_no_python": "is_no_python.py",
                              "package.raises_on_import": "it is there, but it does not want"}.items():
            with self.subTest(backend):
                answer = self.daemon.run(backend, "build_sdist")
                self.assertEqual(answer.kind, "BackendImportError")
                self.assertIn(part, answer.text)
                self.assert_frames(answer.traceback)
        answer = self.daemon.run("raises_on_import", "build_sdist")
        self.assertEqual((answer.stdout, answer.stderr), (b"importing\n", b"about to raise\n"))

    def test_output_is_in_the_files(self):
        for _ in range(2):  # the module is imported again, or is not
            answer = self.daemon.run("prints", "build_sdist")
            self.assertEqual((answer.kind, answer.text), ("OK", "printed"))
            lines = answer.stdout.decode().splitlines()
            for line in ("print", "write", "__stdout__", "child", "C"):
                self.assertIn("hook: " + line, lines)
            errors = answer.stderr.decode().splitlines()
            for line in ("child's error", "ünï", "log"):
                self.assertIn("hook: " + line, errors)
            if self.protocol == 2 or _ == 0:
                self.assertIn("import: print", lines)
                self.assertIn("import: write", lines)
                self.assertIn("import: stderr", errors)
                self.assertIn("import: log", errors)

    def test_output_that_is_not_flushed(self):
        self.daemon.run("prints", "build_sdist")
        answer = self.daemon.run("prints", "build_wheel")
        self.assertTrue(answer.stdout.endswith(b"not flushed"), answer.stdout)
        self.assertTrue(answer.stderr.endswith(b"not flushed either"), answer.stderr)
        answer = self.daemon.run("good", "build_sdist")
        self.assertEqual((answer.stdout, answer.stderr), (b"called build_sdist\n", b""))

    def test_files_are_announced_before_the_import(self):
        fifo = os.path.join(self.daemon.scratch, "fifo")
        os.mkfifo(fifo)
        self.daemon.take_ready()
        self.daemon.send(*hookd.request_lines(self.protocol, "waits_on_import", "build_sdist"))
        self.daemon.expect(*["EXPECT " + name for name in hookd.prompts(self.protocol, "build_sdist")])
        paths = []
        for name in ("STDOUT ", "STDERR "):
            line = self.daemon.line()
            self.assertTrue(line.startswith(name), line)
            paths.append(line[len(name):])
        with open(fifo, "w"):  # the import waits for this
            with open(paths[0]) as file:
                self.assertEqual(file.read(), "importing\n")
        self.daemon.expect("OK imported", "READY")
        self.assertNotEqual(*paths)
        for path in paths:
            os.unlink(path)

    def test_no_file_is_left_but_the_announced_ones(self):
        for backend in ("good", "raises", "no_such_module", "prints", "raises_on_import", "two_hooks"):
            self.daemon.run(backend, "build_sdist")
        self.assertEqual(self.daemon.shutdown(), 0)
        self.assertEqual(os.listdir(self.daemon.temporary), [])
        self.assertEqual(os.listdir(self.daemon.tree), [])
        self.daemon.wait_until_nobody_is_left()

    def test_files_stay_until_the_caller_deletes_them(self):
        self.daemon.take_ready()
        self.daemon.send(*hookd.request_lines(self.protocol, "good", "build_sdist"))
        self.daemon.expect(*["EXPECT " + name for name in hookd.prompts(self.protocol, "build_sdist")])
        answer = self.daemon.answer()
        self.assertEqual(self.daemon.shutdown(), 0)
        self.assertEqual(hookd.take(answer.files[0]), b"called build_sdist\n")
        self.assertEqual(hookd.take(answer.files[1]), b"")

    def test_standard_input_is_empty(self):
        self.daemon.take_ready()
        # What stands behind the request is the daemon's, and for no hook to read.
        self.daemon.send(*hookd.request_lines(self.protocol, "prints", "get_requires_for_build_sdist"), "shutdown")
        self.daemon.expect(*["EXPECT " + name for name in hookd.prompts(self.protocol, "get_requires_for_build_sdist")])
        self.assertEqual(self.daemon.finish().text, "['', b'', b'']")
        self.daemon.expect("EXPECT action", "SHUTDOWN")


class SeedDialect(Hooks, unittest.TestCase):
    protocol = 1

    def test_imports_are_kept(self):
        answers = [self.daemon.run("counter", "build_sdist").text for _ in range(3)]
        self.assertEqual(answers, ["1 1", "2 2", "3 3"])

    def test_a_changed_backend_is_not_seen(self):
        path = os.path.join(self.site(), "edited.py")
        for text in ("old", "the new one"):
            self.write_hook(path, text)
            self.assertEqual(self.daemon.run("edited", "build_sdist").text, "old")

    def test_an_in_tree_backend_by_pythonpath(self):
        tree = self.directory("tree")
        os.mkdir(os.path.join(tree, "backend"))
        self.write_hook(os.path.join(tree, "backend", "in_tree.py"), "in the tree")
        self.restart(python_path=[os.path.join(tree, "backend")], tree=tree)
        self.assertEqual(self.daemon.run("in_tree", "build_sdist").text, "in the tree")


class LaterDialect(Hooks, unittest.TestCase):
    protocol = 2

    def test_imports_are_dropped(self):
        answers = [self.daemon.run("counter", "build_sdist").text for _ in range(3)]
        self.assertEqual(answers, ["1 1"] * 3)

    def test_a_changed_backend_is_seen(self):
        path = os.path.join(self.site(), "edited.py")
        for text in ("old", "the new one", "the newest of all"):
            self.write_hook(path, text)
            self.assertEqual(self.daemon.run("edited", "build_sdist").text, text)

    def test_a_newly_installed_backend_is_seen(self):
        directory = self.site()
        for count in range(3):
            name = f"installed_{count}"
            self.assertEqual(self.daemon.run(name, "build_sdist").kind, "MissingBackendModule")
            before = os.stat(directory)
            self.write_hook(os.path.join(directory, name + ".py"), name)
            os.utime(directory, ns=(before.st_atime_ns, before.st_mtime_ns))  # as within one tick of the clock
            answer = self.daemon.run(name, "build_sdist")
            self.assertEqual((answer.kind, answer.text), ("OK", name))

    def test_backend_path(self):
        for name in ("one", "two/three"):
            os.makedirs(self.path(name))
            self.write_hook(self.path(name, "in_tree_" + name[:3] + ".py"), name)
        # First on sys.path: before a backend of the same name that is installed.
        self.write_hook(self.path("one", "two_hooks.py"), "not the installed one")
        self.assertEqual(self.daemon.run("in_tree_one", "build_sdist", backend_path=["one"]).text, "one")
        self.assertEqual(self.daemon.run("in_tree_two", "build_sdist", backend_path=["two/three"]).text, "two/three")
        answer = self.daemon.run("two_hooks", "build_sdist", backend_path=["one"])
        self.assertEqual(answer.text, "not the installed one")
        for backend in ("in_tree_one", "in_tree_two"):
            answer = self.daemon.run(backend, "build_sdist", backend_path=["two/three", "one"])
            self.assertEqual(answer.kind, "OK", answer)
        # For that hook only.
        self.assertEqual(self.daemon.run("in_tree_one", "build_sdist").kind, "MissingBackendModule")
        self.assertEqual(self.daemon.run("two_hooks", "build_sdist").text, "a.tar.gz")


if __name__ == "__main__":
    unittest.main()
