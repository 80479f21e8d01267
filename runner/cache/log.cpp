// SPDX-License-Identifier: BSD-3-Clause
#include "runner/cache/log.hpp"

#include "runner/base/errors.hpp"
#include "runner/cache/bytes.hpp"
#include "runner/cache/file_state.hpp"

#define XXH_INLINE_ALL
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <utility>

namespace grapnel::cache {

namespace {

using hooks::base::Fd;
using hooks::base::repeat_on_eintr;

// The version belongs to the format of everything in the log: entries and records.
constexpr std::string_view kHeader("grapnel records\x01", 16);
constexpr std::string_view kMarker("\xF7gr\x1F", 4);
constexpr std::size_t kFrame = 4 + 4 + 8;
constexpr std::size_t kLargestLog = std::size_t{1} << 31U;
constexpr std::size_t kLargestPayload = std::size_t{256} << 20U;

std::string framed(std::string_view payload) {
  std::string entry(kMarker);
  entry += ByteWriter()
               .number(static_cast<std::uint32_t>(payload.size()))
               .number(static_cast<std::uint64_t>(XXH3_64bits(payload.data(), payload.size())))
               .take();
  entry += payload;
  return entry;
}

// How many bytes at the end may be the first ones of a marker.
std::size_t begun_marker(std::string_view bytes) {
  std::size_t size = kMarker.size() - 1;
  while (!bytes.ends_with(kMarker.substr(0, size))) --size;
  return size;
}

std::string payload_of(EntryType type, std::string_view key, std::string_view value) {
  std::string payload;
  payload += static_cast<char>(type);
  payload += key;
  payload += '\0';
  payload += value;
  return payload;
}

[[noreturn]] void throw_error(const std::string& what, const std::filesystem::path& file, int error_number) {
  throw SystemError(
      hooks::base::system_error(what + " '" + file.string() + "', which keeps what hooks depend on", error_number)
          .value());
}

// Locks the whole file while it lives. Where the file system knows no locks it does nothing.
class LogLock {
 public:
  LogLock(int fd, short type) : fd_(fd) { set(type, F_OFD_SETLKW); }
  LogLock(const LogLock&) = delete;
  LogLock& operator=(const LogLock&) = delete;
  ~LogLock() { set(F_UNLCK, F_OFD_SETLK); }

 private:
  void set(short type, int command) const {
    struct flock lock {};
    lock.l_type = type;
    lock.l_whence = SEEK_SET;
    (void)repeat_on_eintr([&] { return ::fcntl(fd_, command, &lock); });
  }
  int fd_;
};

// Bytes of a file.
struct Block {
  std::unique_ptr<char[]> bytes;
  std::size_t size = 0;
  [[nodiscard]] std::string_view view() const { return {bytes.get(), size}; }
};

// `size` bytes of the file from `offset`, or fewer where it ends before. Nothing where it cannot be read.
std::optional<Block> read_block(int fd, std::size_t offset, std::size_t size) {
  Block block{std::make_unique_for_overwrite<char[]>(size)};
  while (block.size < size) {
    const ssize_t count = repeat_on_eintr([&] {
      return ::pread(fd, block.bytes.get() + block.size, size - block.size, static_cast<off_t>(offset + block.size));
    });
    if (count < 0) return std::nullopt;
    if (count == 0) break;
    block.size += static_cast<std::size_t>(count);
  }
  return block;
}

}  // namespace

std::string log_key(std::initializer_list<std::string_view> parts) {
  std::string key;
  for (const std::string_view part : parts) {
    if (!key.empty()) key += '\n';
    key += part;
  }
  return key;
}

StateLog::StateLog(std::filesystem::path file) : file_(std::move(file)) { load(); }

StateLog::~StateLog() = default;

void StateLog::load() {
  is_ours_ = false;
  read_up_to_ = 0;
  read_fd_ = Fd(repeat_on_eintr([&] { return ::open(file_.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK); }));
  if (!read_fd_) {
    if (errno != ENOENT && errno != ENOTDIR) fault_ = std::generic_category().message(errno);
    return;
  }
  const FileState state = state_of_open(read_fd_.get());
  device_ = state.device;
  inode_ = state.inode;
  if (state.kind != FileState::Kind::regular || state.size > kLargestLog) {
    fault_ = "it is no regular file, or too large";
    return;
  }
  auto block = read_block(read_fd_.get(), 0, state.size);
  if (!block) {
    fault_ = std::generic_category().message(errno);
    return;
  }
  if (!block->view().starts_with(kHeader)) return;
  is_ours_ = true;
  constexpr std::size_t kCommonEntry = 512;
  index_.reserve(block->size / kCommonEntry);
  read_up_to_ = kHeader.size() + take_entries(block->view().substr(kHeader.size()));
  blocks_.push_back(std::move(block->bytes));
}

// Counts what is whole in `bytes`; gives how many of them need not be looked at again: all but a last entry that
// somebody may be writing just now.
std::size_t StateLog::take_entries(std::string_view bytes) {
  std::size_t position = 0;
  while (true) {
    position = bytes.find(kMarker, position);
    if (position == bytes.npos) return bytes.size() - begun_marker(bytes);
    ByteReader frame(bytes.substr(position + kMarker.size()));
    const auto size = frame.number<std::uint32_t>();
    const auto checksum = frame.number<std::uint64_t>();
    if (frame.failed() ||
        (size <= kLargestPayload && size > frame.rest().size() && bytes.find(kMarker, position + 1) == bytes.npos)) {
      return position;
    }
    const std::string_view payload = frame.rest().substr(0, size);
    const std::size_t end_of_key = payload.find('\0');
    if (payload.size() != size || XXH3_64bits(payload.data(), payload.size()) != checksum || end_of_key == 0 ||
        end_of_key == payload.npos) {
      ++position;  // torn, or no entry at all: go on behind the marker
      continue;
    }
    count({static_cast<EntryType>(payload[0]), payload.substr(0, end_of_key), payload.substr(end_of_key + 1)},
          kFrame + size);
    position += kFrame + size;
  }
}

// `key` has the type as its first byte.
void StateLog::count(const Entry& entry, std::size_t bytes) {
  if (entry.value.empty()) {
    const auto found = index_.find(entry.key);
    if (found == index_.end()) return;
    living_bytes_ -= found->second.bytes;
    index_.erase(found);
    return;
  }
  const auto [slot, is_new] = index_.try_emplace(entry.key);
  if (!is_new) living_bytes_ -= slot->second.bytes;
  slot->second = {entry.value, bytes};
  living_bytes_ += bytes;
}

std::optional<std::string_view> StateLog::find(EntryType type, std::string_view key) const {
  std::string full;
  full.reserve(key.size() + 1);
  full += static_cast<char>(type);
  full += key;
  const auto found = index_.find(full);
  if (found == index_.end()) return std::nullopt;
  return found->second.value;
}

void StateLog::for_each(
    const std::function<void(EntryType, std::string_view key, std::string_view value)>& visit) const {
  for (const auto& [key, slot] : index_) visit(static_cast<EntryType>(key[0]), key.substr(1), slot.value);
}

bool StateLog::is_current() const {
  const FileState now = state_of(file_.c_str());
  return now.kind == FileState::Kind::regular && now.device == device_ && now.inode == inode_;
}

void StateLog::refresh() {
  if (!is_ours_ || !is_current()) {
    // Another file: what it holds is newer than what we know; keys that it lacks were lost or removed.
    index_.clear();
    living_bytes_ = 0;
    append_fd_.reset();
    load();
    return;
  }
  const FileState state = state_of_open(read_fd_.get());
  if (state.size <= read_up_to_ || state.size > kLargestLog) return;
  auto block = read_block(read_fd_.get(), read_up_to_, state.size - read_up_to_);
  if (!block) return;
  read_up_to_ += take_entries(block->view());
  blocks_.push_back(std::move(block->bytes));
}

void StateLog::open_for_append() {
  if (append_fd_ && is_ours_ && is_current()) return;
  append_fd_.reset();
  if (!is_ours_ || !is_current()) {
    // A new log, put into its place as a whole, so that nobody ever sees one without a header.
    const auto created = hooks::base::create_directories(file_.parent_path());
    if (!created) throw SystemError(created.error());
    refresh();
    if (!is_ours_) {
      value_or_throw(hooks::base::publish_file(file_, kHeader));
      refresh();
    }
  }
  auto fd = hooks::base::open_file(file_, O_RDWR | O_APPEND);
  if (!fd) throw SystemError(fd.error());
  append_fd_ = std::move(*fd);
}

void StateLog::hold() noexcept {
  try {
    open_for_append();
  } catch (const std::exception&) {
    append_fd_.reset();
  }
}

void StateLog::append(EntryType type, std::string_view key, std::string_view value) {
  const std::string payload = payload_of(type, key, value);
  const std::string entry = framed(payload);
  // Somebody may replace the file meanwhile. Each try waits for a whole compaction at most, and others write between
  // two of them, so the many tries are for a file that is never the one that was opened.
  constexpr int kTries = 10'000;
  for (int i = 0; i < kTries; ++i) {
    open_for_append();
    const LogLock lock(append_fd_.get(), F_RDLCK);
    if (!is_current()) continue;
    // One write: entries of several processes do not mix. A part of an entry is passed over by whoever reads.
    const ssize_t written = repeat_on_eintr([&] { return ::write(append_fd_.get(), entry.data(), entry.size()); });
    if (written < 0) throw_error("cannot write", file_, errno);
    if (static_cast<std::size_t>(written) != entry.size())
      throw_error("cannot write all of an entry to", file_, ENOSPC);
    // Where nobody else has written since, there is nothing before the entry to be read. With a damaged end there may
    // be: then all of it is read.
    const off_t end = ::lseek(append_fd_.get(), 0, SEEK_CUR);
    if (end >= 0 && static_cast<std::size_t>(end) == read_up_to_ + entry.size()) read_up_to_ += entry.size();
    auto kept = std::make_unique_for_overwrite<char[]>(payload.size());
    std::copy(payload.begin(), payload.end(), kept.get());
    const std::string_view bytes(kept.get(), payload.size());
    const std::size_t end_of_key = bytes.find('\0');
    count({type, bytes.substr(0, end_of_key), bytes.substr(end_of_key + 1)}, entry.size());
    blocks_.push_back(std::move(kept));
    return;
  }
  throw SystemError("'" + file_.string() + "' is replaced again and again while a record is to be written");
}

std::string StateLog::all_entries() const {
  std::string bytes(kHeader);
  bytes.reserve(kHeader.size() + living_bytes_);
  for (const auto& [key, slot] : index_) {
    bytes += framed(payload_of(static_cast<EntryType>(key[0]), key.substr(1), slot.value));
  }
  return bytes;
}

void StateLog::compact() {
  constexpr std::size_t kWorthIt = std::size_t{1} << 20U;
  if (file_bytes() > kWorthIt + living_bytes_ + living_bytes_ / 2) compact_now();
}

void StateLog::compact_now() {
  open_for_append();
  const LogLock lock(append_fd_.get(), F_WRLCK);
  if (!is_current()) return;  // somebody else has just done it
  refresh();
  value_or_throw(hooks::base::publish_file(file_, all_entries()));
}

}  // namespace grapnel::cache
