// SPDX-License-Identifier: BSD-3-Clause
// `grapnel plan`: what a build would run, and why (docs/caching.md).
#include "runner/cli/commands.hpp"
#include "runner/cli/hook_command.hpp"
#include "runner/cli/printed.hpp"
#include "runner/engine/last_run_document.hpp"
#include "runner/report/terminal.hpp"
#include "runner/report/visible_text.hpp"
#include <grapnel/preview.hpp>

#include <unistd.h>

#include <algorithm>
#include <string_view>
#include <utility>

namespace grapnel::cli {

namespace {

using hooks::Json;
using report::visible_text;
using Verdict = PreviewedHook::Verdict;

std::int64_t milliseconds(std::chrono::nanoseconds duration) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(duration).count();
}

std::size_t count(const Preview& preview, Verdict verdict) {
  return static_cast<std::size_t>(std::count_if(preview.hooks.begin(), preview.hooks.end(),
                                                [&](const PreviewedHook& hook) { return hook.verdict == verdict; }));
}

std::string joined(const std::vector<std::string>& names, std::string_view separator) {
  constexpr std::size_t kMost = 20;
  std::string text;
  for (std::size_t i = 0; i < names.size() && i < kMost; ++i) {
    if (i > 0) text += separator;
    text += visible_text(names[i]);
  }
  if (names.size() > kMost) text += std::string(separator) + "and " + std::to_string(names.size() - kMost) + " more";
  return text;
}

std::string hook_lines(const PreviewedHook& hook) {
  std::string lines =
      "  " + visible_text(hook.hook.package) + ": " + (hook.last ? shown_time(*hook.last) : "never ran");
  if (!hook.waits_for.empty()) lines += ", after " + joined(hook.waits_for, ", ");
  return lines + "\n" + report::reason_lines(hook.reasons, "    - ");
}

std::string described(const Preview& preview) {
  std::string text = counted(count(preview, Verdict::will_run), "hook") + " will run, " +
                     std::to_string(count(preview, Verdict::may_run)) + " may run, " +
                     std::to_string(count(preview, Verdict::up_to_date)) + " up to date\n";
  if (preview.may_take.count() > 0) {
    text += "by the last runs: " + shown_time(preview.will_take) + " for those that will run, " +
            shown_time(preview.may_take) + " with those that may\nlongest chain: " + shown_time(preview.critical_time) +
            ", " + joined(preview.critical_path, " -> ") + "\n";
  }
  const auto list = [&](Verdict verdict, const char* title) {
    std::string lines;
    for (const PreviewedHook& hook : preview.hooks) {
      if (hook.verdict == verdict) lines += hook_lines(hook);
    }
    if (!lines.empty()) text += title + lines;
  };
  list(Verdict::will_run, "will run:\n");
  list(Verdict::may_run, "may run, where what they wait for gives something else:\n");
  for (const std::string& package : preview.unknown) {
    text += "not known: package '" + visible_text(package) +
            "' has a CMake project, which would have to be configured first; a build does that\n";
  }
  return text;
}

Json document_of(const Preview& preview) {
  Json::Array hooks;
  for (const PreviewedHook& hook : preview.hooks) {
    Json::Array reasons;
    for (const Reason& reason : hook.reasons) reasons.emplace_back(engine::to_json(reason));
    Json::Object entry{{"hook", name_of(hook.hook.kind)},
                       {"package", hook.hook.package},
                       {"reasons", std::move(reasons)},
                       {"verdict", name_of(hook.verdict)},
                       {"waits_for", Json::Array(hook.waits_for.begin(), hook.waits_for.end())}};
    if (hook.last) entry["last_ms"] = milliseconds(*hook.last);
    hooks.emplace_back(std::move(entry));
  }
  return Json::Object{{"critical_ms", milliseconds(preview.critical_time)},
                      {"critical_path", Json::Array(preview.critical_path.begin(), preview.critical_path.end())},
                      {"hooks", std::move(hooks)},
                      {"may_take_ms", milliseconds(preview.may_take)},
                      {"unknown", Json::Array(preview.unknown.begin(), preview.unknown.end())},
                      {"will_take_ms", milliseconds(preview.will_take)}};
}

}  // namespace

int run(const PlanCommand& command) {
  return telling([&] {
    report::Terminal terminal(STDERR_FILENO, command.terminal);
    const Preview preview = Runner(runner_options(command, terminal, {})).preview(command.request, command.changed);
    if (!preview.outcome.success()) return preview.outcome.exit_code;
    if (command.json) {
      print_document(document_of(preview));
    } else {
      print(described(preview));
    }
    return 0;
  });
}

}  // namespace grapnel::cli
