// SPDX-License-Identifier: BSD-3-Clause
#include "runner/process/hang_report.hpp"

#include "hooks_api/base/shown.hpp"
#include "hooks_api/base/tool_text.hpp"
#include "runner/process/carriers.hpp"
#include "runner/process/leftovers.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <ctime>
#include <map>
#include <utility>
#include <vector>

namespace grapnel::process {

namespace {

constexpr std::size_t kMaxProcesses = 64;
constexpr std::size_t kMaxFiles = 16;
constexpr std::size_t kMaxBytes = 64U << 10U;
constexpr std::size_t kLastLines = 10;
constexpr std::size_t kMaxOutput = 4096;

using Table = std::map<pid_t, ProcessStat>;

Table all_processes() {
  Table table;
  each_process([&](pid_t pid) {
    ProcessStat stat{};
    if (read_stat(pid, stat)) table.emplace(pid, stat);
  });
  return table;
}

/// What belongs to the subject: the leader, its descendants, its group, and whoever carries the token.
Table subject_processes(const HangSubject& subject, const Table& all) {
  Table chosen;
  const std::string text = std::string(kTokenVariable) + "=" + subject.token;
  const Mark mark{text.data(), text.size(), true};
  for (const auto& [pid, stat] : all) {
    // Processes of group 0 are the system's own.
    const bool is_of_group = subject.group != 0 && stat.group == subject.group;
    if (is_of_group || (!subject.token.empty() && carries(pid, mark) == Carries::yes)) {
      chosen.emplace(pid, stat);
    }
  }
  // A parent may have a higher number than its child, so this takes as many rounds as there are such steps.
  for (bool grown = true; grown;) {
    grown = false;
    for (const auto& [pid, stat] : all) {
      if (chosen.contains(stat.parent) && chosen.emplace(pid, stat).second) grown = true;
    }
  }
  return chosen;
}

std::string_view state_word(char state) {
  switch (state) {
    case 'R':
      return "running";
    case 'S':
      return "sleeping";
    case 'D':
      return "waiting, not to be interrupted";
    case 'T':
      return "stopped by a signal";
    case 't':
      return "stopped by a debugger";
    case 'Z':
      return "ended, not waited for";
    case 'X':
      return "ending";
    case 'I':
      return "idle";
    default:
      return "in a state that is not known";
  }
}

/// "12.3 s" since a start in clock ticks after the boot.
std::string age(unsigned long long start) {
  timespec now{};
  ::clock_gettime(CLOCK_BOOTTIME, &now);
  const auto tenths_now =
      static_cast<unsigned long long>(now.tv_sec) * 10 + static_cast<unsigned long long>(now.tv_nsec) / 100000000;
  const auto tenths_then = start * 10 / static_cast<unsigned long long>(::sysconf(_SC_CLK_TCK));
  const auto tenths = tenths_now > tenths_then ? tenths_now - tenths_then : 0;
  return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + " s";
}

/// Where in the kernel a process waits; empty where it does not, or where that is kept from us.
std::string wait_channel(pid_t pid) {
  std::array<char, 64> name{};
  const int fd = open_process_file(pid, "wchan");
  if (fd < 0) return {};
  const ssize_t count = ::read(fd, name.data(), name.size());
  ::close(fd);
  if (count <= 0 || name[0] == '0') return {};
  return hooks::base::shown_place({name.data(), static_cast<std::size_t>(count)});
}

std::string open_files(pid_t pid) {
  const std::string directory = "/proc/" + std::to_string(pid) + "/fd";
  std::string text;
  std::size_t count = 0;
  DIR* const entries = ::opendir(directory.c_str());
  if (entries == nullptr) return text;
  while (const dirent* entry = ::readdir(entries)) {
    if (entry->d_name[0] == '.' || ++count > kMaxFiles) continue;
    std::array<char, 256> target{};
    const ssize_t size = ::readlinkat(::dirfd(entries), entry->d_name, target.data(), target.size());
    if (size < 0) continue;
    if (!text.empty()) text += ", ";
    text +=
        std::string(entry->d_name) + " " + hooks::base::shown_place({target.data(), static_cast<std::size_t>(size)});
  }
  ::closedir(entries);
  if (count > kMaxFiles) text += ", and " + std::to_string(count - kMaxFiles) + " more";
  return text;
}

std::string describe_process(pid_t pid, const ProcessStat& stat, std::size_t depth) {
  // Deep trees are cut at the right side by whoever shows them, so the indentation ends somewhere.
  const std::string indent(2 + 2 * std::min<std::size_t>(depth, 16), ' ');
  std::string text = indent + std::to_string(pid) + " " + hooks::base::shown_place(stat.name) + ": " + stat.state +
                     " (" + std::string(state_word(stat.state)) + ")";
  if (const std::string channel = wait_channel(pid); !channel.empty()) text += " in " + channel;
  text += ", for " + age(stat.start) + "\n";
  text += indent + "  command: " + command_of(pid) + "\n";
  if (const std::string files = open_files(pid); !files.empty()) text += indent + "  open files: " + files + "\n";
  return text;
}

std::string tree(const Table& chosen) {
  std::multimap<pid_t, pid_t> children;
  std::vector<std::pair<pid_t, std::size_t>> open;  // what is still to be shown, the next one last; with its depth
  for (auto process = chosen.rbegin(); process != chosen.rend(); ++process) {
    if (chosen.contains(process->second.parent)) {
      children.emplace(process->second.parent, process->first);
    } else {
      open.emplace_back(process->first, 0);
    }
  }
  std::string text;
  std::size_t shown = 0;
  while (!open.empty() && shown < kMaxProcesses && text.size() < kMaxBytes - 2 * kMaxOutput) {
    const auto [pid, depth] = open.back();
    open.pop_back();
    ++shown;
    text += describe_process(pid, chosen.at(pid), depth);
    const auto [first, last] = children.equal_range(pid);
    for (auto child = first; child != last; ++child) open.emplace_back(child->second, depth + 1);
  }
  if (shown < chosen.size()) text += "  and " + std::to_string(chosen.size() - shown) + " more\n";
  return text;
}

std::string last_output(std::string_view stream, std::string_view tail) {
  std::string text = "last lines of " + std::string(stream) + ":";
  if (tail.empty()) return text + " none\n";
  tail.remove_prefix(tail.size() - std::min(tail.size(), kMaxOutput));
  text += "\n" + std::string(hooks::base::last_lines(tail, kLastLines));
  return text + "\n";
}

}  // namespace

std::string hang_report(const HangSubject& subject) {
  std::string text = subject.headline + "\n";
  text += "processes:\n" + tree(subject_processes(subject, all_processes()));
  text += last_output("standard output", subject.stdout_tail);
  text += last_output("standard error", subject.stderr_tail);
  return text;
}

}  // namespace grapnel::process
