#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
"""Takes the place of `grapnel target serve`: says what FAKE_PLAN says, and keeps what it was asked in FAKE_LOG.

FAKE_PLAN: a JSON object of method -> {"result": …}, {"error": …}, {"exit": N}, {"say": "a line"}, {"kill": "parent"};
"ready": another first line. A method may have ":VERSION" behind it.
"""

import json
import os
import signal
import sys


def note(what):
    with open(os.environ["FAKE_LOG"], "a") as log:
        log.write(json.dumps(what) + "\n")


plan = json.loads(os.environ.get("FAKE_PLAN", "{}"))
note({"arguments": sys.argv[1:], "cwd": os.getcwd(), "pid": os.getpid()})
print("the runner's own line", file=sys.stderr)
print(plan.get("ready", '{"ready": 1}'), flush=True)
for line in sys.stdin:
    request = json.loads(line)
    method, params = request["method"], request["params"]
    note([method, params])
    what = plan.get(f"{method}:{params.get('version')}", plan.get(method, {}))
    if "exit" in what:
        os._exit(what["exit"])
    if "kill" in what:
        os.kill(os.getppid(), signal.SIGKILL)
        continue
    if "say" in what:
        print(what["say"], flush=True)
        continue
    answer = {"id": request["id"]}
    answer.update({"error": what["error"]} if "error" in what else {"result": what.get("result", {})})
    print(json.dumps(answer), flush=True)
note("end")
