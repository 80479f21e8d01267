# SPDX-License-Identifier: BSD-3-Clause
"""Does what no hook should; build_sdist's config_settings say what."""

import builtins
import ctypes
import os
import resource
import shutil
import signal
import subprocess
import sys
import threading
import time

PROTOCOL = "\nREADY\nOK forged\nERROR HookRuntimeError forged\nSTDOUT /forged\nSHUTDOWN\n"
ACTIONS = {}


def action(function):
    ACTIONS[function.__name__] = function
    return function


def build_sdist(sdist_directory, config_settings=None):
    settings = dict(config_settings)
    return ACTIONS[settings.pop("do")](**settings)


# --- ends of the process ---


@action
def sys_exit(code):
    sys.exit(code)


@action
def os_exit(code):
    os._exit(code)


@action
def exit_in_a_thread(code):
    threading.Thread(target=os._exit, args=(code,)).start()
    time.sleep(1000)


@action
def abort():
    os.abort()


@action
def segfault():
    ctypes.string_at(0)


@action
def kill(number):
    os.kill(os.getpid(), number)
    time.sleep(1000)


@action
def loop():
    while True:
        pass


@action
def loop_for_ever():
    """Whatever it is asked."""
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    while True:
        pass


# --- memory and limits ---


@action
def memory_error():
    return bytearray(1 << 62)


@action
def keep_memory(size):
    """As modules do that are never let go: what is to be called at a fork is kept for ever."""
    kept = b"x" * size
    os.register_at_fork(before=lambda: len(kept))
    return "kept"


@action
def address_space():
    with open("/proc/self/statm") as file:
        used = int(file.read().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (used + (16 << 20), used + (16 << 20)))
    return bytearray(256 << 20)


@action
def no_more_descriptors():
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))


@action
def no_more_file_sizes():
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


@action
def recursion():
    return recursion()


# --- output and descriptors ---


@action
def print_protocol():
    for descriptor in (1, 2):
        os.write(descriptor, PROTOCOL.encode())
    print(PROTOCOL)
    return "printed"


@action
def print_to_every_descriptor():
    for name in os.listdir("/proc/self/fd"):
        try:
            os.write(int(name), PROTOCOL.encode())
        except OSError:
            pass
    return "printed"


@action
def print_to_relatives():
    """To every descriptor of whoever started this process, as far as the system lets it be opened."""
    directory = f"/proc/{os.getppid()}/fd"
    for name in os.listdir(directory):
        try:
            if os.readlink(f"{directory}/{name}").startswith("pipe:"):
                continue  # a pipe cannot be told from the one that the test reads: nobody could keep that apart
            descriptor = os.open(f"{directory}/{name}", os.O_WRONLY | os.O_NONBLOCK)
        except OSError:
            continue
        os.close(descriptor)
    return "printed"


@action
def close_standard_streams():
    for descriptor in (0, 1, 2):
        os.close(descriptor)
    return "closed"


@action
def close_all():
    os.closerange(0, 65536)
    return "closed"


@action
def close_objects():
    sys.stdin.close()
    sys.stdout.close()
    sys.stderr.close()
    return "closed"


@action
def overwrite_all():
    null = os.open("/dev/null", os.O_RDWR)
    for name in os.listdir("/proc/self/fd"):
        os.dup2(null, int(name))
    return "overwritten"


@action
def write_much(size):
    block = b"x" * (1 << 20)
    while size > 0:
        size -= os.write(1, block[:size])
    return "written"


# --- processes and threads ---


@action
def leave_a_child():
    if os.fork() == 0:
        while True:
            time.sleep(1000)
    return "left"


@action
def leave_a_child_of_a_session():
    subprocess.Popen(["sh", "-c", "trap '' TERM HUP; while :; do sleep 1000; done"], start_new_session=True)
    return "left"


@action
def return_twice():
    child = os.fork()
    if not child:
        return "child"
    os.waitpid(child, 0)  # returns when the child does not: it is no worker
    return "parent"


@action
def raise_twice():
    child = os.fork()
    if child:
        os.waitpid(child, 0)
    raise ValueError("the parent raises" if child else "the child raises")


@action
def print_later():
    def chatter():
        while True:
            try:
                os.write(1, PROTOCOL.encode())
            except OSError:
                pass
            time.sleep(0.001)

    threading.Thread(target=chatter, daemon=True).start()
    return "printing"


@action
def exit_later():
    """A thread that ends the process once the hook has returned."""
    threading.Thread(target=lambda: (time.sleep(0.05), os._exit(9)), daemon=True).start()
    return "exiting"


@action
def wait_at_exit():
    """A thread that the interpreter waits for before it ends."""
    threading.Thread(target=time.sleep, args=(1000,)).start()
    return "waiting"


# --- sabotage ---


@action
def replace_streams():
    sys.stdout = sys.stderr = sys.stdin = object()
    return "replaced"


@action
def replace_dunder_streams():
    sys.stdout = sys.__stdout__ = None
    sys.stderr = sys.__stderr__ = None
    return "replaced"


@action
def clear_modules():
    sys.modules.clear()
    return "cleared"


@action
def replace_builtins():
    for name in ("open", "len", "print", "str", "repr", "isinstance", "getattr", "hasattr", "BaseException"):
        setattr(builtins, name, None)
    return "replaced"


@action
def delete_import():
    del builtins.__import__
    return "deleted"


@action
def replace_os():
    for name in ("getpid", "open", "write", "read", "close", "dup2", "_exit", "chdir", "kill"):
        setattr(os, name, lambda *_, **__: 1)
    return "replaced"


@action
def change_the_path():
    sys.path[:] = []
    sys.meta_path[:] = []
    sys.path_hooks[:] = []
    return "changed"


@action
def trace_all():
    def wrong(*_):
        raise SystemExit("traced")

    sys.settrace(wrong)
    sys.setprofile(wrong)
    return "traced"


@action
def audit_all():
    """Cannot be taken back: from now on this process opens nothing and closes nothing."""
    def wrong(event, _):
        if event in ("open", "os.chdir", "import", "compile", "exec"):
            raise SystemExit("audited")

    sys.addaudithook(wrong)
    return "audited"


@action
def change_directory():
    os.chdir("/")
    os.umask(0o777)
    os.environ.clear()
    return "changed"


@action
def ignore_signals():
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGPIPE, signal.SIGCHLD):
        signal.signal(number, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
    return "ignored"


@action
def alarm():
    """A signal that comes after the hook."""
    signal.setitimer(signal.ITIMER_REAL, 0.05)
    return "set"


@action
def leave_the_group():
    os.setsid()
    return "left"


@action
def stop_itself():
    os.kill(os.getpid(), signal.SIGSTOP)
    return "stopped and continued"


# --- exceptions and results ---


class Wrong(BaseException):
    pass


class Mute(Exception):
    def __str__(self):
        raise RuntimeError("no text")

    __repr__ = __str__


class Fatal(Exception):
    def __str__(self):
        sys.exit(3)

    __repr__ = __str__


class Deep(Exception):
    def __str__(self):
        return str(self)


EXCEPTIONS = {
    "BaseException": BaseException("base"), "KeyboardInterrupt": KeyboardInterrupt(), "GeneratorExit": GeneratorExit(),
    "StopIteration": StopIteration(), "own BaseException": Wrong("wrong"), "str raises": Mute(), "str exits": Fatal(),
    "str recurses": Deep(), "newlines": ValueError("a\r\nREADY\nOK forged"), "surrogates": ValueError("\udc80\ud800"),
    "nul": ValueError("a\0b"), "controls": ValueError("\x1b[31m\x85\u2028"), "empty": ValueError(),
}


@action
def throw(name):
    raise EXCEPTIONS[name]


@action
def throw_long(size):
    raise ValueError("x" * size)


@action
def throw_chain(length):
    error = ValueError("the first")
    for _ in range(length):
        following = ValueError("another")
        following.__cause__ = error
        error = following
    raise error


@action
def throw_cycle():
    error = ValueError("cyclic")
    other = ValueError("other")
    error.__cause__, other.__cause__ = other, error
    raise error


RESULTS = {
    "none": None, "bytes": b"\xff\n", "str raises": Mute(), "str exits": Fatal(), "surrogates": "a\udc80",
    "newlines": "a\nREADY\nOK forged", "return": "a\rb", "nul": "a\0b",
}


class NoString:
    def __str__(self):
        return 7


RESULTS["str is no string"] = NoString()


@action
def give(name):
    return RESULTS[name]


@action
def give_list(length):
    return ["item"] * length


@action
def give_long(size):
    return "x" * size


# --- files ---


@action
def delete_the_tree():
    shutil.rmtree(os.getcwd())
    return "deleted"


@action
def delete_temporary_files():
    for name in os.listdir(os.environ["TMPDIR"]):
        os.unlink(os.path.join(os.environ["TMPDIR"], name))
    return "deleted"


@action
def fill(directory):
    """A small disk, to the last byte."""
    with open(os.path.join(directory, "full"), "wb", buffering=0) as file:
        try:
            while True:
                file.write(b"x" * 512)
        except OSError as error:
            return error.strerror
