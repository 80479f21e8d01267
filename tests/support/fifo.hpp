// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// A process of a test says that it has come so far.
#pragma once

#include "hooks_api/base/files.hpp"
#include "tests/support/wait_until.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <utility>

namespace tests {

/// A FIFO, for a hook in shell: `echo > 'PATH'`, which does not wait for the test.
class Fifo {
 public:
  explicit Fifo(std::filesystem::path path) : path_(std::move(path)) {
    if (::mkfifo(path_.c_str(), 0600) != 0) throw std::runtime_error("no FIFO '" + path_.string() + "'");
    // Both ends, so that neither side waits for the other to open it.
    fd_ = hooks::base::Fd(::open(path_.c_str(), O_RDWR | O_NONBLOCK | O_CLOEXEC));
    if (!fd_) throw std::runtime_error("cannot open the FIFO '" + path_.string() + "'");
  }

  [[nodiscard]] std::string path() const { return path_.string(); }

  /// Whether somebody writes to it, or has written since the last call.
  [[nodiscard]] bool wait() const {
    pollfd readable{fd_.get(), POLLIN, 0};
    const auto limit = std::chrono::duration_cast<std::chrono::milliseconds>(kLongEnough);
    if (::poll(&readable, 1, static_cast<int>(limit.count())) != 1) return false;
    std::array<char, 256> word;  // NOLINT(cppcoreguidelines-pro-type-member-init): read into below
    return ::read(fd_.get(), word.data(), word.size()) > 0;
  }

 private:
  std::filesystem::path path_;
  hooks::base::Fd fd_;
};

}  // namespace tests
