// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// Many records at once: the whole of an up-to-date run's work.
#pragma once

#include "runner/cache/dependency.hpp"

#include <atomic>
#include <cstddef>
#include <string>
#include <string_view>
#include <thread>
#include <unordered_map>
#include <vector>

namespace grapnel::cache {

/// Asks stat about lists of encoded dependencies, on several threads: of each list, whether nothing in it changed for
/// sure (is_surely_unchanged()). What is likely to be asked may be begun early, while the caller does something else.
/// One thread calls it.
class Checks {
 public:
  /// `directory`: where most paths lie.
  explicit Checks(const std::string& directory) : below_(directory) {}
  Checks(const Checks&) = delete;
  Checks& operator=(const Checks&) = delete;
  ~Checks();

  /// Begins to look at lists, whose bytes stay where they are. Once.
  void begin(std::vector<std::string_view> lists);

  /// The answers, by place in `lists`. One that was begun is not looked at again, so it is an answer as of then; an
  /// empty list is unchanged. Returns when all are there.
  [[nodiscard]] std::vector<char> answers(const std::vector<std::string_view>& lists);

 private:
  /// Lists that several threads take from.
  struct Work {
    std::vector<std::string_view> lists{};
    std::vector<char> unchanged{};
    std::atomic<std::size_t> next{0};

    void take_part(const Below& below);
  };

  /// Ends when all are looked at.
  void finish(Work& work, std::vector<std::jthread>& others) const;
  void hire(Work& work, std::vector<std::jthread>& others) const;

  Below below_;
  Work begun_;
  std::vector<std::jthread> others_;
  std::unordered_map<const char*, std::size_t> places_;  ///< in begun_, by where a list begins
};

/// The answer for one list, now.
[[nodiscard]] bool is_surely_unchanged(std::string_view encoded_dependencies, const Below& below = {});

}  // namespace grapnel::cache
