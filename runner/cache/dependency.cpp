// SPDX-License-Identifier: BSD-3-Clause
#include "runner/cache/dependency.hpp"

#include <fcntl.h>

#include <cstddef>
#include <cstring>
#include <utility>

namespace grapnel::cache {

namespace {

Content content_of(Counts counts, const std::string& path, const std::stop_token& stop) {
  return counts == Counts::children ? content_of_directory(path) : content_of_file(path, stop);
}

// A path in a record is followed by a zero byte, so that the system can be asked without a copy.
constexpr std::string_view kEnd("\0", 1);

}  // namespace

void write(ByteWriter& out, const Dependency& dependency) {
  out.number(dependency.role)
      .number(dependency.counts)
      .number(dependency.state.kind)
      .number(static_cast<std::uint8_t>(dependency.state.is_executable))
      .number(dependency.state.device)
      .number(dependency.state.inode)
      .number(dependency.state.size)
      .number(dependency.state.modified)
      .number(dependency.state.changed)
      .digest(dependency.digest)
      .number(dependency.seen_at)
      .text(std::string(dependency.path).append(kEnd));
}

Dependency read_dependency(ByteReader& in) noexcept {
  Dependency dependency;
  // All that has a fixed size at once: this is what most of an up-to-date run's records are.
  std::uint8_t role = 0;
  std::uint8_t counts = 0;
  std::uint8_t kind = 0;
  std::uint8_t executable = 0;
  FileState& state = dependency.state;
  constexpr std::size_t kSize = sizeof role + sizeof counts + sizeof kind + sizeof executable + sizeof state.device +
                                sizeof state.inode + sizeof state.size + sizeof state.modified + sizeof state.changed +
                                sizeof dependency.digest.low + sizeof dependency.digest.high +
                                sizeof dependency.seen_at;
  const std::string_view bytes = in.take(kSize);
  if (bytes.empty()) return {};
  const char* at = bytes.data();
  const auto read = [&at](auto& number) {
    std::memcpy(&number, at, sizeof number);
    at += sizeof number;
  };
  read(role);
  read(counts);
  read(kind);
  read(executable);
  read(state.device);
  read(state.inode);
  read(state.size);
  read(state.modified);
  read(state.changed);
  read(dependency.digest.low);
  read(dependency.digest.high);
  read(dependency.seen_at);
  const std::string_view path = in.text();
  if (role >= kRoles || counts > 1 || kind > static_cast<std::uint8_t>(FileState::Kind::unreadable) || executable > 1 ||
      path.size() < 2 || path.find('\0') != path.size() - 1) {
    in.fail();
    return {};
  }
  dependency.role = static_cast<Role>(role);
  dependency.counts = static_cast<Counts>(counts);
  state.kind = static_cast<FileState::Kind>(kind);
  state.is_executable = executable == 1;
  dependency.path = path.substr(0, path.size() - 1);
  return dependency;
}

Dependency observe(Role role, Counts counts, const std::string& path, const std::stop_token& stop) {
  // The clock first: what is touched after it was read is not yet in the state.
  const Moment now = file_clock();
  const Content content = content_of(counts, path, stop);
  return {role, counts, path, content.state, content.digest, now};
}

Observed look_again(const Dependency& dependency, const std::stop_token& stop) {
  const std::string path(dependency.path);
  Observed observed;
  observed.seen_at = file_clock();
  observed.content.state = state_of(path.c_str());
  switch (compare(dependency.state, observed.content.state, dependency.seen_at)) {
    case Change::none:
      return observed;
    case Change::certain:
      observed.changed = true;
      return observed;
    case Change::undecided:
      break;
  }
  observed.content = content_of(dependency.counts, path, stop);
  observed.changed = observed.content.state.kind != dependency.state.kind ||
                     observed.content.state.is_executable != dependency.state.is_executable ||
                     observed.content.state.kind == FileState::Kind::unreadable ||
                     observed.content.digest != dependency.digest;
  const FileState& state = observed.content.state;
  observed.is_worth_recording = !observed.changed && compare(state, state, observed.seen_at) == Change::none;
  return observed;
}

Below::Below(const std::string& directory) {
  auto fd = hooks::base::open_file(directory, O_PATH | O_DIRECTORY);
  if (!fd) return;
  fd_ = std::move(*fd);
  prefix_ = hooks::base::directory_text(directory);
}

FileState Below::state_of(std::string_view path) const noexcept {
  if (fd_ && path.size() > prefix_.size() && path.starts_with(prefix_)) {
    return state_at(fd_.get(), path.data() + prefix_.size());
  }
  return cache::state_of(path.data());
}

bool is_surely_unchanged(const Dependency& dependency, const Below& below) {
  // read_dependency() made sure that a zero byte follows.
  return compare(dependency.state, below.state_of(dependency.path), dependency.seen_at) == Change::none;
}

}  // namespace grapnel::cache
