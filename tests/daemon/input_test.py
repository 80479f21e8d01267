# SPDX-License-Identifier: BSD-3-Clause
"""Bad input and bad surroundings of a hookd: lines, clients, interpreters, trees, temporary directories."""

import ctypes
import fcntl
import json
import os
import re
import shutil
import signal
import stat
import sys
import time
import unittest

sys.dont_write_bytecode = True
import case
import hookd
from hookd import Hookd

LONG_LINE = 100 << 20
# What a daemon may need beside what it is given: the longest line that it keeps, and some copies.
MOST_MEMORY = 120 << 20

CLONE_NEWNS, CLONE_NEWUSER = 0x20000, 0x10000000
MS_RDONLY, MS_REC, MS_PRIVATE = 1, 0x4000, 1 << 18


def mount_tmpfs(directory, options, flags=0):
    """For preexec_fn: a small disk that only the process sees; as root, or in a user namespace."""
    libc = ctypes.CDLL(None, use_errno=True)
    user, group = os.geteuid(), os.getegid()
    encoded = directory.encode()

    def require(result):
        if result != 0:
            raise OSError(ctypes.get_errno(), "a mount namespace")

    def write(path, text):
        with open(path, "w") as file:
            file.write(text)

    def enter():
        if libc.unshare(CLONE_NEWNS) != 0:
            require(libc.unshare(CLONE_NEWUSER | CLONE_NEWNS))
            write("/proc/self/setgroups", "deny")
            write("/proc/self/uid_map", f"{user} {user} 1")
            write("/proc/self/gid_map", f"{group} {group} 1")
        libc.mount(None, b"/", None, MS_REC | MS_PRIVATE, None)  # in a chroot, the root is no mount point
        require(libc.mount(b"tmpfs", encoded, b"tmpfs", flags, options.encode()))

    return enter


class Input(case.Case):
    """In each dialect."""

    def check_calm(self, daemon=None):
        answer = (daemon or self.daemon).run("calm", "build_sdist", waits=False)
        self.assertEqual((answer.kind, answer.text), ("OK", (daemon or self.daemon).tree), answer)

    def check_end(self, daemon=None):
        self.assertEqual((daemon or self.daemon).shutdown(), 0)
        (daemon or self.daemon).wait_until_nobody_is_left()

    def lines_with(self, bad):
        """Requests with `bad` at each place in turn."""
        lines = [line.encode() for line in hookd.request_lines(self.protocol, "calm", "build_wheel", ["", "", ""])]
        for index in range(len(lines)):
            yield index, [*lines[:index], bad, *lines[index + 1:]]

    def run_bad(self, lines, index):
        """Sends a request as a client that waits for each EXPECT, so that it sees where the error came."""
        self.daemon.take_ready()
        sent = 0
        while True:
            line = self.daemon.line()
            if not line.startswith("EXPECT "):
                break
            # A bad line of the path is followed by the empty one that ends it.
            ends = [b""] if line == "EXPECT backend-path" and sent == index and lines[sent] else []
            self.daemon.send(lines[sent], *ends)
            sent += 1
        if line.startswith("STDOUT "):
            paths = [line[7:], self.daemon.line()[7:]]
            for path in paths:
                os.unlink(path)
            line = self.daemon.line()
        self.assertRegex(line[:200], "^(OK|ERROR (%s)) " % "|".join(hookd.ERROR_KINDS))
        self.assertLess(len(line), 64 << 20)
        following = self.daemon.line()
        if following.startswith("TRACEBACK "):
            following = self.daemon.line()
        self.assertEqual(following, "READY")
        return line

    def test_strange_bytes_at_each_place(self):
        for bad in (b"a\0b", b"\0", b"\xff\xfe", b"caf\xe9", b"\xed\xa0\x80", b"\r", b"\x1b[2J", b"a\rb", b"a\\nb",
                    b" ", b"../../..", b"/", b"{" * 500, b"[" * 100000, b'{"a":' * 100000, b"%s%n", b"." * 5000,
                    b"\xef\xbb\xbf", b'"\\ud800"', b'{"do": NaN}', b"1e999999", b"-" * 70000, b":" * 70000,
                    b"a." * 40000 + b"a", b"a:" + b"a." * 40000 + b"a"):
            for index, lines in self.lines_with(bad):
                with self.subTest(bad[:20], index=index):
                    line = self.run_bad(lines, index)
                    if index == 0:
                        self.assertTrue(line.startswith("ERROR InvalidAction "), line[:200])
        self.check_calm()
        self.check_end()

    def test_long_lines_at_each_place(self):
        self.check_calm()
        for index, lines in self.lines_with(b"x" * LONG_LINE):
            with self.subTest(index=index):
                line = self.run_bad(lines, index)
                self.assertTrue(line.startswith("ERROR "), line[:200])
                if not hookd.SANITIZED:
                    self.assertLess(self.daemon.resident(), MOST_MEMORY)
        self.check_calm()
        self.check_end()

    def test_many_unknown_actions(self):
        self.daemon.take_ready()
        for _ in range(20):
            self.daemon.send(*["bogus"] * 200)
            for _ in range(200):
                self.daemon.expect("EXPECT action")
                self.assertTrue(self.daemon.line().startswith("ERROR InvalidAction "))
                self.daemon.expect("READY")
        self.check_calm()

    def test_a_client_that_never_reads(self):
        self.daemon.take_ready()
        descriptor = self.daemon.process.stdin.fileno()
        fcntl.fcntl(descriptor, fcntl.F_SETFL, fcntl.fcntl(descriptor, fcntl.F_GETFL) | os.O_NONBLOCK)
        before = self.daemon.resident()
        block = b"bogus\n" * 10000
        sent, last = 0, time.monotonic()
        # Either the daemon stops to read, or it takes all without growing; both are well.
        while sent < 4 << 20 and time.monotonic() - last < 3:
            try:
                sent += os.write(descriptor, block[sent % 6:])
                last = time.monotonic()
            except BlockingIOError:
                time.sleep(0.01)
        if not hookd.SANITIZED:
            self.assertLess(self.daemon.resident() - before, 16 << 20)
        fcntl.fcntl(descriptor, fcntl.F_SETFL, fcntl.fcntl(descriptor, fcntl.F_GETFL) & ~os.O_NONBLOCK)
        # Nothing was lost.
        for index in range((sent + 5) // 6):
            if index == sent // 6:  # what was cut; the pipe has room again
                self.daemon.write(b"bogus\n"[sent % 6:])
            self.daemon.expect("EXPECT action")
            line = self.daemon.line()
            self.assertTrue(line.startswith("ERROR InvalidAction "), line)
            self.daemon.expect("READY")
        self.check_calm()

    def test_a_client_that_dies(self):
        for state in ("at once", "at the prompt", "in a request", "warm", "in a hook"):
            with self.subTest(state):
                self.restart()
                if state == "at the prompt":
                    self.daemon.expect("READY", "EXPECT action")
                elif state == "in a request":
                    self.daemon.send("run")
                elif state == "warm":
                    self.check_calm()
                    self.assertEqual(self.daemon.do("leave_a_child").kind, "OK")
                elif state != "at once":
                    self.daemon.send(*hookd.request_lines(self.protocol, "hostile", "build_sdist",
                                                          ["", '{"do": "loop_for_ever"}']))
                    self.daemon.expect("READY", *["EXPECT " + name
                                                  for name in hookd.prompts(self.protocol, "build_sdist")])
                    self.daemon.line()
                    self.daemon.line()
                self.daemon.hang_up()
                self.daemon.process.wait(hookd.LONG)
                self.daemon.wait_until_nobody_is_left()

    def test_a_daemon_that_is_killed(self):
        for state in ("warm", "in a hook"):
            with self.subTest(state):
                self.restart()
                self.assertEqual(self.daemon.do("leave_a_child_of_a_session").kind, "OK")
                if state == "in a hook":
                    self.daemon.send(*hookd.request_lines(self.protocol, "hostile", "build_sdist",
                                                          ["", '{"do": "loop_for_ever"}']))
                    self.daemon.expect(*["EXPECT " + name for name in hookd.prompts(self.protocol, "build_sdist")])
                    self.daemon.line()
                self.daemon.process.kill()
                self.daemon.process.wait()
                self.daemon.wait_until_nobody_is_left()

    # --- interpreters ---

    def script(self, name, text):
        path = os.path.join(self.directory("interpreter " + name), "python3")
        with open(path, "w") as file:
            file.write("#!/bin/sh\n" + text)
        os.chmod(path, stat.S_IRWXU)
        return path

    def test_interpreters_that_are_none(self):
        interpreters = ["/nonexistent/python3", "/bin/true", "/bin/false", "/bin/cat", "/bin/sh", "/tmp", "/dev/null",
                        "/etc/passwd", self.script("yes", "exec yes READY\n"), self.script("hangs", "exec sleep 1000\n"),
                        self.script("kill", "kill -9 $$\n"),
                        self.script("answers", 'for last; do :; done; while :; do echo READY > "$last"; done\n'),
                        self.script("large", 'for last; do :; done; echo 99999999999999999999 > "$last"; sleep 1000\n')]
        for path in interpreters:
            with self.subTest(path):
                with Hookd(self.protocol, arguments=["--python", path, "--hook-timeout", "2"]) as daemon:
                    for _ in range(2):
                        answer = daemon.run("calm", "build_sdist", waits=False)
                        self.assertEqual(answer.kind, "HookRuntimeError")
                        self.assertIn(path, answer.text)
                    self.check_end(daemon)

    def test_an_interpreter_that_appears_later(self):
        path = os.path.join(self.directory("later"), "python3")
        with Hookd(self.protocol, arguments=["--python", path]) as daemon:
            self.assertEqual(daemon.run("calm", "build_sdist", waits=False).kind, "HookRuntimeError")
            os.symlink(hookd.PYTHON, path)
            self.check_calm(daemon)

    # --- trees and temporary directories ---

    def test_a_tree_that_does_not_exist(self):
        file = os.path.join(self.daemon.scratch, "file")
        with open(file, "w"):
            pass
        for tree in ("/nonexistent tree", file):
            with self.subTest(tree), Hookd(self.protocol, tree=tree, arguments=[tree], directory="/") as daemon:
                line = daemon.line()
                if line is None or line.startswith("FATAL "):  # refused at the start
                    self.assertNotEqual(daemon.process.wait(hookd.LONG), 0)
                    self.assertIn(tree, daemon.errors_text())
                else:
                    daemon.ready = True
                    answer = daemon.run("calm", "build_sdist", waits=False)
                    self.assertEqual(answer.kind, "HookRuntimeError")
                    self.assertIn(tree, answer.text)
                    self.check_end(daemon)

    def test_a_temporary_directory_that_is_missing(self):
        for path in ("/nonexistent directory", "/dev/null"):
            with self.subTest(path), Hookd(self.protocol, variables={"TMPDIR": path}) as daemon:
                for _ in range(2):
                    answer = daemon.run("calm", "build_sdist", waits=False)
                    self.assertEqual(answer.kind, "HookRuntimeError")
                    self.assertIn(path, answer.text)
                self.check_end(daemon)

    def small_disk(self, options, flags=0):
        directory = self.directory("small disk")
        daemon = Hookd(self.protocol, variables={"TMPDIR": directory}, before=mount_tmpfs(directory, options, flags))
        self.addCleanup(daemon.close)
        return daemon, directory

    def test_a_temporary_directory_that_is_read_only(self):
        daemon, directory = self.small_disk("size=64k", MS_RDONLY)
        answer = daemon.run("calm", "build_sdist", waits=False)
        self.assertEqual(answer.kind, "HookRuntimeError")
        self.assertIn(directory, answer.text)
        self.assertIn("ead-only", answer.text)
        self.check_end(daemon)

    def test_a_temporary_directory_that_takes_no_file(self):
        daemon, directory = self.small_disk("size=64k,nr_inodes=1")
        answer = daemon.run("calm", "build_sdist", waits=False)
        self.assertEqual(answer.kind, "HookRuntimeError")
        self.assertIn(directory, answer.text)
        self.assertIn("space", answer.text)
        self.check_end(daemon)

    def test_a_temporary_directory_that_is_full(self):
        daemon, directory = self.small_disk("size=1m")  # ThreadSanitizer keeps a file of its own there
        daemon.take_ready()
        # The files are out of this process's sight.
        for name in ("fill", "delete_temporary_files"):
            daemon.send(*hookd.request_lines(self.protocol, "hostile", "build_sdist",
                                             ["", json.dumps({"do": name, **({"directory": directory} if name == "fill" else {})})]))
            daemon.expect(*["EXPECT " + name for name in hookd.prompts(self.protocol, "build_sdist")])
            answer = daemon.answer()
            self.assertEqual(answer.kind, "OK", answer)
            if name == "fill":
                self.assertEqual(answer.text, os.strerror(28))
                for _ in range(2):  # a hook that prints cannot
                    daemon.send(*hookd.request_lines(self.protocol, "calm", "build_sdist"))
                    daemon.expect(*["EXPECT " + name for name in hookd.prompts(self.protocol, "build_sdist")])
                    answer = daemon.answer()
                    self.assertIn(answer.kind, ("OK", "HookRuntimeError"))
        daemon.send(*hookd.request_lines(self.protocol, "calm", "build_sdist"))
        daemon.expect(*["EXPECT " + name for name in hookd.prompts(self.protocol, "build_sdist")])
        answer = daemon.answer()
        self.assertEqual(answer.kind, "OK", answer)
        self.check_end(daemon)


class SeedDialect(Input, unittest.TestCase):
    protocol = 1


class LaterDialect(Input, unittest.TestCase):
    protocol = 2


if __name__ == "__main__":
    unittest.main()
