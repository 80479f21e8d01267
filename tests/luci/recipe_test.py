# SPDX-License-Identifier: BSD-3-Clause
"""The recipe module over the real grapnel, in a stand-in of the recipe engine.

The stand-in does what the table of spec: ci-reporting, section 1.4 measured on the real engine, and no more.
"""

import json
import os
import subprocess
import sys
import types
import unittest

sys.dont_write_bytecode = True
import host

GRAPNEL = os.path.abspath(sys.argv.pop(1))
ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
sys.path.insert(0, os.path.join(ROOT, "integrations", "luci", "recipe_modules", "grapnel"))
recipe_engine = types.ModuleType("recipe_engine")
recipe_engine.recipe_api = types.ModuleType("recipe_engine.recipe_api")
recipe_engine.recipe_api.RecipeApi = object
sys.modules["recipe_engine"] = recipe_engine
sys.modules["recipe_engine.recipe_api"] = recipe_engine.recipe_api
import api


class StepFailure(Exception):
    def __init__(self, result):
        super().__init__(result.presentation.step_text)
        self.result = result


class InfraFailure(StepFailure):
    pass


class StepApi:
    SUCCESS, WARNING, FAILURE, INFRA_FAILURE, CANCELED = "SUCCESS", "WARNING", "FAILURE", "EXCEPTION", "CANCELED"

    def __init__(self, workspace, environment=None):
        self.workspace = workspace
        self.environment = environment
        self.last = None

    def __call__(self, name, command, stdout, ok_ret=(0,), raise_on_failure=True, timeout=None):
        assert not raise_on_failure and stdout == "the JSON output"
        result = types.SimpleNamespace(name=name, presentation=types.SimpleNamespace(
            step_text="", logs={}, properties={}))
        self.last = result
        try:
            process = subprocess.Popen(command, cwd=self.workspace.path("packages/app"),
                                       env=self.environment or self.workspace.environment(),
                                       stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        except OSError:
            result.retcode, result.stdout = None, None
            result.presentation.status = self.INFRA_FAILURE
            return result
        if timeout is not None:
            self.workspace.wait_for(timeout)
            process.terminate()
        out, _ = process.communicate(timeout=2 * host.LONG)
        result.retcode = process.returncode
        try:
            result.stdout = json.loads(out)
        except ValueError:
            result.stdout = None  # and the step stays what it is
        result.presentation.status = self.SUCCESS if result.retcode in ok_ret else self.FAILURE
        return result

    def raise_on_failure(self, result):
        status = result.presentation.status
        if status in (self.INFRA_FAILURE, self.CANCELED):
            raise InfraFailure(result)
        if status == self.FAILURE:
            raise StepFailure(result)


class Recipe(unittest.TestCase):
    def run_module(self, hook, executable=GRAPNEL, arguments=(), **options):
        with host.Workspace(GRAPNEL, {"one": hook}) as workspace:
            grapnel = api.GrapnelApi()
            self.step = StepApi(workspace)
            grapnel.m = types.SimpleNamespace(
                step=self.step, json=types.SimpleNamespace(output=lambda: "the JSON output"))
            return grapnel.build(executable=executable, arguments=arguments, **options)

    def failure(self, hook, **options):
        with self.assertRaises(StepFailure) as raised:
            self.run_module(hook, **options)
        return type(raised.exception), self.step.last.presentation

    def test_success(self):
        report = self.run_module("succeed")
        self.assertEqual(report["class"], "success")
        self.assertEqual(self.step.last.presentation.status, "SUCCESS")

    def test_build_failures_are_red(self):
        for hook in ("fail build 1", "exit 255", "exit 101", "kill -SEGV $$"):
            with self.subTest(hook):
                kind, presentation = self.failure(hook)
                self.assertIs(kind, StepFailure)
                self.assertIn("one (build): ", presentation.step_text)

    def test_infra_failures_are_purple(self):
        kind, presentation = self.failure("fail infra 2")
        self.assertIs(kind, InfraFailure)
        self.assertEqual(presentation.properties["grapnel"], {"class": "infra_failure", "retryable": True})
        self.assertIn("infra_failure", presentation.step_text)

    def test_flaky_is_a_warning(self):
        hook = 'mark="$(dirname "$0")/tried"; if [ -e "$mark" ]; then succeed; else touch "$mark"; fail infra 2; fi'
        report = self.run_module(hook, arguments=["--retries", "1"])
        self.assertEqual(report["class"], "success")
        self.assertEqual(self.step.last.presentation.status, "WARNING")

    def test_a_step_whose_time_is_over_is_purple(self):
        hook = 'touch "$(dirname "$0")/../../../running"; exec sleep 1000'
        kind, _ = self.failure(hook, timeout="running")
        self.assertIs(kind, InfraFailure)

    def test_a_run_without_a_report_is_no_success(self):
        for script, kind in (("exit 0", InfraFailure), ("exit 2", InfraFailure), ("exit 1", StepFailure),
                             ("echo '{'; exit 0", InfraFailure), ("echo []; exit 0", InfraFailure),
                             ("echo {}; exit 0", InfraFailure)):
            with self.subTest(script), host.Workspace(GRAPNEL, {"x": "succeed"}) as workspace:
                fake = workspace.write("fake", "#!/bin/sh\n" + script + "\n")
                os.chmod(fake, 0o755)
                self.assertIs(self.failure("succeed", executable=fake)[0], kind)

    def test_a_missing_grapnel_is_purple(self):
        self.assertIs(self.failure("succeed", executable="/no/such/grapnel")[0], InfraFailure)


if __name__ == "__main__":
    unittest.main()
