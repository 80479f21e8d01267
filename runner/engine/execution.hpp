// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// Carries out a plan: which hooks are up to date, the others several at once.
#pragma once

#include "runner/cache/record.hpp"
#include "runner/engine/hook_run.hpp"
#include "runner/engine/scheduler.hpp"
#include "runner/engine/session.hpp"
#include "runner/plan/plan.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

#include <cstddef>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace grapnel::engine {

/// What is asked about the hooks of a plan, by place in it, when all that a hook waits for has succeeded.
struct PlanJobs {
  /// Of everything that the hook's input.json is made from. Cheap: asked for every hook.
  std::function<cache::Digest(std::size_t)> ingredients;
  /// The input itself: asked where the hook may have to run. `question` is filled in by the caller.
  std::function<HookJob(std::size_t)> job;
};

/// One plan on its way. Used on one thread.
class Execution {
 public:
  /// Borrows everything. `sources` by place in the plan; `config` is the checksum.
  Execution(Session& session, HookKind kind, const plan::Plan& plan, std::vector<const program::HookSource*> sources,
            std::string config, const std::set<std::string, std::less<>>& link_hooks);

  /// Runs what has to run. Returns when nothing runs any more.
  [[nodiscard]] boost::asio::awaitable<void> run(const PlanJobs& jobs);

  /// How a hook ended; without an outcome it was not started.
  struct Done {
    std::shared_ptr<const Outcome> outcome{};  ///< one for all that are up to date
    bool up_to_date = false;
    std::vector<Reason> reasons{};
    std::chrono::nanoseconds duration{};
  };
  [[nodiscard]] const Done& done(std::size_t hook) const { return states_[hook].done; }
  [[nodiscard]] HookId id(std::size_t hook) const { return {plan_.hooks[hook].package->name, kind_}; }
  [[nodiscard]] std::string directory(std::size_t hook) const;

  /// What a hook that succeeded gave.
  [[nodiscard]] const hooks::HookOutput& output(std::size_t hook);
  /// Whether output() routes anything; costs nothing.
  [[nodiscard]] bool has_assets(std::size_t hook) const { return states_[hook].has_assets; }
  /// Of its assets_for_build.
  [[nodiscard]] const cache::Digest& for_build(std::size_t hook) const { return states_[hook].for_build; }
  /// Of its output and the files in it; 0 where that is not known.
  [[nodiscard]] const cache::Digest& gives(std::size_t hook) const { return states_[hook].gives; }
  void append_dependencies(std::size_t hook, PathList& paths) const;

  [[nodiscard]] std::size_t size() const { return states_.size(); }
  /// Whether every hook succeeded.
  [[nodiscard]] bool is_complete() const;
  /// Whether a stop request kept hooks from being started.
  [[nodiscard]] bool was_stopped() const { return was_stopped_; }

 private:
  /// What only a hook has that ran, or whose output somebody asked for.
  struct Gave {
    hooks::HookOutput output{};
    PathList dependencies{};  ///< of one that ran
  };
  /// Small: there is one for each hook of an up-to-date run.
  struct State {
    std::string_view record{};  ///< encoded; of the run before, where that still counts
    bool has_assets = false;
    Done done{};
    std::unique_ptr<Gave> gave{};
    cache::Digest for_build{};
    cache::Digest gives{};
  };

  void recall();
  [[nodiscard]] bool is_up_to_date(const cache::HookRecord& record, const HookQuestion& question) const;
  void accept(std::size_t hook, const cache::HookRecord& record);
  void start(std::size_t hook, const PlanJobs& jobs);
  boost::asio::awaitable<void> run_one(std::size_t hook, HookJob job);
  void finish(std::size_t hook, HookRun run);
  void fail(std::size_t hook, Outcome outcome);
  void skip_the_rest();

  Session& session_;
  HookKind kind_;
  const plan::Plan& plan_;
  std::vector<const program::HookSource*> sources_;
  std::string config_;
  const std::set<std::string, std::less<>>& link_hooks_;
  HookMemory memory_;
  std::vector<State> states_;
  std::shared_ptr<const Outcome> up_to_date_;
  std::optional<Scheduler> scheduler_;
  std::optional<boost::asio::steady_timer> wake_;
  boost::asio::any_io_executor executor_;
  bool was_stopped_ = false;
};

}  // namespace grapnel::engine
