// SPDX-License-Identifier: BSD-3-Clause
#include "runner/daemon/protocol.hpp"

#include "hooks_api/base/shown.hpp"
#include "runner/daemon/config_settings.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace grapnel::hookd {

namespace {

using hooks::base::shown;
using hooks::pep517::Argument;

constexpr std::array<std::pair<ErrorKind, std::string_view>, 9> kErrorKinds{{
    {ErrorKind::invalid_action, "InvalidAction"},
    {ErrorKind::invalid_hook_name, "InvalidHookName"},
    {ErrorKind::malformed_backend_name, "MalformedBackendName"},
    {ErrorKind::missing_backend_module, "MissingBackendModule"},
    {ErrorKind::missing_backend_attribute, "MissingBackendAttribute"},
    {ErrorKind::backend_import_error, "BackendImportError"},
    {ErrorKind::unsupported_hook, "UnsupportedHook"},
    {ErrorKind::malformed_hook_argument, "MalformedHookArgument"},
    {ErrorKind::hook_runtime_error, "HookRuntimeError"},
}};

constexpr std::string_view kDefaultBackend = "setuptools.build_meta:__legacy__";
constexpr std::string_view kNative = "native:";

constexpr bool is_inside_character(char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; }

// The beginning of `text`, at most `size` bytes; no character is cut.
std::string_view beginning(std::string_view text, std::size_t size) {
  if (text.size() <= size) return text;
  // Of bytes that are no UTF-8, no more than a character's are given up.
  for (int i = 0; i < 3 && size > 0 && is_inside_character(text[size]); ++i) --size;
  return text.substr(0, size);
}

std::string_view end_of(std::string_view text, std::size_t size) {
  if (text.size() <= size) return text;
  text.remove_prefix(text.size() - size);
  for (int i = 0; i < 3 && !text.empty() && is_inside_character(text.front()); ++i) text.remove_prefix(1);
  return text;
}

std::string cut_message(std::string_view message) {
  constexpr std::string_view kMore = "…";
  if (message.size() <= kLongestMessage) return std::string(message);
  return std::string(beginning(message, kLongestMessage - kMore.size())).append(kMore);
}

// A value of the other side in a message of ours.
std::string in_quotes(std::string_view value) {
  constexpr std::size_t kMostBytes = 200;
  if (value.size() <= kMostBytes) return shown(value);
  return shown(std::string(beginning(value, kMostBytes)).append("…"));
}

bool has_nul(std::string_view text) { return text.find('\0') != std::string_view::npos; }

// Why nobody could import this; empty where somebody might.
std::string fault_of_backend(std::string_view name) {
  if (has_nul(name)) return "holds a NUL";
  if (name.starts_with(kNative) && name.find('/') != std::string_view::npos) return {};
  if (name.starts_with('.')) return "begins with a dot: there is nothing that it could be relative to";
  const std::size_t colon = name.find(':');
  if (colon == std::string_view::npos) return {};
  if (name.find(':', colon + 1) != std::string_view::npos) return "has more than one colon";
  if (colon == 0) return "has no module in front of its colon";
  if (colon + 1 == name.size()) return "has no object behind its colon";
  return {};
}

// Why Linux knows no such directory; empty where it may.
std::string fault_of_directory(std::string_view directory) {
  if (has_nul(directory)) return "holds a NUL";
  if (directory.size() > kLongestDirectory) {
    return "has " + std::to_string(directory.size()) + " bytes; a path has at most " +
           std::to_string(kLongestDirectory);
  }
  return {};
}

std::string hook_names() {
  std::string names;
  for (const hooks::pep517::Hook hook : hooks::pep517::kHooks) {
    if (!names.empty()) names += ", ";
    names += name_of(hook);
  }
  return names;
}

// An absolute one stays as it is.
std::filesystem::path absolute(const std::filesystem::path& tree, const std::string& directory) {
  return directory.empty() ? tree : tree / directory;
}

}  // namespace

std::string_view name_of(ErrorKind kind) noexcept {
  for (const auto& [other, name] : kErrorKinds) {
    if (other == kind) return name;
  }
  return "";
}

std::optional<ErrorKind> error_kind_named(std::string_view name) noexcept {
  for (const auto& [kind, other] : kErrorKinds) {
    if (other == name) return kind;
  }
  return std::nullopt;
}

Protocol::Protocol(HookdProtocol dialect, std::filesystem::path source_tree)
    : dialect_(dialect), tree_(std::move(source_tree)) {
  // A separator at the end would be seen by hooks whose directory is the tree.
  if (!tree_.has_filename() && tree_.has_relative_path()) tree_ = tree_.parent_path();
  output_ = "READY\n";
  expect(Expected::action);
}

void Protocol::feed(std::string_view bytes) { lines_.feed(bytes); }

void Protocol::end_of_input() { has_ended_ = true; }

Protocol::Step Protocol::next() {
  while (!finished_) {
    if (is_complete_) {
      is_complete_ = false;
      is_running_ = true;
      return Run{std::move(request_)};
    }
    if (is_running_) return NeedsInput{};
    if (const std::optional<Line> line = lines_.next()) {
      take(*line);
    } else if (!has_ended_) {
      return NeedsInput{};
    } else if (expected_ != Expected::action) {
      fail("UnexpectedEndOfInput", "the input ended where " + std::string(name_of_expected()) + " was expected");
    } else if (const std::optional<Line> last = lines_.unfinished()) {
      take(*last);
    } else {
      finish(0);
    }
  }
  return *finished_;
}

std::string_view Protocol::backend() const noexcept {
  return expected_ == Expected::action ? std::string_view() : request_.backend;
}

void Protocol::announce(const std::filesystem::path& stdout_file, const std::filesystem::path& stderr_file) {
  send("STDOUT ", stdout_file.native());
  send("STDERR ", stderr_file.native());
}

void Protocol::debug(std::string_view message) { send("DEBUG ", message); }

void Protocol::reply(const Reply& reply) {
  is_running_ = false;
  if (const auto* success = std::get_if<Success>(&reply)) {
    send("OK ", success->data);
  } else {
    const auto& failure = std::get<Failure>(reply);
    send("ERROR " + std::string(name_of(failure.kind)) + " ", cut_message(failure.message));
    if (!failure.traceback.empty()) send("TRACEBACK ", end_of(failure.traceback, kLongestTraceback));
  }
  output_ += "READY\n";
  expect(Expected::action);
}

void Protocol::fail(std::string_view kind, std::string_view message) {
  send("FATAL " + std::string(kind) + " ", cut_message(message));
  finished_ = Finished{kBrokenConversation};
}

std::string Protocol::output() { return std::exchange(output_, {}); }

void Protocol::expect(Expected what) {
  expected_ = what;
  output_ += "EXPECT ";
  output_ += name_of_expected();
  output_ += '\n';
}

std::string_view Protocol::name_of_expected() const {
  const bool is_seed = dialect_ == HookdProtocol::seed;
  switch (expected_) {
    case Expected::action:
      return "action";
    case Expected::backend:
      return is_seed ? "build_backend" : "build-backend";
    case Expected::backend_path:
      return "backend-path";
    case Expected::hook:
      return is_seed ? "hook_name" : "hook-name";
    case Expected::argument:
      return name_of(arguments_of(request_.hook)[argument_]);
  }
  return "";
}

void Protocol::take(const Line& line) {
  constexpr std::array kKinds{ErrorKind::invalid_action, ErrorKind::malformed_backend_name,
                              ErrorKind::malformed_backend_name, ErrorKind::invalid_hook_name,
                              ErrorKind::malformed_hook_argument};
  if (line.is_too_long) {
    refuse(kKinds.at(static_cast<std::size_t>(expected_)), std::string(name_of_expected()) + " is longer than " +
                                                               std::to_string(kLongestLine) +
                                                               " bytes, and begins with " + in_quotes(line.text));
    return;
  }
  switch (expected_) {
    case Expected::action:
      return take_action(line.text);
    case Expected::backend:
      return take_backend(line.text);
    case Expected::backend_path:
      return take_backend_path(line.text);
    case Expected::hook:
      return take_hook(line.text);
    case Expected::argument:
      return take_argument(line.text);
  }
}

void Protocol::take_action(const std::string& action) {
  if (action == "run") {
    request_ = {};
    expect(Expected::backend);
  } else if (action == "shutdown") {
    finish(0);
  } else if (!action.empty() || dialect_ == HookdProtocol::seed) {
    refuse(ErrorKind::invalid_action, in_quotes(action) + " is no action; expected run or shutdown");
  }
}

void Protocol::take_backend(const std::string& name) {
  if (const std::string fault = fault_of_backend(name); !fault.empty()) {
    refuse(ErrorKind::malformed_backend_name, "the backend name " + in_quotes(name) + " " + fault +
                                                  "; expected module, module.sub, module:object or native:PATH with a "
                                                  "slash in PATH");
    return;
  }
  request_.backend = name.empty() ? kDefaultBackend : name;
  expect(dialect_ == HookdProtocol::seed ? Expected::hook : Expected::backend_path);
}

void Protocol::take_backend_path(const std::string& directory) {
  if (directory.empty()) {
    expect(Expected::hook);
  } else if (const std::string fault = fault_of_directory(directory); !fault.empty()) {
    refuse(ErrorKind::malformed_backend_name,
           "the directory " + in_quotes(directory) + " of the backend-path " + fault);
  } else if (request_.backend_path.size() == kMostBackendPaths) {
    refuse(ErrorKind::malformed_backend_name,
           "the backend-path has more than " + std::to_string(kMostBackendPaths) + " directories");
  } else {
    request_.backend_path.push_back(absolute(tree_, directory).native());
  }
}

void Protocol::take_hook(const std::string& name) {
  const auto hook = hooks::pep517::hook_named(name);
  if (!hook) {
    refuse(ErrorKind::invalid_hook_name, in_quotes(name) + " is no hook; expected one of " + hook_names());
    return;
  }
  request_.hook = *hook;
  argument_ = 0;
  expect_argument_or_run();
}

void Protocol::take_argument(const std::string& value) {
  const Argument argument = arguments_of(request_.hook)[argument_];
  const bool is_json = argument == Argument::config_settings;
  const std::string fault = !is_json        ? fault_of_directory(value)
                            : value.empty() ? std::string()
                                            : fault_of_config_settings(value);
  if (!fault.empty()) {
    refuse(ErrorKind::malformed_hook_argument,
           is_json ? "config_settings is no JSON: " + fault
                   : std::string(name_of(argument)) + " " + in_quotes(value) + " " + fault);
    return;
  }
  if (is_json) {
    request_.config_settings = value;
  } else if (is_result_directory(request_.hook, argument)) {
    request_.directory = absolute(tree_, value);
  } else if (!value.empty()) {
    request_.metadata_directory = absolute(tree_, value);
  }
  ++argument_;
  expect_argument_or_run();
}

void Protocol::expect_argument_or_run() {
  if (argument_ < arguments_of(request_.hook).size()) {
    expect(Expected::argument);
  } else {
    is_complete_ = true;
  }
}

void Protocol::refuse(ErrorKind kind, const std::string& message) { reply(Failure{kind, message}); }

void Protocol::finish(int exit_code) {
  output_ += "SHUTDOWN\n";
  finished_ = Finished{exit_code};
}

// A value is one line whatever it holds.
void Protocol::send(std::string_view words, std::string_view value) {
  output_ += words;
  for (std::size_t end = value.find('\n'); end != std::string_view::npos; end = value.find('\n')) {
    output_ += value.substr(0, end);
    output_ += "\\n";
    value.remove_prefix(end + 1);
  }
  output_ += value;
  output_ += '\n';
}

}  // namespace grapnel::hookd
