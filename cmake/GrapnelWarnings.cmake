# SPDX-License-Identifier: BSD-3-Clause
# project_warnings: linked PRIVATE by own targets only. Errors only where GRAPNEL_WERROR is on (presets), never for users.

add_library(project_warnings INTERFACE)
target_compile_options(project_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wnull-dereference -Wdouble-promotion -Wformat=2
  -Wcast-align
  "$<$<COMPILE_LANGUAGE:CXX>:-Wold-style-cast;-Wnon-virtual-dtor;-Woverloaded-virtual;-Wextra-semi>"
  "$<$<COMPILE_LANG_AND_ID:CXX,GNU>:-Wlogical-op;-Wduplicated-cond>"
  # g++ 12 draws these from optimised code, and finds them in its own std::string, std::variant and in coroutines. Not
  # optimised (dev), and with clang, they stay on.
  "$<$<AND:$<COMPILE_LANG_AND_ID:CXX,GNU>,$<NOT:$<CONFIG:Debug>>>:-Wno-null-dereference;-Wno-maybe-uninitialized;-Wno-array-bounds;-Wno-stringop-overflow;-Wno-restrict;-Wno-mismatched-new-delete>"
  $<$<BOOL:${GRAPNEL_WERROR}>:-Werror>
)
