// SPDX-License-Identifier: BSD-3-Clause
// URI references: an absolute, normal path in UTF-8, or a message in UTF-8 on one line.
#include "hooks_api/base/utf8.hpp"
#include "runner/base/errors.hpp"
#include "runner/workspace/workspace.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string text;
  try {
    const std::filesystem::path path =
        grapnel::workspace::path_of_uri({reinterpret_cast<const char*>(data), size}, "/app/.dart_tool");
    text = path.string();
    if (!path.is_absolute() || path.lexically_normal() != path || text.find('\0') != std::string::npos) std::abort();
  } catch (const grapnel::ProjectError& error) {
    text = error.what();
    if (text.find('\n') != std::string::npos) std::abort();
  }
  if (!hooks::base::is_utf8(text)) std::abort();
  return 0;
}
