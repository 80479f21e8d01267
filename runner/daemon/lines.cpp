// SPDX-License-Identifier: BSD-3-Clause
#include "runner/daemon/lines.hpp"

#include <algorithm>
#include <utility>

namespace grapnel::hookd {

namespace {

// A buffer that was larger once is given back.
constexpr std::size_t kKeptCapacity = 1U << 20U;

}  // namespace

std::optional<Line> LineReader::next() {
  const std::size_t end = bytes_.find('\n', seen_);
  if (end != std::string::npos) {
    Line line = take(end - begin_);
    drop(end + 1 - begin_);
    return line;
  }
  seen_ = bytes_.size();
  const std::size_t size = bytes_.size() - begin_;
  if (too_long_ || size > longest_) {
    if (!too_long_) too_long_ = Line{bytes_.substr(begin_, kKeptOfTooLong), true};
    drop(size);
  }
  return std::nullopt;
}

std::optional<Line> LineReader::unfinished() {
  const std::size_t size = bytes_.size() - begin_;
  if (size == 0 && !too_long_) return std::nullopt;
  Line line = take(size);
  drop(size);
  return line;
}

Line LineReader::take(std::size_t size) {
  if (too_long_) return *std::exchange(too_long_, std::nullopt);
  if (size > longest_) return {bytes_.substr(begin_, std::min(size, kKeptOfTooLong)), true};
  return {bytes_.substr(begin_, size), false};
}

void LineReader::drop(std::size_t size) {
  begin_ += size;
  seen_ = begin_;
  if (begin_ == bytes_.size()) {
    if (bytes_.capacity() > kKeptCapacity) {
      std::string().swap(bytes_);
    } else {
      bytes_.clear();
    }
  } else if (begin_ > bytes_.size() / 2) {
    // Not each time: a piece of many small lines would be moved once for each of them.
    bytes_.erase(0, begin_);
  } else {
    return;
  }
  begin_ = 0;
  seen_ = 0;
}

}  // namespace grapnel::hookd
