# SPDX-License-Identifier: BSD-3-Clause
import sys

sys.exit(3)
