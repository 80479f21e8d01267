# SPDX-License-Identifier: BSD-3-Clause
"""Raises, from a function that was called by another."""


class Wrong(BaseException):
    pass


def deeper(message):
    raise RuntimeError(message)


def build_sdist(sdist_directory, config_settings=None):
    if config_settings == "base":
        raise Wrong("not an Exception")
    try:
        deeper("first\nsecond")
    except RuntimeError as cause:
        raise ValueError("größer\nals gedacht") from cause
