# SPDX-License-Identifier: BSD-3-Clause
"""`grapnel target serve`: a process that answers one request after another, a JSON object a line both ways."""

import json
import os
import shutil
import subprocess
import sys

LONGEST = 32 << 20
PATIENCE = 10  # seconds that it has to end in peace


class Failure(Exception):
    """Something that the user is told in one line, and the exit code of the build."""

    def __init__(self, message, code=1):
        super().__init__(message)
        self.code = code


def find(option, root):
    """The runner, or None: the option `runner`, else GRAPNEL of the environment, else `grapnel` on PATH or beside the
    interpreter. Raises Failure where one is named that is not there."""
    for wanted, place, named in ((option, root, "the option 'runner' of tool.hatch.build.hooks.grapnel"),
                                 (os.environ.get("GRAPNEL"), os.getcwd(), "the environment variable GRAPNEL")):
        if wanted:
            path = os.path.join(place, wanted) if os.sep in wanted else wanted
            found = shutil.which(path)
            if found is None:
                raise Failure("there is no program '%s', which %s names" % (path, named))
            return found
    return shutil.which("grapnel") or shutil.which("grapnel", path=os.path.dirname(sys.executable))


class Runner:
    """A running one. What it and its hooks print goes to the standard error."""

    def __init__(self, program, root):
        self.program = program
        self.number = 0
        try:
            self.process = subprocess.Popen([program, "target", "serve", "--root", root], cwd=root,
                                            stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        except OSError as error:
            raise Failure("the runner '%s' does not start: %s" % (program, error.strerror or error), 2) from None
        ready = self.line()
        if ready is None or ready.get("ready") != 1:
            self.close()
            raise Failure("'%s target serve' does not serve hooks; update grapnel, or name another runner" % program)

    def line(self):
        """The next line's object; None where there is none, or something else."""
        data = self.process.stdout.readline(LONGEST)
        if not data.endswith(b"\n"):
            return None
        try:
            message = json.loads(data)
        except ValueError:
            return None
        return message if isinstance(message, dict) else None

    def request(self, method, **params):
        """The result. Raises Failure for an error, and for a runner that has ended."""
        self.number += 1
        request = {"id": self.number, "method": method, "params": params}
        try:
            self.process.stdin.write(json.dumps(request).encode() + b"\n")
            self.process.stdin.flush()
            answer = self.line()
        except OSError:  # it has ended
            answer = None
        if answer is None or answer.get("id") != self.number:
            code = self.close()
            raise Failure("the runner '%s' ended (%s) while it was asked to %s" % (
                self.program, "exit code %d" % code if code >= 0 else "killed by signal %d" % -code, method), 2)
        error = answer.get("error")
        if isinstance(error, dict):
            code = error.get("code")
            is_code = isinstance(code, int) and not isinstance(code, bool) and 1 <= code <= 255
            raise Failure(str(error.get("message") or "a hook failed"), code if is_code else 1)
        result = answer.get("result")
        return result if isinstance(result, dict) else {}

    def close(self):
        """Lets it end; its end of input tells it. The exit code, or minus the signal."""
        for stream in (self.process.stdin, self.process.stdout):
            try:
                stream.close()
            except OSError:
                pass  # what it did not read any more
        for end in (self.process.terminate, self.process.kill):
            try:
                return self.process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                end()
        return self.process.wait()
