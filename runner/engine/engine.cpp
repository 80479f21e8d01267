// SPDX-License-Identifier: BSD-3-Clause
#include "runner/engine/engine.hpp"

#include "hooks_api/base/shown.hpp"
#include "hooks_api/base/utf8.hpp"
#include "hooks_api/protocol/needed_libraries.hpp"
#include "hooks_api/protocol/validate.hpp"
#include "runner/base/errors.hpp"
#include "runner/engine/hook_run.hpp"
#include "runner/engine/user_defines.hpp"
#include "runner/outcome/classify.hpp"
#include "runner/plan/plan.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <set>

namespace grapnel::engine {

namespace asio = boost::asio;
namespace base = hooks::base;
namespace protocol = hooks::protocol;

namespace {

using Assets = std::vector<hooks::EncodedAsset>;
using HookSources = std::map<std::string, program::HookSource, std::less<>>;

void append(Assets& to, const Assets& from) { to.insert(to.end(), from.begin(), from.end()); }

void sort_unique(std::vector<std::filesystem::path>& paths) {
  std::sort(paths.begin(), paths.end());
  paths.erase(std::unique(paths.begin(), paths.end()), paths.end());
}

// Documents are UTF-8, so a path that is not cannot be told to a hook.
void check_root(const workspace::Package& package, const workspace::Workspace& workspace) {
  if (!hooks::base::is_utf8(package.root.string())) {
    throw ProjectError("package '" + package.name + "': its directory has a name that is not UTF-8: '" +
                       hooks::base::to_utf8(package.root.string()) + "'; rename it");
  }
  std::error_code error;
  if (!std::filesystem::is_directory(package.root, error)) {
    throw ProjectError("package '" + package.name + "': its directory '" + package.root.string() +
                       "' does not exist. " +
                       (workspace::is_toml(workspace.file)
                            ? "Correct its path in '" + workspace.file.string() + "'."
                            : "Get the packages again, or correct its rootUri in package_config.json."));
  }
}

// Steps that find hooks, as events.
class FindSteps final : public program::StepObserver {
 public:
  FindSteps(HookId hook, Session& session) : hook_(std::move(hook)), session_(session) {}
  void on_step(const std::string& what, const std::string& command) override {
    session_.events.emit(StepStarted{hook_, what, session_.redactor.redact(command)});
  }

 private:
  HookId hook_;
  Session& session_;
};

// One kind of hook in one run: finds the hooks, orders them, runs them, keeps the outcomes.
class Run {
 public:
  Run(HookKind kind, const RunnerOptions& options, Session& session)
      : kind_(kind), options_(options), session_(session) {}

  // The hooks of `kind` that the packages of the application have, by package.
  asio::awaitable<HookSources> find_hooks(HookKind kind) {
    HookSources sources;
    for (const workspace::Package* package : packages()) {
      FindSteps steps({package->name, kind}, session_);
      auto found =
          co_await program::find_hook(*package, kind, session_.toolchain, session_.launcher, steps, session_.stop);
      if (found.source) sources.emplace(package->name, std::move(*found.source));
    }
    co_return sources;
  }

  std::vector<plan::PlannedHook> plan(const HookSources& sources) {
    std::vector<const workspace::Package*> with_hook;
    for (const workspace::Package* package : packages()) {
      if (sources.contains(package->name)) with_hook.push_back(package);
    }
    auto planned =
        plan::order(session_.workspace, options_.root_package, options_.dev_dependencies, kind_, with_hook).hooks;
    RunStarted started;
    for (const plan::PlannedHook& hook : planned) started.hooks.push_back({hook.package->name, kind_});
    session_.events.emit(started);
    for (const plan::PlannedHook& hook : planned) {
      if (const auto& ignored = sources.at(hook.package->name).ignored_dart) {
        session_.events.info(hook.package->name, "the native hook is used; '" + ignored->string() + "' is not");
      }
    }
    return planned;
  }

  // A name that no package has is a mistake whatever runs; pubspec.yaml is read only where hooks do (spec: dart-hooks,
  // section 4.3).
  RunDefines read_defines(const std::optional<UserDefines>& requested, const std::vector<plan::PlannedHook>& plan) {
    RunDefines defines(requested, plan.empty() ? std::filesystem::path() : options_.pubspec,
                       session_.workspace.settings);
    defines.warn_about_unknown_packages(session_.workspace, session_.events);
    dependencies_.insert(dependencies_.end(), defines.files().begin(), defines.files().end());
    return defines;
  }

  // Runs one hook. Nothing where the run has to end.
  asio::awaitable<std::optional<HookRun>> run(HookJob job) {
    const HookId id = job.id;
    HookRun run = co_await run_hook(std::move(job), session_);
    outcomes_.push_back(run.outcome);
    hooks_.push_back({id, run.outcome, run.directory});
    if (!run.outcome.success()) co_return std::nullopt;
    dependencies_.insert(dependencies_.end(), run.dependencies.begin(), run.dependencies.end());
    co_return run;
  }

  void check_application(const Assets& assets, const std::optional<hooks::CodeConfig>& code) {
    const protocol::Faults faults =
        protocol::validate_application(assets, code ? std::optional(code->target_os) : std::nullopt);
    if (!faults.empty()) {
      outcomes_.push_back(outcome::invalid_application(
          session_.redactor.redact("the assets of the application:\n" + describe(faults))));
    } else if (code) {
      for (const auto& missing : protocol::missing_libraries(assets, *code)) {
        session_.events.warning(missing.package, missing.message);
      }
    }
  }

  template <typename Result>
  void finish(Result& result) {
    const bool canceled = std::any_of(outcomes_.begin(), outcomes_.end(), [](const Outcome& outcome) {
      return outcome.outcome_class == OutcomeClass::canceled;
    });
    // A stop request after the last hook, or after one that failed, has changed nothing.
    if (stopped_early_ && !canceled) {
      outcomes_.push_back(outcome::classify(
          {.end = NotStarted{ECANCELED, "canceled before all hooks had run"}, .stop = outcome::StopReason::canceled}));
    }
    result.outcome = outcome::aggregate(outcomes_);
    result.hooks = std::move(hooks_);
    result.dependencies = std::move(dependencies_);
    const std::vector<std::filesystem::path>& files = session_.workspace.files;
    result.dependencies.insert(result.dependencies.end(), files.begin(), files.end());
    sort_unique(result.dependencies);
  }

  /// Whether the run ends before the hook that comes next.
  [[nodiscard]] bool stopped() {
    stopped_early_ = stopped_early_ || session_.stop.stop_requested();
    return stopped_early_;
  }

 private:
  const std::vector<const workspace::Package*>& packages() {
    if (packages_.empty()) {
      packages_ = plan::reachable(session_.workspace, options_.root_package, options_.dev_dependencies);
      for (const workspace::Package* package : packages_) check_root(*package, session_.workspace);
    }
    return packages_;
  }

  HookKind kind_;
  const RunnerOptions& options_;
  Session& session_;
  std::vector<const workspace::Package*> packages_;
  bool stopped_early_ = false;
  std::vector<Outcome> outcomes_;
  std::vector<HookResult> hooks_;
  std::vector<std::filesystem::path> dependencies_;
};

template <typename Request>
hooks::Json::Object config_of(const Request& request, std::optional<bool> linking_enabled,
                              hooks::Json::Object extensions) {
  const bool wants_code = std::find(request.asset_types.begin(), request.asset_types.end(), hooks::kCodeAssetType) !=
                          request.asset_types.end();
  if (wants_code) extensions["code_assets"] = protocol::code_config_to_json(*request.code);
  return protocol::config_to_json({request.asset_types, linking_enabled, std::move(extensions)});
}

hooks::Json::Object link_extensions(const LinkRequest& request) {
  hooks::Json::Object extensions = request.extensions;
  if (request.recorded_uses.empty()) return extensions;
  const std::set<std::string> entry_points(request.entry_points.begin(), request.entry_points.end());
  extensions["hooks_runner"] = hooks::Json::Object{
      {"record_use",
       hooks::Json::Object{{"compiler", request.compiler},
                           {"entry_points", hooks::Json::Array(entry_points.begin(), entry_points.end())}}}};
  return extensions;
}

std::set<std::string, std::less<>> name_set(const HookSources& sources) {
  std::set<std::string, std::less<>> names;
  for (const auto& [name, source] : sources) names.insert(name);
  return names;
}

// An asset in a message: its type, and what its author calls it.
std::string described(const hooks::EncodedAsset& asset) {
  std::string name;
  if (const auto code = hooks::CodeAsset::decode(asset)) {
    name = code->id();
  } else if (const auto data = hooks::DataAsset::decode(asset)) {
    name = data->id();
  } else if (const hooks::Json* key = asset.encoding ? asset.encoding->find("key") : nullptr) {
    if (const std::string* text = key->as_string()) name = *text;
  }
  return "an asset of type " + base::shown(asset.type) + (name.empty() ? "" : " (" + base::shown(name) + ")");
}

// What a build sent to packages that no link hook of this run belongs to.
void warn_about_unreached(const BuildResult& build_result, const std::set<std::string, std::less<>>& link_hooks,
                          EventStream& events) {
  for (const auto& [receiver, assets] : build_result.assets_for_linking) {
    if (link_hooks.contains(receiver)) continue;
    for (const hooks::EncodedAsset& asset : assets) {
      events.warning(receiver, "a build hook sent it " + described(asset) +
                                   ", which it did not get: that package has no link hook in this run");
    }
  }
}

// What link hooks sent to each other, by receiver: delivered where the sender directly depends on the receiver or
// is it, and the receiver has not run yet.
class LinkMail {
 public:
  struct Letter {
    std::string sender;
    Assets assets;
  };

  void send(const plan::PlannedHook& sender, const hooks::HookOutput& output) {
    for (const auto& [receiver, assets] : output.assets_for_linking) {
      if (!assets.empty()) by_receiver_[receiver].push_back({sender.package->name, assets});
    }
    direct_dependencies_.emplace(sender.package->name, sender.direct_dependencies);
  }

  Assets deliver(const std::string& receiver) {
    Assets assets;
    std::vector<Letter>& letters = by_receiver_[receiver];
    std::vector<Letter> undeliverable;
    for (Letter& letter : letters) {
      if (depends_on(letter.sender, receiver)) {
        append(assets, letter.assets);
      } else {
        undeliverable.push_back(std::move(letter));
      }
    }
    letters = std::move(undeliverable);
    return assets;
  }

  // What no link hook got: Dart drops it in silence (spec: dart-hooks, D19).
  void warn_about_the_rest(const std::set<std::string, std::less<>>& link_hooks, EventStream& events) {
    for (const auto& [receiver, letters] : by_receiver_) {
      for (const Letter& letter : letters) {
        for (const hooks::EncodedAsset& asset : letter.assets) {
          events.warning(letter.sender,
                         "its link hook sent " + described(asset) + " to package '" + receiver +
                             "', which did not get it: " + obstacle(letter.sender, receiver, link_hooks));
        }
      }
    }
  }

 private:
  std::string obstacle(const std::string& sender, const std::string& receiver,
                       const std::set<std::string, std::less<>>& link_hooks) {
    if (receiver == sender) return "its own link hook was running already";
    if (!link_hooks.contains(receiver)) return "that package has no link hook in this run";
    if (!depends_on(sender, receiver)) return "only direct dependencies get what a link hook sends";
    return "the link hook of '" + receiver + "' had run before";
  }

  bool depends_on(const std::string& sender, const std::string& receiver) {
    const auto& direct = direct_dependencies_[sender];
    return std::any_of(direct.begin(), direct.end(),
                       [&](const workspace::Package* package) { return package->name == receiver; });
  }

  std::map<std::string, std::vector<Letter>, std::less<>> by_receiver_;
  std::map<std::string, std::vector<const workspace::Package*>, std::less<>> direct_dependencies_;
};

}  // namespace

asio::awaitable<BuildResult> build(const BuildRequest& request, const RunnerOptions& options, Session& session) {
  BuildResult result;
  Run run(HookKind::build, options, session);
  const HookSources sources = co_await run.find_hooks(HookKind::build);
  std::set<std::string, std::less<>> link_hooks;  // where build hooks may send assets
  if (request.linking_enabled) {
    const HookSources receivers = co_await run.find_hooks(HookKind::link);
    link_hooks = name_set(receivers);
  }
  const hooks::Json::Object config = config_of(request, request.linking_enabled, request.extensions);

  const std::vector<plan::PlannedHook> plan = run.plan(sources);
  const RunDefines defines = run.read_defines(request.user_defines, plan);

  std::map<std::string, Assets, std::less<>> for_build;  // by sender, of the hooks that have run
  bool complete = true;
  for (const plan::PlannedHook& planned : plan) {
    if (run.stopped()) {
      complete = false;
      break;
    }
    HookJob job{.id = {planned.package->name, HookKind::build},
                .package = planned.package,
                .source = sources.at(planned.package->name),
                .input = {.kind = protocol::HookKind::build, .config = config},
                .link_hooks = &link_hooks};
    defines.add_to(job.input, planned.package->name);
    for (const workspace::Package* dependency : planned.direct_dependencies) {
      if (const auto sent = for_build.find(dependency->name); sent != for_build.end())
        job.input.assets_by_package.insert(*sent);
    }
    const auto finished = co_await run.run(std::move(job));
    if (!finished) {
      complete = false;
      break;
    }
    for_build.emplace(planned.package->name, finished->output.assets_for_build);
    append(result.assets, finished->output.assets);
    for (const auto& [receiver, assets] : finished->output.assets_for_linking)
      append(result.assets_for_linking[receiver], assets);
  }
  if (complete && !request.linking_enabled) run.check_application(result.assets, request.code);
  run.finish(result);
  co_return result;
}

asio::awaitable<LinkResult> link(const LinkRequest& request, const BuildResult& build_result,
                                 const RunnerOptions& options, Session& session) {
  LinkResult result;
  Run run(HookKind::link, options, session);
  const HookSources sources = co_await run.find_hooks(HookKind::link);
  const auto link_hooks = name_set(sources);
  warn_about_unreached(build_result, link_hooks, session.events);
  std::optional<RecordedUses> recorded_uses;
  if (!request.recorded_uses.empty()) recorded_uses.emplace(request.recorded_uses);
  const hooks::Json::Object config = config_of(request, std::nullopt, link_extensions(request));

  const std::vector<plan::PlannedHook> plan = run.plan(sources);
  const RunDefines defines = run.read_defines(request.user_defines, plan);

  LinkMail mail;
  bool complete = true;
  for (const plan::PlannedHook& planned : plan) {
    if (run.stopped()) {
      complete = false;
      break;
    }
    const std::string& name = planned.package->name;
    HookJob job{.id = {name, HookKind::link},
                .package = planned.package,
                .source = sources.at(name),
                .input = {.kind = protocol::HookKind::link, .config = config},
                .recorded_uses = recorded_uses ? &*recorded_uses : nullptr,
                .link_hooks = &link_hooks};
    defines.add_to(job.input, name);
    if (const auto sent = build_result.assets_for_linking.find(name); sent != build_result.assets_for_linking.end()) {
      job.input.assets = sent->second;
    }
    job.input.assets_from_linking = mail.deliver(name);
    const auto finished = co_await run.run(std::move(job));
    if (!finished) {
      complete = false;
      break;
    }
    mail.send(planned, finished->output);
    append(result.assets, finished->output.assets);
  }
  if (complete) {
    mail.warn_about_the_rest(link_hooks, session.events);
    Assets all = build_result.assets;
    append(all, result.assets);
    run.check_application(all, request.code);
  }
  run.finish(result);
  if (recorded_uses) result.dependencies.push_back(request.recorded_uses);
  co_return result;
}

}  // namespace grapnel::engine
