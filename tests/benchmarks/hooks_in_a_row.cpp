// SPDX-License-Identifier: BSD-3-Clause
#include "tests/benchmarks/hooks_in_a_row.hpp"

#include "runner/base/environment.hpp"
#include <grapnel/runner.hpp>
#include <hooks/json.hpp>

#include <unistd.h>

#include <stdexcept>
#include <string_view>

namespace bench {

namespace {

namespace fs = std::filesystem;
using hooks::Json;

constexpr std::string_view kConfigOption = "--config=";

fs::path package_config(const fs::path& workspace) { return workspace / ".dart_tool" / "package_config.json"; }

Json::Object config_entry(const std::string& package) {
  return {{"name", package}, {"packageUri", "lib/"}, {"rootUri", "../packages/" + package + "/"}};
}

Json::Object graph_entry(const std::string& package, Json::Array dependencies) {
  return {{"dependencies", std::move(dependencies)}, {"name", package}, {"version", "1.0.0"}};
}

}  // namespace

void write_workspace(const fs::path& workspace, int packages, const fs::path& hook) {
  Json::Array config{config_entry("app")};
  Json::Array graph;
  Json::Array names;
  fs::create_directories(workspace / "packages" / "app");
  for (int i = 0; i < packages; ++i) {
    const std::string name = "p" + std::to_string(i);
    const auto folder = workspace / "packages" / name / "hook";
    fs::create_directories(folder);
    // One file for all: ten thousand copies would fill a disk.
    std::error_code elsewhere;
    fs::create_hard_link(hook, folder / "build", elsewhere);
    if (elsewhere) fs::copy_file(hook, folder / "build");
    config.emplace_back(config_entry(name));
    graph.emplace_back(graph_entry(name, {}));
    names.emplace_back(name);
  }
  graph.emplace_back(graph_entry("app", names));
  write_file(package_config(workspace), Json(Json::Object{{"configVersion", 2}, {"packages", config}}).to_string());
  write_file(workspace / ".dart_tool" / "package_graph.json",
             Json(Json::Object{{"configVersion", 1}, {"packages", graph}, {"roots", Json::Array{"app"}}}).to_string());
}

Milliseconds run_with_library(const fs::path& workspace) {
  grapnel::BuildResult result;
  const auto time = time_of([&] {
    grapnel::Runner runner(
        {.package_config = package_config(workspace), .root_package = "app", .jobs = 1, .force_all = true});
    result = runner.build({.asset_types = {"data_assets/data"}});
  });
  if (!result.outcome.success()) throw std::runtime_error("the hooks failed: " + result.outcome.reason);
  return time;
}

std::vector<std::vector<std::string>> hook_commands(const fs::path& workspace) {
  std::vector<std::vector<std::string>> commands;
  for (const auto& package : fs::directory_iterator(workspace / "packages")) {
    const auto hook = package.path() / "hook" / "build";
    if (!fs::exists(hook)) continue;
    const auto state = workspace / ".dart_tool" / "hooks_runner" / package.path().filename();
    for (const auto& directory : fs::directory_iterator(state)) {
      if (directory.is_symlink()) continue;
      const auto input = directory.path() / "input.json";
      if (fs::exists(input)) commands.push_back({hook.native(), std::string(kConfigOption) + input.native()});
    }
  }
  return commands;
}

void remove_outputs(const fs::path& workspace) {
  for (const auto& command : hook_commands(workspace)) {
    const fs::path input = command.back().substr(kConfigOption.size());
    fs::remove(input.parent_path() / "output.json");
  }
}

std::vector<std::string> hook_environment() { return grapnel::filtered_environment(environ); }

}  // namespace bench
