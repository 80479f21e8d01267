# SPDX-License-Identifier: BSD-3-Clause
import a_module_that_is_not_installed
