// SPDX-License-Identifier: BSD-3-Clause
#include "runner/engine/find_hooks.hpp"

#include "hooks_api/base/utf8.hpp"
#include "runner/base/errors.hpp"
#include "runner/cache/check.hpp"
#include "runner/cache/record.hpp"
#include "runner/program/hook_files.hpp"

#include <deque>
#include <string>
#include <utility>

namespace grapnel::engine {

namespace asio = boost::asio;

namespace {

using program::HookSource;

// Documents are UTF-8, so a path that is not cannot be told to a hook.
void check_name(const workspace::Package& package) {
  if (hooks::base::is_utf8(package.root.native())) return;
  throw ProjectError("package '" + package.name + "': its directory has a name that is not UTF-8: '" +
                     hooks::base::to_utf8(package.root.native()) + "'; rename it");
}

void check_root(const workspace::Package& package, const workspace::Workspace& workspace) {
  std::error_code error;
  if (!std::filesystem::is_directory(package.root, error)) {
    throw ProjectError("package '" + package.name + "': its directory '" + package.root.string() +
                       "' does not exist. " +
                       (workspace::is_toml(workspace.file)
                            ? "Correct its path in '" + workspace.file.string() + "'."
                            : "Get the packages again, or correct its rootUri in package_config.json."));
  }
}

std::string key_of(const workspace::Package& package, HookKind kind) {
  return cache::log_key({package.name, name_of(kind)});
}

// Steps that find hooks, as events.
class FindSteps final : public program::StepObserver {
 public:
  FindSteps(HookId hook, Session& session) : hook_(std::move(hook)), session_(session) {}
  void on_step(const std::string& what, const std::string& command) override {
    session_.events.emit(StepStarted{hook_, what, session_.redactor.redact(command)});
  }
  void on_wait(const std::string& sentence) override { session_.events.warning(hook_.package, sentence); }
  void equip(process::ChildRequest& child) override { session_.equip(child); }
  bool on_shortage(int lack) override { return session_.have_fewer_jobs(hook_.package, lack); }

 private:
  HookId hook_;
  Session& session_;
};

// How a CMake project is configured: the command, and what else CMake and its compiler look at.
std::string configured_as(const workspace::Package& package, const Session& session) {
  return program::project_identity(package, session.toolchain) + "\n" + session.environment_identity();
}

// A record whose answer counts as long as what was looked at is unchanged.
std::optional<cache::FolderRecord> find_record(const workspace::Package& package, HookKind kind,
                                               const Session& session) {
  const auto bytes = session.log.find(cache::EntryType::folder, key_of(package, kind));
  if (!bytes) return std::nullopt;
  const auto record = cache::decode_folder_record(*bytes);
  constexpr auto kForms = static_cast<std::uint8_t>(program::Form::dart) + 1;
  if (!record || record->root != package.root.native() || record->form > kForms) return std::nullopt;
  return record;
}

std::optional<HookSource> source_of(const cache::FolderRecord& record, HookKind kind) {
  if (record.form == 0) return std::nullopt;
  HookSource source{kind, static_cast<program::Form>(record.form - 1), std::string(record.file), std::nullopt};
  if (!record.ignored_dart.empty()) source.ignored_dart = record.ignored_dart;
  return source;
}

void remember(const workspace::Package& package, HookKind kind, const program::Found& found, cache::Moment began,
              Session& session) {
  std::deque<std::string> paths;
  std::vector<cache::Dependency> dependencies;
  const auto add = [&](std::string path) {
    const bool is_directory = path.size() > 1 && path.back() == '/';
    if (is_directory) path.pop_back();
    const std::string& kept = paths.emplace_back(std::move(path));
    const auto counts = is_directory ? cache::Counts::children : cache::Counts::content;
    cache::Dependency& added = dependencies.emplace_back(cache::observe(cache::Role::program, counts, kept));
    // What was touched meanwhile may have been looked at before.
    if (added.state.changed >= began) added.state.kind = cache::FileState::Kind::unreadable;
  };
  for (const std::filesystem::path& path : found.looked_at) add(path.native());
  // An executable's own file is a part of its hook's record, which tells more.
  if (found.source && found.source->form != program::Form::executable) add(found.source->file);
  const std::string encoded = cache::encode_dependencies(dependencies);
  cache::FolderRecord record;
  record.root = package.root.native();
  const std::string identity = found.identity.empty() ? std::string() : configured_as(package, session);
  record.identity = identity;
  if (found.source) {
    record.form = static_cast<std::uint8_t>(static_cast<std::uint8_t>(found.source->form) + 1);
    record.file = found.source->file;
    if (found.source->ignored_dart) record.ignored_dart = found.source->ignored_dart->native();
  }
  record.dependencies = encoded;
  session.log.append(cache::EntryType::folder, key_of(package, kind), cache::encode(record));
}

}  // namespace

asio::awaitable<std::vector<std::optional<HookSource>>> find_hooks(
    const std::vector<const workspace::Package*>& packages, HookKind kind, Session& session) {
  std::vector<std::optional<HookSource>> sources(packages.size());
  for (std::size_t i = 0; i < packages.size(); ++i) {
    const workspace::Package& package = *packages[i];
    check_name(package);
    const auto record = session.use_cache ? find_record(package, kind, session) : std::nullopt;
    const bool counts = record && session.checks.is_unchanged(record->dependencies);
    if (counts && (record->identity.empty() || record->identity == configured_as(package, session))) {
      sources[i] = source_of(*record, kind);
      if (!sources[i]) check_root(package, session.workspace);  // the record knows only that there is no hook
      continue;
    }
    check_root(package, session.workspace);
    const cache::Moment began = cache::file_clock();
    FindSteps steps({package.name, kind}, session);
    program::Found found =
        co_await program::find_hook(package, kind, session.toolchain, session.launcher, steps, session.stop);
    if (session.stop.stop_requested()) break;
    if (session.use_cache) remember(package, kind, found, began, session);
    sources[i] = std::move(found.source);
  }
  co_return sources;
}

asio::awaitable<KnownHooks> known_hooks(const std::vector<const workspace::Package*>& packages, HookKind kind,
                                        Session& session) {
  KnownHooks known;
  known.sources.resize(packages.size());
  for (std::size_t i = 0; i < packages.size(); ++i) {
    const workspace::Package& package = *packages[i];
    check_name(package);
    check_root(package, session.workspace);
    if (!program::find_hook_files(package, kind).cmake_project) {
      FindSteps steps({package.name, kind}, session);
      program::Found found =
          co_await program::find_hook(package, kind, session.toolchain, session.launcher, steps, session.stop);
      known.sources[i] = std::move(found.source);
      continue;
    }
    const auto record = session.use_cache ? find_record(package, kind, session) : std::nullopt;
    const bool is_configured = record && cache::is_surely_unchanged(record->dependencies) &&
                               record->identity == configured_as(package, session);
    if (is_configured) {
      known.sources[i] = source_of(*record, kind);
    } else {
      known.unknown.push_back(i);
    }
  }
  co_return known;
}

}  // namespace grapnel::engine
