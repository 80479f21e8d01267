// SPDX-License-Identifier: BSD-3-Clause
#include "runner/cache/digest.hpp"

#include "hooks_api/base/files.hpp"

#define XXH_INLINE_ALL  // its functions are static, with the fastest instructions that the compiler may use
#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

#include <algorithm>
#include <cerrno>
#include <limits>
#include <vector>

namespace grapnel::cache {

namespace {

using hooks::base::Fd;
using hooks::base::repeat_on_eintr;

// A state that equals no other: whoever compares it has to look at the content.
FileState unproven(FileState state) {
  state.changed = std::numeric_limits<Moment>::max();
  return state;
}

Digest digest_from(const XXH128_hash_t& hash) noexcept { return {hash.low64, hash.high64}; }

Content unreadable() { return {{.kind = FileState::Kind::unreadable}, {}}; }

// Opens without waiting for writers of a FIFO, and only what stat calls a regular file.
Content content_of_regular(const std::string& path, const FileState& expected, const std::stop_token& stop) {
  const Fd file(repeat_on_eintr([&] { return ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY); }));
  if (!file) return errno == ENOENT ? content_of_file(path, stop) : unreadable();
  const FileState before = state_of_open(file.get());
  if (before.kind != FileState::Kind::regular) return unreadable();

  constexpr std::size_t kBlock = std::size_t{256} << 10U;
  std::vector<char> block(std::min<std::uint64_t>(kBlock, before.size + 1));
  XXH3_state_t hash;
  XXH3_128bits_reset(&hash);
  std::uint64_t size = 0;
  while (true) {
    const ssize_t count = repeat_on_eintr([&] { return ::read(file.get(), block.data(), block.size()); });
    if (count < 0 || stop.stop_requested()) return unreadable();
    if (count == 0) break;
    XXH3_128bits_update(&hash, block.data(), static_cast<std::size_t>(count));
    size += static_cast<std::uint64_t>(count);
    if (size == before.size) break;  // one that has grown meanwhile is not steady
  }
  const bool is_steady = state_of_open(file.get()) == before && before == expected;
  return {is_steady ? before : unproven(before), digest_from(XXH3_128bits_digest(&hash))};
}

struct CloseDirectory {
  void operator()(DIR* directory) const noexcept { ::closedir(directory); }
};

// The letter of a child's type; some file systems leave it to stat.
char type_of(int directory, const dirent& entry) {
  unsigned char type = entry.d_type;
  if (type == DT_UNKNOWN) {
    struct stat status {};
    if (::fstatat(directory, entry.d_name, &status, AT_SYMLINK_NOFOLLOW) == 0) type = IFTODT(status.st_mode);
  }
  switch (type) {
    case DT_REG:
      return 'f';
    case DT_DIR:
      return 'd';
    case DT_LNK:
      return 'l';
    default:
      return 'o';
  }
}

}  // namespace

std::string to_hex(const Digest& digest) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  for (const std::uint64_t part : {digest.high, digest.low}) {
    for (int shift = 60; shift >= 0; shift -= 4) text += kDigits[(part >> static_cast<unsigned>(shift)) & 15U];
  }
  return text;
}

Digest digest_of(std::string_view bytes) noexcept { return digest_from(XXH3_128bits(bytes.data(), bytes.size())); }

Fields& Fields::add(std::string_view field) {
  add(static_cast<std::uint64_t>(field.size()));
  bytes_ += field;
  return *this;
}

Fields& Fields::add(std::uint64_t number) {
  bytes_.append(reinterpret_cast<const char*>(&number), sizeof number);  // little-endian, as records are
  return *this;
}

Fields& Fields::add(const Digest& digest) { return add(digest.low).add(digest.high); }

Content content_of_file(const std::string& path, const std::stop_token& stop) {
  const FileState state = state_of(path.c_str());
  switch (state.kind) {
    case FileState::Kind::missing:
      return {state, {}};
    case FileState::Kind::regular:
      return content_of_regular(path, state, stop);
    case FileState::Kind::directory:
      return content_of_directory(path);
    case FileState::Kind::other:
      return {state, Fields().add(state.device).add(state.inode).digest()};
    case FileState::Kind::unreadable:
      break;
  }
  return unreadable();
}

Content content_of_directory(const std::string& path) {
  const FileState before = state_of(path.c_str());
  if (before.kind != FileState::Kind::directory) return content_of_file(path);
  const std::unique_ptr<DIR, CloseDirectory> directory(::opendir(path.c_str()));
  if (!directory) return unreadable();
  std::vector<std::string> children;
  while (true) {
    errno = 0;
    const dirent* entry = ::readdir(directory.get());
    if (entry == nullptr) {
      if (errno != 0) return unreadable();
      break;
    }
    const std::string_view name(entry->d_name);
    if (name == "." || name == "..") continue;
    children.push_back(type_of(::dirfd(directory.get()), *entry) + std::string(name));
  }
  std::sort(children.begin(), children.end(),
            [](const std::string& left, const std::string& right) { return left.compare(1, left.npos, right, 1) < 0; });
  Fields fields;
  for (const std::string& child : children) fields.add(child);
  const bool is_steady = state_of_open(::dirfd(directory.get())) == before;
  return {is_steady ? before : unproven(before), fields.digest()};
}

}  // namespace grapnel::cache
