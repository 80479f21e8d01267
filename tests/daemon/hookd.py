# SPDX-License-Identifier: BSD-3-Clause
"""Drives a hookd: starts it, writes its lines, reads its messages (spec: hookd).

The command is HOOKD_COMMAND of the environment, in the shell's words, so that any implementation can be tested;
dialect 2 is asked for by `--protocol 2`.
"""

import dataclasses
import json
import os
import select
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import uuid

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "support"))
from plain_environment import plain_environment

PYTHON = "/usr/bin/python3"
BACKENDS = os.path.join(HERE, "backends")
COMMAND = shlex.split(os.environ["HOOKD_COMMAND"])
# Sanitizers keep freed memory and shadow all of it: what is said about memory holds without them only.
SANITIZED = bool(os.environ.get("HOOKD_SANITIZED"))
LONG = 60 if not SANITIZED else 180  # seconds that a busy machine may take for anything

# Spec: hookd, "Arguments, in the order they are asked for".
ARGUMENTS = {
    "build_wheel": ["wheel_directory", "config_settings", "metadata_directory"],
    "build_sdist": ["sdist_directory", "config_settings"],
    "prepare_metadata_for_build_wheel": ["metadata_directory", "config_settings"],
    "get_requires_for_build_wheel": ["config_settings"],
    "get_requires_for_build_sdist": ["config_settings"],
    "build_editable": ["wheel_directory", "config_settings", "metadata_directory"],
    "prepare_metadata_for_build_editable": ["metadata_directory", "config_settings"],
    "get_requires_for_build_editable": ["config_settings"],
}
ERROR_KINDS = {"InvalidAction", "InvalidHookName", "MalformedBackendName", "MissingBackendModule",
               "MissingBackendAttribute", "BackendImportError", "UnsupportedHook", "MalformedHookArgument",
               "HookRuntimeError"}


class WireError(AssertionError):
    """The hookd said what the protocol does not allow, or nothing in time."""


@dataclasses.dataclass
class Answer:
    kind: str = ""  # "OK", or an error kind
    text: str = ""  # as it stood on the line
    traceback: str = ""  # newlines restored
    files: list = dataclasses.field(default_factory=list)  # announced and deleted again
    stdout: bytes = b""
    stderr: bytes = b""


def dialect_name(protocol, name):
    """A name of dialect 1, such as build_backend, in `protocol`."""
    return name.replace("_", "-") if protocol == 2 and name in ("build_backend", "hook_name") else name


def request_lines(protocol, backend, hook, arguments=(), backend_path=()):
    """What answers the prompts of one exchange. Arguments that are missing are empty lines; the path is one answer of
    as many lines as it has directories, and an empty one."""
    in_tree = ["\n".join([*backend_path, ""])] if protocol == 2 else []
    given = list(arguments) + [""] * (len(ARGUMENTS.get(hook, [])) - len(arguments))
    return ["run", backend, *in_tree, hook, *given]


def prompts(protocol, hook):
    """What the daemon asks for in one exchange, an entry for each of request_lines()."""
    in_tree = ["backend-path"] if protocol == 2 else []
    return ["action", dialect_name(protocol, "build_backend"), *in_tree, dialect_name(protocol, "hook_name"),
            *ARGUMENTS[hook]]


class Hookd:
    """A running hookd, with a source tree and a temporary directory of its own where none are given."""

    def __init__(self, protocol=1, arguments=(), tree=None, command=None, variables=None, directory=None,
                 python_path=(BACKENDS,), before=None):
        self.protocol = protocol
        self.scratch = tempfile.mkdtemp(prefix="grapnel hookd ")
        self.tree = tree or os.path.join(self.scratch, "tree")
        if tree is None:
            os.mkdir(self.tree)
        self.temporary = os.path.join(self.scratch, "tmp")
        os.mkdir(self.temporary)
        self.mark = uuid.uuid4().hex
        given = {"TMPDIR": self.temporary, "HOOKD_TEST_MARK": self.mark, "PYTHONPATH": os.pathsep.join(python_path),
                 "PYTHONDONTWRITEBYTECODE": "1", "HOOKD_TEST_SCRATCH": self.scratch}
        dialect = ["--protocol", "2"] if protocol == 2 else []
        command = list(command or COMMAND)
        if "--python" in arguments and "--python" in command:  # the test's own instead of the usual one
            place = command.index("--python")
            del command[place:place + 2]
        self.errors = open(os.path.join(self.scratch, "stderr of hookd"), "w+b")
        self.process = subprocess.Popen([*command, *dialect, *arguments], cwd=directory or self.tree,
                                        env=plain_environment(**{**given, **(variables or {})}), stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, stderr=self.errors, bufsize=0, preexec_fn=before)
        self.buffer = bytearray()
        self.searched = 0
        self.ready = False  # READY was taken, and nothing behind it
        self.is_closed = False

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    # --- lines ---

    def write(self, data):
        """All of it, while nothing is read."""
        view = memoryview(data)
        while view:
            view = view[os.write(self.process.stdin.fileno(), view):]

    def send(self, *lines):
        self.write(b"".join((line if isinstance(line, bytes) else line.encode()) + b"\n" for line in lines))

    def raw_line(self):
        """The next message without its newline; None at the end of the output."""
        end = time.monotonic() + LONG
        while (found := self.buffer.find(b"\n", self.searched)) < 0:
            self.searched = len(self.buffer)
            left = end - time.monotonic()
            if left <= 0 or not select.select([self.process.stdout], [], [], left)[0]:
                raise WireError(f"no message within {LONG} s; so far: {bytes(self.buffer[:2000])!r}; {self.errors_text()}")
            data = os.read(self.process.stdout.fileno(), 1 << 20)
            if not data:
                if self.buffer:
                    raise WireError(f"the last message is cut off: {bytes(self.buffer[:2000])!r}")
                return None
            self.buffer += data
        line = bytes(self.buffer[:found])
        del self.buffer[:found + 1]
        self.searched = 0
        return line

    def line(self):
        """The next message that is not DEBUG, as text."""
        while (line := self.raw_line()) is not None:
            if line != b"DEBUG" and not line.startswith(b"DEBUG "):
                return line.decode(errors="surrogateescape")
        return None

    def expect(self, *lines):
        """The next messages but for DEBUG are these, byte for byte."""
        for wanted in lines:
            line = self.line()
            if line != wanted:
                raise WireError(f"{wanted!r} was expected, not {line!r}; {self.errors_text()}")

    # --- exchanges ---

    def answer(self):
        """What comes after the last line of a request, up to READY."""
        answer = Answer()
        line = self.line()
        if line is not None and line.startswith("STDOUT "):
            second = self.line()
            if second is None or not second.startswith("STDERR "):
                raise WireError(f"STDERR follows STDOUT, not {second!r}")
            answer.files = [line[len("STDOUT "):], second[len("STDERR "):]]
            line = self.line()
        if line is not None and line.startswith("OK "):
            answer.kind, answer.text = "OK", line[3:]
            self.expect("READY")
            self.ready = True
        elif line is not None and line.startswith("ERROR "):
            _, answer.kind, answer.text = (line + " ").split(" ", 2)
            answer.text = answer.text[:-1]
            if answer.kind not in ERROR_KINDS:
                raise WireError(f"not an error kind: {line[:2000]!r}")
            line = self.line()
            if line is not None and line.startswith("TRACEBACK "):
                answer.traceback = line[len("TRACEBACK "):].replace("\\n", "\n")
                line = self.line()
            if line != "READY":
                raise WireError(f"READY ends an exchange, not {line!r}")
            self.ready = True
        else:
            raise WireError(f"OK or ERROR was expected, not {line!r}; {self.errors_text()}")
        return answer

    def finish(self):
        """answer(), with what was printed; the announced files are deleted, as a caller should."""
        answer = self.answer()
        if answer.files:
            for path in answer.files:
                if not os.path.isabs(path):
                    raise WireError(f"not an absolute path: {path!r}")
            answer.stdout, answer.stderr = (take(path) for path in answer.files)
        return answer

    def run(self, backend, hook, *arguments, backend_path=(), waits=True):
        """One whole exchange. The lines are sent one by one, each when it is asked for, or all in one write."""
        lines = request_lines(self.protocol, backend, hook, arguments, backend_path)
        names = prompts(self.protocol, hook)
        self.take_ready()
        if not waits:
            self.send(*lines)
        for name, line in zip(names, lines):
            self.expect("EXPECT " + name)
            if waits:
                self.send(line)
        return self.finish()

    def take_ready(self):
        if not self.ready:
            self.expect("READY")
            self.ready = True

    def do(self, action, backend="hostile", **settings):
        """The hook build_sdist of `backend`, told what to do by its config_settings."""
        return self.run(backend, "build_sdist", "", json.dumps({"do": action, **settings}), waits=False)

    def shutdown(self):
        """The exit code after a shutdown in peace."""
        self.take_ready()
        self.expect("EXPECT action")
        self.send("shutdown")
        self.expect("SHUTDOWN")
        if (line := self.line()) is not None:
            raise WireError(f"{line!r} after SHUTDOWN")
        return self.process.wait(LONG)

    # --- the process ---

    def errors_text(self):
        """What the hookd wrote to its standard error."""
        self.errors.flush()
        with open(self.errors.name, "rb") as file:
            return file.read()[-4000:].decode(errors="replace")

    def resident(self, process=None):
        """Bytes of memory in use."""
        try:
            with open(f"/proc/{process or self.process.pid}/statm") as file:
                return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
        except (FileNotFoundError, ProcessLookupError):
            return 0  # gone

    def descriptors(self):
        return len(os.listdir(f"/proc/{self.process.pid}/fd"))

    def marked(self):
        """The processes that the hookd and its hooks started, itself among them while it is there."""
        return marked_processes(b"HOOKD_TEST_MARK=" + self.mark.encode())

    def wait_until_nobody_is_left(self):
        end = time.monotonic() + LONG
        while left := self.marked():
            if time.monotonic() > end:
                raise WireError(f"processes are left: {left}")
            time.sleep(0.02)

    def hang_up(self):
        """As a client that died."""
        self.process.stdin.close()
        self.process.stdout.close()

    def close(self):
        """Ends it, whatever it does, and removes all that is its own."""
        if self.is_closed:
            return
        self.is_closed = True
        self.process.kill()
        self.process.wait()
        self.hang_up()
        self.errors.close()
        for pid in self.marked():
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        shutil.rmtree(self.scratch, ignore_errors=True)


def marked_processes(mark):
    """pid -> command line of the living processes with the bytes `mark` in their environment."""
    found = {}
    for name in os.listdir("/proc"):
        if not name.isdigit():
            continue
        try:
            with open(f"/proc/{name}/environ", "rb") as file:
                if mark not in file.read():
                    continue
            with open(f"/proc/{name}/cmdline", "rb") as file:
                found[int(name)] = file.read(200)
        except OSError:
            pass  # gone meanwhile, or somebody else's
    return found


def take(path):
    """The content of a file, which is deleted."""
    with open(path, "rb") as file:
        data = file.read()
    os.unlink(path)
    return data
