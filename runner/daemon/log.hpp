// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// The daemon's log: what was said on both sides, and what became of workers.
#pragma once

#include "hooks_api/base/files.hpp"
#include "runner/base/environment.hpp"

#include <filesystem>
#include <string_view>

namespace grapnel::hookd {

/// Appends lines to a file: the time of day, "<-" for what the client says, "->" for what the daemon says, "--" for
/// what happens. Secrets are redacted, control characters escaped, lines cut to 4 KiB. What cannot be written is lost.
/// Not thread safe.
class Log {
 public:
  /// No log for an empty path. Throws SystemError.
  Log(const std::filesystem::path& file, const Environment& environment);

  void received(std::string_view bytes) { add("<- ", bytes); }
  void sent(std::string_view bytes) { add("-> ", bytes); }
  void happened(std::string_view text) { add("-- ", text); }

 private:
  void add(std::string_view mark, std::string_view text);

  std::filesystem::path path_;
  hooks::base::Fd file_;
  Redactor redactor_;
};

}  // namespace grapnel::hookd
