// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// A hook in sh that depends on a file of its package and gives its bytes to the packages that use it.
#pragma once

#include "tests/support/workspace.hpp"

#include <string>

namespace tests {

/// Depends on `src.txt`; gives a copy of it. `more`: further members of output.json.
inline std::string giving_hook(const std::string& package, const std::string& more = "") {
  return shell_hook(
      "cp src.txt \"${shared}given.txt\" || exit 2\n"
      "asset='{\"type\":\"data_assets/data\",\"encoding\":{\"package\":\"" +
      package +
      "\",\"name\":\"given.txt\",\"file\":\"'\"${shared}\"'given.txt\"}}'\n"
      "cat > \"$out\" <<END\n" +
      success_output(R"(,"dependencies":["$PWD/src.txt"],"assets_for_build":[$asset])" + more) + "\nEND");
}

}  // namespace tests
