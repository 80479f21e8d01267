// SPDX-License-Identifier: BSD-3-Clause
// Names and addresses of steps and logs.
#include "hooks_api/base/sha256.hpp"
#include "hooks_api/base/utf8.hpp"
#include "runner/report/hook_kind.hpp"
#include "runner/report/luci_build.hpp"
#include "runner/report/plain_text.hpp"
#include "runner/report/visible_text.hpp"

namespace grapnel::report::luci {

namespace {

std::string file_url(const std::filesystem::path& path) {
  constexpr std::string_view kPlain = "-._~/ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string url = "file://";
  for (const char c : path.string()) {
    const auto byte = static_cast<unsigned char>(c);
    if (kPlain.find(c) != std::string_view::npos) {
      url += c;
    } else {
      url += {'%', kDigits[byte >> 4U], kDigits[byte & 0xFU]};
    }
  }
  return url;
}

void add_file(std::vector<Log>& logs, const char* name, const std::filesystem::path& path) {
  if (!path.is_absolute()) return;
  const std::string url = file_url(path);
  // The server wants both; the host adds the second one to relative ones only.
  logs.push_back({.name = name, .view_url = url, .url = url});
}

}  // namespace

std::vector<Log> file_logs(const HookModel& hook, std::optional<std::size_t> attempt) {
  std::vector<Log> logs;
  if (is_requested(hook.id.kind)) return logs;
  if (attempt) {
    if (*attempt < hook.end.attempts.size()) add_file(logs, "stderr", hook.end.attempts[*attempt].log);
    return logs;
  }
  if (hook.state != HookModel::State::finished) return logs;
  add_file(logs, "stdout", hook.end.output_log);
  add_file(logs, "stderr", hook.end.log);
  // Those of a stage are of no use without the hook's work directory, which is gone.
  if (is_stage(hook.id.kind)) return logs;
  if (hook.end.directory.empty() || hook.end.log.empty()) return logs;
  add_file(logs, "input.json", hook.end.directory / "input.json");
  if (hook.end.outcome.success()) {
    add_file(logs, "output.json", hook.end.directory / "output.json");
  } else if (hook.end.output.starts_with("output.json ")) {
    // Where it was, what a hook that failed had written is kept under this name.
    add_file(logs, "output.json", hook.end.directory / "output.failed.json");
  }
  return logs;
}

std::string step_name(std::string_view package) {
  constexpr std::size_t kMost = 200;
  if (package.empty()) return "(no name)";
  // What is escaped begins with a backslash, so a backslash is escaped, too: different names stay different.
  std::string escaped;
  for (const char c : package) {
    switch (c) {
      case '|':
        escaped += "\\x7c";
        break;  // it would part a step from its parent
      case '\\':
        escaped += "\\x5c";
        break;
      case '\n':
        escaped += "\\x0a";
        break;
      case '\r':
        escaped += "\\x0d";
        break;
      case '\t':
        escaped += "\\x09";
        break;
      default:
        escaped += c;
    }
  }
  std::string name = visible_text(escaped);
  if (name.size() <= kMost) return name;
  constexpr std::size_t kDigest = 8;
  return first_bytes(name, kMost - kDigest - 1) + "#" + hooks::base::sha256_hex(package).substr(0, kDigest);
}

std::string step_name(const HookId& hook) {
  std::string name = step_name(hook.package);
  if (runs_alone(hook.kind)) name += " (" + std::string(grapnel::name_of(hook.kind)) + ")";
  return name;
}

}  // namespace grapnel::report::luci
