// SPDX-License-Identifier: BSD-3-Clause
#include "runner/target/hook_factory.hpp"

#include "hooks_api/base/shown.hpp"
#include "runner/base/errors.hpp"
#include "runner/target/built_in_hooks.hpp"
#include "runner/target/carrier.hpp"
#include "runner/target/document_hook.hpp"
#include "runner/workspace/build_options.hpp"

#include <optional>
#include <system_error>
#include <utility>

namespace grapnel::target {

namespace fs = std::filesystem;
using hooks::Json;
using hooks::base::shown;
using workspace::Option;

namespace {

enum class Way { in_process, version, native_assets, one_shot, session, python };

std::optional<Option> option_of(const SelectedHook& hook, std::string_view key) {
  const Json* value = hook.table.find(key);
  if (value == nullptr) return std::nullopt;
  return Option{value, hook.table.path_of(key), &hook.table, std::string(key)};
}

Way way_of(const SelectedHook& hook, const InProcessHooks& in_process) {
  if (in_process.contains(hook.name)) return Way::in_process;
  std::optional<Way> wanted;
  if (const auto transport = option_of(hook, "transport")) {
    const std::string text = workspace::string_of(*transport);
    if (text == "one-shot") {
      wanted = Way::one_shot;
    } else if (text == "session") {
      wanted = Way::session;
    } else if (text == "python") {
      wanted = Way::python;
    } else {
      workspace::refuse(*transport, "found " + shown(text) + "; expected 'one-shot', 'session' or 'python'");
    }
  }
  if (!wanted && hook.name == "version") return Way::version;
  // The Hatch plugin's table names a program with `hook`, or means the packages' hooks.
  if (!wanted && hook.name == kBridge && option_of(hook, "hook")) return Way::one_shot;
  if (!wanted && (hook.name == "native-assets" || hook.name == kBridge)) return Way::native_assets;
  if (!wanted && hook.name == "custom") return Way::python;
  const bool has_program = option_of(hook, "command") || option_of(hook, "path");
  if (wanted && *wanted != Way::python && !has_program) {
    workspace::refuse(*option_of(hook, "transport"),
                      "the hook has neither `path` nor `command`, so there is no program to start");
  }
  if (wanted) return *wanted;
  return has_program ? Way::one_shot : Way::python;
}

ProgramSource source_of(const SelectedHook& hook, const fs::path& root, bool is_session) {
  ProgramSource source{.name = hook.name, .is_session = is_session};
  const auto path = option_of(hook, hook.name == kBridge ? "hook" : "path");
  const auto command = option_of(hook, "command");
  if (path && command) {
    throw ProjectError("'" + hook.table.file.string() + "': " + hook.table.path +
                       ": it has `path` and `command`; one of them says which program the hook is");
  }
  if (command) {
    source.command = workspace::strings_of(*command);
    if (source.command.empty()) workspace::refuse(*command, "found an empty list; expected a command line");
  } else {
    const std::string text = workspace::string_of(*path);
    if (text.empty()) workspace::refuse(*path, "found an empty string; expected the path of a program or its source");
    source.path = (root / text).lexically_normal();
  }
  return source;
}

}  // namespace

std::unique_ptr<StagedHook> HookMaker::make(const SelectedHook& selected, std::int64_t index) {
  Surroundings& surroundings = *surroundings_;
  const Way way = way_of(selected, *in_process_);
  switch (way) {
    case Way::in_process:
      return document_hook(selected, index, in_process(selected.name, in_process_->find(selected.name)->second),
                           surroundings);
    case Way::version:
      return version_hook(selected, surroundings);
    case Way::native_assets:
      return native_assets_hook(selected, surroundings);
    case Way::one_shot:
      return document_hook(selected, index,
                           one_shot(source_of(selected, surroundings.project.root, false), surroundings), surroundings);
    case Way::session:
      return document_hook(selected, index, session(source_of(selected, surroundings.project.root, true), surroundings),
                           surroundings);
    case Way::python:
      break;
  }
  if (!python_) python_ = python_hooks(surroundings);
  return python_hook(selected, index, python_, surroundings);
}

void HookMaker::close() noexcept {
  if (!python_) return;
  try {
    python_->host.close();
  } catch (const std::exception&) {
    // It is killed with its session.
  }
}

std::string describe_hook(const SelectedHook& selected, const InProcessHooks& in_process) {
  const auto program = [&] {
    if (const auto path = option_of(selected, selected.name == kBridge ? "hook" : "path")) {
      return workspace::string_of(*path);
    }
    const auto command = option_of(selected, "command");
    const std::vector<std::string> words = command ? workspace::strings_of(*command) : std::vector<std::string>{};
    return words.empty() ? std::string() : words.front();
  };
  switch (way_of(selected, in_process)) {
    case Way::in_process:
      return "of this process";
    case Way::version:
    case Way::native_assets:
      return "built in";
    case Way::one_shot:
      return program() + ", one process a stage";
    case Way::session:
      return program() + ", one process for all stages";
    case Way::python:
      return selected.name == "custom" ? "Python script" : "Python plugin";
  }
  return {};
}

std::vector<fs::path> sources_of(const SelectedHook& selected, const fs::path& root) {
  std::vector<fs::path> sources;
  std::vector<std::string> names;
  if (selected.name != "version") {
    const Json* path = selected.table.find(selected.name == kBridge ? "hook" : "path");
    if (path != nullptr && path->as_string() != nullptr) {
      names.push_back(*path->as_string());
    }
    const Json* command = selected.table.find("command");
    if (command != nullptr && command->as_array() != nullptr) {
      for (const Json& word : *command->as_array()) {
        if (word.as_string() != nullptr) names.push_back(*word.as_string());
      }
    }
  }
  for (const std::string& name : names) {
    const fs::path relative = (root / name).lexically_normal().lexically_relative(root);
    if (relative.empty() || *relative.begin() == ".." || relative == ".") continue;
    std::error_code error;
    if (fs::exists(root / relative, error)) sources.push_back(relative);
  }
  return sources;
}

}  // namespace grapnel::target
