// SPDX-License-Identifier: BSD-3-Clause
// `grapnel clean`: removes what hooks and their programs left (docs/caching.md).
#include "runner/base/errors.hpp"
#include "runner/cli/commands.hpp"
#include "runner/cli/hook_command.hpp"
#include "runner/cli/printed.hpp"
#include "runner/cli/removal.hpp"
#include "runner/engine/remove_places.hpp"
#include "runner/engine/state_places.hpp"
#include "runner/workspace/workspace.hpp"

#include <algorithm>

namespace grapnel::cli {

int run(const CleanCommand& command) {
  return telling([&] {
    const workspace::Workspace workspace = workspace::load(workspace_of(command.workspace));
    cache::StateLog log(workspace.own_directory / "records");
    engine::StatePlaces found = engine::find_state_places(workspace, log);
    if (!command.package.empty()) {
      std::erase_if(found.places, [&](const engine::StatePlace& place) { return place.package != command.package; });
      std::erase_if(found.links, [&](const std::filesystem::path& link) {
        return link.filename() != command.package && link.parent_path().filename() != command.package;
      });
      // What is left of a package that the workspace has no longer can be removed by its name.
      if (found.places.empty() && workspace.find(command.package) == nullptr) {
        throw ProjectError("there is no package '" + command.package + "' in '" + workspace.file.string() + "'.");
      }
    }
    const engine::Removal removal = remove_places(workspace, log, found.places, {.purpose = "grapnel clean"});
    print(described_links(found.links) + described(removal, false));
    constexpr int kNotAll = 2;
    return removal.kept.empty() && found.links.empty() ? 0 : kNotAll;
  });
}

}  // namespace grapnel::cli
