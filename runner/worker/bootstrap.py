# SPDX-License-Identifier: BSD-3-Clause
"""The Python worker: runs one PEP 517 hook after another, as it is told.

The channel is hooks_api/pep517/channel.hpp's. Runs in a namespace of its own, with its own copy of the builtins and of
what it needs of `os`: a hook may replace those. Only what the first answer needs is here; the rest is compiled when
it is needed, since compiling costs more than a call. For Python 3.8 and later.
"""
import builtins
import os
import sys
from importlib import import_module, invalidate_caches
from os import (O_APPEND, O_RDONLY, O_RDWR, O_WRONLY, _exit, chdir, close, dup2, getpid, open, read, set_inheritable,
                umask, write)

HOOKS = ("build_wheel", "build_sdist", "prepare_metadata_for_build_wheel", "get_requires_for_build_wheel",
         "get_requires_for_build_sdist", "build_editable", "prepare_metadata_for_build_editable",
         "get_requires_for_build_editable")
LONGEST = 32 << 20
LARGE = 256 << 20
PID = getpid()
MASK = umask(0)
umask(MASK)
MODULES = dict(sys.modules)
SOUND = [(sys, "modules", sys.modules)] + [
    (module, name, value) for module in (builtins, os) for name, value in vars(module).items() if name != "_"]
FINDERS = set(sys.path), set(sys.meta_path), set(sys.path_hooks)
calls, answers = sys.argv[1:3]
streams = [sys.stdin, sys.stdout, sys.stderr]
helpers = {}


def rare(name):
    if not helpers:
        helpers.update(globals())
        exec(compile(RARE, "<grapnel>", "exec"), helpers)
    return helpers[name]


def plug(path, flags, target):
    """Makes descriptor `target` a file, whatever the hook before has done to it."""
    fd = open(path, flags)
    if fd == target:
        set_inheritable(fd, True)
    else:
        dup2(fd, target)
        close(fd)


def unplug():
    plug("/dev/null", O_RDONLY, 0)
    plug("/dev/null", O_WRONLY, 1)
    plug("/dev/null", O_WRONLY, 2)


def flush():
    for stream in streams[1:]:
        try:
            stream.flush()
        except BaseException:
            pass
    if "ctypes" in sys.modules:
        rare("flush_c")()


def receive():
    """The fields of the next call; None where there will be none."""
    fd = open(calls, O_RDONLY)
    try:
        data = read(fd, 65536)
        while data:
            head, newline, body = data.partition(b"\n")
            if newline:
                sizes = [int(size) for size in head.split(b" ")]
                missing = sum(sizes) - len(body)
                if missing <= 0:
                    break
            more = read(fd, 1 << 20)
            if not more:
                return None
            data += more
        else:
            return None
    finally:
        close(fd)
    fields = []
    at = 0
    for size in sizes:
        fields.append(body[at:at + size].decode("utf-8", "surrogateescape"))
        at += size
    return fields


def send(nonce, kind, text, trace="", infra=""):
    if len(text) > LONGEST:
        kind, text = "HookRuntimeError", "the hook returned a text of %d characters, which is too long" % len(text)
    fields = []
    for field in (nonce, kind, text, trace, infra):
        try:
            fields.append(field.encode("utf-8", "surrogateescape"))
        except UnicodeEncodeError:
            fields.append(field.encode("utf-8", "backslashreplace"))
    data = b" ".join([b"%d" % len(field) for field in fields]) + b"\n" + b"".join(fields)
    fd = open(answers, O_WRONLY)
    try:
        at = write(fd, data)
        while at < len(data):
            at += write(fd, data[at:at + (1 << 20)])
    finally:
        close(fd)


def run(fresh, backend_name, backend_path, hook_name, arguments):
    """The answer but for its nonce."""
    try:
        arguments = [None if one == "-" else one[1:] if one[0] == "s" else rare("settings")(one[1:])
                     for one in arguments]
    except BaseException as error:
        return ("MalformedHookArgument", "config_settings is not JSON: %s" % error)
    if fresh:
        for name in [name for name in sys.modules if name not in MODULES]:
            del sys.modules[name]
    path = sys.path[:]
    if backend_path:
        sys.path[:0] = backend_path.split("\0")
    try:
        module, _, attributes = backend_name.partition(":")
        backend = sys.modules.get(module)
        if backend is None:
            invalidate_caches()
            try:
                backend = import_module(module)
            except BaseException as error:
                found = rare("find_backend")(module, attributes, error)
                if type(found) is tuple:
                    return found
                (backend,) = found
        for attribute in attributes.split(".") if attributes else ():
            try:
                backend = getattr(backend, attribute)
            except AttributeError as error:
                return rare("missing_attribute")(backend_name, attribute, error)
        try:
            hook = getattr(backend, hook_name)
        except AttributeError:
            return rare("unsupported")(backend_name, backend, hook_name)
        return ("OK", str(hook(*arguments)))
    except BaseException as error:
        return rare("raised")(error)
    finally:
        if getpid() != PID:
            _exit(0)  # a child that the hook forked and that came back: only one of us answers
        if fresh or backend_path:
            sys.path[:] = path


RARE = '''
# What is seldom needed, or not before the first answer.

def is_sound():
    """Whether the next hook finds an interpreter in which it can work, whatever this one has done to it."""
    try:
        sys.settrace(None)
        sys.setprofile(None)
        for module, name, value in SOUND:
            if getattr(module, name) is not value:
                return False
        for name, module in MODULES.items():
            if sys.modules[name] is not module:
                return False
        return FINDERS[0] <= set(sys.path) and FINDERS[1] <= set(sys.meta_path) and FINDERS[2] <= set(sys.path_hooks)
    except BaseException:
        return False


def is_large():
    """Whether modules that were dropped are still there: `threading` and others are kept for ever by what they told the
    interpreter to call at a fork."""
    fd = open("/proc/self/statm", O_RDONLY)
    try:
        return int(read(fd, 200).split()[1]) * os.sysconf("SC_PAGE_SIZE") > LARGE
    finally:
        close(fd)


def run_exit_functions():
    import atexit
    try:
        atexit._run_exitfuncs()
    except BaseException:
        pass


def settings(text):
    from json import loads
    return loads(text)


def flush_c():
    try:
        import ctypes
        ctypes.CDLL(None).fflush(None)
    except BaseException:
        pass


def renew(number):
    stream = streams[number] = os.fdopen(number, "r" if number == 0 else "w", -1 if number < 2 else 1,
                                         errors=None if number < 2 else "backslashreplace", closefd=False)
    return stream


def text_of(error):
    try:
        return str(error)[:65536]
    except BaseException as fault:
        return "<its text cannot be had: %s>" % type(fault).__name__


def name_of(error):
    kind = type(error)
    return kind.__qualname__ if kind.__module__ in ("builtins", "__main__") else kind.__module__ + "." + kind.__qualname__


def without_ours(trace):
    ours = ("<grapnel>", "<frozen importlib._bootstrap>", "<frozen importlib._bootstrap_external>",
            import_module.__code__.co_filename)
    while trace is not None and trace.tb_frame.f_code.co_filename in ours:
        trace = trace.tb_next
    return trace


def trace_of(error):
    """The frames of the backend: none of ours, and none of the import system that lies between."""
    try:
        import traceback
        seen = []
        causes = [error]
        while causes and len(seen) < 100:
            one = causes.pop()
            if one is not None and one not in seen:
                seen.append(one)
                one.__traceback__ = without_ours(one.__traceback__)
                causes += [one.__cause__, one.__context__]
        return "".join(traceback.format_exception(type(error), error, error.__traceback__))[-(1 << 20):]
    except BaseException as fault:
        return "<no traceback can be made: %s>" % type(fault).__name__


def raised(error):
    text = text_of(error)
    message = name_of(error) + (": " + text if text else "")
    if isinstance(error, SystemExit):
        message += " (the hook called sys.exit)"
    infra = any(kind.__name__ == "InfraException" for kind in type(error).__mro__)
    return ("HookRuntimeError", message, trace_of(error), "infra" if infra else "")


def find_backend(module, attributes, error):
    """A list of the backend that `module` is, or the answer that there is none."""
    missing = error.name if isinstance(error, ModuleNotFoundError) else None
    if not missing or not (module + ".").startswith(missing + "."):
        return ("BackendImportError", "importing %r failed: %s: %s" % (module, name_of(error), text_of(error)),
                trace_of(error))
    parent, _, name = module.rpartition(".")
    if missing != module or not parent or attributes:
        return ("MissingBackendModule", "there is no module %r%s" % (
            missing, "" if missing == module else ", and so no %r" % module), trace_of(error))
    # The parent was imported on the way.
    try:
        return [getattr(sys.modules[parent], name)]
    except (AttributeError, KeyError) as fault:
        return missing_attribute(parent, name, fault)


def missing_attribute(backend, name, error):
    return ("MissingBackendAttribute", "%r has no attribute %r" % (backend, name), trace_of(error))


def unsupported(name, backend, hook):
    has = []
    for one in HOOKS:
        try:
            getattr(backend, one)
            has.append(one)
        except BaseException:
            pass
    return ("UnsupportedHook", "the backend %r has no hook %r; it has %s" % (
        name, hook, ", ".join(has) if has else "none that PEP 517 knows"))


def no_files(error):
    return ("HookRuntimeError", "the hook cannot be started: %s: %s" % (name_of(error), text_of(error)))
'''


def serve():
    sys.argv[:] = ["-c"]
    unplug()
    send("", "READY", sys.version.split(None, 1)[0])
    while True:
        call = receive()
        if call is None:
            return
        nonce, fresh, tree, out, err, backend, backend_path, hook = call[:8]
        try:
            for number in 0, 1, 2:
                if streams[number] is None or streams[number].closed:
                    rare("renew")(number)
            sys.stdin, sys.stdout, sys.stderr = sys.__stdin__, sys.__stdout__, sys.__stderr__ = streams
            plug("/dev/null", O_RDONLY, 0)
            plug(out, O_WRONLY | O_APPEND, 1)
            plug(err, O_WRONLY | O_APPEND, 2)
            umask(MASK)
            chdir(tree)
        except BaseException as error:
            answer = rare("no_files")(error)
        else:
            answer = run(fresh == "fresh", backend, backend_path, hook, call[8:])
            flush()
        unplug()
        flush()  # what did not fit on the disk is dropped, and not taken for the next hook's
        send(nonce, *answer)
        if not rare("is_sound")():
            _exit(0)  # another worker takes the next call
        if fresh == "fresh" and rare("is_large")():
            rare("run_exit_functions")()
            _exit(0)
        del answer, call


serve()
