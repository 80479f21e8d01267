# SPDX-License-Identifier: BSD-3-Clause
"""Says that the infrastructure is at fault; and what no report may tell."""

import os
import sys


class InfraException(Exception):
    pass


class NoIndex(InfraException):
    pass


def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    raise InfraException("the index does not answer")


def build_sdist(sdist_directory, config_settings=None):
    print("stdout", os.environ["X_TOKEN"])
    print("stderr", os.environ["X_TOKEN"], file=sys.stderr)
    raise NoIndex("no index with " + os.environ["X_TOKEN"])
