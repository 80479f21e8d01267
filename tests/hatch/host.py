# SPDX-License-Identifier: BSD-3-Clause
"""Drives the host of Python hooks (runner/target/python_host.py) over its channel, as the runner does."""

import json
import os
import select
import shutil
import socket
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
TREE = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, os.path.join(TREE, "tests", "support"))
from plain_environment import plain_environment

PYTHON = "/usr/bin/python3"
LONG = 120  # seconds that a busy machine may take for anything

PYPROJECT = """
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"
[project]
name = "demo-project"
version = "1.02"
dependencies = ["packaging"]
[project.scripts]
demo = "demo:main"
"""


class HostEnded(AssertionError):
    """The host said nothing any more."""


class Failed(Exception):
    """The host's answer was an error."""

    def __init__(self, error):
        super().__init__(error.get("message"))
        self.error = error


def source(name):
    with open(os.path.join(TREE, "runner", "target", name)) as file:
        return file.read()


class Project:
    """A directory with a pyproject.toml and other files, removed by close()."""

    def __init__(self, files=None, pyproject=PYPROJECT):
        self.scratch = os.path.realpath(tempfile.mkdtemp(prefix="grapnel hatch "))
        self.root = os.path.join(self.scratch, "project")
        os.mkdir(self.root)
        if pyproject is not None:
            self.write("pyproject.toml", pyproject)
        for name, text in (files or {}).items():
            self.write(name, text)

    def path(self, *parts):
        return os.path.join(self.root, *parts)

    def write(self, name, text):
        path = self.path(name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w") as file:
            file.write(text)

    def read(self, name):
        with open(self.path(name)) as file:
            return file.read()

    def close(self):
        shutil.rmtree(self.scratch, ignore_errors=True)


class Host:
    """A running host. `options`: of the interpreter."""

    def __init__(self, project, options=(), variables=None):
        self.project = project
        ours, theirs = socket.socketpair()
        self.channel = ours
        self.number = 0
        self.buffer = b""
        self.paths = [os.path.join(project.scratch, name) for name in ("stdout", "stderr")]
        out, err = (open(path, "wb") for path in self.paths)
        environment = plain_environment(PYTHONUNBUFFERED="1", PYTHONDONTWRITEBYTECODE="1", **(variables or {}))
        with theirs, out, err:
            given = os.dup(theirs.fileno())  # away from 3, so that dup2 below makes it inheritable
            self.process = subprocess.Popen(
                [PYTHON, *options, "-c", source("python_start.py"), source("python_host.py"), "--session=3"],
                cwd=project.scratch, env=environment, stdin=subprocess.DEVNULL, stdout=out, stderr=err,
                preexec_fn=lambda: os.dup2(given, 3) if given != 3 else os.set_inheritable(3, True), close_fds=False)
            os.close(given)
        self.ready = self.message()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.end()

    def message(self):
        end = time.monotonic() + LONG
        while b"\n" not in self.buffer:
            left = end - time.monotonic()
            if left <= 0 or not select.select([self.channel], [], [], left)[0]:
                raise HostEnded(f"no answer within {LONG} s; {self.stderr()}")
            try:
                data = self.channel.recv(1 << 20)
            except ConnectionResetError:
                data = b""
            if not data:
                raise HostEnded(f"the end of the channel, after {self.buffer[:1000]!r}; {self.stderr()}")
            self.buffer += data
        line, _, self.buffer = self.buffer.partition(b"\n")
        return json.loads(line)

    def send(self, method, **params):
        self.number += 1
        self.channel.sendall(json.dumps({"id": self.number, "method": method, "params": params}).encode() + b"\n")

    def call(self, method, **params):
        """The result, or Failed."""
        self.send(method, **params)
        answer = self.message()
        assert answer["id"] == self.number, answer
        if "error" in answer:
            raise Failed(answer["error"])
        return answer["result"]

    def open(self, target="wheel", directory="dist", **more):
        if directory is not None:
            directory = self.project.path(directory)
        return self.call("open", root=self.project.root, target=target, directory=directory, **more)

    def text(self, number):
        with open(self.paths[number], "rb") as file:
            return file.read().decode(errors="backslashreplace")

    def stdout(self):
        return self.text(0)

    def stderr(self):
        return self.text(1)

    def wait(self):
        return self.process.wait(LONG)

    def end(self):
        """Ends it, whatever it does."""
        self.channel.close()
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
