// SPDX-License-Identifier: BSD-3-Clause
#include "runner/cache/check.hpp"

#include "runner/cache/record.hpp"

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <system_error>
#include <thread>

namespace grapnel::cache {

namespace {

bool is_surely_unchanged_list(std::string_view encoded) {
  DependencyReader reader(encoded);
  while (const auto dependency = reader.next()) {
    if (!is_surely_unchanged(*dependency)) return false;
  }
  return true;
}

}  // namespace

std::vector<char> surely_unchanged(const std::vector<std::string_view>& lists) {
  constexpr std::size_t kChunk = 16;
  constexpr std::size_t kWorthAThread = 64;
  std::vector<char> unchanged(lists.size());
  std::atomic<std::size_t> next = 0;
  const auto work = [&] {
    while (true) {
      const std::size_t begin = next.fetch_add(kChunk);
      if (begin >= lists.size()) return;
      const std::size_t end = std::min(begin + kChunk, lists.size());
      for (std::size_t i = begin; i < end; ++i) unchanged[i] = is_surely_unchanged_list(lists[i]) ? 1 : 0;
    }
  };
  const std::size_t threads =
      std::min<std::size_t>(std::max(1U, std::thread::hardware_concurrency()), 1 + lists.size() / kWorthAThread);
  std::vector<std::jthread> others;
  try {
    while (others.size() + 1 < threads) others.emplace_back(work);
  } catch (const std::system_error&) {
    // The system is short of threads; those that are there do it.
  }
  work();
  others.clear();
  return unchanged;
}

}  // namespace grapnel::cache
