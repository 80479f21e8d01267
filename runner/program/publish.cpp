// SPDX-License-Identifier: BSD-3-Clause
#include "runner/program/publish.hpp"

#include "runner/base/errors.hpp"

#include <string>
#include <system_error>

namespace grapnel::program {

namespace fs = std::filesystem;

void publish_renamed(const fs::path& from, const fs::path& to) {
  std::error_code error;
  fs::rename(from, to, error);
  if (error) {
    throw SystemError("cannot rename '" + from.string() + "' to '" + to.string() + "': " + error.message(),
                      error.value());
  }
}

void publish_copy(const fs::path& from, const fs::path& to) {
  fs::path temporary = to;
  temporary += ".new";
  std::error_code error;
  fs::copy_file(from, temporary, fs::copy_options::overwrite_existing, error);
  if (error) {
    throw SystemError("cannot copy '" + from.string() + "' to '" + temporary.string() + "': " + error.message(),
                      error.value());
  }
  publish_renamed(temporary, to);
}

}  // namespace grapnel::program
