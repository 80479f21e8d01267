# SPDX-License-Identifier: BSD-3-Clause
"""What is told of the hooks of `grapnel daemon`: --events, --report, --log (spec: ci-reporting, section 4)."""

import json
import os
import pathlib
import signal
import subprocess
import sys
import time
import unittest

sys.dont_write_bytecode = True
import hookd
from case import Case
from hookd import plain_environment

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "schema"))
import documents  # noqa: E402 - what the tests of the schemas share

GRAPNEL = hookd.COMMAND[0]
NATIVE = "native:" + os.path.join(os.environ["HOOKD_PROGRAMS"], "pep517_backend")
SECRET = "s3cr3t of the index"
REPORTS = {"json": "report.json", "junit": "report.xml", "luci": "report.build.json", "html": "report.html"}

# What is asked for, and the answer's kind; then of the hook's outcome the class, the row and the exit code, what else
# is marked, and how its process ended where it did.
DO = "build_sdist"
REQUESTS = [
    ("calm", DO, {}, "OK", "success", 1, 0, [], None),
    ("raises", DO, {}, "HookRuntimeError", "build_failure", 9, 1, [], None),
    ("infra", "build_wheel", {}, "HookRuntimeError", "infra_failure", 11, 2, ["confirmed"], None),
    ("infra", DO, {}, "HookRuntimeError", "infra_failure", 11, 2, ["confirmed"], None),
    (NATIVE, "build_wheel", {"do": "infra"}, "HookRuntimeError", "infra_failure", 11, 2, ["confirmed"], None),
    (NATIVE, "build_wheel", {"do": "build"}, "HookRuntimeError", "build_failure", 9, 1, [], None),
    (NATIVE, "build_wheel", {"do": "crash"}, "HookRuntimeError", "uncategorized", 17, 255, ["crash"],
     {"signal": signal.SIGABRT}),
    ("native:./none.so", DO, {}, "MissingBackendModule", "build_failure", 25, 1, [], None),
    ("calm", "get_requires_for_build_sdist", {}, "UnsupportedHook", "skipped", 29, 0, [], None),
    ("calm", "build_wheel", {}, "UnsupportedHook", "build_failure", 25, 1, [], None),
    ("no_such_module", DO, {}, "MissingBackendModule", "build_failure", 25, 1, [], None),
    ("calm:none", DO, {}, "MissingBackendAttribute", "build_failure", 25, 1, [], None),
    ("raises_on_import", DO, {}, "BackendImportError", "build_failure", 9, 1, [], None),
    ("hostile", DO, {"do": "os_exit", "code": 0}, "HookRuntimeError", "build_failure", 9, 1, ["violation"],
     {"exit_code": 0}),
    ("hostile", DO, {"do": "os_exit", "code": 2}, "HookRuntimeError", "build_failure", 9, 1, ["violation"],
     {"exit_code": 2}),
    ("hostile", DO, {"do": "sys_exit", "code": 2}, "HookRuntimeError", "build_failure", 9, 1, [], None),
    ("hostile", DO, {"do": "segfault"}, "HookRuntimeError", "uncategorized", 17, 255, ["crash"],
     {"signal": signal.SIGSEGV}),
    ("hostile", DO, {"do": "kill", "number": signal.SIGKILL}, "HookRuntimeError", "uncategorized", 19, 255, [],
     {"signal": signal.SIGKILL}),
    ("calm", DO, {}, "OK", "success", 1, 0, [], None),
]
MARKS = ("violation", "confirmed", "crash", "timeout", "resource_exhaustion", "flaky")


class Events(Case, unittest.TestCase):
    protocol = 1

    def setUp(self):
        super().setUp()
        self.files = self.directory("files")

    def file(self, name):
        return os.path.join(self.files, name)

    def restart_told(self, *arguments, **options):
        """A new daemon that tells everything."""
        reports = [word for kind, name in REPORTS.items() for word in ("--report", f"{kind}={self.file(name)}")]
        self.restart(arguments=["--events", self.file("events"), "--log", self.file("log"), *reports, *arguments],
                     variables={"X_TOKEN": SECRET}, **options)

    def events(self, name=None):
        """All events, each valid; those of one name alone."""
        validator = documents.validator("event")
        lines = pathlib.Path(self.file("events")).read_bytes().splitlines(keepends=True)
        found = []
        for line in lines:
            self.assertTrue(line.endswith(b"\n"), line)
            event = documents.read_json(line)
            validator.validate(event)
            found.append(event)
        self.assertEqual(found[0]["event"], "command_started")
        self.assertEqual(found[0]["command"], "daemon")
        self.assertEqual(found[-1]["event"], "command_finished")
        return [event for event in found if name in (None, event["event"])]

    def only_hook(self):
        """The end of the only hook that ran."""
        (finished,) = self.events("hook_finished")
        return finished

    def outcome(self, event):
        outcome = event["outcome"]
        return outcome["class"], outcome["row"], outcome["exit_code"], [mark for mark in MARKS if outcome.get(mark)]

    def end_of(self, finished):
        """How the process ended, None where it did not; whether cores are dumped is the machine's."""
        end = finished.get("end")
        return end and {key: value for key, value in end.items() if key != "core_dumped"}

    def check_reports(self):
        """They are the same from the events, and hold no secret."""
        for kind, name in REPORTS.items():
            again = self.file("again." + name)
            subprocess.run([GRAPNEL, "report", "--from", self.file("events"), "--report", f"{kind}={again}"],
                           check=True, timeout=hookd.LONG, env=plain_environment())
            report = pathlib.Path(self.file(name)).read_bytes()
            self.assertEqual(pathlib.Path(again).read_bytes(), report, kind)
            self.assertTrue(report, kind)
        for name in ("events", "log", *REPORTS.values()):
            self.assertNotIn(SECRET, pathlib.Path(self.file(name)).read_text(encoding="utf-8"), name)

    def start_loop(self):
        """A hook that does not end, in its middle."""
        self.daemon.take_ready()
        self.daemon.send(*hookd.request_lines(1, "hostile", DO, ["", json.dumps({"do": "loop"})]))
        self.daemon.expect(*["EXPECT " + name for name in hookd.prompts(1, DO)])

    def test_each_end_of_a_hook(self):
        self.restart_told()
        for backend, hook, settings, kind, *_ in REQUESTS:
            arguments = ["", json.dumps(settings)] if len(hookd.ARGUMENTS[hook]) > 1 else [json.dumps(settings)]
            answer = self.daemon.run(backend, hook, *arguments, waits=False)
            self.assertEqual(answer.kind, kind, (backend, hook, settings, answer))
        # What is wrong before a hook can be run is no run.
        self.daemon.send("walk", "run", "calm", "build_nothing")
        self.daemon.expect("EXPECT action")
        self.assertEqual(self.daemon.finish().kind, "InvalidAction")
        self.daemon.expect("EXPECT action", "EXPECT build_backend", "EXPECT hook_name")
        self.assertEqual(self.daemon.finish().kind, "InvalidHookName")
        self.assertEqual(self.daemon.shutdown(), 0)

        runs = [event for event in self.events() if not event["event"].startswith("command")]
        self.assertEqual([event["event"] for event in runs],
                         ["run_started", "hook_started", "step_started", "hook_finished", "run_finished"]
                         * len(REQUESTS))
        for number, (backend, hook, settings, _, *wanted, end) in enumerate(REQUESTS):
            with self.subTest(backend, hook=hook, settings=settings):
                _, started, step, finished, run = runs[5 * number:5 * number + 5]
                for event in (started, step, finished):
                    self.assertEqual(event["hook"], {"kind": hook, "package": "tree"})
                self.assertEqual(step["command"], f"{backend}: {hook}")
                self.assertEqual(self.outcome(finished), tuple(wanted))
                self.assertEqual(run["outcome"], finished["outcome"])
                self.assertEqual(self.end_of(finished), end)
                self.assertNotIn("hang_report", finished)
        self.assertEqual(runs[3]["stdout_tail"], "to stdout\nfrom a child\n")
        self.assertEqual(runs[3]["stderr_tail"], "to stderr\n")
        (command,) = self.events("command_finished")
        self.assertEqual((self.outcome(command)[:3], command["exit_code"]), (("success", 1, 0), 0))
        self.check_reports()

    def test_secrets_are_told_to_the_front_end_only(self):
        self.restart_told()
        answer = self.daemon.run("infra", DO)
        self.assertIn(SECRET, answer.text)
        self.assertEqual(answer.stdout.decode(), f"stdout {SECRET}\n")
        self.assertEqual(self.daemon.shutdown(), 0)
        finished = self.only_hook()
        self.assertEqual(finished["outcome"]["reason"], "infra.NoIndex: no index with ***")
        self.assertEqual((finished["stdout_tail"], finished["stderr_tail"]), ("stdout ***\n", "stderr ***\n"))
        self.check_reports()

    def test_the_time_limit(self):
        self.restart_told("--hook-timeout", "2")
        # The interpreter may take longer than that to start: then it is no hook's time limit.
        end = time.monotonic() + hookd.LONG
        while self.daemon.run("calm", DO).kind != "OK":
            self.assertLess(time.monotonic(), end)
        answer = self.daemon.do("loop")
        self.assertEqual(answer.kind, "HookRuntimeError")
        self.assertIn("time limit of 2 s", answer.text)
        self.assertEqual(self.daemon.shutdown(), 0)
        finished = self.events("hook_finished")[-1]
        self.assertEqual(self.outcome(finished), ("timed_out", 21, 2, ["timeout"]))
        self.assertIn(self.end_of(finished), [{"signal": signal.SIGTERM}, {"signal": signal.SIGKILL}])
        self.assertIn("time limit", finished["hang_report"])
        self.assertIn("python3", finished["hang_report"])
        self.check_reports()

    def test_an_interpreter_that_is_not_there(self):
        self.restart_told("--python", self.file("no python"))
        answer = self.daemon.run("calm", DO)
        self.assertEqual(answer.kind, "HookRuntimeError")
        self.assertIn(self.file("no python"), answer.text)
        self.assertEqual(self.daemon.shutdown(), 0)
        finished = self.only_hook()
        self.assertEqual(self.outcome(finished), ("infra_failure", 24, 2, []))
        self.assertEqual(finished["outcome"]["retry"], "never")
        self.check_reports()

    def test_a_cancel_in_the_middle_of_a_hook(self):
        self.restart_told()
        self.start_loop()
        files = [self.daemon.line().split(" ", 1)[1] for _ in range(2)]
        self.daemon.process.send_signal(signal.SIGTERM)
        self.assertEqual(self.daemon.process.wait(hookd.LONG), -signal.SIGTERM)
        finished = self.only_hook()
        self.assertEqual(self.outcome(finished), ("canceled", 23, -1, []))
        self.assertEqual([finished["output_log"], finished["log"]], files)
        (command,) = self.events("command_finished")
        self.assertEqual((self.outcome(command)[0], command["signal"]), ("canceled", signal.SIGTERM))
        self.daemon.wait_until_nobody_is_left()
        self.check_reports()

    def test_a_front_end_that_goes_away(self):
        self.restart_told()
        self.start_loop()
        self.daemon.line()
        self.daemon.hang_up()
        self.assertEqual(self.daemon.process.wait(hookd.LONG), 255)
        self.assertEqual(self.outcome(self.only_hook())[0], "canceled")
        (command,) = self.events("command_finished")
        self.assertEqual((self.outcome(command)[:3], command["exit_code"]), (("uncategorized", 27, 255), 255))
        self.check_reports()

    def test_an_input_that_ends_inside_a_request(self):
        self.restart_told()
        self.daemon.take_ready()
        self.daemon.send("run", "calm")
        self.daemon.process.stdin.close()
        self.assertEqual(self.daemon.process.wait(hookd.LONG), 255)
        (command,) = self.events("command_finished")
        self.assertEqual((self.outcome(command)[:3], command["exit_code"]), (("uncategorized", 27, 255), 255))
        self.assertEqual(self.events("hook_finished"), [])
        self.check_reports()

    def test_the_log_holds_both_sides(self):
        self.restart_told()
        answer = self.daemon.run("calm", DO)
        self.assertEqual(self.daemon.shutdown(), 0)
        lines = pathlib.Path(self.file("log")).read_text(encoding="utf-8").splitlines()
        words = [line.split(" ", 1)[1] for line in lines]
        self.assertEqual([line[3:] for line in words if line.startswith("<- ")],
                         ["run", "calm", DO, "", "", "shutdown"])
        asked = ["EXPECT " + name for name in hookd.prompts(1, DO)]
        self.assertEqual([line[3:] for line in words if line.startswith("-> ")],
                         ["READY", *asked, f"STDOUT {answer.files[0]}", f"STDERR {answer.files[1]}",
                          f"OK {answer.text}", "READY", "EXPECT action", "SHUTDOWN"])
        self.assertIn("-- started the Python interpreter '/usr/bin/python3'", words)

    def test_standard_output_is_the_conversations(self):
        for arguments in (["--events", "-"], ["--report", "json=-"], ["--report", "luci=-"]):
            with self.subTest(arguments):
                end = subprocess.run([GRAPNEL, "daemon", *arguments], input=b"shutdown\n", capture_output=True,
                                     timeout=hookd.LONG, cwd=self.files, env=plain_environment())
                self.assertEqual(end.returncode, 64)
                self.assertIn(b"standard output is the conversation's", end.stderr)
                self.assertIn(arguments[0].encode(), end.stderr)
                self.assertEqual(os.listdir(self.files), [])


if __name__ == "__main__":
    unittest.main()
