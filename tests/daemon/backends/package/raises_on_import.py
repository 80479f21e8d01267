# SPDX-License-Identifier: BSD-3-Clause
raise ImportError("it is there, but it does not want")
