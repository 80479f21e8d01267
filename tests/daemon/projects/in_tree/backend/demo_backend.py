# SPDX-License-Identifier: BSD-3-Clause
"""A backend in the tree: another one, with a few words of its own."""

import types

import flit_core.buildapi as other


def get_requires_for_build_wheel(config_settings=None):
    return [*other.get_requires_for_build_wheel(config_settings), "it's-mine", *sorted(config_settings or {})]


def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    print("built by the tree's own backend")
    return other.build_wheel(wheel_directory, config_settings, metadata_directory)


backend = types.SimpleNamespace(build_wheel=build_wheel, build_sdist=other.build_sdist,
                                get_requires_for_build_wheel=get_requires_for_build_wheel,
                                prepare_metadata_for_build_wheel=other.prepare_metadata_for_build_wheel)
