# SPDX-License-Identifier: BSD-3-Clause
"""Takes no argument where there is one."""


def build_sdist():
    return "never"
