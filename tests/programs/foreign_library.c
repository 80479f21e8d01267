// SPDX-License-Identifier: BSD-3-Clause
// A shared library that is no build backend, and says so wherever it is loaded.
#include <stdio.h>

__attribute__((constructor)) static void loaded(void) { puts("printed while the library was loaded"); }
