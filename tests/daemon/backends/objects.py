# SPDX-License-Identifier: BSD-3-Clause
"""Backends that are objects of a module."""


class Backend:
    def __init__(self, name):
        self.name = name

    def build_sdist(self, sdist_directory, config_settings=None):
        return self.name


class Outer:
    inner = Backend("objects:Outer.inner")


backend = Backend("objects:backend")
