# SPDX-License-Identifier: BSD-3-Clause
"""Hooks as results of tests: spec: ci-reporting, section 1.5."""

import os
import re
import socket
import sys
import time
import unittest

sys.dont_write_bytecode = True
import host

GRAPNEL = os.path.abspath(sys.argv.pop(1))

HOOKS = {
    "good": "succeed",
    "bad": "echo 'a.c:1: error: <wrong>' >&2; fail build 1",
    "net": "fail infra 2",
    "crash": "kill -SEGV $$",
    "after": "succeed",
}


def results(sink):
    return {result["test_id_structured"]["case_name_components"][0]: result
            for _, _, body in sink.requests for result in body["test_results"]}


class ResultSink(unittest.TestCase):
    def build(self, context):
        with host.Workspace(GRAPNEL, HOOKS, {"after": ["bad"]}) as workspace:
            return workspace.run(["build", "--keep-going"], workspace.environment(context))

    def test_each_hook_is_a_result(self):
        sink = host.ResultSink()
        ended = self.build(sink.context())
        sink.close()
        self.assertEqual(ended.code, 2, ended.err)
        self.assertNotIn("ResultSink", ended.err)
        path, headers, _ = sink.requests[0]
        self.assertEqual(path, "/prpc/luci.resultsink.v1.Sink/ReportTestResults")
        self.assertEqual(headers["Authorization"], "ResultSink s3cret")
        self.assertEqual(headers["Content-Type"], "application/json")
        found = results(sink)
        self.assertEqual({name: result["status_v2"] for name, result in found.items()},
                         {"good": "PASSED", "bad": "FAILED", "net": "EXECUTION_ERRORED", "crash": "FAILED",
                          "after": "PRECLUDED"})
        for name, result in found.items():
            with self.subTest(name):
                self.check(result)
        self.assertEqual(found["bad"]["failure_reason"]["kind"], "ORDINARY")
        self.assertEqual(found["crash"]["failure_reason"]["kind"], "CRASH")
        self.assertIn("&lt;wrong&gt;", found["bad"]["summary_html"])
        self.assertIn("a.c:1: error: <wrong>\n", sink.artifacts())

    def check(self, result):
        self.assertRegex(result["result_id"], r"^[a-z0-9\-_.]{1,32}$")
        for old in ("status", "expected", "test_id"):
            self.assertNotIn(old, result)
        self.assertEqual("failure_reason" in result, result["status_v2"] == "FAILED")
        self.assertLessEqual(len(result.get("summary_html", "").encode()), 4096)
        for error in result.get("failure_reason", {}).get("errors", []):
            self.assertLessEqual(len(error["message"].encode()), 1024)
            self.assertLessEqual(len(error.get("trace", "").encode()), 4096)
        for artifact in result.get("artifacts", {}).values():
            self.assertEqual(set(artifact), {"content_type", "contents"})
        if "duration" in result:
            self.assertRegex(result["duration"], r"^\d+\.\d{9}s$")

    def test_a_failed_upload_is_loud_and_changes_nothing(self):
        for answer, text in ((500, "answers 500: the sink is broken"), (None, "no answer")):
            with self.subTest(answer):
                sink = host.ResultSink(answer)
                ended = self.build(sink.context())
                sink.close()
                self.assertEqual(ended.code, 2)
                self.assertIn("5 of 5 test results were not uploaded", ended.err)
                self.assertIn(f"127.0.0.1:{sink.server_address[1]}", ended.err)
                self.assertIn(text, ended.err)

    def test_bytes_that_are_no_text(self):
        sink = host.ResultSink()  # it reads JSON, which is UTF-8
        with host.Workspace(GRAPNEL, {"bad": "printf 'a\\377b' >&2; fail build 1"}) as workspace:
            ended = workspace.run(["build"], workspace.environment(sink.context()))
        sink.close()
        self.assertEqual(ended.code, 1, ended.err)
        self.assertNotIn("ResultSink", ended.err)
        self.assertEqual(sink.artifacts(), ["a\ufffdb"])

    def test_all_uploads_together_have_ten_seconds(self):
        # Each of two answers would come in time by itself.
        sink = host.ResultSink(before=lambda: time.sleep(6))
        hooks = {"first": "fail build 1", **{f"p{number}": "succeed" for number in range(150)}}
        with host.Workspace(GRAPNEL, hooks, {name: ["first"] for name in hooks if name != "first"}) as workspace:
            ended = workspace.run(["build"], workspace.environment(sink.context()))
        sink.close()
        self.assertEqual(ended.code, 1, ended.err)
        self.assertRegex(ended.err, r"(51|151) of 151 test results were not uploaded .*: it takes too long")

    def test_nobody_listens(self):
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))  # and never listens
            address = f"127.0.0.1:{taken.getsockname()[1]}"
            ended = self.build({"result_sink": {"address": address, "auth_token": "t"}})
        self.assertEqual(ended.code, 2)
        self.assertRegex(ended.err, re.escape(address) + ": no connection")

    def test_a_wrong_context_is_a_warning(self):
        for context in ([], {"result_sink": {"address": "x"}}, {"result_sink": {"address": "a:1", "auth_token": "a\nb"}},
                        {"deadline": {"soft_deadline": "soon"}}):
            with self.subTest(context):
                ended = self.build(context)
                self.assertEqual(ended.code, 2)
                self.assertIn("LUCI_CONTEXT", ended.err)


if __name__ == "__main__":
    unittest.main()
