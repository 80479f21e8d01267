# SPDX-License-Identifier: BSD-3-Clause
"""What tests in both dialects share."""

import os
import shutil

import hookd


class Case:
    """A daemon for each test, in the dialect that `protocol` says."""

    HOOK = "def build_sdist(sdist_directory, config_settings=None):\n    return '%s'\n"

    def setUp(self):
        self.daemon = self.start()
        self.addCleanup(lambda: self.daemon.close())

    def start(self, **options):
        return hookd.Hookd(self.protocol, **options)

    def restart(self, **options):
        self.daemon.close()
        self.daemon = self.start(**options)

    def directory(self, name):
        """A new one beside the daemon's, which lives as long as the test."""
        path = f"{self.daemon.scratch} {name}"
        os.mkdir(path)
        self.addCleanup(shutil.rmtree, path, ignore_errors=True)
        return path

    def site(self):
        """A new daemon that finds modules in a directory, and the directory."""
        directory = self.directory("site")
        self.restart(python_path=[directory])
        return directory

    def write_hook(self, path, text):
        """A backend whose build_sdist returns `text`."""
        with open(path, "w") as file:
            file.write(self.HOOK % text)

    def path(self, *parts):
        """Of the source tree."""
        return os.path.join(self.daemon.tree, *parts)
