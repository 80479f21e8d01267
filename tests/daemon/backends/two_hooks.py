# SPDX-License-Identifier: BSD-3-Clause
"""Has two of the hooks, and something else."""


def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    return "a.whl"


def build_sdist(sdist_directory, config_settings=None):
    return "a.tar.gz"


def build_something():
    return "is no hook"
