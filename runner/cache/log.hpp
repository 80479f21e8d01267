// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// The one state file of a workspace: an append-only log of records.
#pragma once

#include "hooks_api/base/files.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace grapnel::cache {

/// What a log entry is about.
enum class EntryType : std::uint8_t {
  hook = 1,         ///< HookRecord; key: package, kind, config
  environment = 2,  ///< EnvironmentTable; key: its digest
  program = 3,      ///< ProgramRecord; key: package, kind
  folder = 4,       ///< FolderRecord; key: package, kind
  application = 5,  ///< digest of what was given to an application that was found right; key: config
  used = 6,         ///< a config was used; key: config
  workspace = 7,    ///< packages of a workspace, by the digest of the files that say so; one key
};

/// A key of several parts, which hold no line feed.
[[nodiscard]] std::string log_key(std::initializer_list<std::string_view> parts);

/// The log at `file`. The last entry of a key counts.
///
/// Format: a header of 16 bytes (magic and version), then entries: marker, size of the payload, XXH3-64 of the payload,
/// payload (type, key, value). An entry that is damaged or torn is passed over, and those behind it count. A header of
/// another version makes the log empty; the next append begins a new one. So whatever happens to the file is a miss.
///
/// Any number of processes may use one log: an append is one write in append mode under a shared lock, compaction
/// replaces the file under an exclusive one. On a file system without locks both go on without. No fsync: losing
/// records costs runs, never a wrong result.
///
/// The file stays open for as long as the object lives: so others see who uses it (users_of_log()), without a lock.
///
/// Not thread safe, but for find() between changes. Views into the log stay valid for as long as the object lives.
class StateLog {
 public:
  /// Reads the log; no file is an empty log. Errors of reading are an empty log too: describe them by fault().
  explicit StateLog(std::filesystem::path file);
  ~StateLog();
  StateLog(const StateLog&) = delete;
  StateLog& operator=(const StateLog&) = delete;

  /// The value of the last entry of that type and key.
  [[nodiscard]] std::optional<std::string_view> find(EntryType type, std::string_view key) const;

  /// Goes through all living entries, in no certain order.
  void for_each(const std::function<void(EntryType, std::string_view key, std::string_view value)>& visit) const;

  /// Reads what others have appended since.
  void refresh();

  /// Makes the file, where there is none, and keeps it open, so that others see that somebody works here. Errors are no
  /// matter: whoever has to write will meet them again.
  void hold() noexcept;

  /// Appends an entry; find() gives it from now on. An empty value removes the key. Throws SystemError.
  void append(EntryType type, std::string_view key, std::string_view value);

  /// Rewrites the file without what does not count any more, where that is a third of it and more. Throws SystemError.
  void compact();
  /// The same, whatever the share.
  void compact_now();

  /// Why a log that is there could not be read; empty where it could.
  [[nodiscard]] const std::string& fault() const noexcept { return fault_; }
  /// Bytes of entries that count, and of the file as it was read.
  [[nodiscard]] std::size_t living_bytes() const noexcept { return living_bytes_; }
  [[nodiscard]] std::size_t file_bytes() const noexcept { return read_up_to_; }

 private:
  struct Entry {
    EntryType type;
    std::string_view key;
    std::string_view value;
  };
  struct Slot {
    std::string_view value;
    std::size_t bytes = 0;
  };

  void load();
  std::size_t take_entries(std::string_view bytes);
  void count(const Entry& entry, std::size_t bytes);
  void open_for_append();
  [[nodiscard]] bool is_current() const;
  [[nodiscard]] std::string all_entries() const;

  std::filesystem::path file_;
  std::vector<std::unique_ptr<char[]>> blocks_;       ///< what views point into
  std::unordered_map<std::string_view, Slot> index_;  ///< by type and key, as they stand in the log
  std::size_t living_bytes_ = 0;
  std::size_t read_up_to_ = 0;  ///< of the file with `inode_`
  std::uint64_t device_ = 0;
  std::uint64_t inode_ = 0;
  bool is_ours_ = false;     ///< the header is of this version
  hooks::base::Fd read_fd_;  ///< of that file: as long as it is open, no other file gets its number, and others see it
  hooks::base::Fd append_fd_;
  std::string fault_;
};

}  // namespace grapnel::cache
