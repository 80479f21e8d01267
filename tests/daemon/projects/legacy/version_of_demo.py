# SPDX-License-Identifier: BSD-3-Clause
VERSION = "0.9"
