// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// A buildbucket v2 Build: what LUCI shows of a command (spec: ci-reporting, sections 1.1 and 4).
///
/// The tree of steps, parents first:
///
///     build hooks                      a run; its status is the run's own, whatever its hooks say
///     build hooks|PACKAGE              a hook that ran or was up to date
///     build hooks|PACKAGE|attempt 1    each try, where there was more than one; keeps its own status
///     link hooks                       alike
///     hook runs                        hooks that ran alone: a front end asked for them, or they are stages
///     hook runs|PACKAGE (build_wheel)  behind the second one " (2)", and so on
///
/// A hook that was not started, or is not there and need not be, has no step; its run's summary names it.
#pragma once

#include "runner/report/model.hpp"
#include <hooks/json.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace grapnel::report::luci {

/// buildbucket's Status, by its numbers; builds and steps share it.
enum class Status {
  unspecified = 0,
  scheduled = 1,
  started = 2,
  success = 12,
  failure = 20,
  infra_failure = 36,
  canceled = 68,
};
/// "SUCCESS", …
[[nodiscard]] std::string_view name_of(Status status) noexcept;
[[nodiscard]] bool is_terminal(Status status) noexcept;

using Time = std::chrono::system_clock::time_point;

struct StringPair {
  std::string key{};
  std::string value{};
};

/// Where the text of a log is. Relative to the namespace of the streams and without a view URL, which the host adds; or
/// both absolute.
struct Log {
  std::string name{};
  std::string view_url{};
  std::string url{};
};

struct Step {
  std::string name{};
  std::optional<Time> start_time{};
  std::optional<Time> end_time{};
  Status status = Status::unspecified;
  std::vector<Log> logs{};
  std::string summary_markdown{};
  std::vector<StringPair> tags{};
};

/// Whose build it is.
struct Builder {
  std::string project{};
  std::string bucket{};
  std::string builder{};
};

/// What somebody else decided of a build before it ran. Absent: a report of a command that nobody scheduled.
struct BuildIdentity {
  std::int64_t id = 0;
  std::optional<Builder> builder{};
  std::optional<Time> create_time{};
  std::optional<Time> start_time{};
};

/// The fields that we fill. Status, details and summary stand in the message twice, on Build and on Build.Output, as
/// hosts differ in which they read; here they are one, so they cannot differ.
struct Build {
  BuildIdentity identity{};
  std::optional<Time> end_time{};
  std::optional<Time> update_time{};
  Status status = Status::started;
  std::string summary_markdown{};
  bool timeout = false;              ///< of status_details
  bool resource_exhaustion = false;  ///< of status_details
  hooks::Json::Object properties{};  ///< of output
  std::vector<Step> steps{};
};

/// The most bytes of a summary; the server takes 4,000.
inline constexpr std::size_t kMostSummary = 3500;

/// The logs of a hook, or of one of its attempts where `attempt` says which, from 0; nothing but complete logs. The
/// last attempt is the hook itself.
using LogsOf = std::function<std::vector<Log>(const HookModel& hook, std::optional<std::size_t> attempt)>;

/// The logs as files of this machine: stdout, stderr, input.json, output.json as `file:` URLs. None of hooks that a
/// front end asked for: it removes them; and of stages no documents.
[[nodiscard]] std::vector<Log> file_logs(const HookModel& hook, std::optional<std::size_t> attempt);

/// A model as a Build. Terminal, with all of its steps, exactly where the model is complete. Pure.
[[nodiscard]] Build make_build(const Model& model, const BuildIdentity& identity = {},
                               const LogsOf& logs_of = file_logs);

/// Takes away what a Build can do without until it has no more than `limit` bytes as text: first the tags and logs of
/// what went well, then summaries, then the steps of what went well, in the end all but the first steps.
void shrink(Build& build, std::size_t limit);

/// A package's name as a part of a step's name: not empty, without `|` and control characters, at most 200 bytes and,
/// where it was longer, a digest of all of it. Different names stay different.
[[nodiscard]] std::string step_name(std::string_view package);
/// The same of a hook: a package has several of those that run alone.
[[nodiscard]] std::string step_name(const HookId& hook);

}  // namespace grapnel::report::luci
