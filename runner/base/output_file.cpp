// SPDX-License-Identifier: BSD-3-Clause
#include "runner/base/output_file.hpp"

#include "hooks_api/base/files.hpp"
#include "runner/base/errors.hpp"

#include <fcntl.h>

#include <system_error>

namespace grapnel {

namespace fs = std::filesystem;

void write_output_file(const fs::path& path, std::string_view bytes) {
  std::error_code error;
  const fs::file_status present = fs::status(path, error);  // follows links
  if (fs::exists(present) && !fs::is_regular_file(present) && !fs::is_directory(present)) {
    const hooks::base::Fd fd = value_or_throw(hooks::base::open_file(path, O_WRONLY | O_NOCTTY));
    value_or_throw(hooks::base::write_all(fd.get(), bytes, path));
    return;
  }
  fs::path file = path;
  if (fs::is_symlink(fs::symlink_status(path, error))) {
    file = fs::weakly_canonical(path, error);
    if (error) throw SystemError("cannot follow the link '" + path.string() + "': " + error.message(), error.value());
  }
  value_or_throw(hooks::base::create_directories(file.parent_path()));
  value_or_throw(hooks::base::publish_file(file, bytes));
}

}  // namespace grapnel
