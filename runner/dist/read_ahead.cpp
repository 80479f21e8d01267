// SPDX-License-Identifier: BSD-3-Clause
#include "runner/dist/read_ahead.hpp"

#include <utility>

namespace grapnel::dist {

namespace {

constexpr std::size_t kMostBytes = std::size_t{8} << 20U;
constexpr std::size_t kMostItems = 512;

}  // namespace

ReadAhead::ReadAhead(std::vector<std::filesystem::path> files)
    : files_(std::move(files)), thread_([this] { read_all(); }) {}

ReadAhead::~ReadAhead() {
  {
    const std::lock_guard lock(mutex_);
    is_over_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

bool ReadAhead::is_full() const noexcept { return bytes_ >= kMostBytes || items_.size() >= kMostItems; }

std::optional<WholeFile> ReadAhead::next() {
  if (taken_.empty()) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return !items_.empty(); });
    const bool was_full = is_full();
    taken_.swap(items_);
    bytes_ = 0;
    lock.unlock();
    if (was_full) changed_.notify_all();
  }
  Item item = std::move(taken_.front());
  taken_.pop_front();
  if (item.fault) std::rethrow_exception(item.fault);
  return std::move(item.file);
}

void ReadAhead::read_all() {
  for (const std::filesystem::path& file : files_) {
    Item item = read(file);
    const bool is_fault = item.fault != nullptr;
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return is_over_ || !is_full(); });
    if (is_over_) return;
    if (item.file) bytes_ += item.file->bytes.size();
    items_.push_back(std::move(item));
    const bool was_empty = items_.size() == 1;
    lock.unlock();
    if (was_empty) changed_.notify_all();
    if (is_fault) return;
  }
}

ReadAhead::Item ReadAhead::read(const std::filesystem::path& file) {
  Item item;
  try {
    const OpenFile opened = open_project_file(file);
    if (static_cast<std::size_t>(opened.status.st_size) <= kMostWholeBytes) item.file = read_whole(opened, file);
  } catch (...) {
    item.fault = std::current_exception();
  }
  return item;
}

}  // namespace grapnel::dist
