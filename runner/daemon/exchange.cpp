// SPDX-License-Identifier: BSD-3-Clause
#include "runner/daemon/exchange.hpp"

#include "hooks_api/base/shown.hpp"
#include "hooks_api/pep517/hooks.hpp"
#include "runner/daemon/protocol.hpp"

#include <algorithm>
#include <stdexcept>
#include <string_view>
#include <utility>

namespace grapnel::hookd {

namespace {

using hooks::base::shown;

void require_line(const char* what, std::string_view value) {
  const char* fault = nullptr;
  if (value.find('\n') != std::string_view::npos) fault = "a newline";
  if (value.find('\0') != std::string_view::npos) fault = "a NUL";
  if (fault == nullptr) return;
  throw std::invalid_argument(std::string(what) + " holds " + fault +
                              ", which hookd's lines cannot carry: " + shown(value));
}

// PEP 517: in-tree directories. By the path alone; where links lead is not followed.
void require_inside(const std::filesystem::path& tree, const std::string& directory) {
  const std::filesystem::path relative = (tree / directory).lexically_normal().lexically_relative(tree);
  if (!directory.empty() && !relative.empty() && *relative.begin() != "..") return;
  throw std::invalid_argument("backend_path holds " + shown(directory) + ", which is not inside of the source tree " +
                              shown(tree.native()));
}

// How the name that the other dialect has for something is spelled; empty for names that both have.
std::string_view only_in_other(HookdProtocol protocol, std::string_view name) {
  const bool is_later = name == "build-backend" || name == "hook-name" || name == "backend-path";
  const bool is_seed = name == "build_backend" || name == "hook_name";
  if (protocol == HookdProtocol::seed && is_later) return "later";
  if (protocol == HookdProtocol::later && is_seed) return "seed";
  return {};
}

// Of the directories, the one for the result comes first in every hook.
bool is_for_result(std::string_view hook_name, std::string_view argument) {
  if (argument != "metadata_directory") return true;
  const auto hook = hooks::pep517::hook_named(hook_name);
  return hook && is_result_directory(*hook, hooks::pep517::Argument::metadata_directory);
}

}  // namespace

Exchange::Exchange(HookdCall call, HookdProtocol protocol, const std::filesystem::path& source_tree)
    : call_(std::move(call)), protocol_(protocol) {
  require_line("build_backend", call_.build_backend);
  require_line("hook_name", call_.hook_name);
  require_line("directory", call_.directory.native());
  require_line("config_settings", call_.config_settings);
  require_line("metadata_directory", call_.metadata_directory.native());
  if (!call_.backend_path.empty() && protocol == HookdProtocol::seed) {
    throw std::invalid_argument("hookd's first protocol has no backend_path; use HookdProtocol::later");
  }
  std::filesystem::path tree = source_tree.lexically_normal();
  if (!tree.has_filename()) tree = tree.parent_path();  // a separator at the end
  if (call_.backend_path.size() > kMostBackendPaths) {
    throw std::invalid_argument("backend_path has more than " + std::to_string(kMostBackendPaths) + " directories");
  }
  for (const std::string& directory : call_.backend_path) {
    require_line("backend_path", directory);
    require_inside(tree, directory);
  }
}

std::string Exchange::take(const Message& message) {
  using Kind = Message::Kind;
  // Behind FATAL there is nothing to be wrong about.
  if (!fatal_.empty()) {
    if (message.kind == Kind::traceback) result_.traceback = message.value;
    return {};
  }
  switch (message.kind) {
    case Kind::debug:
      debug_bytes_ += sizeof(std::string) + message.value.size();
      if (debug_bytes_ <= kMostDebugBytes) result_.debug.push_back(message.value);
      return {};
    case Kind::fatal:
      fatal_ = message.name + ": " + message.value;
      return {};
    case Kind::shutdown:
      return "it said SHUTDOWN, which nobody had asked for";
    case Kind::ready:
      if (!has_outcome_) return "it said READY before a result";
      is_done_ = true;
      return {};
    case Kind::traceback:
      if (!has_outcome_ || result_.ok) return "it said TRACEBACK without an ERROR";
      result_.traceback = message.value;
      return {};
    default:
      break;
  }
  if (has_outcome_) return "it went on behind its result, without READY";
  switch (message.kind) {
    case Kind::expect:
      return answer(message.name);
    case Kind::stdout_file:
      stdout_file_ = message.value;
      break;
    case Kind::stderr_file:
      stderr_file_ = message.value;
      break;
    case Kind::ok:
      has_outcome_ = true;
      result_.ok = true;
      result_.data = message.value;
      break;
    case Kind::error:
      has_outcome_ = true;
      result_.error_kind = message.name;
      result_.error_message = message.value;
      break;
    default:
      break;
  }
  return {};
}

std::string Exchange::to_send() { return std::exchange(to_send_, {}); }

std::string Exchange::answer(const std::string& name) {
  if (const std::string_view other = only_in_other(protocol_, name); !other.empty()) {
    return "it expects " + name + ", so it speaks the other protocol; use HookdProtocol::" + std::string(other);
  }
  std::string value;
  if (name == "action") {
    value = "run";
  } else if (name == "build_backend" || name == "build-backend") {
    value = call_.build_backend;
  } else if (name == "backend-path") {
    // Said once, or once for each line.
    if (answered_.contains(name)) return {};
    for (const std::string& directory : call_.backend_path) to_send_ += directory + "\n";
  } else if (name == "hook_name" || name == "hook-name") {
    value = call_.hook_name;
  } else if (name == "config_settings") {
    value = call_.config_settings;
  } else if (name == "wheel_directory" || name == "sdist_directory" || name == "metadata_directory") {
    value = (is_for_result(call_.hook_name, name) ? call_.directory : call_.metadata_directory).native();
  } else {
    return "it expects " + shown(name) + ", which the protocol does not know";
  }
  if (!answered_.insert(name).second) return "it expects " + name + " a second time";
  to_send_ += value + "\n";
  return {};
}

}  // namespace grapnel::hookd
