# SPDX-License-Identifier: BSD-3-Clause
def build_sdist(sdist_directory, config_settings=None):
    return "package.sub"
