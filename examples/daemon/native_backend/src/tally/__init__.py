# SPDX-License-Identifier: BSD-3-Clause
"""Counts how often each item occurs; the counting is done in C."""

from tally._tally import START, count

__all__ = ["START", "count"]
