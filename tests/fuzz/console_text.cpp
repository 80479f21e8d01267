// SPDX-License-Identifier: BSD-3-Clause
// What hooks print, as people see it: in a log, as the first error, as the last line of what runs.
#include "hooks_api/base/utf8.hpp"
#include "runner/report/cells.hpp"
#include "runner/report/failure.hpp"
#include "runner/report/failure_block.hpp"
#include "runner/report/progress.hpp"
#include "runner/report/visible_text.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

bool is_harmless(const std::string& text) {
  return hooks::base::is_utf8(text) && std::none_of(text.begin(), text.end(), [](char c) {
           const auto byte = static_cast<unsigned char>(c);
           return (byte < 0x20 && c != '\n' && c != '\t') || byte == 0x7f;
         });
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace grapnel;
  const std::string text(reinterpret_cast<const char*>(data), size);

  const std::string log = report::log_text(text);
  require(is_harmless(log));
  for (const std::string_view command : {"##[", "##vso[", "##teamcity[", "@@@", "\n::"})
    require(log.find(command) == std::string::npos);
  require(!log.starts_with("::"));

  if (const auto error = report::first_error(text)) {
    require(!error->text.empty() && !error->message.empty());
    require(error->text.size() <= 500 && error->message.size() <= 500 && error->file.size() <= 500);
    require(!error->column || error->line);
    require(error->line.has_value() == !error->file.empty());
  }

  HookFinished failed{.hook = {text}};
  failed.outcome.outcome_class = OutcomeClass::build_failure;
  failed.outcome.reason = text;
  failed.stderr_tail = text;
  require(is_harmless(report::failure_block(failed, {.is_log = true})));

  report::Progress progress;
  progress.add(RunStarted{.hooks = {{text}}});
  progress.add(HookStarted{.hook = {text}});
  progress.add(HookOutput{.hook = {text}, .text = text});
  const std::size_t columns = size % 130;
  for (const auto& line : progress.lines({}, {.columns = columns, .rows = size % 9}, {})) {
    require(is_harmless(line.text) && line.text.find('\n') == std::string::npos);
    require(line.cells == report::cells_of(std::string_view(line.text)));
    require(columns == 0 || line.cells <= std::max<std::size_t>(columns - 1, 1));
  }
  return 0;
}
