// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// Reads the files of an archive while others are compressed.
#pragma once

#include "runner/dist/project_file.hpp"

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <exception>
#include <filesystem>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

namespace grapnel::dist {

/// Reads files in their order on a thread of its own, a few megabytes ahead. Its functions are for one thread. The
/// destructor waits for the file that is being read.
class ReadAhead {
 public:
  explicit ReadAhead(std::vector<std::filesystem::path> files);
  ReadAhead(const ReadAhead&) = delete;
  ReadAhead& operator=(const ReadAhead&) = delete;
  ~ReadAhead();

  /// The next file; nothing for one that is too large to be kept, which the caller reads himself. Throws what reading
  /// it threw. REQUIRES: there is one more.
  [[nodiscard]] std::optional<WholeFile> next();

 private:
  struct Item {
    std::optional<WholeFile> file{};
    std::exception_ptr fault{};
  };
  void read_all();
  [[nodiscard]] bool is_full() const noexcept;
  static Item read(const std::filesystem::path& file);

  std::vector<std::filesystem::path> files_;
  std::deque<Item> taken_;  ///< of the caller: many at once, since to wake a thread costs more than to read a file
  std::mutex mutex_;        ///< of what follows
  std::condition_variable changed_;
  std::deque<Item> items_;
  std::size_t bytes_ = 0;  ///< of items_
  bool is_over_ = false;   ///< nobody wants more
  std::thread thread_;
};

}  // namespace grapnel::dist
