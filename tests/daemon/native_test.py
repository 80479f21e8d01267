# SPDX-License-Identifier: BSD-3-Clause
"""Backends in C++ behind `grapnel daemon`, under the name native:PATH. HOOKD_PROGRAMS holds those of tests/programs."""

import json
import os
import shutil
import subprocess
import sys
import unittest

sys.dont_write_bytecode = True
from case import Case

PROGRAMS = os.environ["HOOKD_PROGRAMS"]
FORMS = ["pep517_backend", "pep517_library.so"]
# Clang's AddressSanitizer ends a process at the first throw of a C++ runtime that was loaded later.
if "address" not in os.environ.get("HOOKD_SANITIZED", ""):
    FORMS.append("pep517_shared_runtime.so")


def program(name):
    return os.path.join(PROGRAMS, name)


class Native(Case):
    def copy(self, name, place):
        """One of the programs, in the source tree; the name of the backend."""
        os.makedirs(os.path.dirname(self.path(place)), exist_ok=True)
        shutil.copy2(program(name), self.path(place))
        return f"native:./{place}"

    def build(self, backend, **settings):
        return self.daemon.run(backend, "build_wheel", "dist", json.dumps(settings), waits=False)

    def test_hooks_run_in_each_form(self):
        for form in FORMS:
            with self.subTest(form):
                backend = self.copy(form, f"build dir/{form}")
                answer = self.daemon.run(backend, "build_wheel", f"dist of {form}", '{"a": "ü"}', "meta")
                self.assertEqual((answer.kind, answer.text), ("OK", "demo-1.whl"))
                directory = self.path(f"dist of {form}")
                self.assertTrue(os.path.isdir(directory))
                self.assertEqual(answer.stdout.decode(),
                                 f'hook=build_wheel tree={self.daemon.tree} cwd={self.daemon.tree} '
                                 f'settings={{"a":"ü"}} directory={directory} metadata={self.path("meta")} exists=1\n')
                answer = self.daemon.run(backend, "get_requires_for_build_wheel")
                self.assertEqual((answer.kind, answer.text), ("OK", r"""['a', "it's", 'b\n']"""))
                answer = self.daemon.run(backend, "build_sdist")
                self.assertIn(f"directory={self.daemon.tree} ", answer.stdout.decode())

    def test_printing_goes_to_the_announced_files(self):
        for form in FORMS:
            with self.subTest(form):
                answer = self.build(f"native:{program(form)}", do="print")
                self.assertEqual(answer.kind, "OK")
                self.assertTrue(answer.stdout.endswith(b"printf cout write child\nstdin has 0 bytes\nlast of cout\n"
                                                       b"last of stdio\n"), answer.stdout)
                self.assertEqual(answer.stderr, b"error of the child\ncerr\nstderr\nclog\n")

    def test_exceptions_are_errors(self):
        for form in FORMS:
            with self.subTest(form):
                backend = f"native:{program(form)}"
                for what, text in (("build", "BuildException: add.c: syntax error"),
                                   ("infra", "InfraException: the disk is full"),
                                   ("nested", r"InfraException: cannot download\ncaused by: Connection refused"),
                                   ("int", "int: 42")):
                    answer = self.build(backend, do=what)
                    self.assertEqual((answer.kind, answer.text), ("HookRuntimeError", text))
                self.assertIn("throw_nested", self.build(backend, do="nested").traceback)
                self.assertEqual(self.build(backend).kind, "OK")

    def test_deaths_are_errors_and_the_next_request_goes_well(self):
        for form in FORMS:
            backend = f"native:{program(form)}"
            for what, text in (("exit", "exit code 3"), ("crash", "SIGABRT")):
                with self.subTest(form, what=what):
                    answer = self.build(backend, do=what)
                    self.assertEqual(answer.kind, "HookRuntimeError")
                    self.assertIn(text, answer.text)
                    self.assertEqual(self.build(backend).kind, "OK")

    def test_descriptors_are_no_way_to_the_daemon(self):
        for form in FORMS:
            for what in ("close", "cover", "fork", "leave child"):
                with self.subTest(form, what=what):
                    self.assertEqual(self.build(f"native:{program(form)}", do=what).kind, "OK")
                    self.assertTrue(self.build(f"native:{program(form)}", do="print").stdout.endswith(b"stdio\n"))

    def test_a_script_may_start_the_backend(self):
        with open(self.path("backend.sh"), "w", encoding="utf-8") as file:
            file.write(f"#!/bin/sh\nexec '{program('pep517_backend')}' wheel-only \"$@\"\n")
        os.chmod(self.path("backend.sh"), 0o755)
        self.assertEqual(self.build("native:./backend.sh").text, "only.whl")
        answer = self.daemon.run("native:./backend.sh", "build_sdist")
        self.assertEqual(answer.kind, "UnsupportedHook")
        self.assertIn("build_wheel, get_requires_for_build_wheel", answer.text)
        self.assertEqual(self.daemon.run("native:./backend.sh", "get_requires_for_build_sdist").text, "[]")

    def test_what_cannot_be_used_is_an_error_that_says_why(self):
        with open(self.path("text.so"), "w", encoding="utf-8") as file:
            file.write("a text, long enough to be the header of a library, which has sixty-four bytes\n" * 2)
        crashing = self.path("crashing.so")
        subprocess.run(["cc", "-shared", "-fPIC", "-x", "c", "-", "-o", crashing], check=True, text=True,
                       input="#include <stdlib.h>\n__attribute__((constructor)) static void f(void) { abort(); }\n")
        for backend, kind, texts in (
                ("native:./none.so", "MissingBackendModule", ["none.so", "build it first"]),
                (f"native:{program('foreign_library.so')}", "MissingBackendAttribute", ["HOOKS_PEP517_LIBRARY"]),
                ("native:./text.so", "BackendImportError", ["text.so", "invalid ELF header", "chmod +x"]),
                ("native:./", "BackendImportError", ["Is a directory"]),
                ("native:/bin/true", "BackendImportError", ["/bin/true"]),
                ("native:./crashing.so", "HookRuntimeError", ["SIGABRT"])):
            with self.subTest(backend):
                answer = self.build(backend)
                self.assertEqual(answer.kind, kind, answer)
                for text in texts:
                    self.assertIn(text, answer.text)
        self.assertEqual(self.build(f"native:{program('pep517_library.so')}").kind, "OK")

    def replace(self, name, backend):
        """As a linker does it: a new file."""
        shutil.copy2(program(name), self.path("new"))
        os.replace(self.path("new"), self.path(backend.removeprefix("native:./")))


class Native1(Native, unittest.TestCase):
    protocol = 1

    def test_the_object_is_kept(self):
        for form in FORMS:
            backend = self.copy(form, form)
            self.assertEqual([self.build(backend).text for _ in range(2)], ["demo-1.whl", "demo-2.whl"], form)


class Native2(Native, unittest.TestCase):
    protocol = 2

    def test_a_backend_that_was_built_anew_is_seen(self):
        backend = self.copy("foreign_library.so", "backend")
        self.assertEqual(self.build(backend).kind, "MissingBackendAttribute")
        for form in FORMS:
            self.replace(form, backend)
            self.assertEqual([self.build(backend).text for _ in range(2)], ["demo-1.whl", "demo-1.whl"], form)


if __name__ == "__main__":
    unittest.main()
