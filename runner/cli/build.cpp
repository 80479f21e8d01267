// SPDX-License-Identifier: BSD-3-Clause
#include "runner/cli/commands.hpp"
#include "runner/cli/hook_command.hpp"

#include <algorithm>

namespace grapnel::cli {

namespace {

template <typename T>
void append(std::vector<T>& to, const std::vector<T>& from) {
  to.insert(to.end(), from.begin(), from.end());
}

// What an application gets from both runs. The link's outcome counts: it ran only because the build succeeded.
BuildResult merged(BuildResult built, const LinkResult& linked) {
  built.outcome = linked.outcome;
  append(built.assets, linked.assets);
  append(built.hooks, linked.hooks);
  built.dependencies.add(linked.dependencies);
  return built;
}

}  // namespace

int run(const BuildCommand& command) { return run_build(command, nullptr); }

int run_build(const BuildCommand& command, EventSink* more) {
  const auto work = [&](Runner& runner, const std::stop_token& stop) {
    BuildResult result = runner.build(command.request, stop);
    if (command.link && result.outcome.success())
      result = merged(result, runner.link(link_request(command), result, stop));
    std::vector<hooks::EncodedAsset> assets = result.assets;
    PathList dependencies = result.dependencies;
    return Results{std::move(result), std::move(assets), std::move(dependencies)};
  };
  std::vector<HookKind> kinds{HookKind::build};
  if (command.link) kinds.push_back(HookKind::link);
  return run_hooks(command, {.command = "build", .kinds = std::move(kinds), .work = work}, more);
}

}  // namespace grapnel::cli
