// SPDX-License-Identifier: BSD-3-Clause
#include "runner/cache/check.hpp"

#include "runner/cache/record.hpp"

#include <algorithm>
#include <system_error>
#include <utility>

namespace grapnel::cache {

namespace {

constexpr std::size_t kChunk = 16;
constexpr std::size_t kWorthAThread = 64;
constexpr std::size_t kMostThreads = 8;  // beyond, they wait for the kernel's locks

}  // namespace

bool is_surely_unchanged(std::string_view encoded_dependencies, const Below& below) {
  DependencyReader reader(encoded_dependencies);
  while (const auto dependency = reader.next()) {
    if (!is_surely_unchanged(*dependency, below)) return false;
  }
  return !reader.failed();
}

void Checks::Work::take_part(const Below& below) {
  while (true) {
    const std::size_t begin = next.fetch_add(kChunk);
    if (begin >= lists.size()) return;
    const std::size_t end = std::min(begin + kChunk, lists.size());
    for (std::size_t i = begin; i < end; ++i) unchanged[i] = is_surely_unchanged(lists[i], below) ? 1 : 0;
  }
}

void Checks::hire(Work& work, std::vector<std::jthread>& others) const {
  const std::size_t processors = std::max(1U, std::thread::hardware_concurrency());
  const std::size_t useful = std::min({processors - 1, kMostThreads, work.lists.size() / kWorthAThread});
  try {
    while (others.size() < useful) others.emplace_back([this, &work] { work.take_part(below_); });
  } catch (const std::system_error&) {
    // The system is short of threads; those that are there do it.
  }
}

void Checks::finish(Work& work, std::vector<std::jthread>& others) const {
  work.take_part(below_);
  others.clear();
}

Checks::~Checks() {
  begun_.next = begun_.lists.size();
  others_.clear();
}

void Checks::begin(std::vector<std::string_view> lists) {
  begun_.lists = std::move(lists);
  begun_.unchanged.assign(begun_.lists.size(), 0);
  places_.reserve(begun_.lists.size());
  for (std::size_t i = 0; i < begun_.lists.size(); ++i) places_.emplace(begun_.lists[i].data(), i);
  hire(begun_, others_);
}

std::vector<char> Checks::answers(const std::vector<std::string_view>& lists) {
  finish(begun_, others_);
  std::vector<char> unchanged(lists.size());
  std::vector<std::size_t> open;
  Work work;
  for (std::size_t i = 0; i < lists.size(); ++i) {
    const auto begun = places_.find(lists[i].data());
    if (begun != places_.end() && begun_.lists[begun->second].size() == lists[i].size()) {
      unchanged[i] = begun_.unchanged[begun->second];
    } else {
      open.push_back(i);
      work.lists.push_back(lists[i]);
    }
  }
  work.unchanged.assign(work.lists.size(), 0);
  std::vector<std::jthread> others;
  hire(work, others);
  finish(work, others);
  for (std::size_t i = 0; i < open.size(); ++i) unchanged[open[i]] = work.unchanged[i];
  return unchanged;
}

}  // namespace grapnel::cache
