# SPDX-License-Identifier: BSD-3-Clause
__version__ = "1.2.3"


def main():
    return "hatchling"
