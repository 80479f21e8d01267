// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// A stop request for poll().
#pragma once

#include "hooks_api/base/files.hpp"

#include <sys/eventfd.h>
#include <unistd.h>

#include <cstdint>
#include <stop_token>
#include <utility>

namespace grapnel {

/// A descriptor that is readable once a stop is requested. Whoever requests it, on any thread, only writes to it.
class StopSignal {
 public:
  explicit StopSignal(std::stop_token stop)
      : fd_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)), callback_(std::move(stop), Write{fd_.get()}) {}

  /// -1 where there is no descriptor to be had; poll() passes over that.
  [[nodiscard]] int fd() const noexcept { return fd_.get(); }

 private:
  struct Write {
    int fd;
    void operator()() const noexcept {
      const std::uint64_t one = 1;
      [[maybe_unused]] const ssize_t written = ::write(fd, &one, sizeof one);
    }
  };
  hooks::base::Fd fd_;
  std::stop_callback<Write> callback_;
};

}  // namespace grapnel
