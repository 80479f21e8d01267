// SPDX-License-Identifier: BSD-3-Clause
#include "hooks_api/base/files.hpp"
#include "runner/base/errors.hpp"
#include "runner/program/tools.hpp"

#include <cerrno>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

namespace grapnel::program {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMaxFlagsBytes = std::size_t{64} << 10U;

bool is_file(const fs::path& path) {
  std::error_code ignored;
  return fs::is_regular_file(path, ignored);
}

fs::path marker(const fs::path& prefix) { return prefix / "include" / "hooks" / "hooks.hpp"; }

std::vector<std::string> lines(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    if (end > 0) lines.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

Sdk open_sdk(fs::path prefix) {
  Sdk sdk;
  sdk.prefix = std::move(prefix);
  sdk.include = sdk.prefix / "include";
  sdk.library = sdk.prefix / "lib" / "libgrapnel-hooks.a";
  if (!is_file(sdk.library)) sdk.library.replace_extension(".so");
  sdk.flags_file = sdk.prefix / "share" / "grapnel" / "hook-flags.txt";
  for (const fs::path& part : {sdk.library, sdk.flags_file}) {
    if (is_file(part)) continue;
    throw SystemError("the SDK in '" + sdk.prefix.string() + "' is incomplete: there is no '" + part.string() +
                          "'. Install grapnel again, or name another SDK with --sdk.",
                      ENOENT);
  }
  sdk.flags = lines(value_or_throw(hooks::base::read_file(sdk.flags_file, kMaxFlagsBytes)));
  return sdk;
}

}  // namespace

fs::path executable_directory() { return fs::read_symlink("/proc/self/exe").parent_path(); }

Sdk find_sdk(const Tools& tools, const fs::path& executable_directory) {
  if (!tools.sdk.empty()) {
    fs::path prefix = fs::absolute(tools.sdk);
    if (is_file(marker(prefix))) return open_sdk(std::move(prefix));
    throw SystemError(
        "'" + tools.sdk.string() + "' is no SDK: there is no '" + marker(prefix).string() + "'. Correct --sdk.",
        ENOENT);
  }
  const fs::path around = executable_directory.parent_path();
  for (const fs::path& prefix : {around, around / "sdk"}) {
    if (is_file(marker(prefix))) return open_sdk(prefix);
  }
  throw SystemError("there is no SDK for hooks beside the runner: neither '" + marker(around).string() + "' nor '" +
                        marker(around / "sdk").string() +
                        "' exists. Install the development files of grapnel, or name their prefix with --sdk.",
                    ENOENT);
}

}  // namespace grapnel::program
