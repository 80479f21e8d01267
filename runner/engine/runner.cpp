// SPDX-License-Identifier: BSD-3-Clause
#include "runner/base/errors.hpp"
#include "runner/engine/engine.hpp"
#include "runner/engine/preview.hpp"
#include "runner/engine/ticker.hpp"
#include "runner/engine/workspace_memory.hpp"
#include "runner/outcome/exception.hpp"
#include "runner/process/launcher.hpp"
#include "runner/workspace/workspace.hpp"
#include <grapnel/runner.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <exception>
#include <stdexcept>
#include <string_view>
#include <thread>
#include <type_traits>

namespace grapnel {

namespace asio = boost::asio;

namespace {

// Runs a coroutine to its end. What it left in the background ends with the loop.
template <typename Result>
Result run_to_end(asio::io_context& loop, asio::awaitable<Result> task) {
  std::optional<Result> result;
  std::exception_ptr failure;
  bool done = false;
  asio::co_spawn(loop, std::move(task), [&](const std::exception_ptr& error, Result value) {
    failure = error;
    if (!error) result.emplace(std::move(value));
    done = true;
  });
  while (!done && loop.run_one() > 0) {
  }
  if (failure) std::rethrow_exception(failure);
  return std::move(result).value();
}

Environment environment_of(const RunnerOptions& options, const workspace::Settings& settings) {
  if (options.environment) return *options.environment;
  EnvironmentPolicy policy = settings.environment;
  policy.names.insert(policy.names.end(), options.pass_environment.begin(), options.pass_environment.end());
  return filtered_environment(::environ, policy);
}

unsigned jobs_of(const RunnerOptions& options) {
  return options.jobs != 0 ? options.jobs : std::max(1U, std::thread::hardware_concurrency());
}

std::string_view makeflags() {
  const char* flags = std::getenv("MAKEFLAGS");
  return flags != nullptr ? flags : "";
}

template <typename Request>
void check(const Request& request) {
  const auto& types = request.asset_types;
  if (std::find(types.begin(), types.end(), hooks::kCodeAssetType) != types.end() && !request.code) {
    throw std::invalid_argument("the request asks for code assets and has no code configuration");
  }
}

}  // namespace

Runner::Runner(RunnerOptions options) : options_(std::move(options)) {
  if (options_.root_package.empty()) throw std::invalid_argument("the options name no root package");
  if (options_.package_config.empty()) {
    throw std::invalid_argument("the options name no package_config.json or grapnel.toml");
  }
  for (const std::string& name : options_.pass_environment) {
    if (const std::string why = fault_of_variable_pattern(name); !why.empty()) {
      throw std::invalid_argument("pass_environment: '" + name + "' " + why);
    }
  }
}

Runner::~Runner() = default;

// Sets up what all hooks of a call share, runs `start(session)`, and turns what was thrown into an outcome.
template <typename Result, typename Foresee, typename Start>
Result Runner::run(HookKind kind, std::stop_token stop, Foresee foresee, Start start) {
  const auto began = std::chrono::steady_clock::now();
  engine::EventStream events(options_.events);
  Result result;
  try {
    const workspace::Places places = workspace::places_of(options_.package_config);
    const std::filesystem::path records = places.own_directory / "records";
    cache::StateLog log(records);
    cache::Checks checks(places.directory.native());
    if (options_.use_cache) foresee(log, checks);
    const auto [workspace, new_workspace] =
        engine::load_workspace(places, options_.package_config, options_.use_cache ? &log : nullptr);
    const Environment environment = environment_of(options_, workspace.settings);
    const Redactor redactor(environment, workspace.settings.environment);
    events.hide(redactor);
    process::SystemLauncher launcher;
    constexpr bool kOnlyLooks = std::is_same_v<Result, Preview> || std::is_same_v<Result, PackageGraph>;
    if (!kOnlyLooks) log.hold();
    if (!log.fault().empty()) {
      events.warning({}, "'" + records.string() + "' cannot be read: " + log.fault() + ". Every hook runs.");
    }
    using Clock = std::chrono::system_clock;
    const auto stopped_at = std::make_shared<std::atomic<Clock::time_point>>(Clock::time_point{});
    const auto note_time = [&stopped_at] { *stopped_at = Clock::now(); };
    const std::stop_callback<decltype(note_time)> on_stop(stop, note_time);
    const cache::EnvironmentKey environment_key(environment, workspace.settings.environment);
    asio::io_context loop(1);
    process::Jobserver jobserver(loop.get_executor(), jobs_of(options_), makeflags());
    if (!jobserver.warning().empty()) events.warning({}, jobserver.warning());
    engine::Session session{.workspace = workspace,
                            .options = options_,
                            .toolchain = {.tools = options_.tools,
                                          .environment = environment,
                                          .policy = workspace.settings.environment,
                                          .package_config = workspace.package_config,
                                          .workspace_directory = workspace.directory,
                                          .own_directory = workspace.own_directory,
                                          .grace_period = options_.grace_period,
                                          .time_limit = options_.hook_timeout,
                                          .lock_timeout = options_.lock_timeout},
                            .redactor = redactor,
                            .launcher = launcher,
                            .events = events,
                            .stop = std::move(stop),
                            .log = log,
                            .checks = checks,
                            .environment_key = environment_key,
                            .jobserver = jobserver,
                            .use_cache = options_.use_cache,
                            .run_id = process::new_run_id(),
                            .stopped_at = stopped_at,
                            .new_workspace = new_workspace};
    std::optional<engine::Ticker> ticker;
    if (!kOnlyLooks && events.is_heard()) {
      ticker.emplace(loop.get_executor(), [&] {
        if (session.active > 0) {
          events.tick({.time = now(), .jobs = session.jobs_now(), .tokens = jobserver.taken()});
        }
      });
    }
    result = run_to_end<Result>(loop, start(session));
  } catch (...) {
    result.outcome = outcome::outcome_of_current_exception();
  }
  events.emit(
      RunFinished{.outcome = result.outcome, .duration = std::chrono::steady_clock::now() - began, .kind = kind});
  return result;
}

BuildResult Runner::build(const BuildRequest& request, std::stop_token stop) {
  check(request);
  return run<BuildResult>(
      HookKind::build, std::move(stop),
      [&](const cache::StateLog& log, cache::Checks& checks) { engine::foresee(request, log, checks); },
      [&](engine::Session& session) { return engine::build(request, session); });
}

LinkResult Runner::link(const LinkRequest& request, const BuildResult& build_result, std::stop_token stop) {
  check(request);
  return run<LinkResult>(
      HookKind::link, std::move(stop),
      [&](const cache::StateLog& log, cache::Checks& checks) { engine::foresee(request, log, checks); },
      [&](engine::Session& session) { return engine::link(request, build_result, session); });
}

Preview Runner::preview(const BuildRequest& request, const std::vector<std::filesystem::path>& changed) {
  check(request);
  return run<Preview>(
      HookKind::build, {}, [](const cache::StateLog&, cache::Checks&) {},
      [&](engine::Session& session) { return engine::preview(request, changed, session); });
}

PackageGraph Runner::graph() {
  return run<PackageGraph>(
      HookKind::build, {}, [](const cache::StateLog&, cache::Checks&) {},
      [](engine::Session& session) { return engine::package_graph(session); });
}

}  // namespace grapnel
