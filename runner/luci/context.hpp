// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// LUCI_CONTEXT: what LUCI tells the programs that it starts (spec: ci-reporting, sections 1.3 and 1.5).
#pragma once

#include <tl/expected.hpp>

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace grapnel::luci {

/// When our time is over.
struct Deadline {
  std::optional<std::chrono::system_clock::time_point> soft{};  ///< SIGTERM comes then; absent: never
  std::chrono::milliseconds grace{30'000};                      ///< from then, or from a cancel, to SIGKILL
};

/// How long hooks may take to end after SIGTERM: five seconds, but at most a third of the grace period. Another third
/// is for each of those who are waited for afterwards.
[[nodiscard]] std::chrono::milliseconds hook_grace(const Deadline& deadline) noexcept;
/// How long a local service is waited for when a command is over: ten seconds, but at most a third of the grace period
/// where the command was stopped, as SIGKILL is on its way.
[[nodiscard]] std::chrono::milliseconds wait_at_end(const Deadline& deadline, bool is_stopped) noexcept;

/// Where results of tests go.
struct ResultSinkAddress {
  std::string host{};
  std::string port{};
  std::string token{};
};

/// The sections that count for us.
struct Context {
  Deadline deadline{};
  std::optional<ResultSinkAddress> result_sink{};
};

/// Reads the text of such a file; unknown sections are passed over. The error says which member is wrong. Input is
/// untrusted: at most 1 MiB.
[[nodiscard]] tl::expected<Context, std::string> parse_context(std::string_view text);

/// The context of this process; an empty one without LUCI_CONTEXT. The error names the file.
[[nodiscard]] tl::expected<Context, std::string> context_of_environment();

}  // namespace grapnel::luci
