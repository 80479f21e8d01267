# SPDX-License-Identifier: BSD-3-Clause
# project_warnings: linked PRIVATE by own targets only. Errors only where GRAPNEL_WERROR is on (presets), never for users.

add_library(project_warnings INTERFACE)
target_compile_options(project_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wold-style-cast -Wnon-virtual-dtor
  -Woverloaded-virtual -Wextra-semi -Wnull-dereference -Wdouble-promotion -Wformat=2 -Wcast-align
  $<$<CXX_COMPILER_ID:GNU>:-Wlogical-op>
  $<$<CXX_COMPILER_ID:GNU>:-Wduplicated-cond>
  $<$<BOOL:${GRAPNEL_WERROR}>:-Werror>
)
