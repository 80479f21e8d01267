// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// The daemon's side of hookd's lines as a pure state machine: bytes in, messages and requests out (spec: hookd; seed
/// "uv/scripts/hookd"). Knows no descriptor, process or clock.
#pragma once

#include "hooks_api/pep517/hooks.hpp"
#include "runner/daemon/lines.hpp"
#include <grapnel/hookd_client.hpp>

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace grapnel::hookd {

/// Spec: hookd, "Error kinds".
enum class ErrorKind {
  invalid_action,
  invalid_hook_name,
  malformed_backend_name,
  missing_backend_module,
  missing_backend_attribute,
  backend_import_error,
  unsupported_hook,
  malformed_hook_argument,
  hook_runtime_error,
};
/// "InvalidAction", …
[[nodiscard]] std::string_view name_of(ErrorKind kind) noexcept;
/// Nothing for other names.
[[nodiscard]] std::optional<ErrorKind> error_kind_named(std::string_view name) noexcept;

/// A hook to run, complete and checked as far as it can be without a backend.
struct Request {
  std::string backend{};  ///< never empty: the default's name stands for an empty line; or "native:PATH"
  std::vector<std::string> backend_path{};  ///< absolute, in the order of the lines
  hooks::pep517::Hook hook = hooks::pep517::Hook::build_wheel;
  std::filesystem::path directory{};           ///< absolute, for the result; empty where the hook takes none
  std::string config_settings{};               ///< JSON; empty: None
  std::filesystem::path metadata_directory{};  ///< absolute; empty: None; never for the prepare_ hooks
  friend bool operator==(const Request&, const Request&) = default;
};

/// What an exchange ends with.
struct Success {
  std::string data;
};
struct Failure {
  ErrorKind kind = ErrorKind::hook_runtime_error;
  std::string message{};
  std::string traceback{};  ///< empty: none is sent
};
using Reply = std::variant<Success, Failure>;

/// The daemon's exit code where a conversation cannot go on.
inline constexpr int kBrokenConversation = 255;

/// Longest message that is taken, in bytes; of a longer one only the beginning is kept, and it is an error of the kind
/// that belongs to what was expected.
inline constexpr std::size_t kLongestLine = 16U << 20U;
/// Longest directory that is taken, in bytes: Linux takes no longer one.
inline constexpr std::size_t kLongestDirectory = 4096;
/// Directories of one backend-path.
inline constexpr std::size_t kMostBackendPaths = 100;
/// An ERROR's message is cut to this many bytes; of a TRACEBACK, the end is kept.
inline constexpr std::size_t kLongestMessage = 64U << 10U;
inline constexpr std::size_t kLongestTraceback = 1U << 20U;

/// The state machine. Use: send output() whenever there is some; feed() what arrives; call next() until it needs input.
/// After a Run: announce(), reply() or fail(), next() again. Memory: what was fed and not yet taken, and kLongestLine.
/// Not thread safe.
class Protocol {
 public:
  /// Nothing more to do before more bytes, or the end of the input, were fed; or, after a Run, before its reply.
  struct NeedsInput {};
  /// A request is complete. No byte behind it is looked at before its reply.
  struct Run {
    Request request;
  };
  /// The conversation is over: send output(), exit with this code. 0 after shutdown, or the end of the input at the
  /// prompt; kBrokenConversation where the input ended inside a request or the daemon failed.
  struct Finished {
    int exit_code = 0;
  };
  using Step = std::variant<NeedsInput, Run, Finished>;

  /// `source_tree` is absolute; relative paths count from it. The first output is READY.
  Protocol(HookdProtocol dialect, std::filesystem::path source_tree);

  void feed(std::string_view bytes);
  /// No more bytes will come. An unfinished line counts at the prompt, where nothing is lost by it; inside a
  /// request it is cut off, and so is the request.
  void end_of_input();
  [[nodiscard]] Step next();

  /// The backend of the request that is being asked for; empty where it is not known yet. Valid until the next call.
  [[nodiscard]] std::string_view backend() const noexcept;

  /// REQUIRES: a Run is being worked on. STDOUT and STDERR.
  void announce(const std::filesystem::path& stdout_file, const std::filesystem::path& stderr_file);
  /// A DEBUG message.
  void debug(std::string_view message);
  /// REQUIRES: a Run is being worked on. OK, or ERROR and TRACEBACK; then READY.
  void reply(const Reply& reply);
  /// The daemon cannot go on: FATAL, and Finished.
  void fail(std::string_view kind, std::string_view message);

  /// Takes the messages that are to be sent, whole lines.
  [[nodiscard]] std::string output();

 private:
  // What the next line is.
  enum class Expected { action, backend, backend_path, hook, argument };

  void expect(Expected what);
  [[nodiscard]] std::string_view name_of_expected() const;
  void take(const Line& line);
  void take_action(const std::string& action);
  void take_backend(const std::string& name);
  void take_backend_path(const std::string& directory);
  void take_hook(const std::string& name);
  void take_argument(const std::string& value);
  void expect_argument_or_run();
  void refuse(ErrorKind kind, const std::string& message);
  void finish(int exit_code);
  void send(std::string_view words, std::string_view value);

  HookdProtocol dialect_;
  std::filesystem::path tree_;
  LineReader lines_{kLongestLine};
  std::string output_;
  Expected expected_ = Expected::action;
  Request request_;  // as far as it is known
  std::size_t argument_ = 0;
  bool has_ended_ = false;    // the input
  bool is_complete_ = false;  // the request, and not handed out
  bool is_running_ = false;
  std::optional<Finished> finished_;
};

}  // namespace grapnel::hookd
