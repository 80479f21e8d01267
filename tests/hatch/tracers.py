# SPDX-License-Identifier: BSD-3-Clause
"""Hatch plugins `tracer-a`, `tracer-b` and `tracer-c` that write what is called into the file TRACE_LOG, a JSON object
a line. TRACE_FAIL is "NAME STAGE HOW", where HOW is raise, or an exit code for app.abort().

A table may have `patch`, changes to build data by initialize, `set`, variables that it sets, and `show`, keys of build
data and variables that initialize tells.
"""

import json
import os

from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from hatchling.plugin import hookimpl

instances = []
maps = []  # kept, for a name that is gone may be another map's


def number(of, one):
    """The place of an object among those that were seen."""
    for place, known in enumerate(of):
        if known is one:
            return place
    of.append(one)
    return len(of) - 1


class Tracer(BuildHookInterface):
    def __init__(self, *arguments, **more):
        super().__init__(*arguments, **more)
        number(instances, self)
        self.note("new")

    def note(self, call, **more):
        line = {"pid": os.getpid(), "instance": number(instances, self), "hook": self.PLUGIN_NAME, "call": call,
                "root": self.root, "target": self.target_name, "directory": self.directory, "config": self.config,
                "name": self.metadata.core.name, "version": self.metadata.version, "cwd": os.getcwd(), **more}
        # What the target did meanwhile, but not its files that are still being written.
        if self.directory and os.path.isdir(self.directory):
            line["there"] = sorted(name for name in os.listdir(self.directory) if not name.startswith("."))
        with open(os.environ["TRACE_LOG"], "a") as file:
            file.write(json.dumps(line) + "\n")
        hook, _, rest = os.environ.get("TRACE_FAIL", "").partition(" ")
        stage, _, how = rest.partition(" ")
        if (hook, stage) == (self.PLUGIN_NAME, call):
            if how == "raise":
                raise RuntimeError("raised in " + call)
            self.app.abort("aborted in " + call, int(how))

    def dependencies(self):
        self.note("dependencies")
        return ["needed-by-" + self.PLUGIN_NAME]

    def clean(self, versions):
        self.note("clean", versions=list(versions))

    def initialize(self, version, build_data):
        shown = self.config.get("show", [])
        self.note("initialize", version_built=version, map=number(maps, build_data),
                  build_hooks=[type(build_data["build_hooks"]).__name__, *build_data["build_hooks"]],
                  data={name: build_data[name] for name in shown if name in build_data},
                  variables={name: os.environ[name] for name in shown if name in os.environ})
        for name, value in self.config.get("patch", {}).items():
            if isinstance(value, list):
                build_data.setdefault(name, []).extend(value)
            elif isinstance(value, dict):
                build_data.setdefault(name, {}).update(value)
            else:
                build_data[name] = value
        os.environ.update(self.config.get("set", {}))

    def finalize(self, version, build_data, artifact_path):
        self.note("finalize", version_built=version, map=number(maps, build_data), artifact=artifact_path,
                  build_hooks=[type(build_data["build_hooks"]).__name__, *build_data["build_hooks"]],
                  data={name: build_data[name] for name in self.config.get("show", []) if name in build_data})


class TracerA(Tracer):
    PLUGIN_NAME = "tracer-a"


class TracerB(Tracer):
    PLUGIN_NAME = "tracer-b"


class TracerC(Tracer):
    PLUGIN_NAME = "tracer-c"


@hookimpl
def hatch_register_build_hook():
    return [TracerA, TracerB, TracerC]
