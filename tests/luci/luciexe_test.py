# SPDX-License-Identifier: BSD-3-Clause
"""grapnel luciexe, run by a host: spec: ci-reporting, sections 1.1 and 1.3."""

import json
import os
import signal
import sys
import threading
import time
import unittest

sys.dont_write_bytecode = True
import builds
import host

GRAPNEL = os.path.abspath(sys.argv.pop(1))


def tags(step):
    return {tag.key: tag.value for tag in step.tags}


def steps(build):
    return {step.name: step for step in build.steps}


class Luciexe(unittest.TestCase):
    def run_luciexe(self, workspace, properties=None, arguments=(), butler=None, context=None, **variables):
        environment = workspace.environment(context, **(host.logdog(butler) if butler else {}), **variables)
        return workspace.run(["luciexe", *arguments], environment, builds.encode_input(properties or {}))

    def last_build(self, butler):
        """The last Build that the butler was given, when all of them are as they should be."""
        butler.close()
        self.assertEqual(butler.faults, [])
        given = butler.builds()
        for build in given:
            self.assertEqual(builds.faults(build, streamed=True), [])
        for build in given[:-1]:
            self.assertEqual(builds.status(build), "STARTED")
        self.assertIn(builds.status(given[-1]), builds.TERMINAL)
        for step in given[-1].steps:
            for log in step.logs:
                self.assertIn(host.NAMESPACE + "/" + log.url, butler.streams)
        return given[-1]

    def test_success(self):
        hook = "echo 'to stdout'; echo 'to stderr' >&2; succeed"
        with host.Workspace(GRAPNEL, {"one": hook, "two": "succeed"}) as workspace, host.butler() as butler:
            output = workspace.path("build.json")
            begin = time.monotonic()
            ended = self.run_luciexe(workspace, arguments=["--output", output], butler=butler)
            seconds = time.monotonic() - begin
            self.assertEqual(ended.code, 0, ended.err)
            build = self.last_build(butler)
            self.assertEqual(builds.status(build), "SUCCESS")
            self.assertLessEqual(len(butler.builds()), seconds + 3)
            self.assertEqual(build.id, 87654321)
            self.assertEqual(build.builder.builder, "linux")
            self.assertEqual(build.start_time.ToJsonString(), "2026-11-22T10:00:05.500Z")
            found = steps(build)
            self.assertEqual(set(found), {"build hooks", "build hooks|one", "build hooks|two"})
            logs = {log.name: log.url for log in found["build hooks|one"].logs}
            self.assertEqual(set(logs), {"stdout", "stderr", "input.json", "output.json"})
            self.assertEqual(butler.text(logs["stdout"]), "to stdout\n")
            self.assertEqual(butler.text(logs["stderr"]), "to stderr\n")
            self.assertIn('"out_file"', butler.text(logs["input.json"]))
            self.assertIn('"success"', butler.text(logs["output.json"]))
            self.assertEqual(builds.read(output), build)

    def test_build_failure(self):
        hook = "echo 'a.c:1:2: error: no such thing' >&2; fail build 1"
        with host.Workspace(GRAPNEL, {"one": hook}) as workspace, host.butler() as butler:
            ended = self.run_luciexe(workspace, butler=butler)
            self.assertEqual(ended.code, 1, ended.err)
            build = self.last_build(butler)
            self.assertEqual(builds.status(build), "FAILURE")
            self.assertIn("no such thing", build.summary_markdown)
            self.assertEqual(tags(steps(build)["build hooks|one"])["grapnel.class"], "build_failure")
            self.assertEqual(build.output.properties["grapnel"]["class"], "build_failure")
            self.assertEqual(build.output.properties["grapnel"]["first_failure"]["package"], "one")

    def test_infra_failure(self):
        with host.Workspace(GRAPNEL, {"one": "fail infra 2"}) as workspace, host.butler() as butler:
            ended = self.run_luciexe(workspace, butler=butler)
            self.assertEqual(ended.code, 2, ended.err)
            build = self.last_build(butler)
            self.assertEqual(builds.status(build), "INFRA_FAILURE")
            self.assertEqual(tags(steps(build)["build hooks|one"])["grapnel.confirmed"], "true")
            self.assertIs(build.output.properties["grapnel"]["retryable"], True)

    def stopped(self, soft_deadline):
        hook = 'touch "$(dirname "$0")/../../../running"; echo begun; exec sleep 1000'
        with host.Workspace(GRAPNEL, {"one": hook, "two": "succeed"}, {"two": ["one"]}) as workspace, \
                host.butler() as butler:
            context = {"deadline": {"soft_deadline": soft_deadline, "grace_period": 30}}
            process = workspace.start(["luciexe"], workspace.environment(context, **host.logdog(butler)),
                                      builds.encode_input({}))
            workspace.wait_for("running")
            host.terminate(process)
            ended = workspace.wait(process)
            self.assertEqual(ended.code, -signal.SIGTERM, ended.err)
            return self.last_build(butler)

    def test_cancel(self):
        for soft_deadline in (0, time.time() + 100_000.5):
            with self.subTest(soft_deadline):
                build = self.stopped(soft_deadline)
                self.assertEqual(builds.status(build), "CANCELED")
                self.assertFalse(build.HasField("status_details"))
                self.assertEqual(builds.status(steps(build)["build hooks|one"]), "CANCELED")
                self.assertIn("Not started: `two`", steps(build)["build hooks"].summary_markdown)

    def test_deadline(self):
        build = self.stopped(time.time() - 0.5)
        self.assertEqual(builds.status(build), "INFRA_FAILURE")
        self.assertTrue(build.status_details.HasField("timeout"))
        self.assertEqual(tags(steps(build)["build hooks|one"])["grapnel.class"], "timed_out")

    def test_secrets_stay_here(self):
        secrets = {"SERVICE_TOKEN": 'fish-"\\9f3a', "QUIET": "only passes 77"}
        # $plain is the value, $json the same within JSON.
        hook = r"""
plain=$SERVICE_TOKEN json=$(printf %s "$SERVICE_TOKEN" | sed 's/[\\"]/\\&/g')
printf 'out %s %s\n' "$plain" "$QUIET"; printf 'err %s %s\n' "$plain" "$QUIET" >&2
printf '{"timestamp": "2026-11-22 10:00:00.000", "assets": [], "dependencies": [], "status": "success",
         "metadata": {"token": "%s", "quiet": "%s"}}' "$json" "$QUIET" > "$out"
"""
        sink = host.ResultSink()
        with host.Workspace(GRAPNEL, {"one": hook, "two": hook + "exit 1"}) as workspace, host.butler() as butler:
            workspace.write("grapnel.toml", '[environment]\npass-only = ["QUIET"]\n')
            output = workspace.path("build.json")
            properties = {"grapnel": {"pass_env": ["SERVICE_TOKEN"], "keep_going": True,
                                      "define": [f"one.key={json.dumps(secrets['SERVICE_TOKEN'])}"]}}
            ended = self.run_luciexe(workspace, properties, ["--output", output], butler, sink.context(), **secrets)
            sink.close()
            self.assertNotEqual(ended.code, 64, ended.err)
            self.last_build(butler)
            everywhere = {name: b"".join([stream.data, *stream.datagrams]).decode(errors="replace")
                          for name, stream in butler.streams.items()}
            everywhere["requests"] = json.dumps([body for _, _, body in sink.requests])
            everywhere["artifacts"] = "".join(sink.artifacts())
            with open(output, encoding="utf-8") as file:
                everywhere["output"] = file.read()
            for name, text in everywhere.items():
                with self.subTest(name):
                    self.assertNotIn("fish-", text)
                    self.assertNotIn("only passes 77", text)
            for log in ("stdout", "stderr", "input.json", "output.json"):
                self.assertIn("***", butler.text("build_hooks/one/" + log), log)
            self.assertIn("err *** ***\n", sink.artifacts())

    def test_documents_that_are_too_large_are_named(self):
        hook = """
{ printf '{"timestamp": "2026-11-22 10:00:00.000", "assets": [], "dependencies": [], "status": "success", "metadata": {"a": "'
  head -c 200000 /dev/zero | tr '\\0' x; echo '"}}'; } > "$out"
"""
        with host.Workspace(GRAPNEL, {"one": hook}) as workspace, host.butler() as butler:
            ended = self.run_luciexe(workspace, butler=butler)
            self.assertEqual(ended.code, 0, ended.err)
            self.last_build(butler)
            text = butler.text("build_hooks/one/output.json")
            self.assertRegex(text, r"^\[grapnel: this document has 200\d\d\d bytes, .*'/.*/output\.json'\]\n$")

    def test_all_is_done_before_a_sink_is_waited_for(self):
        done = []
        with host.Workspace(GRAPNEL, {"one": "succeed"}) as workspace, host.butler() as butler:
            output = workspace.path("b.pb")
            sink = host.ResultSink(before=lambda: done.append(os.path.exists(output)))
            ended = self.run_luciexe(workspace, arguments=["--output", output], butler=butler, context=sink.context())
            sink.close()
            self.assertEqual(ended.code, 0, ended.err)
            self.assertEqual(done, [True])

    def test_a_short_grace_period_is_shared(self):
        # A hook that does not end, a butler and a sink that take nothing: each costs at most a third.
        over = threading.Event()
        sink = host.ResultSink(before=lambda: over.wait(host.LONG * 5))
        hook = 'trap "" TERM; head -c 3000000 /dev/zero | tr "\\0" x; touch "$(dirname "$0")/../../../running"; while :; do sleep 1; done'
        with host.Workspace(GRAPNEL, {"one": hook}) as workspace, host.butler("stalls") as butler:
            context = {"deadline": {"grace_period": 3}, **sink.context()}
            process = workspace.start(["luciexe"], workspace.environment(context, **host.logdog(butler)),
                                      builds.encode_input({}))
            workspace.wait_for("running")
            host.terminate(process)
            ended = workspace.wait(process)
            over.set()
            sink.close()
            self.assertEqual(ended.code, -signal.SIGTERM, ended.err)
            self.assertIn("within 1000 ms", ended.err)
            self.assertIn("1 of 1 test results were not uploaded", ended.err)
            self.assertIn("it takes too long", ended.err)

    def test_output_in_both_spellings_and_three_forms(self):
        with host.Workspace(GRAPNEL, {"one": "succeed"}) as workspace:
            for extension in (".pb", ".json", ".textpb"):
                for spelling in ("--output {}", "--output={}"):
                    output = workspace.path("build" + str(len(spelling)) + extension)
                    arguments = [argument.format(output) for argument in spelling.split(" ")]
                    ended = self.run_luciexe(workspace, arguments=[*arguments, "--", "--jobs", "1"])
                    self.assertEqual(ended.code, 0, ended.err)
                    self.assertIn("there is no LogDog butler", ended.err)
                    build = builds.read(output)
                    self.assertEqual(builds.status(build), "SUCCESS")
                    self.assertEqual(builds.faults(build), [])

    def test_output_that_cannot_be_written_is_an_error(self):
        with host.Workspace(GRAPNEL, {"one": "succeed"}) as workspace:
            ended = self.run_luciexe(workspace, arguments=["--output", workspace.path("no/such/directory/b.pb")])
            self.assertEqual(ended.code, 1)
            self.assertIn("the build is not written", ended.err)

    def test_wrong_command_lines(self):
        with host.Workspace(GRAPNEL, {"one": "succeed"}) as workspace:
            for arguments in (["--output", "b.txt"], ["--output"], ["--output="], ["--output=a.pb", "--output=b.pb"]):
                with self.subTest(arguments):
                    self.assertEqual(self.run_luciexe(workspace, arguments=arguments).code, 64)
            self.assertEqual(self.run_luciexe(workspace, arguments=["--help"]).code, 0)

    def test_properties_are_flags(self):
        hook = 'grep -q \'"key": "from properties"\' "${1#--config=}" && succeed'
        with host.Workspace(GRAPNEL, {"one": hook}) as workspace:
            result = workspace.path("result.json")
            properties = {"grapnel": {"define": ['one.key="from properties"'], "keep_going": True, "jobs": 2,
                                      "retries": 0, "result": result, "no_cache": None, "target-os": "wrong"},
                          "other": {"unknown": 1}}
            ended = self.run_luciexe(workspace, properties, ["--", "--target-os", "linux"])
            self.assertEqual(ended.code, 0, ended.err)
            self.assertTrue(os.path.exists(result))

    def test_wrong_properties_are_a_failed_build(self):
        with host.Workspace(GRAPNEL, {"one": "succeed"}) as workspace:
            for value in ({"no_such_flag": True}, {"jobs": {"a": 1}}, {"UP CASE": 1}, "text", {"jobs": "many"}):
                with self.subTest(value), host.butler() as butler:
                    ended = self.run_luciexe(workspace, {"grapnel": value}, butler=butler)
                    self.assertEqual(ended.code, 1, ended.err)
                    build = self.last_build(butler)
                    self.assertEqual(builds.status(build), "FAILURE")
                    self.assertIn("properties", build.summary_markdown)

    def test_input_that_is_no_build_is_an_infra_failure(self):
        with host.Workspace(GRAPNEL, {"one": "succeed"}) as workspace:
            output = workspace.path("b.pb")
            ended = workspace.run(["luciexe", "--output", output], standard_input=b'{"id": "1"}')
            self.assertEqual(ended.code, 2, ended.err)
            self.assertEqual(builds.status(builds.read(output)), "INFRA_FAILURE")
            self.assertIn("no binary Build", ended.err)

    def test_no_workspace_is_a_failed_build(self):
        with host.Workspace(GRAPNEL, {"one": "succeed"}) as workspace, host.butler() as butler:
            ended = self.run_luciexe(workspace, {"grapnel": {"workspace": workspace.path("none.json")}}, butler=butler)
            build = self.last_build(butler)
            self.assertNotEqual(ended.code, 0)
            self.assertNotEqual(builds.status(build), "SUCCESS")

    def test_butlers_that_misbehave_hold_up_nobody(self):
        hook = "head -c 3000000 /dev/zero | tr '\\0' 'x'; echo; succeed"
        for behaviour in ("stalls", "closes"):
            with self.subTest(behaviour), host.Workspace(GRAPNEL, {"one": hook}) as workspace, \
                    host.butler(behaviour) as butler:
                output = workspace.path("b.json")
                ended = self.run_luciexe(workspace, arguments=["--output", output], butler=butler)
                self.assertEqual(ended.code, 0, ended.err)
                self.assertIn("LogDog's butler at", ended.err)
                self.assertEqual(builds.status(builds.read(output)), "SUCCESS")

    def test_butlers_that_are_not_there(self):
        with host.Workspace(GRAPNEL, {"one": "succeed"}) as workspace:
            for path, text in (("unix:/no/such/socket", "No such file"), ("net.pipe:x", "only 'unix:PATH'"),
                               ("unix:" + 200 * "x", "107 bytes"), ("unix:", "107 bytes"), ("null", "")):
                with self.subTest(path):
                    output = workspace.path(f"b{len(path)}.pb")
                    ended = self.run_luciexe(workspace, arguments=["--output", output],
                                             LOGDOG_STREAM_SERVER_PATH=path)
                    self.assertEqual(ended.code, 0, ended.err)
                    self.assertIn(text, ended.err)
                    self.assertEqual(text != "", "warning" in ended.err)
                    self.assertEqual(builds.status(builds.read(output)), "SUCCESS")

    def test_hostile_names_and_output(self):
        hook = "printf '\\033]0;x\\007 ::error:: ]]> \\377\\000 no newline'; fail build 1"
        names = ["..", "a b", "x" * 200]
        with host.Workspace(GRAPNEL, {name: hook for name in names if name != ".."}) as workspace, \
                host.butler() as butler:
            ended = self.run_luciexe(workspace, {"grapnel": {"keep_going": True}}, butler=butler)
            self.assertNotEqual(ended.code, 0)
            self.last_build(butler)

    def test_the_example_of_the_documentation(self):
        with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../docs/luci.md"), encoding="utf-8") as file:
            text = file.read()
        properties = json.loads(text.split("```json\n")[1].split("```")[0])
        command = text.split("```sh\ngrapnel ")[1].split("\n")[0]
        self.assertEqual(command, "luciexe --output /out/build.json -- --workspace app/grapnel.toml < build.pb")
        hook = 'grep -q \'"debug": true\' "${1#--config=}" && succeed'
        with host.Workspace(GRAPNEL, {"sqlite3": hook}) as workspace:
            output = workspace.path("build.json")
            arguments = ["--output", output, "--", "--workspace", workspace.path(".dart_tool/package_config.json")]
            ended = self.run_luciexe(workspace, properties, arguments)
            self.assertEqual(ended.code, 0, ended.err)
            found = steps(builds.read(output))
            self.assertTrue({"build hooks", "build hooks|sqlite3", "link hooks"} <= set(found), set(found))


if __name__ == "__main__":
    unittest.main()
