// SPDX-License-Identifier: BSD-3-Clause
// What a project says of its targets, whatever the text: a fault of the project, or hooks of different names, versions
// that the target has, and requirements that occur once. Read as a pyproject.toml; a table `build` is as of
// grapnel.toml.
#include "runner/base/errors.hpp"
#include "runner/dist/project_name.hpp"
#include "runner/target/hook_selection.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace {

using grapnel::workspace::BuildOptions;
using grapnel::workspace::BuildProject;
using grapnel::workspace::Table;
using Names = std::vector<std::string>;

void require(bool ok) {
  if (!ok) std::abort();
}

void require_different(const Names& names) {
  require(std::set<std::string>(names.begin(), names.end()).size() == names.size());
}

BuildProject project_of(const Table& table) {
  BuildProject project{.root = "/p", .pyproject = table};
  if (const Table* build = table.table({"tool", "hatch", "build"})) {
    project.build = *build;
  } else {
    project.build.path = "tool.hatch.build";
  }
  if (const Table* own = table.table("build")) project.own_build = *own;
  return project;
}

// What a caller does not throw for is checked.
template <typename Run>
void unless_refused(Run run) {
  try {
    run();
  } catch (const grapnel::ProjectError& error) {
    require(!std::string_view(error.what()).empty());
  }
}

void check_versions(const BuildProject& project, const std::string& target) {
  const BuildOptions options(project.build, target);
  const Names known{"standard", "editable"};
  const Names versions = grapnel::target::select_versions(options, {}, known, {"standard"});
  require(!versions.empty());
  require_different(versions);
  for (const std::string& version : versions) require(std::find(known.begin(), known.end(), version) != known.end());
  const Names wanted{"editable", "editable"};
  require(grapnel::target::select_versions(options, wanted, known, {}) == wanted);
}

void check_hooks(const BuildProject& project, const std::string& target, const grapnel::Environment& environment,
                 const grapnel::target::LikeHatch& like_hatch) {
  const grapnel::target::Variables variables(environment, like_hatch);
  Names warnings;
  const auto hooks = grapnel::target::select_hooks(project, target, variables, like_hatch, warnings);
  Names names;
  for (const auto& hook : hooks) {
    names.push_back(hook.name);
    require(!hook.name.empty() && !hook.reason.empty() && !(hook.is_chosen && variables.no_hooks()));
    require(hook.config.size() + hook.options.size() == hook.table.keys.size());
  }
  require_different(names);
  for (const std::string& warning : warnings) require(!warning.empty());

  const grapnel::target::ProjectRequirements own{
      .runtime = [] { return Names{"of-project"}; },
      .feature = [](const std::string& feature) -> std::optional<Names> {
        if (feature == "none") return std::nullopt;
        return Names{"of-" + feature};
      },
      .normalised = [](const std::string& feature) { return grapnel::dist::normal_project_name(feature); }};
  const Names requirements = grapnel::target::static_requirements(BuildOptions(project.build, target), hooks, own);
  require_different(requirements);
  for (const std::string& requirement : requirements) require(!requirement.empty());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  hooks::protocol::Faults faults;
  const Table table =
      grapnel::workspace::read_table({reinterpret_cast<const char*>(data), size}, "/p/pyproject.toml", faults);
  (void)describe(faults);
  if (!faults.empty()) return 0;
  const BuildProject project = project_of(table);
  const grapnel::target::LikeHatch ours;
  const grapnel::target::LikeHatch hatchs({"all"});
  for (const std::string target : {"wheel", "a"}) {
    unless_refused([&] { check_versions(project, target); });
    unless_refused([&] { check_hooks(project, target, {}, ours); });
    unless_refused([&] { check_hooks(project, target, {"HATCH_BUILD_HOOKS_ENABLE=1"}, hatchs); });
    unless_refused([&] { check_hooks(project, target, {"HATCH_BUILD_NO_HOOKS=1"}, ours); });
  }
  return 0;
}
