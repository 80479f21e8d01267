// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// Writing to somebody who may not read.
#pragma once

#include "hooks_api/base/error.hpp"
#include "hooks_api/base/files.hpp"

#include <stop_token>
#include <string_view>

namespace grapnel {

/// Writes to a pipe or a terminal that somebody else reads. A slow reader is waited for (whoever presses ^S, or reads
/// in a pager, loses nothing), until a stop is requested: from then on for a second at most, so that a run can always
/// be ended. Other files are written as they are. Not thread safe.
class PatientWriter {
 public:
  /// Borrows `fd`. For pipes and terminals it makes a description of its own, which does not block; the one of `fd` is
  /// shared with others and stays as it is.
  PatientWriter(int fd, std::stop_token stop);

  /// All of `bytes`, or an error (ETIMEDOUT where nobody read them); `what` is for its message.
  [[nodiscard]] hooks::base::Expected<void> write(std::string_view bytes, const std::filesystem::path& what);

 private:
  int fd_;
  std::stop_token stop_;
  hooks::base::Fd own_;  ///< empty where writes to `fd` do not wait for anybody
};

}  // namespace grapnel
