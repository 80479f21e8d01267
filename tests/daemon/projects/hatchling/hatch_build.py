# SPDX-License-Identifier: BSD-3-Clause
"""A build hook in the tree: it prints, and adds a file."""

import os

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class Hook(BuildHookInterface):
    def initialize(self, version, build_data):
        print("the project's own build hook:", self.target_name, version)
        path = os.path.join(self.root, "src", "demo_hatchling", "generated.txt")
        with open(path, "w") as file:
            file.write("generated\n")
        build_data["artifacts"].append("src/demo_hatchling/generated.txt")
