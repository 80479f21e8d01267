# SPDX-License-Identifier: BSD-3-Clause
from objects import Backend

thing = Backend("package.thing")


def build_sdist(sdist_directory, config_settings=None):
    return "package"
