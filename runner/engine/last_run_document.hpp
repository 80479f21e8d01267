// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// The document of a run, for `grapnel why` (schema: docs/schema/last-run.schema.json).
#pragma once

#include <grapnel/events.hpp>
#include <hooks/json.hpp>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace grapnel::engine {

/// One hook of a run that was not up to date.
struct LastHook {
  std::string package{};
  std::chrono::milliseconds duration{};
  std::string outcome{};          ///< name of its class
  std::string reason{};           ///< of an outcome that is no success
  std::vector<Reason> reasons{};  ///< why it ran; none where it did not come to that

  /// Whether it ran only because of hooks that ran before it.
  [[nodiscard]] bool is_cascade() const;
};

/// The last run in which a hook ran, or had to.
struct LastRun {
  HookKind kind = HookKind::build;
  std::int64_t ended = 0;                 ///< seconds since 1970
  std::vector<LastHook> hooks{};          ///< in the order of the plan
  std::vector<std::string> up_to_date{};  ///< packages, in the order of the plan
};

/// A reason as all documents have it.
[[nodiscard]] hooks::Json::Object to_json(const Reason& reason);
[[nodiscard]] hooks::Json::Object to_json(const LastHook& hook);
[[nodiscard]] hooks::Json::Object to_json(const LastRun& run);

/// Reads the text of a document. Throws std::invalid_argument with all faults, each with its path in the document.
[[nodiscard]] LastRun last_run_from_json(std::string_view text);

/// Where the document lies: `last_build.json` or `last_link.json` in the directory of what only we keep.
[[nodiscard]] std::filesystem::path last_run_file(const std::filesystem::path& own_directory, HookKind kind);

/// Reads it; nothing where there is none. Throws SystemError for one that cannot be read or is not valid: no fault of
/// the project's.
[[nodiscard]] std::optional<LastRun> read_last_run(const std::filesystem::path& own_directory, HookKind kind);

}  // namespace grapnel::engine
