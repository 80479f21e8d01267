# SPDX-License-Identifier: BSD-3-Clause
"""Prints in every way, at import and in the hook."""

import ctypes
import logging
import os
import subprocess
import sys

print("import: print")
os.write(1, b"import: write\n")
print("import: stderr", file=sys.stderr)
handler = logging.StreamHandler()  # keeps the sys.stderr of its time
logging.getLogger("prints").addHandler(handler)
logging.getLogger("prints").error("import: log")


def build_sdist(sdist_directory, config_settings=None):
    print("hook: print")
    sys.stdout.flush()
    os.write(1, b"hook: write\n")
    sys.__stdout__.write("hook: __stdout__\n")
    sys.__stdout__.flush()
    subprocess.run(["echo", "hook: child"], check=True)
    subprocess.run(["sh", "-c", "echo hook: child\\'s error >&2"], check=True)
    ctypes.CDLL(None).write(1, b"hook: C\n", 8)
    print("hook: ünï", file=sys.stderr)
    logging.getLogger("prints").error("hook: log")
    return "printed"


def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    print("not flushed", end="")
    print("not flushed either", end="", file=sys.stderr)
    return "printed"


def get_requires_for_build_sdist(config_settings=None):
    """What standard input gives, and to children."""
    child = subprocess.run(["cat"], check=True, stdout=subprocess.PIPE)
    return [sys.stdin.read(), os.read(0, 10), child.stdout]
