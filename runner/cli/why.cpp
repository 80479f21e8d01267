// SPDX-License-Identifier: BSD-3-Clause
// `grapnel why`: what the last run did, and why (docs/caching.md).
#include "runner/base/errors.hpp"
#include "runner/cli/commands.hpp"
#include "runner/cli/hook_command.hpp"
#include "runner/cli/printed.hpp"
#include "runner/engine/last_run_document.hpp"
#include "runner/report/terminal.hpp"
#include "runner/report/visible_text.hpp"
#include "runner/workspace/workspace.hpp"

#include <algorithm>
#include <ctime>
#include <utility>

namespace grapnel::cli {

namespace {

using engine::LastHook;
using engine::LastRun;
using report::visible_text;

constexpr const char* kSkipped = "skipped";

std::string local_time(std::int64_t seconds) {
  const std::time_t time = seconds;
  std::tm parts{};
  if (::localtime_r(&time, &parts) == nullptr) return "an unknown time";
  char text[64] = "";
  std::strftime(text, sizeof text, "%F %T", &parts);
  return text;
}

void sort_by_cost(std::vector<LastHook>& hooks) {
  std::stable_sort(hooks.begin(), hooks.end(),
                   [](const LastHook& left, const LastHook& right) { return left.duration > right.duration; });
}

std::string head(const LastRun& run) {
  std::chrono::milliseconds total{};
  std::size_t ran = 0;
  for (const LastHook& hook : run.hooks) {
    total += hook.duration;
    if (hook.outcome != kSkipped) ++ran;
  }
  return std::string(name_of(run.kind)) + " of " + local_time(run.ended) + ": " + counted(ran, "hook") + " ran in " +
         shown_time(total) + ", " + std::to_string(run.up_to_date.size()) + " up to date\n";
}

std::string hook_lines(const LastHook& hook) {
  std::string lines = "  " + visible_text(hook.package) + ": " + shown_time(hook.duration);
  if (!hook.reason.empty()) {
    const std::string reason = visible_text(hook.reason);
    lines += ", " + visible_text(hook.outcome) + ": " + reason.substr(0, reason.find('\n'));
  }
  return lines + "\n" + report::reason_lines(hook.reasons, "    - ");
}

std::string described(const LastRun& run) {
  std::string roots;
  std::string cascade;
  std::string skipped;
  for (const LastHook& hook : run.hooks) {
    (hook.outcome == kSkipped ? skipped : hook.is_cascade() ? cascade : roots) += hook_lines(hook);
  }
  std::string text = head(run);
  if (!roots.empty()) text += "because of changes of their own:\n" + roots;
  if (!cascade.empty()) text += "because of hooks that ran before them:\n" + cascade;
  if (!skipped.empty()) text += "not run:\n" + skipped;
  return text;
}

// What there is to say of one package; empty where its hook of this kind is not in the run.
std::string described(const LastRun& run, const std::string& package) {
  const auto is_it = [&](const LastHook& hook) { return hook.package == package; };
  const auto hook = std::find_if(run.hooks.begin(), run.hooks.end(), is_it);
  const std::string when = std::string(name_of(run.kind)) + " of " + local_time(run.ended);
  if (hook != run.hooks.end()) return when + ":\n" + hook_lines(*hook);
  if (std::find(run.up_to_date.begin(), run.up_to_date.end(), package) == run.up_to_date.end()) return {};
  return when + ": the " + std::string(name_of(run.kind)) + " hook of package '" + visible_text(package) +
         "' was up to date\n";
}

hooks::Json document_of(const std::vector<LastRun>& runs) {
  hooks::Json::Array documents;
  for (const LastRun& run : runs) {
    hooks::Json::Object document = engine::to_json(run);
    hooks::Json::Array hooks;
    for (const LastHook& hook : run.hooks) {
      hooks::Json::Object entry = engine::to_json(hook);
      entry["cascade"] = hook.is_cascade();
      hooks.emplace_back(std::move(entry));
    }
    document["hooks"] = std::move(hooks);
    documents.emplace_back(std::move(document));
  }
  return hooks::Json::Object{{"runs", std::move(documents)}};
}

// Leaves only what is about one package.
void narrow(std::vector<LastRun>& runs, const std::string& package) {
  for (LastRun& run : runs) {
    std::erase_if(run.hooks, [&](const LastHook& hook) { return hook.package != package; });
    std::erase_if(run.up_to_date, [&](const std::string& name) { return name != package; });
  }
  std::erase_if(runs, [](const LastRun& run) { return run.hooks.empty() && run.up_to_date.empty(); });
}

std::string text_of(const std::vector<LastRun>& runs, const std::string& package) {
  std::string text;
  for (const LastRun& run : runs) text += package.empty() ? described(run) : described(run, package);
  if (!text.empty()) return text;
  return package.empty()
             ? "no run is known in which a hook ran\n"
             : "no hook of package '" + visible_text(package) + "' was part of the last run in which a hook ran\n";
}

}  // namespace

int run(const WhyCommand& command) {
  return telling([&] {
    const workspace::Workspace workspace = workspace::load(workspace_of(command.workspace));
    if (!command.package.empty() && workspace.find(command.package) == nullptr) {
      throw ProjectError("there is no package '" + command.package + "' in '" + workspace.file.string() + "'.");
    }
    std::vector<LastRun> runs;
    for (const HookKind kind : {HookKind::build, HookKind::link}) {
      if (auto run = engine::read_last_run(workspace.own_directory, kind)) runs.push_back(std::move(*run));
    }
    for (LastRun& run : runs) sort_by_cost(run.hooks);
    if (!command.package.empty()) narrow(runs, command.package);
    if (command.json) {
      print_document(document_of(runs));
    } else {
      print(text_of(runs, command.package));
    }
    return 0;
  });
}

}  // namespace grapnel::cli
