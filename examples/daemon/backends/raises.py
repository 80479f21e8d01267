# SPDX-License-Identifier: BSD-3-Clause
"""A backend whose hooks fail, each in its own way. The daemon lives on."""
import sys


class InfraException(Exception):
    """By this name, wherever a backend defines it, grapnel's reports count a failure as one of the infrastructure."""


def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    # Answered as ERROR HookRuntimeError and TRACEBACK.
    raise ValueError("pyproject.toml has no version")


def build_sdist(sdist_directory, config_settings=None):
    # The same: it ends neither the daemon nor the process that runs hooks.
    sys.exit(3)


def get_requires_for_build_wheel(config_settings=None):
    raise InfraException("the package index does not answer")
