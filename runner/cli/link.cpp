// SPDX-License-Identifier: BSD-3-Clause
#include "hooks_api/base/files.hpp"
#include "hooks_api/base/json.hpp"
#include "runner/base/errors.hpp"
#include "runner/cli/commands.hpp"
#include "runner/cli/hook_command.hpp"

#include <stdexcept>

namespace grapnel::cli {

namespace {

// Throws ProjectError with what to do.
BuildResult read_build_result(const std::filesystem::path& file) {
  const std::string advice = ". Write it with 'grapnel build --linking-enabled --result FILE'.";
  const auto text = hooks::base::read_file(file, hooks::base::JsonLimits{}.bytes);
  if (!text) throw ProjectError("the build result: " + text.error().message + advice);
  BuildResult result;
  try {
    result = build_result_from_json(*text);
  } catch (const std::invalid_argument& error) {
    throw ProjectError("the build result '" + file.string() + "': " + error.what());
  }
  if (!result.outcome.success()) {
    throw ProjectError("the build result '" + file.string() + "' is of a build that failed: " + result.outcome.reason);
  }
  return result;
}

}  // namespace

int run(const LinkCommand& command) {
  const auto work = [&](Runner& runner, const std::stop_token& stop) {
    const BuildResult built = read_build_result(command.build_result);
    LinkResult linked = runner.link(link_request(command), built, stop);
    // The application's assets are those of both runs.
    std::vector<hooks::EncodedAsset> assets = built.assets;
    assets.insert(assets.end(), linked.assets.begin(), linked.assets.end());
    PathList dependencies = linked.dependencies;
    dependencies.add(command.build_result.native());
    return Results{std::move(linked), std::move(assets), std::move(dependencies)};
  };
  return run_hooks(command, {.command = "link", .kinds = {HookKind::link}, .work = work});
}

}  // namespace grapnel::cli
