// SPDX-License-Identifier: BSD-3-Clause
// A directory of a test's own, with a path that is not kind: a space, letters beyond ASCII.
#pragma once

#include "tests/support/collect_documents.hpp"

#include <gtest/gtest.h>

#include <stdlib.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>

namespace tests {

/// All of a file; empty where it cannot be read.
inline std::string read_text(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  // Not by iterators: they let an error of reading out as an exception, as where a process of /proc has just gone.
  std::string text;
  std::array<char, 4096> chunk{};
  while (in.read(chunk.data(), chunk.size()) || in.gcount() > 0) {
    text.append(chunk.data(), static_cast<std::size_t>(in.gcount()));
  }
  return text;
}

/// Removed at the end, unless the test failed: then its path is printed. Documents of the protocol in it are kept for
/// the validator.
class TemporaryDirectory {
 public:
  TemporaryDirectory() {
    std::string pattern = (std::filesystem::temp_directory_path() / "grapnel tést XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("mkdtemp: " + pattern);
    path_ = std::filesystem::canonical(pattern);
  }
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
  ~TemporaryDirectory() {
    if (::testing::Test::HasFailure()) {
      std::fprintf(stderr, "kept: %s\n", path_.c_str());
      return;
    }
    DocumentCollector::collect(path_);
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }

  [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }
  std::filesystem::path operator/(const std::filesystem::path& relative) const { return path_ / relative; }

  /// Writes a file, and the directories above it.
  std::filesystem::path write(const std::filesystem::path& relative, std::string_view bytes) const {
    const std::filesystem::path file = path_ / relative;
    std::filesystem::create_directories(file.parent_path());
    std::ofstream out(file, std::ios::binary);
    out << bytes;
    if (!out.flush()) throw std::runtime_error("cannot write " + file.string());
    return file;
  }
  /// Writes a script or program that can be started.
  std::filesystem::path write_executable(const std::filesystem::path& relative, std::string_view bytes) const {
    std::filesystem::path file = write(relative, bytes);
    std::filesystem::permissions(file, std::filesystem::perms::owner_all);
    return file;
  }
  /// All of a file; a missing one is a failure of the test.
  [[nodiscard]] std::string read(const std::filesystem::path& relative) const {
    EXPECT_TRUE(std::filesystem::exists(path_ / relative)) << path_ / relative;
    return read_text(path_ / relative);
  }

 private:
  std::filesystem::path path_;
};

}  // namespace tests
