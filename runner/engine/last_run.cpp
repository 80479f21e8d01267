// SPDX-License-Identifier: BSD-3-Clause
#include "runner/engine/last_run.hpp"

#include "hooks_api/base/files.hpp"
#include "hooks_api/base/json.hpp"
#include "runner/engine/last_run_document.hpp"

#include <chrono>
#include <ctime>
#include <utility>

namespace grapnel::engine {

void write_last_run(HookKind kind, const Execution& execution, Session& session) {
  LastRun run{.kind = kind, .ended = std::time(nullptr)};
  const auto is_news = [](const Execution::Done& done) { return done.outcome && !done.up_to_date; };
  for (std::size_t hook = 0; hook < execution.size(); ++hook) {
    const Execution::Done& done = execution.done(hook);
    if (!is_news(done)) continue;
    run.hooks.push_back(
        {.package = execution.id(hook).package,
         .duration = std::chrono::duration_cast<std::chrono::milliseconds>(done.duration),
         .outcome = std::string(name_of(done.outcome->outcome_class)),
         .reason = done.outcome->success() ? std::string() : session.redactor.redact(done.outcome->reason),
         .reasons = done.reasons});
  }
  if (run.hooks.empty()) return;
  for (std::size_t hook = 0; hook < execution.size(); ++hook) {
    if (execution.done(hook).up_to_date) run.up_to_date.push_back(execution.id(hook).package);
  }
  const hooks::Json document(to_json(run));
  const auto written = hooks::base::publish_file(last_run_file(session.workspace.own_directory, kind),
                                                 hooks::base::to_pretty_json(document) + "\n");
  if (!written) session.events.warning({}, "`grapnel why` will not know of this run: " + written.error().message);
}

}  // namespace grapnel::engine
