// SPDX-License-Identifier: BSD-3-Clause
#include "runner/engine/last_run_document.hpp"

#include "hooks_api/base/files.hpp"
#include "hooks_api/base/json.hpp"
#include "hooks_api/base/utf8.hpp"
#include "hooks_api/protocol/reader.hpp"
#include "runner/base/errors.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <stdexcept>

namespace grapnel::engine {

namespace base = hooks::base;
using hooks::Json;
using hooks::protocol::ObjectReader;

namespace {

constexpr std::int64_t kVersion = 1;

constexpr std::array kReasonKinds{
    Reason::Kind::no_record,   Reason::Kind::forced,   Reason::Kind::program,   Reason::Kind::input,
    Reason::Kind::environment, Reason::Kind::file,     Reason::Kind::directory, Reason::Kind::absent,
    Reason::Kind::tool,        Reason::Kind::upstream, Reason::Kind::output,    Reason::Kind::validation,
    Reason::Kind::moved,
};

Reason read_reason(ObjectReader& reader) {
  Reason reason;
  const std::string kind = reader.required_string("kind");
  const auto* const known =
      std::find_if(kReasonKinds.begin(), kReasonKinds.end(), [&](Reason::Kind one) { return name_of(one) == kind; });
  if (known != kReasonKinds.end()) {
    reason.kind = *known;
  } else if (!kind.empty()) {
    reader.fault("kind", "found a kind of reason that this version does not know");
  }
  reason.subject = reader.optional_string("subject").value_or("");
  reason.before = reader.optional_string("before").value_or("");
  reason.after = reader.optional_string("after").value_or("");
  reason.cause = reader.optional_string("cause").value_or("");
  return reason;
}

LastHook read_hook(ObjectReader& reader) {
  LastHook hook;
  hook.package = reader.required_string("package");
  const std::int64_t duration = reader.required_integer("duration_ms");
  constexpr std::int64_t kLongest = std::int64_t{1} << 40U;  // far from where sums and nanoseconds end
  if (duration < 0 || duration > kLongest) reader.fault("duration_ms", "found a number out of range");
  hook.duration = std::chrono::milliseconds(std::clamp<std::int64_t>(duration, 0, kLongest));
  hook.outcome = reader.required_string("outcome");
  hook.reason = reader.optional_string("reason").value_or("");
  const Json::Array* reasons = reader.optional_list("reasons");
  for (std::size_t i = 0; reasons != nullptr && i < reasons->size(); ++i) {
    if (auto reason = reader.element("reasons", i, (*reasons)[i])) hook.reasons.push_back(read_reason(*reason));
  }
  return hook;
}

LastRun read_run(ObjectReader& reader) {
  LastRun run;
  const std::int64_t version = reader.required_integer("version");
  if (version != kVersion) {
    reader.fault("version", "found " + std::to_string(version) + "; expected " + std::to_string(kVersion));
    return run;
  }
  run.kind = reader.required_one_of("hook", {"build", "link"}) == "link" ? HookKind::link : HookKind::build;
  run.ended = reader.required_integer("ended");
  run.up_to_date = reader.required_strings("up_to_date");
  if (!reader.json().contains("hooks")) reader.fault("hooks", "missing; expected a list");
  const Json::Array* list = reader.optional_list("hooks");
  for (std::size_t i = 0; list != nullptr && i < list->size(); ++i) {
    if (auto hook = reader.element("hooks", i, (*list)[i])) run.hooks.push_back(read_hook(*hook));
  }
  return run;
}

}  // namespace

// Paths and variables may be any bytes, a document is UTF-8.
Json::Object to_json(const Reason& reason) {
  Json::Object object{{"kind", name_of(reason.kind)}};
  const auto add = [&](const char* key, const std::string& value) {
    if (!value.empty()) object[key] = base::to_utf8(value);
  };
  add("subject", reason.subject);
  add("before", reason.before);
  add("after", reason.after);
  add("cause", reason.cause);
  return object;
}

bool LastHook::is_cascade() const {
  return !reasons.empty() &&
         std::all_of(reasons.begin(), reasons.end(), [](const Reason& one) { return !one.cause.empty(); });
}

Json::Object to_json(const LastHook& hook) {
  Json::Array reasons;
  for (const Reason& reason : hook.reasons) reasons.emplace_back(to_json(reason));
  Json::Object object{{"duration_ms", static_cast<std::int64_t>(hook.duration.count())},
                      {"outcome", hook.outcome},
                      {"package", hook.package},
                      {"reasons", std::move(reasons)}};
  if (!hook.reason.empty()) object["reason"] = base::to_utf8(hook.reason);
  return object;
}

Json::Object to_json(const LastRun& run) {
  Json::Array hooks;
  for (const LastHook& hook : run.hooks) hooks.emplace_back(to_json(hook));
  return Json::Object{{"ended", run.ended},
                      {"hook", name_of(run.kind)},
                      {"hooks", std::move(hooks)},
                      {"up_to_date", Json::Array(run.up_to_date.begin(), run.up_to_date.end())},
                      {"version", kVersion}};
}

LastRun last_run_from_json(std::string_view text) {
  const auto document = base::parse_json(text);
  if (!document) throw std::invalid_argument(document.error().describe());
  if (document->as_object() == nullptr) {
    throw std::invalid_argument(hooks::protocol::wrong_kind(*document, "an object"));
  }
  hooks::protocol::Faults faults;
  ObjectReader reader(*document->as_object(), "", faults);
  LastRun run = read_run(reader);
  if (!faults.empty()) throw std::invalid_argument("\n" + describe(faults));
  return run;
}

std::filesystem::path last_run_file(const std::filesystem::path& own_directory, HookKind kind) {
  return own_directory / ("last_" + std::string(name_of(kind)) + ".json");
}

std::optional<LastRun> read_last_run(const std::filesystem::path& own_directory, HookKind kind) {
  const std::filesystem::path file = last_run_file(own_directory, kind);
  const auto text = base::read_file(file, base::JsonLimits{}.bytes);
  if (!text) {
    if (text.error().error_number == ENOENT || text.error().error_number == ENOTDIR) return std::nullopt;
    throw SystemError(text.error());
  }
  try {
    return last_run_from_json(*text);
  } catch (const std::invalid_argument& error) {
    throw SystemError("'" + file.string() + "', which says what the last run did, is damaged: " + error.what() +
                      "\nThe next run in which a hook runs replaces it.");
  }
}

}  // namespace grapnel::engine
