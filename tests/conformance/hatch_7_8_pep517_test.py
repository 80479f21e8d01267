# SPDX-License-Identifier: BSD-3-Clause
"""Spec: hatch-build-hooks, section 7.8, by its numbers: what hooks see of a PEP 517 front end. hatchling is the
backend, and hatch-grapnel brings the hooks; `grapnel target` answers the same questions by itself."""

import json
import os
import shutil
import sys
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
HATCH = os.path.join(HERE, os.pardir, "hatch")
sys.path.insert(0, HATCH)
from builds import PYTHON, read_lines
from native_demo import DemoCase

TRACERS = """
[tool.hatch.build.hooks.tracer-b]
dependencies = ["static"]
[tool.hatch.build.hooks.tracer-a]
"""


class Pep517(DemoCase):
    def add_tracers(self):
        """Recorders in Python beside the hook in C++."""
        shutil.copy(os.path.join(HATCH, "tracers.py"), self.site)
        about = os.path.join(self.site, "tracers-1.0.dist-info")
        os.mkdir(about)
        for name, text in (("METADATA", "Metadata-Version: 2.1\nName: tracers\nVersion: 1.0\n"),
                           ("entry_points.txt", "[hatch]\ntracers = tracers\n")):
            with open(os.path.join(about, name), "w") as file:
                file.write(text)
        self.trace = os.path.join(os.path.dirname(self.site), "trace")

    def traced(self):
        lines = read_lines(self.trace)
        if lines:
            os.unlink(self.trace)
        return [json.loads(line) for line in lines]

    def test_116_requirements(self):
        project = self.demo(hook={"needs-installed": "wanted-by-native>=3"}, more=TRACERS)
        self.add_tracers()
        ended = self.grapnel(project, "dependencies", "-t", "wheel", TRACE_LOG=self.trace)
        self.assert_code(ended)
        self.assertEqual(ended.stdout.splitlines(), ["static", "needed-by-tracer-b", "needed-by-tracer-a",
                                                     "wanted-by-native>=3"])
        calls = self.traced()
        self.assertEqual([(call["hook"][-1], call["call"]) for call in calls],
                         [("b", "new"), ("b", "dependencies"), ("a", "new"), ("a", "dependencies")])
        self.assertEqual({call["directory"] for call in calls}, {""})
        self.assertFalse(os.path.exists(project.path("dist")))
        # What hatchling needs for an editable wheel, ours does not.
        editable = self.grapnel(project, "dependencies", "-t", "wheel:editable", TRACE_LOG=self.trace)
        self.assertEqual(editable.stdout, ended.stdout)

    def test_116_requirements_of_a_front_end(self):
        """hatchling 1.12 asks no hooks, and does not ask for `editables`: hatch-grapnel asks before it builds, and
        refuses what is missing."""
        project = self.demo(hook={"needs-installed": "no-such-distribution>=3"})
        for kind in ("wheel", "sdist", "editable"):
            ended = self.backend(project, f"get_requires_for_build_{kind}")
            self.assert_code(ended)
            self.assertEqual(ended.stdout, "ANSWER []\n")
            self.assertEqual(self.noted(), [])
        ended = self.hatchling(project, "build", "-t", "wheel")
        self.assert_code(ended, 1)
        self.assertIn("no-such-distribution>=3", ended.stderr.splitlines()[-1])
        self.assertEqual(self.noted(), self.ASKED)
        # As hatchling 1.22 and later do: an instance of its own, without a directory.
        ended = self.run_in(project, [PYTHON, "-c", """
import os
from hatchling.builders.wheel import WheelBuilder
from hatch_grapnel.plugin import GrapnelBuildHook
root = os.getcwd()
builder = WheelBuilder(root)
config = builder.config.hook_config["grapnel"]
print("ANSWER", GrapnelBuildHook(root, config, builder.config, builder.metadata, "", "wheel").dependencies())
"""])
        self.assert_code(ended)
        self.assertEqual(ended.stdout, "ANSWER ['no-such-distribution>=3']\n")
        self.assertEqual(self.noted(), self.ASKED)

    def test_117_metadata(self):
        project = self.demo(hook={"fail": "build"})
        for kind in ("wheel", "editable"):
            directory = os.path.join(project.scratch, "metadata of " + kind)
            os.mkdir(directory)
            ended = self.backend(project, f"prepare_metadata_for_build_{kind}", directory)
            self.assert_code(ended)
            self.assertEqual(ended.stdout, "ANSWER demo_project-1.0.dist-info\n")
            self.assertEqual(self.noted(), [])

    def test_118_one_version(self):
        project = self.demo(hook={})
        ended = self.backend(project, "build_wheel", project.path("dist"), HATCH_BUILD_CLEAN_HOOKS_AFTER="1")
        self.assert_code(ended)
        self.assertEqual(self.noted(), self.ASKED + self.STAGES + ["wheel clean"])
        ended = self.backend(project, "build_sdist", project.path("dist"))
        self.assert_code(ended)
        self.assertEqual(self.noted(), [])

    def test_118_editable(self):
        project = self.demo(hook={}, more='dev-mode-dirs = ["src"]\n')
        ended = self.backend(project, "build_editable", project.path("dist"))
        self.assert_code(ended)
        self.assertEqual([line.split()[:3] for line in self.noted()],
                         [["wheel", "dependencies"], ["wheel", "initialize", "editable"],
                          ["wheel", "finalize", "editable"]])

    def test_118_hooks_only(self):
        project = self.demo(hook={})
        ended = self.backend(project, "build_wheel", project.path("dist"), HATCH_BUILD_HOOKS_ONLY="1")
        self.assert_code(ended, 1)
        self.assertIn("HATCH_BUILD_HOOKS_ONLY", ended.stderr.splitlines()[-1])
        self.assertNotIn("StopIteration", ended.stderr)
        self.assertEqual(self.noted(), [])
        # Not a front end's: hatchling's own command line means it.
        self.assert_code(self.hatchling(project, "build", "-t", "wheel", "--hooks-only"))
        self.assertEqual(self.noted(), self.ASKED + self.STAGES[:1])


if __name__ == "__main__":
    unittest.main()
