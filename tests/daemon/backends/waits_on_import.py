# SPDX-License-Identifier: BSD-3-Clause
"""Its import ends when the test lets it."""

import os

os.write(1, b"importing\n")
with open(os.environ["HOOKD_TEST_SCRATCH"] + "/fifo") as fifo:
    fifo.read()


def build_sdist(sdist_directory, config_settings=None):
    return "imported"
