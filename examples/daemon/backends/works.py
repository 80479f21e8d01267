# SPDX-License-Identifier: BSD-3-Clause
"""A backend that works. A hook is a function with a name that PEP 517 knows; what it returns is the answer."""
from pathlib import Path


def get_requires_for_build_wheel(config_settings=None):
    # config_settings is what the front end wrote as JSON, or None. A list is answered as Python writes it.
    return ["wheel>=0.38"] + (config_settings or {}).get("also", [])


def build_sdist(sdist_directory, config_settings=None):
    # The directory is absolute, whatever the front end wrote. The answer is the name of the file that was made in it;
    # a real backend makes an archive.
    name = "hello-1.0.tar.gz"
    Path(sdist_directory, name).touch()
    return name
