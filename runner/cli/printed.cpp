// SPDX-License-Identifier: BSD-3-Clause
#include "runner/cli/printed.hpp"

#include "hooks_api/base/files.hpp"
#include "hooks_api/base/json.hpp"
#include "runner/base/errors.hpp"
#include "runner/cli/hook_command.hpp"
#include "runner/outcome/exception.hpp"
#include "runner/report/terminal.hpp"
#include "runner/report/visible_text.hpp"

#include <unistd.h>

#include <array>
#include <csignal>

namespace grapnel::cli {

void print(std::string_view text) { value_or_throw(hooks::base::write_all(STDOUT_FILENO, text, "standard output")); }

void print_document(const hooks::Json& document) { print(hooks::base::to_pretty_json(document) + "\n"); }

int telling(const std::function<int()>& work) {
  std::signal(SIGPIPE, SIG_IGN);  // a closed standard output is an error of write()
  try {
    return work();
  } catch (...) {
    const Outcome outcome = outcome::outcome_of_current_exception();
    say(report::words_for(outcome.outcome_class) + ": " + outcome.reason);
    return outcome.exit_code;
  }
}

std::string shown_time(std::chrono::nanoseconds duration) {
  constexpr std::int64_t kThousand = 1000;
  const std::int64_t millis = std::chrono::duration_cast<std::chrono::milliseconds>(duration).count();
  const std::string fraction = std::to_string(millis % kThousand);
  return std::to_string(millis / kThousand) + "." + std::string(3 - fraction.size(), '0') + fraction + " s";
}

std::string shown_size(std::uint64_t bytes) {
  constexpr std::array kUnits{"B", "KiB", "MiB", "GiB", "TiB"};
  constexpr std::uint64_t kStep = 1024;
  std::size_t unit = 0;
  std::uint64_t tenths = bytes * 10;
  while (tenths >= kStep * 10 && unit + 1 < kUnits.size()) {
    tenths /= kStep;
    ++unit;
  }
  std::string text = std::to_string(tenths / 10);
  if (unit > 0) text += "." + std::to_string(tenths % 10);
  return text + " " + kUnits.at(unit);
}

std::string counted(std::size_t count, const std::string& noun) {
  return std::to_string(count) + " " + noun + (count == 1 ? "" : "s");
}

}  // namespace grapnel::cli
