# SPDX-License-Identifier: BSD-3-Clause
"""Of the time before pyproject.toml: it imports from beside itself."""

import version_of_demo
from setuptools import setup

setup(name="demo-legacy", version=version_of_demo.VERSION, packages=["demo_legacy"], setup_requires=["wheel"],
      long_description=open("README.md", encoding="utf-8").read())
