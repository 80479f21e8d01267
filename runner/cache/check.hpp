// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// Many records at once: the whole of an up-to-date run's work.
#pragma once

#include "runner/cache/dependency.hpp"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace grapnel::cache {

/// Asks stat about lists of encoded dependencies: of each list, whether nothing in it changed for sure
/// (is_surely_unchanged()). What is likely to be asked is begun early, on the other processors, and whoever asks for a
/// list that nobody has looked at looks at it: so all are busy until the last answer. One thread calls it.
class Checks {
 public:
  /// `directory`: where most paths lie.
  explicit Checks(const std::string& directory) : below_(directory) {}
  Checks(const Checks&) = delete;
  Checks& operator=(const Checks&) = delete;
  ~Checks();

  /// Begins to look at lists, those first that will be asked for first. Their bytes stay where they are. Once.
  void begin(std::vector<std::string_view> lists);

  /// The answer for a list. One that was begun is not looked at again, so it is an answer as of then; an empty list is
  /// unchanged.
  [[nodiscard]] bool is_unchanged(std::string_view list);

 private:
  /// What is known of a list that was begun.
  enum class Answer : std::uint8_t { open, taken, changed, unchanged };

  /// A list that was begun: where it lies, and its place in `lists_`.
  struct Begun {
    const char* bytes;
    std::size_t place;
  };

  /// Looks at the list at a place, unless somebody has it.
  void look(std::size_t place);
  /// The same at the next place; false where there is none.
  bool look_at_next();

  Below below_;
  std::vector<std::string_view> lists_;
  std::vector<std::atomic<Answer>> answers_;  ///< by place in `lists_`
  std::vector<Begun> by_address_;
  std::atomic<std::size_t> next_{0};
  std::vector<std::jthread> others_;
};

/// The answer for one list, now.
[[nodiscard]] bool is_surely_unchanged(std::string_view encoded_dependencies, const Below& below = {});

}  // namespace grapnel::cache
