# SPDX-License-Identifier: BSD-3-Clause
"""The test suite's own host of a luciexe: a workspace with hooks, a butler, a ResultSink.

The butler follows spec: ci-reporting, section 1.3, and notes what breaks its rules.
"""

import base64
import contextlib
import http.server
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

import builds

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from plain_environment import plain_environment

NAMESPACE = "u"
BUILD_TYPE = "application/luci+proto; message=buildbucket.v2.Build"
LONG = 120  # seconds that a busy machine may take for anything


def varint(stream):
    """The next varint of a file; None at its end."""
    value = shift = 0
    while True:
        byte = stream.read(1)
        if not byte:
            return None
        value |= (byte[0] & 0x7F) << shift
        shift += 7
        if byte[0] < 0x80:
            return value


class Stream:
    """One stream, with all of its bytes."""

    def __init__(self, connection):
        self.faults = []
        self.data = b""
        self.datagrams = []
        with connection, connection.makefile("rb") as file:
            if file.read(6) != b"BTLR1\x1e":
                self.faults.append("no magic")
                return
            self.header = json.loads(file.read(varint(file)))
            self.name = self.header["name"]
            self.type = self.header["type"]
            self.check_header()
            if self.type != "datagram":
                self.data = file.read()
                return
            while (size := varint(file)) is not None:
                datagram = file.read(size)
                if len(datagram) != size or size > 10 << 20:
                    self.faults.append("a datagram is truncated or too large")
                self.datagrams.append(datagram)

    def check_header(self):
        segment = r"[A-Za-z0-9][A-Za-z0-9:_.-]*"
        if not re.fullmatch(f"{NAMESPACE}(/{segment})+", self.name) or len(self.name) > 4096:
            self.faults.append("name " + self.name)
        if not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", self.header["timestamp"]):
            self.faults.append("timestamp " + self.header["timestamp"])
        is_build = self.name == NAMESPACE + "/build.proto"
        if is_build and (self.type != "datagram" or self.header["contentType"] != BUILD_TYPE):
            self.faults.append("build.proto is a " + self.type + " of " + self.header["contentType"])
        if not is_build and self.type != "text":
            self.faults.append(self.name + " is a " + self.type)


class Butler:
    """Takes streams. `behaviour`: "reads"; "stalls" (accepts, and reads nothing); "closes" (at once)."""

    def __init__(self, directory, behaviour="reads"):
        self.path = os.path.join(directory, "butler.sock")
        self.behaviour = behaviour
        self.streams = {}
        self.connections = []
        self.faults = []
        self.threads = []
        self.last_address = None
        self.is_closed = False
        self.server = socket.socket(socket.AF_UNIX)
        self.server.bind(self.path)
        self.server.listen(100)
        self.thread = threading.Thread(target=self.accept, daemon=True)
        self.thread.start()

    def accept(self):
        while True:
            connection, _ = self.server.accept()
            if self.last_address is not None and connection.getpeername() == self.last_address:
                connection.close()
                return
            if self.behaviour == "closes":
                connection.close()
            elif self.behaviour == "stalls":
                self.connections.append(connection)
            else:
                thread = threading.Thread(target=self.take, args=(connection,), daemon=True)
                self.threads.append(thread)
                thread.start()

    def take(self, connection):
        stream = Stream(connection)
        self.faults += stream.faults
        if not hasattr(stream, "name"):
            return
        if stream.name in self.streams:
            self.faults.append("two streams are called " + stream.name)
        self.streams[stream.name] = stream

    def close(self):
        """Takes what is left of a program that has ended, and ends. Once is enough."""
        if self.is_closed:
            return
        self.is_closed = True
        # Connections are taken in their order: this one comes behind those of the program.
        with socket.socket(socket.AF_UNIX) as last:
            # An address of its own tells it from them.
            last.bind(b"\0grapnel luci " + os.urandom(8).hex().encode())
            self.last_address = last.getsockname()
            last.connect(self.path)
            self.thread.join(LONG)
        self.server.close()
        for thread in self.threads:
            thread.join(LONG)
        for connection in self.connections:
            connection.close()

    def builds(self):
        stream = self.streams[NAMESPACE + "/build.proto"]
        return [builds.decode(datagram, ".pb") for datagram in stream.datagrams]

    def text(self, name):
        return self.streams[NAMESPACE + "/" + name].data.decode()


class ResultSink(http.server.ThreadingHTTPServer):
    """Takes test results on a free port of 127.0.0.1. `answer`: an HTTP status, or None for none at all. `before` is
    called before each answer."""

    daemon_threads = True

    def __init__(self, answer=200, before=None):
        self.answer = answer
        self.before = before
        self.requests = []
        super().__init__(("127.0.0.1", 0), _ResultSinkHandler)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def context(self):
        return {"result_sink": {"address": f"127.0.0.1:{self.server_address[1]}", "auth_token": "s3cret"}}

    def artifacts(self):
        """What was uploaded beside the results, as text."""
        return [base64.b64decode(artifact["contents"], validate=True).decode()
                for _, _, body in self.requests for result in body["test_results"]
                for artifact in result.get("artifacts", {}).values()]

    def close(self):
        self.shutdown()
        self.server_close()


class _ResultSinkHandler(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.requests.append((self.path, dict(self.headers), json.loads(body)))
        if self.server.before is not None:
            self.server.before()
        if self.server.answer is None:
            self.close_connection = True
            return
        self.send_response(self.server.answer)
        answer = b")]}'\n{}" if self.server.answer == 200 else b"the sink is broken"
        self.send_header("Content-Length", str(len(answer)))
        with contextlib.suppress(OSError):  # who was slow is left behind
            self.end_headers()
            self.wfile.write(answer)

    def log_message(self, *_):
        pass


class Ended:
    def __init__(self, process, out, err):
        self.code = process.returncode
        self.out = out
        self.err = err


class Workspace:
    """Packages with hooks in sh: each is given $out, the path of its output.json."""

    def __init__(self, grapnel, hooks, dependencies=None):
        self.grapnel = grapnel
        self.root = tempfile.mkdtemp(prefix="grapnel luci ")
        names = ["app", *hooks]
        graph = [{"name": name, "version": "1.0.0", "devDependencies": [],
                  "dependencies": (dependencies or {}).get(name, list(hooks) if name == "app" else [])}
                 for name in names]
        config = [{"name": name, "packageUri": "lib/", "rootUri": f"../packages/{name}/"} for name in names]
        self.write(".dart_tool/package_config.json", json.dumps({"configVersion": 2, "packages": config}))
        self.write(".dart_tool/package_graph.json",
                   json.dumps({"configVersion": 1, "packages": graph, "roots": ["app"]}))
        os.makedirs(os.path.join(self.root, "packages/app"))
        for name, body in hooks.items():
            path = self.write(f"packages/{name}/hook/build", SHELL_HOOK + body + "\n")
            os.chmod(path, 0o755)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.root, ignore_errors=True)

    def path(self, name):
        return os.path.join(self.root, name)

    def write(self, name, text):
        path = self.path(name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return path

    def environment(self, context=None, **variables):
        environment = plain_environment(**variables)
        if context is not None:
            environment["LUCI_CONTEXT"] = self.write("luci_context.json", json.dumps(context))
        return environment

    def start(self, arguments, environment, standard_input=b""):
        process = subprocess.Popen([self.grapnel, *arguments], cwd=self.path("packages/app"), env=environment,
                                   stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        with contextlib.suppress(BrokenPipeError):  # a wrong command line is said before anything is read
            process.stdin.write(standard_input)
            process.stdin.close()
        process.stdin = None
        return process

    def run(self, arguments, environment=None, standard_input=b""):
        process = self.start(arguments, environment or self.environment(), standard_input)
        return self.wait(process)

    @staticmethod
    def wait(process):
        try:
            out, err = process.communicate(timeout=2 * LONG)
        except subprocess.TimeoutExpired:
            process.kill()
            raise
        return Ended(process, out.decode(), err.decode())

    def wait_for(self, name):
        deadline = time.monotonic() + LONG
        while not os.path.exists(self.path(name)):
            if time.monotonic() > deadline:
                raise TimeoutError(name)
            time.sleep(0.02)


SHELL_HOOK = """#!/bin/sh
out=$(sed -n 's/^  "out_file": "\\(.*\\)",*$/\\1/p' "${1#--config=}")
succeed() { echo '{"timestamp": "2026-11-22 10:00:00.000", "assets": [], "dependencies": [], "status": "success"}' > "$out"; }
fail() { echo '{"timestamp": "2026-11-22 10:00:00.000", "status": "failure", "failure_details": {"type": "'$1'"}}' > "$out"; exit $2; }
"""


@contextlib.contextmanager
def butler(behaviour="reads"):
    """A butler in a directory of its own, whose path fits into a socket's address wherever temporary files are."""
    directory = tempfile.mkdtemp(prefix="grapnel ", dir="/tmp")
    server = Butler(directory, behaviour)
    try:
        yield server
    finally:
        server.close()
        shutil.rmtree(directory, ignore_errors=True)


def logdog(server):
    return {"LOGDOG_STREAM_SERVER_PATH": "unix:" + server.path, "LOGDOG_NAMESPACE": NAMESPACE}


def terminate(process):
    process.send_signal(signal.SIGTERM)
