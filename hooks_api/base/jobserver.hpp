// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// The client's side of GNU make's jobserver: a pipe that holds a byte, the token, for each job that may run beside
/// those that do (source: the GNU make manual, "Sharing Job Slots with GNU make").
#pragma once

#include "hooks_api/base/error.hpp"
#include "hooks_api/base/files.hpp"

#include <filesystem>
#include <optional>
#include <string_view>

namespace hooks::base {

/// Where MAKEFLAGS says that the tokens are: two inherited descriptors, or a named pipe.
struct JobserverAddress {
  int read_fd = -1;
  int write_fd = -1;
  std::filesystem::path fifo{};  ///< empty: the descriptors
  friend bool operator==(const JobserverAddress&, const JobserverAddress&) = default;
};

/// What the last `--jobserver-auth=` or `--jobserver-fds=` among the options of a MAKEFLAGS value says; nothing where
/// there is none. A form that is not known is an address without descriptors, which cannot be opened.
[[nodiscard]] std::optional<JobserverAddress> jobserver_address(std::string_view makeflags);

/// A description of the pipe behind `pipe` that nobody shares, so that O_NONBLOCK among the `flags` disturbs
/// nobody. Close-on-exec. Needs /proc.
[[nodiscard]] Expected<Fd> own_description(int pipe, int flags);

/// The pipe of a jobserver that somebody else runs. Never blocks. What was taken must go back, whatever happens.
class JobserverClient {
 public:
  /// The error says what is wrong with the address: make closes the descriptors for recipes that it takes for no make.
  [[nodiscard]] static Expected<JobserverClient> open(const JobserverAddress& address);

  /// A token, where one is there.
  [[nodiscard]] std::optional<char> try_take() noexcept;
  /// Gives back a token, the very byte that was taken; false where the pipe refused it.
  [[nodiscard]] bool give_back(char token) noexcept;
  /// Readable when a token may be there; others wait for it too.
  [[nodiscard]] int watched_fd() const noexcept { return tokens_.get(); }

 private:
  JobserverClient(Fd tokens, Fd returns) noexcept;
  Fd tokens_;
  Fd returns_;
};

}  // namespace hooks::base
