// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// What is told of the hooks that the daemon runs.
#pragma once

#include "runner/base/environment.hpp"
#include "runner/daemon/output_files.hpp"
#include "runner/daemon/protocol.hpp"
#include "runner/daemon/verdict.hpp"
#include "runner/engine/event_stream.hpp"
#include <grapnel/events.hpp>

#include <filesystem>
#include <string>

namespace grapnel::hookd {

/// The events of requests, each a run with one hook: the same as of any other hook (events.md). The package is the
/// source tree, by the name of its directory. Used on one thread.
class HookEvents {
 public:
  /// Borrows the sink, which may be null.
  HookEvents(EventSink* sink, const std::filesystem::path& source_tree, const Environment& environment);

  void starts(const Request& request);
  /// `files` may have no names, where there were none.
  void finishes(Verdict verdict, const OutputFiles& files);

 private:
  engine::EventStream events_;
  Redactor redactor_;
  std::string package_;
  HookId hook_;
  Moment began_{};
};

}  // namespace grapnel::hookd
