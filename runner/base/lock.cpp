// SPDX-License-Identifier: BSD-3-Clause
#include "runner/base/lock.hpp"

#include "runner/base/errors.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <ctime>
#include <mutex>
#include <system_error>
#include <unordered_set>
#include <utility>

namespace grapnel {

namespace {

using hooks::base::Fd;
using hooks::base::repeat_on_eintr;

/// The files that this process holds, by device and inode.
struct Table {
  std::mutex mutex;
  std::unordered_set<std::string> keys;
};

Table& table() {
  static Table instance;
  return instance;
}

std::string key_of(const struct stat& status) {
  return std::to_string(status.st_dev) + ":" + std::to_string(status.st_ino);
}

Fd open_lock_file(const std::filesystem::path& file) {
  // Without O_TRUNC: whoever only waits must not erase the owner's text.
  constexpr int kFlags = O_RDWR | O_CREAT | O_NONBLOCK;
  // Somebody who cleans up may remove an empty directory between the two calls.
  constexpr int kTries = 100;
  for (int i = 1;; ++i) {
    auto fd = hooks::base::open_file(file, kFlags);
    if (fd || fd.error().error_number != ENOENT || i == kTries) return value_or_throw(std::move(fd));
    const auto made = hooks::base::create_directories(file.parent_path());
    if (!made && made.error().error_number != ENOENT) throw SystemError(made.error());
  }
}

struct stat status_of(const Fd& fd, const std::filesystem::path& file) {
  struct stat status {};
  if (::fstat(fd.get(), &status) != 0) {
    throw SystemError("cannot lock '" + file.native() + "': " + std::generic_category().message(errno), errno);
  }
  if (!S_ISREG(status.st_mode)) throw SystemError("cannot lock '" + file.native() + "': it is not a regular file");
  return status;
}

/// Sets or frees the record lock on the whole file; an errno, or 0.
int set_record_lock(const Fd& fd, short type) {
  struct flock lock {};
  lock.l_type = type;
  lock.l_whence = SEEK_SET;
  return repeat_on_eintr([&] { return ::fcntl(fd.get(), F_OFD_SETLK, &lock); }) == 0 ? 0 : errno;
}

/// Whether `file` is still the file behind `status`; somebody may have removed the directory since it was opened.
bool is_same_file(const std::filesystem::path& file, const struct stat& status) {
  struct stat now {};
  return ::stat(file.c_str(), &now) == 0 && now.st_dev == status.st_dev && now.st_ino == status.st_ino;
}

[[noreturn]] void throw_lock_error(const std::filesystem::path& file, int error_number) {
  std::string message = "cannot lock '" + file.native() + "': " + std::generic_category().message(error_number);
  if (error_number == ENOLCK || error_number == ENOTSUP || error_number == EINVAL || error_number == ENOSYS) {
    message +=
        "; its file system knows no locks, without which two runs could spoil each other's files: put the "
        "project on a file system that does";
  }
  throw SystemError(message, error_number);
}

/// Names the owner, in the words of Dart's runner.
std::string owner_text(const std::string& purpose) {
  static const std::string executable = [] {
    std::error_code unknown;
    const auto path = std::filesystem::read_symlink("/proc/self/exe", unknown);
    return unknown ? std::string("grapnel") : path.native();
  }();
  const std::time_t now = std::time(nullptr);
  struct tm parts {};
  ::localtime_r(&now, &parts);
  char time[32] = "";
  std::strftime(time, sizeof time, "%Y-%m-%d %H:%M:%S", &parts);
  return "Last acquired by " + executable + " (pid " + std::to_string(::getpid()) + ") running " + purpose + " on " +
         time + ".\n";
}

constexpr std::string_view kRun = "in run ";

/// What is behind the first line of a file of `size` bytes, if a run that died left it there; else empty.
std::string run_in(const Fd& fd, off_t size) {
  constexpr off_t kLongestText = off_t{64} << 10;
  if (size <= 0 || size > kLongestText) return {};
  std::string text(static_cast<std::size_t>(size), '\0');
  const auto count = repeat_on_eintr([&] { return ::pread(fd.get(), text.data(), text.size(), 0); });
  text.resize(static_cast<std::size_t>(std::max<ssize_t>(count, 0)));
  const std::size_t first_end = text.find('\n');
  if (first_end == text.npos || text.compare(first_end + 1, kRun.size(), kRun) != 0 || text.back() != '\n') return {};
  const std::size_t begin = first_end + 1 + kRun.size();
  return text.substr(begin, text.size() - 1 - begin);
}

/// Replaces the text of a file of `size` bytes.
void write_owner(const Fd& fd, off_t size, const std::filesystem::path& file, const std::string& text) {
  const auto new_size = static_cast<off_t>(text.size());
  // The text is for people only: a full disk does not make the lock less of a lock.
  if (hooks::base::write_all(fd.get(), text, file) && size > new_size) {
    static_cast<void>(::ftruncate(fd.get(), new_size) == 0);
  }
}

}  // namespace

std::optional<FileLock> FileLock::try_acquire(const std::filesystem::path& file, const std::string& purpose,
                                              const std::string& run) {
  while (true) {
    Fd fd = open_lock_file(file);
    const auto status = status_of(fd, file);
    std::string key = key_of(status);
    {
      const std::lock_guard guard(table().mutex);
      if (!table().keys.insert(key).second) return std::nullopt;
    }
    FileLock lock(std::move(fd), std::move(key));  // from here on its destructor frees what was taken
    const int failure = set_record_lock(lock.fd_, F_WRLCK);
    if (failure == EAGAIN || failure == EACCES) return std::nullopt;
    if (failure != 0) throw_lock_error(file, failure);
    if (!is_same_file(file, status)) continue;
    // Asked under the lock: the owner before may have written since it was opened.
    const off_t size = status_of(lock.fd_, file).st_size;
    lock.dead_run_ = run_in(lock.fd_, size);
    std::string text = owner_text(purpose);
    if (!run.empty()) {
      lock.owner_size_ = static_cast<long long>(text.size());
      text.append(kRun).append(run).append("\n");
    }
    write_owner(lock.fd_, size, file, text);
    return lock;
  }
}

bool FileLock::is_held(const std::filesystem::path& file) {
  const auto fd = hooks::base::open_file(file, O_RDONLY | O_NONBLOCK | O_NOFOLLOW);
  if (!fd) return false;
  struct flock lock {};
  lock.l_type = F_WRLCK;
  lock.l_whence = SEEK_SET;
  return ::fcntl(fd->get(), F_OFD_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
}

std::string FileLock::owner_of(const std::filesystem::path& file) {
  constexpr std::size_t kLongestText = 64U << 10U;
  auto text = hooks::base::read_file(file, kLongestText);
  if (!text) return {};
  text->resize(std::min(text->find('\n'), text->size()));
  return std::move(*text);
}

FileLock::FileLock(Fd fd, std::string key) : fd_(std::move(fd)), key_(std::move(key)) {}

FileLock::FileLock(FileLock&& other) noexcept
    : fd_(std::move(other.fd_)),
      key_(std::move(other.key_)),
      dead_run_(std::move(other.dead_run_)),
      owner_size_(other.owner_size_) {}

FileLock& FileLock::operator=(FileLock&& other) noexcept {
  if (this != &other) {
    release();
    fd_ = std::move(other.fd_);
    key_ = std::move(other.key_);
    dead_run_ = std::move(other.dead_run_);
    owner_size_ = other.owner_size_;
  }
  return *this;
}

FileLock::~FileLock() { release(); }

void FileLock::release() noexcept {
  if (!fd_) return;
  if (owner_size_ > 0) {
    static_cast<void>(repeat_on_eintr([&] { return ::ftruncate(fd_.get(), static_cast<off_t>(owner_size_)); }) == 0);
  }
  // Not close() alone: a child that another thread is just starting holds the open file until its exec.
  set_record_lock(fd_, F_UNLCK);
  fd_.reset();
  const std::lock_guard guard(table().mutex);
  table().keys.erase(key_);
}

}  // namespace grapnel
