// SPDX-License-Identifier: BSD-3-Clause
#include "runner/process/oom.hpp"

#include "hooks_api/base/files.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <string>

namespace grapnel::process {

namespace {

using hooks::base::Fd;

std::optional<std::uint64_t> read_counter(const Fd& file) {
  std::array<char, 16U << 10U> buffer;  // NOLINT(cppcoreguidelines-pro-type-member-init): read into below
  const auto count = hooks::base::repeat_on_eintr([&] { return ::pread(file.get(), buffer.data(), buffer.size(), 0); });
  if (count <= 0) return std::nullopt;
  return parse_oom_kills({buffer.data(), static_cast<std::size_t>(count)});
}

/// Opened once: opening costs more than reading, and this is read for every child.
Fd open_counter() {
  constexpr std::size_t kLimit = 64U << 10U;
  const auto cgroups = hooks::base::read_file("/proc/self/cgroup", kLimit);
  for (const auto& path : oom_counter_files(cgroups ? *cgroups : std::string())) {
    auto file = hooks::base::open_file(path, O_RDONLY);
    if (file && read_counter(*file)) return std::move(*file);
  }
  return {};
}

}  // namespace

std::optional<std::uint64_t> oom_kills() {
  static const Fd counter = open_counter();
  if (!counter) return std::nullopt;
  return read_counter(counter);
}

std::vector<std::filesystem::path> oom_counter_files(std::string_view cgroups) {
  const std::filesystem::path mount = "/sys/fs/cgroup";
  std::vector<std::filesystem::path> files;
  while (!cgroups.empty()) {
    // hierarchy:controllers:path
    const auto line = cgroups.substr(0, cgroups.find('\n'));
    cgroups.remove_prefix(std::min(line.size() + 1, cgroups.size()));
    const auto first = line.find(':');
    const auto second = line.find(':', first + 1);
    if (first == std::string_view::npos || second == std::string_view::npos) continue;
    const auto controllers = line.substr(first + 1, second - first - 1);
    const std::string path(line.substr(second + 1));
    // In a container the path may be that of the host, and the mount our own cgroup.
    if (line.starts_with("0::")) {
      files.emplace_back(mount.native() + path + "/memory.events");
      files.emplace_back(mount / "memory.events");
    } else if (controllers == "memory") {
      files.emplace_back((mount / "memory").native() + path + "/memory.oom_control");
      files.emplace_back(mount / "memory" / "memory.oom_control");
    }
  }
  // The whole system's: where there are no memory cgroups.
  files.emplace_back("/proc/vmstat");
  return files;
}

std::optional<std::uint64_t> parse_oom_kills(std::string_view text) {
  constexpr std::string_view kName = "oom_kill ";
  while (!text.empty()) {
    const auto line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    if (!line.starts_with(kName)) continue;
    std::uint64_t count = 0;
    const auto parsed = std::from_chars(line.data() + kName.size(), line.data() + line.size(), count);
    if (parsed.ec == std::errc()) return count;
  }
  return std::nullopt;
}

}  // namespace grapnel::process
