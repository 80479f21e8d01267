// SPDX-License-Identifier: BSD-3-Clause
// The main function of a staged hook: how it is called decides how it lives.
#include "hooks_api/base/files.hpp"
#include "hooks_api/build_target/one_shot.hpp"
#include "hooks_api/build_target/session.hpp"
#include "hooks_api/protocol/output.hpp"
#include "hooks_api/sdk/arguments.hpp"
#include "hooks_api/sdk/report_output.hpp"
#include <hooks/build_target.hpp>

#include <sys/socket.h>
#include <unistd.h>

#include <charconv>
#include <exception>
#include <optional>
#include <string>
#include <string_view>

namespace hooks::detail {

namespace {

constexpr int kUsageError = 64;

// The value of the first `--session=`.
std::optional<std::string_view> session_argument(int argc, const char* const* argv) {
  constexpr std::string_view kOption = "--session=";
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = argv[i];
    if (argument.starts_with(kOption)) return argument.substr(kOption.size());
  }
  return std::nullopt;
}

// The descriptor, where it is a socket that this program was given; -1 for anything else.
int to_channel(std::string_view text) {
  int fd = -1;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), fd);
  if (error != std::errc() || end != text.data() + text.size() || fd <= STDERR_FILENO) return -1;
  int type = 0;
  socklen_t size = sizeof type;
  if (::getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &size) != 0 || type != SOCK_STREAM) return -1;
  return fd;
}

int usage_error(std::string_view problem) {
  sdk::print_error(std::string(problem) +
                   "this program is a hook for the builds of `grapnel target`, which starts it by itself: with "
                   "--config=PATH for one stage, with --session=FD for all of a target\n");
  return kUsageError;
}

int run(int argc, const char* const* argv, MakeBuildHook* make) {
  if (const auto text = session_argument(argc, argv)) {
    const int fd = to_channel(*text);
    if (fd < 0) return usage_error("--session=" + std::string(*text) + ": not the number of an open stream socket; ");
    return build_target::serve_session(base::Fd(fd), make);
  }
  const auto path = sdk::config_argument(argc, argv);
  return path ? build_target::run_one_shot(*path, make) : usage_error("");
}

}  // namespace

int run_build_hook(int argc, const char* const* argv, MakeBuildHook* make) noexcept {
  try {
    return run(argc, argv, make);
  } catch (const std::exception& exception) {
    // Reporting itself failed, for want of memory for one.
    sdk::print_error("this hook cannot report its end: ");
    sdk::print_error(exception.what());
    sdk::print_error("\n");
  } catch (...) {
    sdk::print_error("this hook cannot report its end\n");
  }
  return protocol::exit_code(FailureType::uncategorized);
}

}  // namespace hooks::detail
