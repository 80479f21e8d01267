// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// What a command did, in a few lines at its end.
#pragma once

#include "runner/report/style.hpp"
#include <grapnel/events.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace grapnel::report {

/// Counts what hooks came to, and keeps the first failures. Bounded. Not thread safe.
class Summary {
 public:
  void begin(Moment time);
  void add(const HookStarted& event);
  void add(const HookFinished& event);
  /// A line that stays was written: what failed before it is no longer at the end.
  void note_line() noexcept { is_buried_ = is_buried_ || !failures_.empty(); }

  /// "12 up to date, 1 ran (sqlite3: src/a.c changed) in 1.2 s"; empty where nothing ran and nothing failed.
  [[nodiscard]] std::string line(Moment end, const Style& style) const;
  /// The failures again, a line for each; empty where there was one alone, and it is still to be seen.
  [[nodiscard]] std::string failures(const Style& style) const;

 private:
  std::optional<Moment> begun_;
  std::size_t up_to_date_ = 0;
  std::size_t ran_ = 0;
  std::size_t failed_ = 0;
  std::size_t canceled_ = 0;
  std::size_t skipped_ = 0;
  std::vector<HookFinished> failures_;  // without what they printed
  bool is_buried_ = false;              // something was printed below a failure
  std::string cause_;                   // the first hook that ran, and why
  std::size_t started_ = 0;
};

}  // namespace grapnel::report
