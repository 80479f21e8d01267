// SPDX-License-Identifier: BSD-3-Clause
#include "runner/luci/context.hpp"

#include "hooks_api/base/files.hpp"
#include "hooks_api/base/json.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace grapnel::luci {

namespace {

constexpr std::size_t kMostBytes = 1U << 20U;

// A number of seconds, as a number or as protobuf's string of one ("30s"); nothing where it is absent.
tl::expected<std::optional<double>, std::string> seconds_in(const hooks::Json& section, const char* key) {
  const hooks::Json* value = section.find(key);
  if (value == nullptr || value->is_null()) return std::optional<double>();
  double seconds = -1;
  if (const std::int64_t* integer = value->as_integer()) seconds = static_cast<double>(*integer);
  if (const double* number = value->as_number()) seconds = *number;
  constexpr double kMost = 9e9;  // the year 2255: what a clock of nanoseconds can hold
  if (!(seconds >= 0 && seconds <= kMost)) {
    return tl::unexpected(std::string("deadline.") + key + ": expected a number of seconds from 0 to 9e9");
  }
  return std::optional<double>(seconds);
}

template <typename Duration>
Duration rounded(double seconds) {
  return std::chrono::duration_cast<Duration>(std::chrono::duration<double>(seconds));
}

tl::expected<Deadline, std::string> deadline_of(const hooks::Json& section) {
  Deadline deadline;
  const auto soft = seconds_in(section, "soft_deadline");
  if (!soft) return tl::unexpected(soft.error());
  const auto grace = seconds_in(section, "grace_period");
  if (!grace) return tl::unexpected(grace.error());
  if (*soft && **soft > 0) {  // 0 is infinite
    deadline.soft = std::chrono::system_clock::time_point(rounded<std::chrono::system_clock::duration>(**soft));
  }
  if (*grace) deadline.grace = rounded<std::chrono::milliseconds>(**grace);
  return deadline;
}

tl::expected<ResultSinkAddress, std::string> result_sink_of(const hooks::Json& section) {
  const hooks::Json* address = section.find("address");
  const hooks::Json* token = section.find("auth_token");
  const std::string* text = address != nullptr ? address->as_string() : nullptr;
  const std::size_t colon = text != nullptr ? text->rfind(':') : std::string::npos;
  if (colon == std::string::npos || colon == 0 || colon + 1 == text->size())
    return tl::unexpected(std::string("result_sink.address: expected HOST:PORT"));
  if (token == nullptr || token->as_string() == nullptr)
    return tl::unexpected(std::string("result_sink.auth_token: expected a string"));
  ResultSinkAddress sink{.host = text->substr(0, colon), .port = text->substr(colon + 1), .token = *token->as_string()};
  if (sink.host.starts_with('[') && sink.host.ends_with(']')) sink.host = sink.host.substr(1, sink.host.size() - 2);
  // It becomes a header of HTTP.
  for (const char c : sink.token) {
    if (static_cast<unsigned char>(c) <= ' ' || static_cast<unsigned char>(c) >= 0x7F)
      return tl::unexpected(std::string("result_sink.auth_token: a character that no token has"));
  }
  return sink;
}

}  // namespace

std::chrono::milliseconds hook_grace(const Deadline& deadline) noexcept {
  constexpr std::chrono::milliseconds kMost = std::chrono::seconds(5);
  return std::min(kMost, deadline.grace / 3);
}

std::chrono::milliseconds wait_at_end(const Deadline& deadline, bool is_stopped) noexcept {
  constexpr std::chrono::milliseconds kMost = std::chrono::seconds(10);
  return is_stopped ? std::min(kMost, deadline.grace / 3) : kMost;
}

tl::expected<Context, std::string> parse_context(std::string_view text) {
  const auto document = hooks::base::parse_json(text, {.bytes = kMostBytes});
  if (!document) return tl::unexpected(document.error().describe());
  if (document->as_object() == nullptr) return tl::unexpected(std::string("expected an object"));
  Context context;
  if (const hooks::Json* section = document->find("deadline"); section != nullptr && !section->is_null()) {
    if (section->as_object() == nullptr) return tl::unexpected(std::string("deadline: expected an object"));
    auto deadline = deadline_of(*section);
    if (!deadline) return tl::unexpected(deadline.error());
    context.deadline = *deadline;
  }
  if (const hooks::Json* section = document->find("result_sink"); section != nullptr && !section->is_null()) {
    if (section->as_object() == nullptr) return tl::unexpected(std::string("result_sink: expected an object"));
    auto sink = result_sink_of(*section);
    if (!sink) return tl::unexpected(sink.error());
    context.result_sink = std::move(*sink);
  }
  return context;
}

tl::expected<Context, std::string> context_of_environment() {
  const char* const path = std::getenv("LUCI_CONTEXT");
  if (path == nullptr || *path == '\0') return Context{};
  const auto text = hooks::base::read_file(path, kMostBytes);
  if (!text) return tl::unexpected("LUCI_CONTEXT: " + text.error().message);
  auto context = parse_context(*text);
  if (!context) return tl::unexpected("LUCI_CONTEXT: '" + std::string(path) + "': " + context.error());
  return context;
}

}  // namespace grapnel::luci
