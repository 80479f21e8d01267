# SPDX-License-Identifier: BSD-3-Clause
"""Runs grapnel's hooks while hatchling builds."""
