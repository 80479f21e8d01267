# SPDX-License-Identifier: BSD-3-Clause
# cmake -DPROGRAM=FILE -DOUTPUT=FILE.cpp -P embed_guard.cmake: a program's bytes as runner/process/guard_bytes.hpp has them.
file(READ "${PROGRAM}" hex HEX)
string(LENGTH "${hex}" digits)
math(EXPR size "${digits} / 2")
string(REGEX REPLACE "([0-9a-f][0-9a-f])" "\\\\x\\1" text "${hex}")
# Literals of bounded length, joined by the compiler.
string(REGEX REPLACE "((\\\\x[0-9a-f][0-9a-f])(\\\\x[0-9a-f][0-9a-f])?(\\\\x[0-9a-f][0-9a-f])?(\\\\x[0-9a-f][0-9a-f])?(\\\\x[0-9a-f][0-9a-f])?(\\\\x[0-9a-f][0-9a-f])?(\\\\x[0-9a-f][0-9a-f])?(\\\\x[0-9a-f][0-9a-f])?)"
  "  \"\\1\"\n" text "${text}")
file(WRITE "${OUTPUT}" "// Made by the build.\n#include \"runner/process/guard_bytes.hpp\"\n\nnamespace grapnel::process {\n
std::string_view guard_bytes() noexcept {\n  return std::string_view(\n${text}  , ${size});\n}\n
}  // namespace grapnel::process\n")
