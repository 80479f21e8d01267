// SPDX-License-Identifier: BSD-3-Clause
#include "runner/daemon/log.hpp"

#include "runner/base/errors.hpp"
#include "runner/report/time_text.hpp"
#include "runner/report/visible_text.hpp"

#include <fcntl.h>

#include <algorithm>
#include <chrono>
#include <string>

namespace grapnel::hookd {

namespace {

constexpr std::size_t kMostOfLine = 4096;

}  // namespace

Log::Log(const std::filesystem::path& file, const Environment& environment) : path_(file) {
  if (file.empty()) return;
  file_ = value_or_throw(hooks::base::open_file(file, O_WRONLY | O_CREAT | O_APPEND, 0600));
  redactor_ = Redactor(environment);
}

void Log::add(std::string_view mark, std::string_view text) {
  if (!file_) return;
  const std::string time = report::time_text(std::chrono::system_clock::now());
  // Before it is cut: of half a secret nothing is known.
  const std::string redacted = redactor_.redact(text);
  std::string_view rest = redacted;
  std::string lines;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    const std::string_view line = rest.substr(0, std::min(end, kMostOfLine));
    lines += time + " " + std::string(mark) + report::visible_text(line) + (end > kMostOfLine ? "…\n" : "\n");
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  (void)hooks::base::write_all(file_.get(), lines, path_);
}

}  // namespace grapnel::hookd
