# SPDX-License-Identifier: BSD-3-Clause
"""The host of Hatch's build hooks: loads them, and calls one stage of one hook after another, as it is told.

Descriptor 3 is the channel: a JSON object a line, both ways (hooks_api/build_target/stage_document.hpp; the methods are
Host's). Runs in a namespace of its own, with its own copy of the builtins and of what it needs of `os`: a hook may
replace those. With hatchling in reach, hooks get its builder, its configuration and its metadata; without it, scripts
get the little of its interface that most of them need. For Python 3.8 and later, and hatchling 1.12 and later.
"""
import builtins
import os
import sys
from fcntl import F_DUPFD_CLOEXEC, fcntl
from json import dumps, loads
from os import _exit, chdir, close, dup2, fspath, getpid, read, write

CHANNEL = 3
LONGEST = 32 << 20
DEEPEST = 48  # hooks::Json takes 64 levels, those of the answer among them
OURS = "<grapnel>"
PID = getpid()
FIELDS = ("scripts", "gui_scripts", "entry_points", "dependencies", "optional_dependencies")


class Fault(Exception):
    """The answer to a request that failed: the members of `error`."""

    def __init__(self, kind, message, **more):
        super().__init__(message)
        self.error = {"kind": kind, "message": message, **more}


# --- the channel ---

class Channel:
    """Away from the low numbers: hooks close those, and give them to their children."""

    def __init__(self):
        try:
            self.fd = fcntl(CHANNEL, F_DUPFD_CLOEXEC, 200)
        except OSError:  # fewer are allowed
            self.fd = fcntl(CHANNEL, F_DUPFD_CLOEXEC, 10)
        close(CHANNEL)
        self.buffer = bytearray()

    def receive(self):
        """The next line; None at the end."""
        searched = 0
        while True:
            end = self.buffer.find(b"\n", searched)
            if end >= 0:
                line = bytes(self.buffer[:end])
                del self.buffer[:end + 1]
                return line
            searched = len(self.buffer)
            if searched > LONGEST:
                raise ValueError("a line of the runner is too long")
            data = read(self.fd, 1 << 20)
            if not data:
                return None
            self.buffer += data

    def send(self, message):
        data = dumps(message, separators=(",", ":")).encode() + b"\n"
        if len(data) > LONGEST:
            error = {"kind": "unserializable", "key": "", "type": "",
                     "message": "the answer has %d bytes, which is too much" % len(data)}
            data = dumps({"id": message["id"], "error": error}).encode() + b"\n"
        at = 0
        while at < len(data):
            at += write(self.fd, data[at:at + (1 << 20)])


def flush():
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except BaseException:
            pass  # closed, or none any more: the hook's own doing


# --- what went wrong ---

def sound(text):
    """As JSON can carry it: half a surrogate pair stands for a byte that is no UTF-8."""
    return text.encode("utf-8", "backslashreplace").decode()


def text_of(error):
    try:
        return sound(str(error)[:65536])
    except BaseException as fault:
        return "<its text cannot be had: %s>" % type(fault).__name__


def name_of(kind):
    module, name = kind.__module__, kind.__qualname__
    return name if module in ("builtins", "__main__") else "%s.%s" % (module, name)


def is_ours(file):
    return file == OURS or file.startswith("<frozen importlib")


def trace_of(error):
    """The frames of the hook: none of ours, and none of the import system that lies between."""
    try:
        from traceback import StackSummary, TracebackException
        trace = TracebackException.from_exception(error)
        causes, seen = [trace], 0
        while causes and seen < 100:
            one = causes.pop()
            if one is not None:
                one.stack = StackSummary.from_list([frame for frame in one.stack if not is_ours(frame.filename)])
                causes += [one.__cause__, one.__context__]
                seen += 1
        return sound("".join(trace.format())[-(1 << 18):])
    except BaseException as fault:
        return "<no traceback can be made: %s>" % type(fault).__name__


def fault_of(error, kind="exception"):
    """What a hook raised. Code 0 of an exit is none that says success: the hook has not returned."""
    if isinstance(error, SystemExit):
        code = error.code
        message = getattr(error, "grapnel_message", "")
        if code is None:
            code = 0
        elif not isinstance(code, int):
            code, message = 1, message or text_of(code)
        return Fault("abort", message, code=int(code) if abs(code) < 1 << 31 else 1, type="SystemExit",
                     traceback=trace_of(error))
    infra = any(base.__name__ == "InfraException" for base in type(error).__mro__)
    return Fault(kind, text_of(error), type=name_of(type(error)), traceback=trace_of(error),
                 **({"infra": True} if infra else {}))


def project_fault(kind, message):
    """What is wrong in the project's files, as Hatch's exception of that name."""
    return Fault("exception", message, type=kind, traceback="", project=True)


def unknown_hook(message):
    return Fault("unknown_hook", message, type="UnknownPluginError", traceback="")


def call(function, *arguments):
    """The result of code that is not ours. A child that it forked and that came back is no second host."""
    try:
        return function(*arguments)
    except Fault:
        raise
    except BaseException as error:
        raise fault_of(error) from None
    finally:
        if getpid() != PID:
            _exit(0)


def constructed(function, *arguments):
    """call(), where a module that is not installed is told from other faults."""
    def attempt():
        try:
            return function(*arguments)
        except ImportError as error:
            raise fault_of(error, "import") from None
    return call(attempt)


# --- values ---

def unserializable(value, key, why=""):
    name = name_of(type(value))
    return Fault("unserializable", "%s holds %s" % (key, why or "a value of type '%s', which JSON has not" % name),
                 key=key, type=name)


def text_image(value, key):
    text = str.__str__(value)
    try:
        text.encode()
    except UnicodeEncodeError:
        raise unserializable(value, key, "text that is not UTF-8: %r" % text[:200]) from None
    return text


def path_text(value):
    """The path that an object of pathlib's kind stands for; None for other objects."""
    if isinstance(value, (str, bytes)) or not hasattr(type(value), "__fspath__"):
        return None
    path = fspath(value)
    return os.fsdecode(path) if isinstance(path, bytes) else path


def image(value, key, depth=0, is_config=False):
    """`value` as JSON: tuples are lists, paths are texts. `key`: where it stands, for messages. Of configurations, what
    TOML has and JSON has not is text."""
    if depth > DEEPEST:
        raise unserializable(value, key, "itself, or is nested too deeply")
    if value is None or value is True or value is False:
        return value
    if isinstance(value, str):
        return text_image(value, key)
    if isinstance(value, int):
        if not -(1 << 63) <= value < 1 << 63:
            raise unserializable(value, key, "a number that is too large")
        return int(value)
    if isinstance(value, float):
        if value != value or value in (float("inf"), float("-inf")):
            if is_config:
                return repr(float(value))
            raise unserializable(value, key, "%r, which JSON has not" % value)
        return float(value)
    if isinstance(value, (list, tuple)):
        return [image(one, "%s[%d]" % (key, at), depth + 1, is_config) for at, one in enumerate(value)]
    if isinstance(value, dict):
        return {key_image(name, key): image(one, "%s.%s" % (key, key_image(name, key)), depth + 1, is_config)
                for name, one in value.items()}
    path = path_text(value)
    if path is not None:
        return text_image(path, key)
    if is_config and hasattr(value, "isoformat"):
        return value.isoformat()
    raise unserializable(value, key)


def key_image(name, key):
    text = name if isinstance(name, str) else path_text(name)
    if text is None:
        raise unserializable(name, key, "a key of type '%s', which is no text" % name_of(type(name)))
    return text_image(text, key)


def build_data_image(data):
    """One member after another, so that the key that is at fault begins with its own name."""
    return {key_image(name, "build data"): image(value, key_image(name, "build data"), 1)
            for name, value in data.items()}


def is_same(old, new):
    """Whether `new`, of JSON, is what `old` looks like there."""
    try:
        return dumps(image(old, ""), sort_keys=True) == dumps(new, sort_keys=True)
    except Fault:
        return False


def refilled(old, new):
    """What stands for `new`, of JSON, where `old` stood: the same object wherever that can be, since hooks keep
    references to what they have put there."""
    if is_same(old, new):
        return old
    if type(old) is dict and type(new) is dict:
        refill(old, new)
        return old
    if type(old) is list and type(new) is list:
        old[:] = [refilled(old[at], one) if at < len(old) else one for at, one in enumerate(new)]
        return old
    return new


def refill(old, new):
    names = {}
    for name in old:
        try:
            names.setdefault(key_image(name, ""), name)
        except Fault:
            pass
    kept = {id(names[name]) for name in new if name in names}
    for name in [name for name in old if id(name) not in kept]:
        del old[name]
    for name, value in new.items():
        old[names.get(name, name)] = refilled(old[names[name]], value) if name in names else value


# --- hatchling's side ---

def with_text_of_abort(abort):
    def abort_and_keep(message="", code=1, **more):
        try:
            abort(message, code=code, **more)
        except SystemExit as end:
            end.grapnel_message = text_of(message)
            raise
        raise SystemExit(code)
    return abort_and_keep


class Hatchling:
    """The real one."""

    def __init__(self, root, target, directory, verbosity, build, project):
        from hatchling.__about__ import __version__
        from hatchling.bridge.app import Application
        from hatchling.builders.hooks.plugin.interface import BuildHookInterface
        from hatchling.builders.plugin.interface import BuilderInterface
        from hatchling.metadata.core import ProjectMetadata
        from hatchling.plugin.manager import PluginManager
        self.version = __version__
        self.interface = BuildHookInterface
        if not hasattr(BuildHookInterface, "dependencies"):  # before 1.22
            BuildHookInterface.dependencies = lambda self: []
        self.arguments = root, target, directory, verbosity, build, project
        self.builder_class = BuilderInterface
        self.metadata_class = ProjectMetadata
        self.application_class = Application
        self.plugins = PluginManager()

    def open(self):
        self.root, target, self.directory, verbosity, build, project = self.arguments
        self.metadata = self.metadata_class(self.root, self.plugins)
        if project is not None and "project" not in self.metadata.config:
            self.metadata = self.metadata_class(self.root, self.plugins, {**self.metadata.config, "project": project})
        hatch = self.metadata.hatch
        if build is not None and not is_same_config(hatch.config.get("build", {}), build):
            hatch.config = {**hatch.config, "build": build}
        # A target of the name `custom` is ours, and none of a builder's script.
        builder_class = None if target == "custom" else self.plugins.builder.get(target)
        if builder_class is None:
            builder_class = type("Builder", (self.builder_class,),
                                 {"PLUGIN_NAME": target, "get_version_api": lambda self: {}})
        self.app = self.application(verbosity)
        self.builder = builder_class(self.root, plugin_manager=self.plugins, metadata=self.metadata, app=self.app)
        self.target = target
        self.config = self.builder.config

    def application(self, verbosity):
        """hatchling's reads its verbosity once, from the environment."""
        wanted = {"HATCH_VERBOSE": str(max(verbosity, 0)), "HATCH_QUIET": str(max(-verbosity, 0))}
        kept = {name: os.environ.get(name) for name in wanted}
        os.environ.update(wanted)
        try:
            app = self.application_class().get_safe_application()
        finally:
            for name, value in kept.items():
                if value is None:
                    os.environ.pop(name, None)
                else:
                    os.environ[name] = value
        if not hasattr(app, "verbosity"):  # in old ones
            app.verbosity = verbosity
        app.abort = with_text_of_abort(app.abort)
        return app

    def hook_class(self, name):
        found = self.plugins.build_hook.get(name)
        if found is None:
            raise unknown_hook("there is no build hook '%s' among the plugins of '%s'; install the one that has it "
                               "into that environment" % (name, sys.executable))
        return found

    def hook_config(self, name, config):
        """Hatch's own object where it says the same: hooks share it, and TOML knows dates."""
        for table in (self.builder.target_config, self.builder.build_config):
            own = table.get("hooks", {}).get(name)
            if type(own) is dict and is_same_config(own, config):
                return own
        return config

    def construct(self, hook_class, config):
        return hook_class(self.root, config, self.config, self.metadata, self.directory, self.target, self.app)

    def fields(self):
        """What of the metadata goes into an artifact, and hooks are known to change."""
        fields = {}
        for name in FIELDS:
            try:
                fields[name] = image(getattr(self.metadata.core, name), name)
            except Exception:
                pass  # not there, or not valid: the runner has its own opinion of the project's files
        return fields

    def target_config(self):
        return image({name: value for name, value in self.builder.target_config.items() if name != "hooks"},
                     "target_config", is_config=True)


def is_same_config(own, config):
    return dumps(image(own, "", is_config=True), sort_keys=True) == dumps(config, sort_keys=True)


class Limited:
    """An object of the shim: says what it is where more is asked of it."""

    def __init__(self, name, /, **attributes):
        self.__dict__.update(attributes, grapnel_name=name)

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        raise AttributeError("%s has no '%s' here, since hatchling is not installed for '%s'" % (
            self.__dict__.get("grapnel_name", "this"), name, sys.executable))


class App:
    """hatchling's application, as far as hooks may use it."""

    def __init__(self, verbosity):
        self.verbosity = verbosity
        self.abort = with_text_of_abort(self._abort)

    def _show(self, message, least):
        if self.verbosity >= least:
            print(message, file=sys.stderr)

    def display(self, message="", **_):
        print(message, file=sys.stderr)

    def display_info(self, message="", **_):
        self._show(message, 0)

    display_waiting = display_success = display_info

    def display_mini_header(self, message="", **_):
        self._show("[%s]" % message, 0)

    def display_warning(self, message="", **_):
        self._show(message, -1)

    def display_error(self, message="", **_):
        self._show(message, -2)

    def display_debug(self, message="", level=1, **_):
        if not 1 <= level <= 3:
            raise ValueError("the level of debug output is 1, 2 or 3, not %r" % (level,))
        self._show(message, level)

    def _abort(self, message="", code=1, **_):
        if message:
            self.display_error(message)
        raise SystemExit(code)


class BuildHookInterface:
    """Hatch's, for scripts, where hatchling is not installed."""

    PLUGIN_NAME = ""

    def __init__(self, root, config, build_config, metadata, directory, target_name, app=None):
        self.__members = root, config, build_config, metadata, directory, target_name, app

    root = property(lambda self: self.__members[0])
    config = property(lambda self: self.__members[1])
    build_config = property(lambda self: self.__members[2])
    metadata = property(lambda self: self.__members[3])
    directory = property(lambda self: self.__members[4])
    target_name = property(lambda self: self.__members[5])
    app = property(lambda self: self.__members[6])

    def dependencies(self):
        return []

    def clean(self, versions):
        pass

    def initialize(self, version, build_data):
        pass

    def finalize(self, version, build_data, artifact_path):
        pass


class Shim:
    """What scripts need where there is no hatchling."""

    version = None
    interface = BuildHookInterface

    def __init__(self, root, target, directory, verbosity, build, project):
        self.root, self.target, self.directory = root, target, directory
        self.app = App(verbosity)
        build = build or {}
        targets = build.get("targets", {})
        self.config = Limited("build_config", root=root, directory=directory, build_config=build,
                              target_config=targets.get(target, {}) if type(targets) is dict else {})
        project = project or {}
        self.metadata = Limited("metadata", **{name: project[name] for name in ("name", "version") if name in project})

    def open(self):
        for name in [name for name in sys.modules if name.split(".")[0] == "hatchling"]:
            del sys.modules[name]
        # The others are for scripts that hold more than a build hook.
        for place, kind in (("builders.hooks.plugin", BuildHookInterface), ("builders.plugin", "BuilderInterface"),
                            ("metadata.plugin", "MetadataHookInterface")):
            if isinstance(kind, str):
                kind = type(kind, (), {"PLUGIN_NAME": ""})
            module = self.module("hatchling.%s.interface" % place)
            setattr(module, kind.__name__, kind)

    def module(self, name):
        from types import ModuleType
        if name not in sys.modules:
            sys.modules[name] = module = ModuleType(name, "hatchling is not installed: this is grapnel's.")
            module.__path__ = []
            parent, _, last = name.rpartition(".")
            if parent:
                setattr(self.module(parent), last, module)
        return sys.modules[name]

    def hook_class(self, name):
        raise unknown_hook("the build hook '%s' is a plugin of Hatch, and hatchling is not installed for '%s'; install "
                           "it and the plugin into that environment" % (name, sys.executable))

    def hook_config(self, name, config):
        return config

    construct = Hatchling.construct

    def fields(self):
        return {}

    def target_config(self):
        return {}


# --- scripts ---

def script_class(root, config, interface):
    """The class of the hook `custom`: of the module's get_build_hook(), else its only subclass of the interface. As
    Hatch does, subclasses count by where they can be seen: imported ones and other names of one too."""
    script = config.get("path", "hatch_build.py")
    if not isinstance(script, str):
        raise project_fault("TypeError", "the option 'path' of the build hook 'custom' must be a string, and is of "
                            "type '%s'" % type(script).__name__)
    if not script:
        raise project_fault("ValueError", "the option 'path' of the build hook 'custom' must not be empty")
    path = os.path.normpath(os.path.join(root, script))
    if not os.path.isfile(path):
        raise project_fault("OSError", "the build script '%s' does not exist: there is no file '%s'" % (
            sound(script), sound(path)))
    module = constructed(executed, script, path)
    finder = getattr(module, "get_build_hook", None)
    if finder is not None:
        return constructed(finder)
    found = {name: value for name, value in sorted(vars(module).items()) if is_strict_subclass(value, interface)}
    if not found:
        raise project_fault("ValueError", "the build script '%s' has no subclass of BuildHookInterface (%s)" % (
            script, path))
    if len(found) > 1:
        raise project_fault("ValueError", "the build script '%s' has more than one subclass of BuildHookInterface: %s; "
                            "define a function get_build_hook() that returns the one to use (%s)" % (
                                script, ", ".join(found), path))
    return next(iter(found.values()))


def is_strict_subclass(value, interface):
    try:
        return value is not interface and issubclass(value, interface)
    except TypeError:  # no class
        return False


def executed(name, path):
    """The module of a script. Known by its name before it runs: dataclasses and pickle look for it there."""
    from importlib.machinery import SourceFileLoader
    from importlib.util import module_from_spec, spec_from_file_location
    module = module_from_spec(spec_from_file_location(name, path, loader=SourceFileLoader(name, path)))
    sys.modules[name] = module
    try:
        module.__spec__.loader.exec_module(module)
    except BaseException:
        sys.modules.pop(name, None)
        raise
    return module


# --- the methods ---

class Host:
    """Methods of the channel: params -> result, or a Fault."""

    def __init__(self):
        self.side = None
        self.hooks = {}
        self.version = None
        self.data = {}
        self.seen = None

    def open(self, root, target, directory=None, verbosity=0, build=None, project=None):
        """What the hooks of one target are given. `build`: the effective table of it, where it is not that of
        pyproject.toml and hatch.toml; `project`: the table of that name, where there is no pyproject.toml."""
        call(chdir, root)
        if root not in sys.path:
            sys.path.append(root)
        arguments = (root, target, directory or "", verbosity, build, project)
        result = {}
        try:
            self.side = Hatchling(*arguments)
        except ImportError as error:
            self.side = Shim(*arguments)
            result["reason"] = text_of(error)
        try:
            call(self.side.open)
        except Fault as fault:
            fault.error["project"] = True
            raise
        self.is_building = directory is not None
        self.environment = dict(os.environ)
        return {"hatchling": self.side.version, "shim": self.side.version is None, **result}

    def load(self, hook, config, index=0, environment=None):
        """Constructs the hook, which lives as long as the host."""
        self.take(environment)
        if self.seen is None and self.is_building:
            self.seen = self.side.fields(), self.side.target_config()
        config = self.side.hook_config(hook, config)
        if hook == "custom":
            hook_class = script_class(self.side.root, config, self.side.interface)
        else:
            hook_class = constructed(self.side.hook_class, hook)
        instance = constructed(self.side.construct, hook_class, config)
        if hook == "custom":
            call(setattr, instance, "PLUGIN_NAME", "custom")
        self.hooks[hook] = instance
        return self.changes()

    def dependencies(self, hook, environment=None):
        self.take(environment)
        wanted = call(self.hooks[hook].dependencies)
        if not isinstance(wanted, (list, tuple)) or not all(isinstance(one, str) for one in wanted):
            raise project_fault("TypeError", "dependencies() of the hook '%s' must return a list of strings" % hook)
        return {"dependencies": image(wanted, "dependencies"), **self.changes()}

    def clean(self, hook, versions, environment=None):
        self.take(environment)
        call(self.hooks[hook].clean, versions)
        return self.changes()

    def begin(self, version, build_data):
        """New build data for the hooks of a version."""
        self.version, self.data = version, {}
        self.fill(build_data)
        return {}

    def initialize(self, hook, version, build_data=None, environment=None):
        return self.stage(hook, "initialize", version, build_data, environment)

    def finalize(self, hook, version, artifact_path, build_data=None, environment=None):
        return self.stage(hook, "finalize", version, build_data, environment, artifact_path)

    def close(self):
        return {}

    def stage(self, hook, name, version, build_data, environment, *arguments):
        self.take(environment)
        if version != self.version:
            self.version, self.data = version, {}
        if build_data is not None:
            self.fill(build_data)
        call(getattr(self.hooks[hook], name), version, self.data, *arguments)
        result = {"build_data": call(build_data_image, self.data), **self.changes()}
        fields, target_config = call(self.side.fields), call(self.side.target_config)
        seen_fields, seen_config = self.seen or (fields, target_config)
        self.seen = fields, target_config
        changed = {name: value for name, value in fields.items() if value != seen_fields.get(name)}
        if changed:
            result["metadata"] = changed
        if dumps(target_config) != dumps(seen_config):
            result["target_config"] = target_config
        return result

    def fill(self, build_data):
        refill(self.data, build_data)
        if isinstance(self.data.get("build_hooks"), list):
            self.data["build_hooks"] = tuple(self.data["build_hooks"])

    def take(self, environment):
        """What other hooks have set since the call before; null removes."""
        for name, value in (environment or {}).items():
            if value is None:
                os.environ.pop(name, None)
                self.environment.pop(name, None)
            else:
                os.environ[name] = self.environment[name] = value

    def changes(self):
        """The variables that hooks have changed and that were not told yet; null for removed ones."""
        now, before = dict(os.environ), self.environment
        changed = {name: now.get(name) for name in sorted({*now, *before}) if now.get(name) != before.get(name)}
        self.environment = now
        return {"environment": image(changed, "os.environ")} if changed else {}


METHODS = ("open", "load", "dependencies", "clean", "begin", "initialize", "finalize", "close")


def answer_to(host, request):
    method, params = request.get("method"), request.get("params") or {}
    try:
        if method not in METHODS:
            raise Fault("internal", "the host of Python hooks knows no method %r" % (method,))
        return {"result": getattr(host, method)(**params)}
    except Fault as fault:
        return {"error": fault.error}
    except BaseException as error:
        import traceback
        return {"error": {"kind": "internal", "type": name_of(type(error)), "message": text_of(error),
                          "traceback": sound(traceback.format_exc())}}


def serve():
    """Returns when there is nothing more to do: what hooks have asked to be called at the end is then called."""
    dup2(2, 1)
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(line_buffering=True, errors="backslashreplace")
    channel = Channel()
    sys.argv[:] = ["-c"]
    channel.send({"ready": 1})
    host = Host()
    while True:
        line = channel.receive()
        if line is None:
            return
        request = loads(line)
        answer = answer_to(host, request)
        flush()
        channel.send({"id": request.get("id"), **answer})
        if request.get("method") == "close":
            return


serve()
