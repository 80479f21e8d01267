# SPDX-License-Identifier: BSD-3-Clause
"""The environment for what a test starts, whoever started the test."""

import os

_NAMES = ("NO_COLOR", "CLICOLOR_FORCE", "CI", "LUCI_CONTEXT")
_PREFIXES = ("GITHUB_", "LOGDOG_")


def plain_environment(**variables):
    """This process's environment without what CI systems and people set to be told otherwise, and with `variables`."""
    return {name: value for name, value in os.environ.items()
            if name not in _NAMES and not name.startswith(_PREFIXES)} | variables
