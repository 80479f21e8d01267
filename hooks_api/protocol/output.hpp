// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// output.json: written by the SDK, read by the runner (spec: dart-hooks, section 3; seed "Specify exit-codes …").
#pragma once

#include "hooks_api/protocol/fault.hpp"
#include "hooks_api/protocol/input.hpp"
#include "hooks_api/protocol/reader.hpp"
#include <hooks/exceptions.hpp>
#include <hooks/json.hpp>
#include <hooks/output.hpp>

#include <tl/expected.hpp>

#include <ctime>
#include <optional>
#include <string>

namespace hooks::protocol {

/// The exit code of a failed hook: 1, 2 or 255. The one table of the project.
[[nodiscard]] int exit_code(FailureType type) noexcept;

/// What `status` and the failure types say, before anything else of a document is judged.
struct OutputStatus {
  enum class Status { success, failure, unknown };
  Status status = Status::success;          ///< success also where the member is missing
  std::string status_text;                  ///< as found; empty where it is missing
  std::optional<std::string> type;          ///< the top-level `type`, the seed's shape
  std::optional<std::string> details_type;  ///< `failure_details.type`, Dart's shape
  std::string message;                      ///< `failure_details.message`, may be empty
};

/// A document that could be read, with what is wrong with it.
struct ReadOutput {
  OutputStatus status;
  HookOutput output;
  Faults faults;  ///< of syntax; semantic rules are validate_output()'s
};

/// Reads an output document of either kind of hook. Never fails: all that is wrong is in `faults`.
[[nodiscard]] ReadOutput read_output(const Json& document, HookKind kind);

/// The members of an output document, for a reader of either way of reading; faults go to the reader's list.
[[nodiscard]] ReadOutput read_output(ObjectReader& reader, HookKind kind);

/// The document; a failure in both shapes: top-level `type` and `failure_details` {type, message}.
[[nodiscard]] Json output_to_json(const HookOutput& output, HookKind kind);

/// `YYYY-MM-DD HH:MM:SS.000`, local time.
[[nodiscard]] std::string timestamp_text(std::time_t time);

}  // namespace hooks::protocol
