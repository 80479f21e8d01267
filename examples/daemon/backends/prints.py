# SPDX-License-Identifier: BSD-3-Clause
"""A backend that prints. All of it goes to the announced files, and none to the front end's conversation."""
import subprocess
import sys

print("OK this is no answer")  # what a module prints while it is imported, too


def get_requires_for_build_wheel(config_settings=None):
    print("called with", config_settings)
    print("careful", file=sys.stderr)
    subprocess.run(["echo", "from a child process"], check=True)
    assert sys.stdin.read() == "", "standard input is empty"
    return []
