// SPDX-License-Identifier: BSD-3-Clause
#include "runner/cache/check.hpp"

#include "runner/cache/record.hpp"

#include <algorithm>
#include <functional>
#include <system_error>
#include <utility>

namespace grapnel::cache {

namespace {

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

void Checks::look(std::size_t place) {
  Answer open = Answer::open;
  if (!answers_[place].compare_exchange_strong(open, Answer::taken, std::memory_order_relaxed)) return;
  answers_[place] = is_surely_unchanged(lists_[place], below_) ? Answer::unchanged : Answer::changed;
  answers_[place].notify_one();
}

bool Checks::look_at_next() {
  const std::size_t place = next_.fetch_add(1, std::memory_order_relaxed);
  if (place >= lists_.size()) return false;
  look(place);
  return true;
}

Checks::~Checks() {
  next_ = lists_.size();
  others_.clear();
}

void Checks::begin(std::vector<std::string_view> lists) {
  lists_ = std::move(lists);
  answers_ = std::vector<std::atomic<Answer>>(lists_.size());
  by_address_.reserve(lists_.size());
  for (std::size_t place = 0; place < lists_.size(); ++place) by_address_.push_back({lists_[place].data(), place});
  std::sort(by_address_.begin(), by_address_.end(),
            [](const Begun& left, const Begun& right) { return std::less<>()(left.bytes, right.bytes); });
  const std::size_t processors = std::max(1U, std::thread::hardware_concurrency());
  const std::size_t useful = std::min({processors - 1, kMostThreads, lists_.size() / kWorthAThread});
  try {
    while (others_.size() < useful) {
      others_.emplace_back([this] {
        while (look_at_next()) {
        }
      });
    }
  } catch (const std::system_error&) {
    // The system is short of threads; those that are there do it.
  }
}

bool Checks::is_unchanged(std::string_view list) {
  if (list.empty()) return true;
  const auto found =
      std::lower_bound(by_address_.begin(), by_address_.end(), list.data(),
                       [](const Begun& begun, const char* bytes) { return std::less<>()(begun.bytes, bytes); });
  if (found == by_address_.end() || found->bytes != list.data() || lists_[found->place].size() != list.size()) {
    return is_surely_unchanged(list, below_);
  }
  std::atomic<Answer>& answer = answers_[found->place];
  look(found->place);
  // Who took it is about to answer; to wait for each would make one thread follow the other.
  while (answer == Answer::taken && look_at_next()) {
  }
  answer.wait(Answer::taken);
  return answer == Answer::unchanged;
}

}  // namespace grapnel::cache
