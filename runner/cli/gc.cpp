// SPDX-License-Identifier: BSD-3-Clause
// `grapnel gc`: removes what is no longer used (docs/caching.md).
#include "runner/cache/file_state.hpp"
#include "runner/cli/commands.hpp"
#include "runner/cli/hook_command.hpp"
#include "runner/cli/printed.hpp"
#include "runner/cli/removal.hpp"
#include "runner/engine/garbage.hpp"
#include "runner/engine/remove_places.hpp"
#include "runner/engine/state_places.hpp"
#include "runner/workspace/workspace.hpp"

#include <algorithm>

namespace grapnel::cli {

int run(const GcCommand& command) {
  return telling([&] {
    const workspace::Workspace workspace = workspace::load(workspace_of(command.workspace));
    cache::StateLog log(workspace.own_directory / "records");
    const engine::StatePlaces found = engine::find_state_places(workspace, log);
    const cache::Moment now = cache::file_clock();
    const std::vector<engine::StatePlace> garbage = engine::garbage(found.places, command.limits, now);
    const engine::Removal removal = remove_places(
        workspace, log, garbage,
        {.purpose = "grapnel gc", .dry_run = command.dry_run, .may_be_used = [now](const engine::StatePlace& place) {
           return engine::may_be_used_by_a_run(place, now);
         }});
    print(described_links(found.links) + described(removal, command.dry_run));
    // What a run uses is no garbage: it is left, and all is well.
    constexpr int kNotAll = 2;
    const bool is_well = std::all_of(removal.kept.begin(), removal.kept.end(),
                                     [](const engine::KeptPlace& kept) { return kept.is_in_use; });
    return is_well ? 0 : kNotAll;
  });
}

}  // namespace grapnel::cli
