# SPDX-License-Identifier: BSD-3-Clause
"""The plugin hatch-grapnel, installed, with the built grapnel: a hook in C++ fills wheels of Debian's hatchling
(spec: hatch-build-hooks, 6.5)."""

import json
import os
import select
import signal
import subprocess
import sys
import tarfile
import unittest

from builds import GRAPNEL, HERE, LONG, PYTHON, empty, listing, member, table
from native_demo import SDIST, WHEEL, DemoCase

os.environ["HOOKD_COMMAND"] = f"'{GRAPNEL}' daemon --python {PYTHON}"
sys.path.insert(0, os.path.join(HERE, os.pardir, "daemon"))
import hookd


class Bridge(DemoCase):
    def test_hatchling(self):
        project = self.demo(hook={})
        ended = self.hatchling(project, "build")
        self.assert_code(ended)
        self.assertEqual(listing(project.path("dist")), [WHEEL, SDIST])
        self.assertEqual(self.noted(), self.ASKED + self.STAGES)
        self.assertNotIn("noise", ended.stdout)
        self.assert_built(project)
        with tarfile.open(project.path("dist", SDIST)) as archive:
            names = archive.getnames()
        for name in ("grapnel.toml", "hook/native.cpp", "src/demo/answer.c"):
            self.assertIn("demo_project-1.0/" + name, names)
        self.assertEqual([name for name in names if ".hatch" in name or name.endswith(".so")], [])
        ended = self.hatchling(project, "build", "-t", "wheel", "--clean", "--clean-hooks-after")
        self.assert_code(ended)
        self.assertEqual(self.noted(), self.ASKED + ["wheel clean"] + self.STAGES + ["wheel clean"])

    def test_the_same_wheel_twice(self):
        project = self.demo(hook={"transport": "session"})
        contents = []
        for directory in ("first", "second"):
            self.assert_code(self.hatchling(project, "build", "-t", "wheel", "-d", project.path(directory)))
            with open(project.path(directory, WHEEL), "rb") as file:
                contents.append(file.read())
        self.assertEqual(*contents)
        self.assert_built(project, "first")

    def test_a_hook_that_the_plugin_names(self):
        project = self.demo({"hook": "hook/native.cpp"})
        self.assert_code(self.hatchling(project, "build", "-t", "wheel"))
        self.assertEqual(self.noted(), self.ASKED + self.STAGES)
        self.assert_built(project)

    def test_build(self):
        """An sdist, and a wheel of it unpacked."""
        project = self.demo(hook={})
        ended = self.run_in(project, [PYTHON, "-m", "build", "-n", "-x", "-C", "key=a value"])
        self.assert_code(ended)
        self.assertEqual(listing(project.path("dist")), [WHEEL, SDIST])
        self.assertEqual(self.noted(), self.ASKED + self.STAGES)
        wheel = self.assert_built(project)
        self.assertEqual(json.loads(member(wheel, "demo/settings.json")), {"key": "a value"})

    def test_pip(self):
        project = self.demo(hook={})
        target = os.path.join(project.scratch, "installed by pip")
        self.pip_install(project, project.root, target, "--no-build-isolation")
        self.assertEqual(self.run_python(project, "import demo; print(demo.answer)", target), "42\n")

    def test_daemon(self):
        project = self.demo(hook={})
        directory = project.path("dist")
        for protocol in (1, 2):
            with self.subTest(protocol), hookd.Hookd(
                    protocol, tree=project.root, python_path=[self.site],
                    variables={"GRAPNEL": GRAPNEL, "DEMO_LOG": self.log, "CXXFLAGS": "-O0",
                               "XDG_CACHE_HOME": os.path.join(project.scratch, "cache")}) as daemon:
                empty(directory)
                self.assertEqual(daemon.run("hatchling.build", "get_requires_for_build_wheel").kind, "OK")
                answer = daemon.run("hatchling.build", "build_wheel", directory, '{"of": "the daemon"}')
                self.assertEqual((answer.kind, answer.text), ("OK", WHEEL), answer)
                self.assertEqual(self.noted(), self.ASKED + self.STAGES)
                self.assertEqual(daemon.shutdown(), 0)
                daemon.wait_until_nobody_is_left()
                wheel = self.assert_built(project)
                self.assertEqual(json.loads(member(wheel, "demo/settings.json")), {"of": "the daemon"})
                self.assert_nothing_left(project.root)

    def test_failures(self):
        """The exit code of hatchling is the failure's, and there is one clean line."""
        project = self.demo(hook={})
        for how, code, word in (("infra", 2, "the disk is full"), ("build", 1, "a fault of the sources"),
                                ("throw", 255, ""), ("die", 255, ""), ("7", 7, "nobody is to blame"),
                                ("125", 125, "nobody is to blame")):
            with self.subTest(how):
                project.write("grapnel.toml", table("build.hooks.native", {"path": "hook/native.cpp", "fail": how}))
                ended = self.hatchling(project, "build", "-t", "wheel")
                self.assert_code(ended, code)
                lines = [line for line in ended.stderr.splitlines() if line.startswith("grapnel: ")]
                self.assertEqual(len(lines), 1, ended.stderr)
                self.assertIn("'native'", lines[0])
                self.assertIn("initialize", lines[0])
                self.assertIn(word, lines[0])
                self.assertEqual(ended.stderr.splitlines()[-1], lines[0])
                self.assertNotIn("Traceback", ended.stderr + ended.stdout)
                self.assertNotIn("noise", ended.stdout)
                self.assertEqual(listing(project.path("dist")), [])

    def test_the_end_of_hatchling(self):
        """A hook that hangs does not outlive it."""
        for transport in ("one-shot", "session"):
            project = self.demo(hook={"fail": "hang", "transport": transport})
            fifo = os.path.join(project.scratch, "fifo")
            os.mkfifo(fifo)
            with open(fifo, "r+b", buffering=0) as notes:
                for number in (signal.SIGINT, signal.SIGTERM, signal.SIGKILL):
                    with self.subTest(transport=transport, signal=number):
                        process = subprocess.Popen([PYTHON, "-m", "hatchling", "build", "-t", "wheel"],
                                                   cwd=project.root, env=self.environment(project, DEMO_LOG=fifo),
                                                   stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                                   stderr=subprocess.DEVNULL)
                        said = b""
                        while b"hangs" not in said:
                            self.assertTrue(select.select([notes], [], [], LONG)[0], said)
                            said += notes.read(1000)
                        process.send_signal(number)
                        self.assertEqual(process.wait(LONG), -number)
                        self.wait_until_nobody_is_left()
                        self.assert_nothing_left(project.root)

    def test_a_failure_under_build(self):
        project = self.demo(hook={"fail": "infra"})
        ended = self.run_in(project, [PYTHON, "-m", "build", "-n", "-x", "-w"])
        self.assertNotEqual(ended.returncode, 0)
        self.assertIn("grapnel: hook 'native', stage initialize: ", ended.stdout + ended.stderr)
        self.assertEqual(listing(project.path("dist")), [])


if __name__ == "__main__":
    unittest.main()
