// SPDX-License-Identifier: BSD-3-Clause
// What a front end says to the daemon: the first byte chooses the dialect and how hooks end, the rest is the input. In
// pieces it means the same as at once, each answer is whole lines that a client understands, and the end comes.
#include "runner/daemon/client_messages.hpp"
#include "runner/daemon/config_settings.hpp"
#include "tests/unit/runner/daemon/conversation.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

using namespace grapnel::hookd;  // NOLINT(google-build-using-namespace)

void check_request(const Request& request) {
  if (request.backend.empty()) std::abort();
  for (const std::string& directory : request.backend_path) {
    if (!directory.starts_with('/')) std::abort();
  }
  if (!request.directory.empty() && !request.directory.is_absolute()) std::abort();
  if (!request.metadata_directory.empty() && !request.metadata_directory.is_absolute()) std::abort();
  if (!request.config_settings.empty() && !fault_of_config_settings(request.config_settings).empty()) std::abort();
}

void check_output(std::string_view output) {
  while (!output.empty()) {
    const std::size_t end = output.find('\n');
    if (end == std::string_view::npos || !to_message(output.substr(0, end))) std::abort();
    output.remove_prefix(end + 1);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view input(reinterpret_cast<const char*>(data + 1), size - 1);
  const auto dialect = (data[0] & 1U) != 0 ? grapnel::HookdProtocol::later : grapnel::HookdProtocol::seed;
  const bool is_failure = (data[0] & 2U) != 0;
  const tests::Answerer answer = [&](const Request& request) -> Reply {
    check_request(request);
    if (is_failure) return Failure{ErrorKind::hook_runtime_error, request.backend, request.config_settings};
    return Success{request.config_settings + "\n" + request.directory.native()};
  };
  const tests::Conversation whole = tests::converse_to_end(dialect, input, answer);
  if (!whole.exit_code || (*whole.exit_code != 0 && *whole.exit_code != 255)) std::abort();
  if (!whole.output.ends_with(*whole.exit_code == 0 ? "SHUTDOWN\n" : " was expected\n")) std::abort();
  check_output(whole.output);

  tests::Converser converser(dialect, answer);
  std::size_t step = 1;
  for (std::size_t at = 0; at < input.size(); at += step, step = step % 5 + 1) converser.feed(input.substr(at, step));
  converser.end_of_input();
  const tests::Conversation& pieces = converser.so_far();
  if (pieces.output != whole.output || pieces.requests != whole.requests || pieces.exit_code != whole.exit_code) {
    std::abort();
  }
  return 0;
}
