# SPDX-License-Identifier: BSD-3-Clause
"""Counts its calls since it was imported."""

import counted

calls = 0


def build_sdist(sdist_directory, config_settings=None):
    global calls
    calls += 1
    counted.calls += 1
    return f"{calls} {counted.calls}"
