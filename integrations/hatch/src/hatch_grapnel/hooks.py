# SPDX-License-Identifier: BSD-3-Clause
"""What Hatch's plugin manager asks."""

from hatchling.plugin import hookimpl

from .plugin import GrapnelBuildHook


@hookimpl
def hatch_register_build_hook():
    return GrapnelBuildHook
