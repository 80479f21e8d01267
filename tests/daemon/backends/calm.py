# SPDX-License-Identifier: BSD-3-Clause
"""What a hook finds: prints, and says where it is."""

import os
import subprocess


def build_sdist(sdist_directory, config_settings=None):
    print("to stdout")
    os.write(2, b"to stderr\n")
    subprocess.run(["echo", "from a child"], check=True)
    return os.getcwd()
