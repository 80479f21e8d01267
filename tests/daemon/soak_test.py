# SPDX-License-Identifier: BSD-3-Clause
"""Thousands of mixed requests to one daemon, with hooks that end their process: the right answer to each, and nothing
left. In full with GRAPNEL_SOAK=1 in the environment; HOOKD_SEED repeats one."""

import collections
import json
import os
import random
import re
import sys
import time
import unittest

sys.dont_write_bytecode = True
import hookd
from hookd import ARGUMENTS, Hookd

FULL = os.environ.get("GRAPNEL_SOAK", "").startswith("1")
# How many of a thousand; the rest goes well. A time limit is waited for: there are few of them.
DEATHS = {"exit code": 20, "SIGSEGV": 20, "SIGKILL": 20, "time limit": 5}
ERRORS = {"InvalidAction": 20, "InvalidHookName": 20, "MalformedBackendName": 20, "MissingBackendModule": 20,
          "MissingBackendAttribute": 20, "BackendImportError": 20, "UnsupportedHook": 20, "MalformedHookArgument": 20,
          "HookRuntimeError": 30, "sys.exit": 20}
TIME_LIMIT = 10  # seconds; nothing but the endless loop comes near
EARLY = 100  # the request after which memory and descriptors are counted first


def schedule(count, source):
    """The kinds of `count` requests: as many of each as it is due, in any order; but for those after which is counted."""
    kinds = [kind for table in (DEATHS, ERRORS) for kind, share in table.items()
             for _ in range(max(1, count * share // 1000))]
    kinds += ["OK"] * (count - len(kinds))
    source.shuffle(kinds)
    for index in (EARLY - 1, count - 1):
        other = kinds.index("OK")
        kinds[index], kinds[other] = kinds[other], kinds[index]
    return kinds


class Soak:
    def requests(self, count):
        seed = int(os.environ.get("HOOKD_SEED") or random.SystemRandom().randrange(1 << 32))
        self.note = f"soak of {count} requests, dialect {self.protocol}, seed {seed}"
        print(self.note, flush=True)
        self.source = random.Random(seed)
        return schedule(count, self.source)

    # --- one request of each kind: checks the answer ---

    def ok(self):
        which = self.source.randrange(10)
        if which == 0:
            size = self.source.randrange(1, 300000)
            answer = self.daemon.do("write_much", size=size)
            self.assertEqual((answer.kind, answer.text, len(answer.stdout)), ("OK", "written", size))
        elif which == 1:
            name = self.source.choice(["leave_a_child", "leave_a_child_of_a_session", "print_protocol",
                                       "return_twice"])
            self.assertEqual(self.daemon.do(name).kind, "OK")
        elif which == 2:
            answer = self.daemon.run("returns", "build_sdist", "", '{"do": "quotes"}', waits=self.waits)
            self.assertEqual((answer.kind, answer.text), ("OK", str(["it's", 'say "x"', "both ' and \"", "back\\slash"])))
        else:
            hook = self.source.choice(list(ARGUMENTS))
            settings = {"number": str(self.source.random())} if self.source.random() < 0.5 else None
            given = {"config_settings": json.dumps(settings) if settings else "",
                     "metadata_directory": f"metadata {self.source.random()}"}
            lines = [given.get(name, f"dist {self.source.random()}") for name in ARGUMENTS[hook]]
            values = [settings if name == "config_settings" else os.path.join(self.daemon.tree, line)
                      for name, line in zip(ARGUMENTS[hook], lines)]
            answer = self.daemon.run("good", hook, *lines, waits=self.waits)
            self.assertEqual((answer.kind, answer.text), ("OK", json.dumps([hook, self.daemon.tree, *values])))
            self.assertEqual((answer.stdout, answer.stderr), (f"called {hook}\n".encode(), b""))

    def early_error(self, kind):
        """One that is sent before all lines were read."""
        in_tree = [""] if self.protocol == 2 else []
        number = str(self.source.random())
        lines = {"InvalidAction": [number], "MalformedBackendName": ["run", f"a:{number}:b"],
                 "InvalidHookName": ["run", "good", *in_tree, number],
                 "MalformedHookArgument": ["run", "good", *in_tree, "build_sdist", "", "{" + number]}[kind]
        self.daemon.take_ready()
        self.daemon.send(*lines)
        for name in hookd.prompts(self.protocol, "build_sdist")[:len(lines)]:
            self.daemon.expect("EXPECT " + name)
        answer = self.daemon.finish()
        self.assertEqual((answer.kind, answer.files), (kind, []))
        if kind != "MalformedHookArgument":
            self.assertIn(number, answer.text)

    def error(self, kind):
        hook = "build_sdist"
        if kind == "HookRuntimeError":
            answer = self.daemon.run("raises", hook, waits=self.waits)
            self.assertIn("größer\\nals gedacht", answer.text)
            self.assertIn("raises.py", answer.traceback)
        elif kind == "sys.exit":
            answer = self.daemon.do("sys_exit", code=3)
            self.assertRegex(answer.text, r"\b3\b")
            kind = "HookRuntimeError"
        else:
            backend, part = {"MissingBackendModule": ("no_such_module", "no_such_module"),
                             "MissingBackendAttribute": ("good:no_such", "no_such"),
                             "BackendImportError": ("raises_on_import", "first line"),
                             "UnsupportedHook": ("two_hooks", "build_wheel")}[kind]
            hook = "build_editable" if kind == "UnsupportedHook" else hook
            answer = self.daemon.run(backend, hook, waits=self.waits)
            self.assertIn(part, answer.text)
        self.assertEqual(answer.kind, kind)

    def death(self, kind):
        name, settings, text = {"exit code": ("os_exit", {"code": 7}, r"\b7\b"), "SIGSEGV": ("segfault", {}, "SIGSEGV"),
                                "SIGKILL": ("kill", {"number": 9}, "SIGKILL"),
                                "time limit": ("loop", {}, "time limit|timed out|limit")}[kind]
        answer = self.daemon.do(name, **settings)
        self.assertEqual(answer.kind, "HookRuntimeError")
        self.assertTrue(re.search(text, answer.text), answer.text)

    # --- all of them ---

    def figures(self):
        """Memory of the daemon and of its workers, and the daemon's descriptors."""
        # A worker leads its process group; the children that it left behind do not.
        workers = [pid for pid, command in self.daemon.marked().items()
                   if pid != self.daemon.process.pid and b"python" in command and os.getpgid(pid) == pid]
        return self.daemon.resident(), sum(self.daemon.resident(pid) for pid in workers), self.daemon.descriptors()

    def soak(self, count):
        kinds = self.requests(count)
        begin = time.monotonic()
        done = collections.Counter()
        with Hookd(self.protocol, arguments=["--hook-timeout", str(TIME_LIMIT)]) as self.daemon:
            for index, kind in enumerate(kinds):
                self.waits = self.source.random() < 0.5
                try:
                    if kind == "OK":
                        self.ok()
                    elif kind in DEATHS:
                        self.death(kind)
                    elif kind in ("InvalidAction", "InvalidHookName", "MalformedBackendName", "MalformedHookArgument"):
                        self.early_error(kind)
                    else:
                        self.error(kind)
                except Exception as failure:
                    raise AssertionError(f"{self.note}, request {index + 1}, {kind}: {failure}") from failure
                done[kind] += 1
                if index + 1 == EARLY:
                    early = self.figures()
            # What came late may still be put away.
            end = time.monotonic() + hookd.LONG
            while (late := self.figures())[2] > early[2] and time.monotonic() < end:
                time.sleep(0.05)
            self.assertEqual(self.daemon.shutdown(), 0)
            self.daemon.wait_until_nobody_is_left()
            self.assertEqual(os.listdir(self.daemon.temporary), [])
            self.assertEqual(os.listdir(self.daemon.tree), [])
            self.assertEqual(self.daemon.errors_text(), "")
        deaths = sum(done[kind] for kind in DEATHS)
        mebibytes = [f"{late[part] / (1 << 20):.2f} MiB ({(late[part] - early[part]) / (1 << 20):+.2f})" for part in (0, 1)]
        print(f"{self.note}: {sum(done.values())} ended right in {time.monotonic() - begin:.0f} s, {deaths} deaths of the "
              f"worker, 0 processes left; at the end (since request {EARLY}) daemon "
              f"{mebibytes[0]}, worker {mebibytes[1]}, {late[2]} descriptors ({late[2] - early[2]:+d})", flush=True)
        self.assertGreater(early[1], 0)
        self.assertGreaterEqual(deaths, count // 20)
        self.assertLessEqual(late[2], early[2])
        if not hookd.SANITIZED:
            self.assertLess(late[0] - early[0], 1 << 20)


class SeedDialect(Soak, unittest.TestCase):
    protocol = 1

    def test_soak(self):
        self.soak(10000 if FULL else 300)


class LaterDialect(Soak, unittest.TestCase):
    protocol = 2

    def test_soak(self):
        self.soak(2000 if FULL else 200)


if __name__ == "__main__":
    unittest.main()
