# SPDX-License-Identifier: BSD-3-Clause
"""All hooks; each returns what it was called with, and where."""

import json
import os


def _called(hook, *arguments):
    print("called", hook)
    return json.dumps([hook, os.getcwd(), *arguments], ensure_ascii=False)


def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    return _called("build_wheel", wheel_directory, config_settings, metadata_directory)


def build_sdist(sdist_directory, config_settings=None):
    return _called("build_sdist", sdist_directory, config_settings)


def prepare_metadata_for_build_wheel(metadata_directory, config_settings=None):
    return _called("prepare_metadata_for_build_wheel", metadata_directory, config_settings)


def get_requires_for_build_wheel(config_settings=None):
    return _called("get_requires_for_build_wheel", config_settings)


def get_requires_for_build_sdist(config_settings=None):
    return _called("get_requires_for_build_sdist", config_settings)


def build_editable(wheel_directory, config_settings=None, metadata_directory=None):
    return _called("build_editable", wheel_directory, config_settings, metadata_directory)


def prepare_metadata_for_build_editable(metadata_directory, config_settings=None):
    return _called("prepare_metadata_for_build_editable", metadata_directory, config_settings)


def get_requires_for_build_editable(config_settings=None):
    return _called("get_requires_for_build_editable", config_settings)
