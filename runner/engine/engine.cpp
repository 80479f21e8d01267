// SPDX-License-Identifier: BSD-3-Clause
#include "runner/engine/engine.hpp"

#include "hooks_api/base/shown.hpp"
#include "hooks_api/base/utf8.hpp"
#include "hooks_api/protocol/needed_libraries.hpp"
#include "hooks_api/protocol/validate.hpp"
#include "runner/base/errors.hpp"
#include "runner/engine/build_inputs.hpp"
#include "runner/engine/config_use.hpp"
#include "runner/engine/execution.hpp"
#include "runner/engine/find_hooks.hpp"
#include "runner/engine/hook_run.hpp"
#include "runner/engine/last_run.hpp"
#include "runner/engine/user_defines.hpp"
#include "runner/engine/workspace_memory.hpp"
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
using HookSources = std::vector<std::optional<program::HookSource>>;  // by place among the packages of the run

void append(Assets& to, const Assets& from) { to.insert(to.end(), from.begin(), from.end()); }

Outcome stopped_early(const Session& session) {
  return outcome::classify(
      {.end = NotStarted{ECANCELED, "canceled before all hooks had run"}, .stop = session.stop_reason()});
}

// One kind of hook in one run: plans, carries out, keeps what comes of it.
class Run {
 public:
  Run(HookKind kind, Session& session)
      : kind_(kind),
        session_(session),
        packages_(plan::reachable(session.workspace, session.options.root_package, session.options.dev_dependencies)) {
    session.check_forced();
  }

  [[nodiscard]] const std::vector<const workspace::Package*>& packages() const { return packages_; }

  void plan(const HookSources& sources) {
    std::vector<const workspace::Package*> with_hook;
    for (std::size_t i = 0; i < packages_.size(); ++i) {
      if (sources[i]) with_hook.push_back(packages_[i]);
    }
    plan_ = plan::order(session_.workspace, session_.options.root_package, session_.options.dev_dependencies, kind_,
                        with_hook);
    RunStarted started{.kind = kind_, .time_of_day = std::chrono::system_clock::now()};
    for (const plan::PlannedHook& hook : plan_.hooks) {
      const auto position = std::lower_bound(packages_.begin(), packages_.end(), hook.package);
      const program::HookSource& source = *sources[static_cast<std::size_t>(position - packages_.begin())];
      planned_sources_.push_back(&source);
      if (session_.events.is_heard()) started.hooks.push_back({hook.package->name, kind_});
    }
    if (session_.events.is_heard()) {
      for (std::size_t giver = 0; giver < plan_.waiters.size(); ++giver) {
        for (const Node waiter : plan_.waiters[giver]) started.waits.push_back({waiter, static_cast<Node>(giver)});
      }
      session_.events.emit(std::move(started));
    }
    for (std::size_t i = 0; i < plan_.hooks.size(); ++i) {
      if (const auto& ignored = planned_sources_[i]->ignored_dart) {
        session_.events.info(plan_.hooks[i].package->name,
                             "the native hook is used; '" + ignored->string() + "' is not");
      }
    }
  }

  [[nodiscard]] const plan::Plan& plan() const { return plan_; }

  // A name that no package has is a mistake whatever runs; pubspec.yaml is read only where hooks do (spec: dart-hooks,
  // section 4.3).
  RunDefines read_defines(const std::optional<UserDefines>& requested) {
    RunDefines defines(requested, plan_.hooks.empty() ? std::filesystem::path() : session_.options.pubspec,
                       session_.workspace.settings);
    defines.warn_about_unknown_packages(session_.workspace, session_.events);
    for (const std::filesystem::path& file : defines.files()) dependencies_.add(file.native());
    return defines;
  }

  // `link_hooks` is borrowed.
  Execution& prepare(const hooks::Json::Object& config, const std::set<std::string, std::less<>>& link_hooks) {
    checksum_ = protocol::config_checksum(config);
    if (session_.use_cache && !plan_.hooks.empty()) note_use(session_.log, checksum_, cache::file_clock());
    return execution_.emplace(session_, kind_, plan_, planned_sources_, checksum_, link_hooks);
  }

  [[nodiscard]] HookJob job(std::size_t hook, const hooks::Json::Object& config,
                            const std::set<std::string, std::less<>>& link_hooks) const {
    return {.package = plan_.hooks[hook].package,
            .source = *planned_sources_[hook],
            .input = {.kind = kind_ == HookKind::build ? protocol::HookKind::build : protocol::HookKind::link,
                      .config = config},
            .link_hooks = &link_hooks};
  }

  // False where there was something to say.
  bool check_application(const Assets& assets, const std::optional<hooks::CodeConfig>& code) {
    const protocol::Faults faults =
        protocol::validate_application(assets, code ? std::optional(code->target_os) : std::nullopt);
    if (!faults.empty()) {
      outcomes_.push_back(outcome::invalid_application(
          session_.redactor.redact("the assets of the application:\n" + describe(faults))));
      return false;
    }
    if (!code) return true;
    const auto missing_libraries = protocol::missing_libraries(assets, *code);
    for (const auto& missing : missing_libraries) session_.events.warning(missing.package, missing.message);
    return missing_libraries.empty();
  }

  // Whether the application was found right, without a warning, for exactly these outputs and this config.
  [[nodiscard]] bool is_known_application() const {
    return session_.use_cache && session_.log.find(cache::EntryType::application, checksum_) == application_digest();
  }
  void remember_application() {
    const std::string digest = application_digest();
    if (!session_.use_cache || digest.empty()) return;
    try {
      session_.log.append(cache::EntryType::application, checksum_, digest);
    } catch (const SystemError&) {
      // It is checked again the next time.
    }
  }

  template <typename Result>
  void finish(Result& result) {
    result.hooks.reserve(execution_->size());
    const Outcome* last = nullptr;
    for (std::size_t hook = 0; hook < execution_->size(); ++hook) {
      const Execution::Done& done = execution_->done(hook);
      if (!done.outcome) continue;
      // The one that all up-to-date hooks have need not be weighed more than once.
      if (last != done.outcome.get()) outcomes_.push_back(*done.outcome);
      last = done.outcome.get();
      result.hooks.push_back({execution_->id(hook), *done.outcome, execution_->directory(hook), done.up_to_date});
      if (done.outcome->success()) execution_->append_dependencies(hook, dependencies_);
    }
    const bool canceled = std::any_of(outcomes_.begin(), outcomes_.end(), [](const Outcome& outcome) {
      return outcome.exit_code < 0;  // canceled, or over the deadline
    });
    // A stop request after the last hook, or after one that failed, has changed nothing.
    if (execution_->was_stopped() && !canceled) {
      outcomes_.push_back(stopped_early(session_));
    }
    result.outcome = outcome::aggregate(outcomes_, session_.options.aggregate);
    result.dependencies = std::move(dependencies_);
    for (const std::filesystem::path& file : session_.workspace.files) result.dependencies.add(file.native());
    warn_about_leftovers();
    write_last_run(kind_, *execution_, session_);
    try {
      if (!session_.ran.empty()) drop_unreferenced_tables(session_.log);
      if (session_.new_workspace) remember_workspace(session_.workspace, *session_.new_workspace, session_.log);
      session_.log.compact();
    } catch (const SystemError&) {
      // It stays as long as it is.
    }
  }

 private:
  // Of all that the hooks gave; empty where that of one is not known for sure.
  [[nodiscard]] std::string application_digest() const {
    cache::Fields fields;
    for (std::size_t hook = 0; hook < execution_->size(); ++hook) {
      const cache::Digest& gives = execution_->gives(hook);
      if (gives == cache::Digest{}) return {};
      fields.add(plan_.hooks[hook].package->name).add(gives);
    }
    return cache::to_hex(fields.digest());
  }

  // Who left its group and closed its pipes is seen only here.
  void warn_about_leftovers() {
    if (session_.children == 0) return;
    for (const process::Leftover& leftover : process::processes_of_run(session_.run_id)) {
      if (session_.told_leftovers.contains(leftover.pid)) continue;
      session_.events.warning({}, "a process that a hook of this run started is still there: " + leftover.command +
                                      " (pid " + std::to_string(leftover.pid) + ")");
    }
  }

  HookKind kind_;
  Session& session_;
  std::vector<const workspace::Package*> packages_;  // in the order of names, and so of their places
  plan::Plan plan_;
  std::vector<const program::HookSource*> planned_sources_;
  std::string checksum_;
  std::optional<Execution> execution_;
  std::vector<Outcome> outcomes_;
  PathList dependencies_;
};

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

std::set<std::string, std::less<>> name_set(const HookSources& sources,
                                            const std::vector<const workspace::Package*>& packages) {
  std::set<std::string, std::less<>> names;
  for (std::size_t i = 0; i < sources.size(); ++i) {
    if (sources[i]) names.insert(packages[i]->name);
  }
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

// What link hooks send to each other: delivered where the sender directly depends on the receiver, which then has not
// run yet. All by place in the plan, so that it does not matter who ended first.
class LinkMail {
 public:
  LinkMail(const plan::Plan& plan, Execution& execution, EventStream& events)
      : plan_(plan), execution_(execution), events_(events) {
    for (std::size_t hook = 0; hook < plan.hooks.size(); ++hook) places_.emplace(plan.hooks[hook].package, hook);
    senders_.resize(plan.hooks.size());
    for (std::size_t sender = 0; sender < plan.hooks.size(); ++sender) {
      for (const workspace::Package* dependency : plan.hooks[sender].direct_dependencies) {
        const auto receiver = places_.find(dependency);
        if (receiver != places_.end()) senders_[receiver->second].push_back(sender);
      }
    }
  }

  // REQUIRES: the link hooks of all who directly depend on the receiver have succeeded.
  Assets deliver(std::size_t receiver) {
    Assets assets;
    for (const std::size_t sender : senders_[receiver]) {
      const auto& sent = execution_.output(sender).assets_for_linking;
      const auto letter = sent.find(plan_.hooks[receiver].package->name);
      if (letter != sent.end()) append(assets, letter->second);
    }
    return assets;
  }

  // What no link hook got: Dart drops it in silence (spec: dart-hooks, D19).
  void warn_about_the_rest() {
    for (std::size_t sender = 0; sender < plan_.hooks.size(); ++sender) {
      if (!execution_.has_assets(sender)) continue;
      for (const auto& [receiver, assets] : execution_.output(sender).assets_for_linking) {
        const std::string obstacle = obstacle_between(sender, receiver);
        if (obstacle.empty()) continue;
        for (const hooks::EncodedAsset& asset : assets) {
          events_.warning(plan_.hooks[sender].package->name, "its link hook sent " + described(asset) +
                                                                 " to package '" + receiver +
                                                                 "', which did not get it: " + obstacle);
        }
      }
    }
  }

 private:
  std::string obstacle_between(std::size_t sender, const std::string& receiver) {
    if (receiver == plan_.hooks[sender].package->name) return "its own link hook was running already";
    const auto place =
        std::find_if(places_.begin(), places_.end(), [&](const auto& entry) { return entry.first->name == receiver; });
    if (place == places_.end()) return "that package has no link hook in this run";
    const std::vector<std::size_t>& senders = senders_[place->second];
    if (std::find(senders.begin(), senders.end(), sender) != senders.end()) return {};
    return "only direct dependencies get what a link hook sends";
  }

  const plan::Plan& plan_;
  Execution& execution_;
  EventStream& events_;
  std::map<const workspace::Package*, std::size_t> places_;
  std::vector<std::vector<std::size_t>> senders_;  // by receiver, in the order of the plan
};

// What a run of `kind` will ask about files, in the order in which it will.
void foresee(HookKind kind, bool with_link_hooks, const hooks::Json::Object& config, const cache::StateLog& log,
             cache::Checks& checks) {
  const std::string folder_key = "\n" + std::string(name_of(kind));
  const std::string link_key = "\n" + std::string(name_of(HookKind::link));
  const std::string hook_key = folder_key + "\n" + protocol::config_checksum(config);
  std::vector<std::string_view> lists;
  std::vector<std::string_view> of_hooks;
  log.for_each([&](cache::EntryType type, std::string_view key, std::string_view value) {
    if (type == cache::EntryType::hook && key.ends_with(hook_key)) {
      of_hooks.push_back(cache::dependencies_of_hook_record(value));
    } else if (type == cache::EntryType::folder &&
               (key.ends_with(folder_key) || (with_link_hooks && key.ends_with(link_key)))) {
      lists.push_back(cache::dependencies_of_folder_record(value));
    }
  });
  lists.insert(lists.end(), of_hooks.begin(), of_hooks.end());
  checks.begin(std::move(lists));
}

}  // namespace

void foresee(const BuildRequest& request, const cache::StateLog& log, cache::Checks& checks) {
  foresee(HookKind::build, request.linking_enabled,
          config_of(request.asset_types, request.code, request.linking_enabled, request.extensions), log, checks);
}

void foresee(const LinkRequest& request, const cache::StateLog& log, cache::Checks& checks) {
  foresee(HookKind::link, false, config_of(request.asset_types, request.code, std::nullopt, link_extensions(request)),
          log, checks);
}

asio::awaitable<BuildResult> build(const BuildRequest& request, Session& session) {
  BuildResult result;
  Run run(HookKind::build, session);
  const HookSources sources = co_await find_hooks(run.packages(), HookKind::build, session);
  std::set<std::string, std::less<>> link_hooks;  // where build hooks may send assets
  if (request.linking_enabled) {
    const HookSources receivers = co_await find_hooks(run.packages(), HookKind::link, session);
    link_hooks = name_set(receivers, run.packages());
  }
  const hooks::Json::Object config =
      config_of(request.asset_types, request.code, request.linking_enabled, request.extensions);

  if (session.stop.stop_requested()) {
    result.outcome = stopped_early(session);
    co_return result;
  }
  run.plan(sources);
  const RunDefines defines = run.read_defines(request.user_defines);
  const std::vector<plan::PlannedHook>& hooks = run.plan().hooks;
  Execution& execution = run.prepare(config, link_hooks);

  const BuildInputs inputs(config, session.workspace, defines, run.plan());
  const PlanJobs jobs{
      .ingredients =
          [&](std::size_t hook) {
            return inputs.ingredients(hook, [&](std::size_t giver) { return execution.for_build(giver); });
          },
      .job =
          [&](std::size_t hook) {
            HookJob job = run.job(hook, config, link_hooks);
            inputs.fill(job.input, hook,
                        [&](std::size_t giver) -> const Assets& { return execution.output(giver).assets_for_build; });
            return job;
          }};
  co_await execution.run(jobs);

  for (std::size_t i = 0; i < hooks.size(); ++i) {
    if (!execution.has_assets(i)) continue;
    const hooks::HookOutput& output = execution.output(i);
    append(result.assets, output.assets);
    for (const auto& [receiver, assets] : output.assets_for_linking) {
      append(result.assets_for_linking[receiver], assets);
    }
  }
  if (execution.is_complete() && !request.linking_enabled && !run.is_known_application()) {
    if (run.check_application(result.assets, request.code)) run.remember_application();
  }
  run.finish(result);
  co_return result;
}

asio::awaitable<LinkResult> link(const LinkRequest& request, const BuildResult& build_result, Session& session) {
  LinkResult result;
  Run run(HookKind::link, session);
  const HookSources sources = co_await find_hooks(run.packages(), HookKind::link, session);
  const auto link_hooks = name_set(sources, run.packages());
  warn_about_unreached(build_result, link_hooks, session.events);
  std::optional<RecordedUses> recorded_uses;
  if (!request.recorded_uses.empty()) recorded_uses.emplace(request.recorded_uses);
  const hooks::Json::Object config =
      config_of(request.asset_types, request.code, std::nullopt, link_extensions(request));
  const cache::Digest config_digest = digest_of_config(config, session.workspace);

  if (session.stop.stop_requested()) {
    result.outcome = stopped_early(session);
    co_return result;
  }
  run.plan(sources);
  const RunDefines defines = run.read_defines(request.user_defines);
  const std::vector<plan::PlannedHook>& hooks = run.plan().hooks;
  Execution& execution = run.prepare(config, link_hooks);
  LinkMail mail(run.plan(), execution, session.events);
  static const Assets kNothing;
  const auto sent_to = [&](const std::string& name) -> const Assets& {
    const auto sent = build_result.assets_for_linking.find(name);
    return sent != build_result.assets_for_linking.end() ? sent->second : kNothing;
  };
  const PlanJobs jobs{
      .ingredients =
          [&](std::size_t hook) {
            const workspace::Package& package = *hooks[hook].package;
            cache::Fields fields;
            fields.add(config_digest).add(package.name).add(package.root.native());
            add(fields, defines, package.name);
            fields.add(digest_of_assets(sent_to(package.name))).add(digest_of_assets(mail.deliver(hook)));
            if (recorded_uses) fields.add(recorded_uses->for_package(package.name).to_string());
            return fields.digest();
          },
      .job =
          [&](std::size_t hook) {
            const std::string& name = hooks[hook].package->name;
            HookJob job = run.job(hook, config, link_hooks);
            job.recorded_uses = recorded_uses ? &*recorded_uses : nullptr;
            defines.add_to(job.input, name);
            job.input.assets = sent_to(name);
            job.input.assets_from_linking = mail.deliver(hook);
            return job;
          }};
  co_await execution.run(jobs);

  for (std::size_t i = 0; i < hooks.size(); ++i) {
    if (execution.has_assets(i)) append(result.assets, execution.output(i).assets);
  }
  if (execution.is_complete()) {
    mail.warn_about_the_rest();
    Assets all = build_result.assets;
    append(all, result.assets);
    (void)run.check_application(all, request.code);
  }
  run.finish(result);
  if (recorded_uses) result.dependencies.add(request.recorded_uses.native());
  co_return result;
}

}  // namespace grapnel::engine
