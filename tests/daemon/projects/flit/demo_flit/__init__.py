# SPDX-License-Identifier: BSD-3-Clause
"""A small project."""

__version__ = "4.0.1"


def main():
    return "flit"
