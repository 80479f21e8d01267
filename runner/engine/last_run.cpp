// SPDX-License-Identifier: BSD-3-Clause
#include "runner/engine/last_run.hpp"

#include "hooks_api/base/files.hpp"
#include "hooks_api/base/json.hpp"

#include <chrono>
#include <cstdint>
#include <ctime>

namespace grapnel::engine {

namespace {

using hooks::Json;

Json::Object to_json(const Reason& reason) {
  Json::Object object{{"kind", name_of(reason.kind)}};
  const auto add = [&](const char* key, const std::string& value) {
    if (!value.empty()) object[key] = value;
  };
  add("subject", reason.subject);
  add("before", reason.before);
  add("after", reason.after);
  add("cause", reason.cause);
  return object;
}

std::int64_t milliseconds(std::chrono::nanoseconds duration) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(duration).count();
}

}  // namespace

std::filesystem::path last_run_file(const std::filesystem::path& own_directory, HookKind kind) {
  return own_directory / ("last_" + std::string(name_of(kind)) + ".json");
}

void write_last_run(HookKind kind, const Execution& execution, Session& session) {
  Json::Array hooks;
  std::int64_t up_to_date = 0;
  for (std::size_t hook = 0; hook < execution.size(); ++hook) {
    const Execution::Done& done = execution.done(hook);
    if (done.up_to_date) ++up_to_date;
    if (done.up_to_date || !done.outcome) continue;
    Json::Array reasons;
    for (const Reason& reason : done.reasons) reasons.emplace_back(to_json(reason));
    hooks.emplace_back(Json::Object{
        {"duration_ms", milliseconds(done.duration)},
        {"outcome", name_of(done.outcome->outcome_class)},
        {"package", execution.id(hook).package},
        {"reason", done.outcome->success() ? std::string() : session.redactor.redact(done.outcome->reason)},
        {"reasons", std::move(reasons)}});
  }
  if (hooks.empty()) return;
  const Json document(Json::Object{{"ended", static_cast<std::int64_t>(std::time(nullptr))},
                                   {"hook", name_of(kind)},
                                   {"hooks", std::move(hooks)},
                                   {"up_to_date", up_to_date},
                                   {"version", 1}});
  const auto written = hooks::base::publish_file(last_run_file(session.workspace.own_directory, kind),
                                                 hooks::base::to_pretty_json(document) + "\n");
  if (!written) session.events.warning({}, "`grapnel why` will not know of this run: " + written.error().message);
}

}  // namespace grapnel::engine
