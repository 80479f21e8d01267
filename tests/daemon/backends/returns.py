# SPDX-License-Identifier: BSD-3-Clause
"""Returns what it is told to, by its name."""

RESULTS = {
    "plain list": ["a", "b"],
    "empty list": [],
    "quotes": ["it's", 'say "x"', "both ' and \"", "back\\slash"],
    "non-ascii": ["größe>=1", "名前"],
    "newline in a list": ["a\nb"],
    "newlines": "first\nsecond\n",
    "backslash": "a\\nb",
    "none": None,
    "bytes": b"x\n",
    "number": 7,
    "tuple": ("a",),
    "blank": "  two  ",
}


def build_sdist(sdist_directory, config_settings=None):
    return RESULTS[config_settings["do"]]


def get_requires_for_build_wheel(config_settings=None):
    return RESULTS[config_settings["do"]]
