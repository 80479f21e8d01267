// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// Where a hook's standard streams lead.
#pragma once

#include "hooks_api/base/error.hpp"

#include <string>

namespace hooks::pep517 {

/// The standard streams of this process during one call: descriptor 0 is /dev/null, 1 and 2 append to two files that
/// exist. Whatever an earlier call closed or put there makes no difference. Afterwards stdio is flushed, what it cannot
/// write is dropped, and all three are /dev/null: so nothing of one call reaches the files of another. Where the hook
/// left no descriptor free, all but these three are closed.
///
/// Changes the whole process. Not thread safe.
class CallStreams {
 public:
  CallStreams(const std::string& stdout_file, const std::string& stderr_file);
  CallStreams(const CallStreams&) = delete;
  CallStreams& operator=(const CallStreams&) = delete;
  ~CallStreams();

  /// Whether both files could be opened; the error names the one that could not.
  [[nodiscard]] const base::Expected<void>& opened() const noexcept { return opened_; }

 private:
  base::Expected<void> opened_;
};

/// std::cout, std::cerr and std::clog during one call. A library has its own, so this belongs to whoever calls the
/// hook: errors of an earlier call are forgotten, and what they hold is written in the end. Before the CallStreams end.
class CallIostreams {
 public:
  CallIostreams();
  CallIostreams(const CallIostreams&) = delete;
  CallIostreams& operator=(const CallIostreams&) = delete;
  ~CallIostreams();
};

}  // namespace hooks::pep517
