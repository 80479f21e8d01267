# SPDX-License-Identifier: BSD-3-Clause
"""fake_hookd.py MODE [DIRECTORY]: a hookd for tests of clients. No hook is run: the result is what it was told.

MODE is seed or later (the dialect that is spoken well), or what goes wrong; see the table at the end.
"""

import os
import signal
import subprocess
import sys
import tempfile
import time

ARGUMENTS = {
    "build_wheel": ["wheel_directory", "config_settings", "metadata_directory"],
    "build_editable": ["wheel_directory", "config_settings", "metadata_directory"],
    "build_sdist": ["sdist_directory", "config_settings"],
    "prepare_metadata_for_build_wheel": ["metadata_directory", "config_settings"],
}
mode = sys.argv[1]
directory = sys.argv[2] if len(sys.argv) > 2 else "."


def say(line):
    sys.stdout.buffer.write(os.fsencode(line) + b"\n")
    sys.stdout.buffer.flush()


def hear():
    line = sys.stdin.buffer.readline()
    if not line:
        sys.exit(9)
    return os.fsdecode(line[:-1])


def ask(name):
    if mode == "dies at " + name:
        sys.stderr.write("dying at " + name + "\n")
        sys.exit(3)
    say("EXPECT " + name)
    return hear()


def announce():
    for name in ("STDOUT", "STDERR"):
        descriptor, path = tempfile.mkstemp(dir=directory, prefix=name)
        os.write(descriptor, f"printed to {name}\n".encode())
        os.close(descriptor)
        say(f"{name} {path}")


def exchange(dialect):
    """The values of one request; none for a shutdown."""
    later = dialect == "later"
    action = ask("action")
    if action != "run":
        return None
    say("DEBUG a request\\ncomes")
    values = [action, ask("build-backend" if later else "build_backend")]
    while later and (path := ask("backend-path")):
        values.append(path)
    hook = ask("hook-name" if later else "hook_name")
    values.append(hook)
    return [*values, *(ask(name) for name in ARGUMENTS.get(hook, ["config_settings"]))]


def serve(dialect, answer=None, exit_code=0):
    while True:
        say("READY")
        values = exchange(dialect)
        if values is None:
            break
        if answer:
            answer(values)
        else:
            announce()
            say("DEBUG")
            if values[1] == "raises":
                say("ERROR HookRuntimeError a message\\nof two lines")
                say("TRACEBACK Traceback:\\n  here\\n")
            elif values[1] == "raises.quietly":
                say("ERROR HookRuntimeError")
            else:
                say("OK " + repr(values))
    say("SHUTDOWN")
    sys.exit(exit_code)


def leave_a_child():
    """A child that holds all pipes, and a FIFO for the test to see it end."""
    ready = os.path.join(directory, "ready")
    subprocess.Popen(["/bin/sh", "-c", 'exec 9>"$0/fifo"; : >"$0/ready"; exec sleep 600', directory])
    while not os.path.exists(ready):
        time.sleep(0.01)


def wait_for_ever(_=None):
    open(os.path.join(directory, "waiting"), "w").close()
    while True:
        time.sleep(600)


def leave_a_child_and_die(_):
    leave_a_child()
    sys.stderr.write("gone\n")
    sys.stderr.flush()
    os.kill(os.getpid(), signal.SIGKILL)


def leave_a_child_and_wait(_):
    leave_a_child()
    wait_for_ever()


def long_line(_):
    piece = b"x" * (1 << 20)
    for _ in range(100):
        sys.stdout.buffer.write(piece)
    say("")


def fatal(_):
    say("DEBUG soon")
    say("FATAL MemoryError no room\\nleft")
    say("TRACEBACK Traceback:\\n  there")
    sys.exit(255)


def chatter_on_stderr():
    for i in range(20000):
        sys.stderr.write(f"{i:06} this is chatter on standard error that nobody asked for\n")
    sys.stderr.flush()


def close_input():
    say("READY")
    os.close(0)
    say("EXPECT action")
    time.sleep(0.2)
    sys.exit(4)


def close_output(_):
    os.close(1)
    os.open("/dev/null", os.O_WRONLY)
    wait_for_ever()


def announce_no_files(_):
    os.mkfifo(os.path.join(directory, "fifo"))
    say("STDOUT " + os.path.join(directory, "fifo"))
    say("STDERR " + directory)
    say("OK done")


def announce_a_link(_):
    with open(os.path.join(directory, "target"), "w") as file:
        file.write("not the hook's")
    os.symlink("target", os.path.join(directory, "link"))
    say("STDOUT " + os.path.join(directory, "link"))
    say("STDERR " + os.path.join(directory, "missing"))
    say("OK done")


def announce_much(_):
    with open(os.path.join(directory, "much"), "wb") as file:
        file.write(b"beginning" + b"x" * (1 << 20) + b"end")
    say("STDOUT " + os.path.join(directory, "much"))
    say("OK done")


def debug_for_ever(_):
    for i in range(100000):
        say(f"DEBUG {i} " + "x" * 100)
    say("OK done")


def then_say(*lines):
    def answer(_):
        for line in lines:
            say(line)
    return answer


modes = {
    "exits with 1": lambda: serve("seed", exit_code=1),
    "does not end": lambda: (say("READY"), exchange("seed"), wait_for_ever()),
    "never writes": wait_for_ever,
    "never reads": lambda: (say("READY"), say("EXPECT action"), say("EXPECT build_backend"), wait_for_ever()),
    "dies at start": lambda: sys.exit(3),
    "dies at READY": lambda: (say("READY"), sys.exit(3)),
    "dies at result": lambda: serve("seed", lambda _: (announce(), sys.exit(3))),
    "dies behind result": lambda: serve("seed", lambda _: (say("OK done"), sys.exit(3))),
    "is killed": lambda: serve("seed", leave_a_child_and_die),
    "hangs": lambda: serve("seed", leave_a_child_and_wait),
    "rubbish first": lambda: say("Hello!\x00\xff"),
    "no READY first": lambda: serve("seed") if exchange("seed") else None,
    "rubbish": lambda: serve("seed", then_say("READYY")),
    "READY early": lambda: serve("seed", then_say()),
    "SHUTDOWN early": lambda: serve("seed", then_say("SHUTDOWN")),
    "two results": lambda: serve("seed", then_say("OK a", "OK b")),
    "unknown EXPECT": lambda: serve("seed", then_say("EXPECT python_version")),
    "EXPECT twice": lambda: serve("seed", then_say("EXPECT config_settings")),
    "long line": lambda: serve("seed", long_line),
    "fatal": lambda: serve("seed", fatal),
    "fatal first": lambda: (say("FATAL OSError no tree"), sys.exit(255)),
    "chatters": lambda: (chatter_on_stderr(), serve("seed", lambda _: (chatter_on_stderr(), sys.exit(5)))),
    "closes input": close_input,
    "closes output": lambda: serve("seed", close_output),
    "no files": lambda: serve("seed", announce_no_files),
    "a link": lambda: serve("seed", announce_a_link),
    "much": lambda: serve("seed", announce_much),
    "debug for ever": lambda: serve("seed", debug_for_ever),
}
if mode == "seed" or mode == "later":
    serve(mode)
elif mode.startswith("dies at ") and mode not in modes:
    serve("seed")
else:
    modes[mode]()
