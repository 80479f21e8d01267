# SPDX-License-Identifier: BSD-3-Clause
# project_warnings: linked PRIVATE by own targets only. Errors only where GRAPNEL_WERROR is on (presets), never for users.

add_library(project_warnings INTERFACE)
target_compile_options(project_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wnull-dereference -Wdouble-promotion -Wformat=2
  -Wcast-align
  "$<$<COMPILE_LANGUAGE:CXX>:-Wold-style-cast;-Wnon-virtual-dtor;-Woverloaded-virtual;-Wextra-semi>"
  "$<$<COMPILE_LANG_AND_ID:CXX,GNU>:-Wlogical-op;-Wduplicated-cond>"
  $<$<BOOL:${GRAPNEL_WERROR}>:-Werror>
)
