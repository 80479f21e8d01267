# SPDX-License-Identifier: BSD-3-Clause
"""The build hook `grapnel`. For hatchling 1.12 and later: what an older one has not is looked for, never assumed."""

import contextlib
import os
import sys
import weakref

from hatchling.__about__ import __version__ as HATCHLING
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

from . import sources, values
from .exclusions import Exclusions
from .runner import Failure, Runner, find

TABLE = "tool.hatch.build.hooks.grapnel"
GENERIC = ("dependencies", "require-runtime-dependencies", "require-runtime-features", "enable-by-default")
TEXT, TEXTS, MAP = "a string", "an array of strings", "a table"
OPTIONS = {"runner": TEXT, "hook": TEXT, "assets-dir": TEXT, "tag": TEXT, "editable": TEXT, "env": TEXTS,
           "defines": MAP, "when": TEXTS}
ASKS_HOOKS = hasattr(BuildHookInterface, "dependencies")  # hatchling 1.22


def is_kind(value, kind):
    if kind is TEXT:
        return isinstance(value, str) and value != ""
    if kind is MAP:
        return isinstance(value, dict)
    return isinstance(value, list) and all(isinstance(one, str) and one for one in value)


def options_of(config):
    """The table without what is Hatch's own. Raises Failure."""
    options = {name: value for name, value in config.items() if name not in GENERIC}
    for name, value in options.items():
        if name not in OPTIONS:
            raise Failure("%s.%s: there is no such option; there are %s" % (TABLE, name, ", ".join(OPTIONS)))
        if not is_kind(value, OPTIONS[name]):
            raise Failure("%s.%s: found %r; expected %s that is not empty" % (TABLE, name, value, OPTIONS[name]))
    return options


def call_of_backend():
    """The frame of hatchling's PEP 517 function that is running, or None: its command line has none."""
    frame = sys._getframe()
    while frame is not None:
        if frame.f_globals.get("__name__") == "hatchling.build" and frame.f_code.co_name != "<module>":
            return frame
        frame = frame.f_back
    return None


def missing(requirements):
    """Those that are not installed."""
    from importlib.metadata import PackageNotFoundError, version
    from packaging.requirements import InvalidRequirement, Requirement
    found = []
    for text in requirements:
        try:
            requirement = Requirement(text)
            if requirement.marker is not None and not requirement.marker.evaluate():
                continue
            if not requirement.specifier.contains(version(requirement.name), prereleases=True):
                found.append(text)
        except (InvalidRequirement, PackageNotFoundError):
            found.append(text)
    return found


class GrapnelBuildHook(BuildHookInterface):
    """One instance, and at most one runner, for each target."""

    PLUGIN_NAME = "grapnel"

    def __init__(self, *arguments, **more):
        super().__init__(*arguments, **more)
        self.__runner = None
        self.__exclusions = Exclusions(self.build_config)

    def dependencies(self):
        """What the hooks need before they can run. Asked in an instance of its own, before anything is installed: a
        runner that is missing now may be there later."""
        with self.__told():
            options = options_of(self.config)
            if not self.__is_wanted(options):
                return []
            try:
                program = find(options.get("runner"), self.root)
            except Failure:
                program = None
            if program is None:
                return []
            runner = Runner(program, self.root)
            try:
                self.__open(runner, options)
                return self.__requirements(runner)
            finally:
                runner.close()

    def clean(self, versions):
        with self.__told():
            options = options_of(self.config)
            wanted = [version for version in versions or () if self.__is_wanted(options, version)]
            if wanted:
                self.__started(options).request("clean", versions=wanted)

    def initialize(self, version, build_data):
        with self.__told():
            options = options_of(self.config)
            self.__refuse_hooks_only()
            self.__exclusions.reset()
            if not self.__is_wanted(options, version):
                if self.target_name == "sdist" and "when" not in options:
                    self.__complete(options, build_data)
                return
            result = self.__started(options).request(
                "initialize", version=version, build_data=values.build_data_image(build_data),
                build_hooks=[str(name) for name in build_data.get("build_hooks", ())])
            patch = result.get("patch") or {}
            try:
                values.apply(patch, build_data, self.target_name, HATCHLING)
            except values.NoPlace as fault:
                raise Failure(str(fault)) from None
            if not self.__exclusions.set(patch.get("exclude") or []):
                raise Failure("a hook excludes files, which grapnel cannot do with hatchling %s; exclude them by "
                              "tool.hatch.build.exclude" % HATCHLING)

    def finalize(self, version, build_data, artifact_path):
        with self.__told():
            self.__exclusions.reset()
            options = options_of(self.config)
            if self.__is_wanted(options, version):
                self.__started(options).request(
                    "finalize", version=version, build_data=values.build_data_image(build_data),
                    artifact_path=os.path.abspath(artifact_path))

    # --- what is printed ---

    @contextlib.contextmanager
    def __told(self):
        """Failures end the build with one line. Nothing goes to the standard output, which front ends read."""
        try:
            with self.__quiet():
                yield
        except Failure as failure:
            with self.__quiet():
                self.app.abort("grapnel: " + " ".join(str(failure).split()), code=failure.code)
            raise SystemExit(failure.code) from None

    @contextlib.contextmanager
    def __quiet(self):
        """Old applications print to the standard output; one that Hatch has called must, for Hatch reads that."""
        if type(getattr(self.app.abort, "__self__", None)).__name__ == "InvokedApplication":
            yield
        else:
            with contextlib.redirect_stdout(sys.stderr):
                yield

    def __verbosity(self):
        """Old applications keep it to themselves."""
        found = getattr(self.app, "verbosity", None)
        if isinstance(found, int):
            return found
        try:
            return int(os.environ.get("HATCH_VERBOSE", "0")) - int(os.environ.get("HATCH_QUIET", "0"))
        except ValueError:
            return 0

    # --- the runner ---

    def __is_wanted(self, options, version=None):
        """Whether the hooks run for this target, and for a version of it where one is given. Without `when`: for every
        target that is no sdist."""
        if "when" not in options:
            return self.target_name != "sdist"
        for one in options["when"]:
            target, _, wanted = one.partition(":")
            if target == self.target_name and (not wanted or version is None or wanted == version):
                return True
        return False

    def __started(self, options):
        if self.__runner is None:
            program = find(options.get("runner"), self.root)
            if program is None:
                raise Failure("there is no 'grapnel' on PATH; install it, or name it by the option 'runner' of %s or "
                              "by the environment variable GRAPNEL" % TABLE)
            runner = Runner(program, self.root)
            # When the hook is dropped, and at the end of the interpreter, however the build ends.
            weakref.finalize(self, runner.close)
            self.__open(runner, options)
            if not ASKS_HOOKS:
                self.__refuse_missing(self.__requirements(runner))
            self.__runner = runner
        return self.__runner

    def __open(self, runner, options):
        frame = call_of_backend()
        settings = None if frame is None else frame.f_locals.get("config_settings")
        try:
            settings, table = values.image(settings), values.image(options)
        except values.NoJson:
            raise Failure("%s and the config settings hold what JSON has not" % TABLE) from None
        result = runner.request(
            "open", target=self.target_name, directory=os.path.abspath(self.directory) if self.directory else None,
            hook_config=table, config_settings=settings, verbosity=self.__verbosity(),
            work_directory=os.path.join(self.root, ".hatch", "grapnel"))
        self.app.display_debug("grapnel: hooks of the target '%s': %s" % (
            self.target_name, ", ".join(map(str, result.get("hooks") or ["none"]))))

    @staticmethod
    def __requirements(runner):
        found = runner.request("dependencies").get("requirements") or []
        return [one for one in found if isinstance(one, str)]

    @staticmethod
    def __refuse_missing(requirements):
        left = missing(requirements)
        if left:
            raise Failure("the hooks need %s; hatchling %s does not install what hooks ask for: use 1.22 or later, or "
                          "add it to build-system.requires" % (", ".join(left), HATCHLING))

    @staticmethod
    def __refuse_hooks_only():
        """hatchling then builds nothing, and its PEP 517 functions end by an exception that says nothing."""
        if os.environ.get("HATCH_BUILD_HOOKS_ONLY") in ("1", "true") and call_of_backend() is not None:
            raise Failure("the environment variable HATCH_BUILD_HOOKS_ONLY is set, so there will be no artifact for "
                          "the build front end; unset it, or use 'hatchling build'")

    def __complete(self, options, build_data):
        """An sdist is to hold the hooks' sources, and nothing that was built of them."""
        found, built = sources.collect(self.root, options.get("hook", "hook"))
        for relative in found:
            build_data["force_include"].setdefault(os.path.join(self.root, relative), relative.replace(os.sep, "/"))
        if not self.__exclusions.set(built):
            self.app.display_warning("grapnel: what was built beside the hooks may be in the sdist")
