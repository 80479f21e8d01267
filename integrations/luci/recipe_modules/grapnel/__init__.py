# SPDX-License-Identifier: BSD-3-Clause
"""What the module needs of others."""

DEPS = [
    "recipe_engine/json",
    "recipe_engine/step",
]
