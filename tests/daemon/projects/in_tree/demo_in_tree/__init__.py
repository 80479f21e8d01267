# SPDX-License-Identifier: BSD-3-Clause
def main():
    return "in tree"
