// SPDX-License-Identifier: BSD-3-Clause
#include "hooks_api/sdk/report_output.hpp"

#include "hooks_api/base/files.hpp"
#include "hooks_api/base/json.hpp"
#include "hooks_api/protocol/output.hpp"

#include <tl/expected.hpp>

#include <cstddef>
#include <cstdio>
#include <ctime>
#include <stdexcept>
#include <string>
#include <utility>

namespace hooks::sdk {

namespace {

// A compiler can print megabytes; all of it stands in standard error.
constexpr std::size_t kMaxMessageBytes = 64U << 10U;

std::string message_for_document(const std::string& message) {
  if (message.size() <= kMaxMessageBytes) return message;
  return message.substr(0, kMaxMessageBytes) + "\n… (cut; all of it stands in standard error)";
}

// The text of output.json, or why a reader would not understand it: a number or a byte that JSON does not have, too
// deep or too large a value.
tl::expected<std::string, std::string> render(const HookOutput& output, protocol::HookKind kind) {
  std::string text;
  try {
    text = base::to_pretty_json(protocol::output_to_json(output, kind));
  } catch (const std::domain_error& error) {
    return tl::unexpected<std::string>(error.what());
  }
  if (const auto read = base::parse_json(text); !read) return tl::unexpected<std::string>(read.error().describe());
  return text;
}

std::string render_failure(HookOutput output, protocol::HookKind kind) {
  if (auto text = render(output, kind)) return *text;
  // What was added cannot be written; why the hook failed can.
  HookOutput bare;
  bare.timestamp = std::move(output.timestamp);
  bare.failure = std::move(output.failure);
  return base::to_pretty_json(protocol::output_to_json(bare, kind));
}

int publish(const std::filesystem::path& file, std::string_view text, int exit_code) {
  const auto published = base::publish_file(file, text);
  if (published) return exit_code;
  print_error("output.json: " + published.error().message + "\n");
  return exit_code != 0 ? exit_code : protocol::exit_code(FailureType::infra);
}

}  // namespace

void print_error(std::string_view text) noexcept {
  std::fwrite(text.data(), 1, text.size(), stderr);
  std::fflush(stderr);
}

int report_output(HookOutput output, protocol::HookKind kind, const std::filesystem::path& file,
                  std::optional<Failure> failure) {
  output.timestamp = protocol::timestamp_text(std::time(nullptr));
  if (!failure) {
    const auto text = render(output, kind);
    if (text) return publish(file, *text, 0);
    failure =
        plain_failure(FailureType::build, "the output of this hook cannot be written as output.json: " + text.error());
  }
  print_error(failure->report);
  output.failure = HookOutput::Failure{.type = std::string(name_of(failure->type)),
                                       .message = message_for_document(failure->message)};
  return publish(file, render_failure(std::move(output), kind), protocol::exit_code(failure->type));
}

}  // namespace hooks::sdk
