// SPDX-License-Identifier: BSD-3-Clause
#include "runner/dist/archive.hpp"

#include "hooks_api/base/files.hpp"
#include "hooks_api/base/shown.hpp"
#include "hooks_api/base/utf8.hpp"
#include "runner/base/errors.hpp"
#include "runner/dist/libarchive.hpp"
#include "runner/dist/project_file.hpp"

#include <fcntl.h>
#include <locale.h>  // NOLINT(modernize-deprecated-headers): uselocale() is POSIX's
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <ctime>
#include <utility>
#include <vector>

namespace grapnel::dist {
namespace {

using hooks::base::Fd;
using hooks::base::repeat_on_eintr;
using hooks::base::shown;

constexpr std::size_t kChunkBytes = std::size_t{256} << 10U;
constexpr std::size_t kLargeBlockBytes = std::size_t{2} << 20U;
constexpr mode_t kPlainMode = 0644;
constexpr mode_t kProgramMode = 0755;

// The clock of zip: 1980 to 2107, in steps of two seconds.
constexpr std::int64_t kFirstZipTime = 315532800;
constexpr std::int64_t kLastZipTime = 4354819198;

// libarchive reads names as the thread's locale has them; pax headers want UTF-8.
class Utf8Names {
 public:
  Utf8Names() : old_(locale() == nullptr ? nullptr : ::uselocale(locale())) {}
  Utf8Names(const Utf8Names&) = delete;
  Utf8Names& operator=(const Utf8Names&) = delete;
  ~Utf8Names() {
    if (old_ != nullptr) ::uselocale(old_);
  }

 private:
  static locale_t locale() {
    static const locale_t utf8 = ::newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr);
    return utf8;
  }
  locale_t old_;
};

mode_t normal_mode(mode_t mode) { return (mode & S_IXUSR) != 0 ? kProgramMode : kPlainMode; }

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

void put_16(char* bytes, unsigned value) {
  bytes[0] = static_cast<char>(value & 0xFFU);
  bytes[1] = static_cast<char>((value >> 8U) & 0xFFU);
}
unsigned get_16(const char* bytes) {
  return static_cast<unsigned char>(bytes[0]) | (static_cast<unsigned>(static_cast<unsigned char>(bytes[1])) << 8U);
}

// Time and date, as zip has them.
std::array<char, 4> zip_clock(std::int64_t time) {
  const std::time_t seconds = time;
  std::tm utc{};
  ::gmtime_r(&seconds, &utc);
  const auto field = [](int value, unsigned shift) { return static_cast<unsigned>(value) << shift; };
  std::array<char, 4> bytes{};
  put_16(bytes.data(), field(utc.tm_hour, 11) | field(utc.tm_min, 5) | field(utc.tm_sec / 2, 0));
  put_16(bytes.data() + 2, field(utc.tm_year - 80, 9) | field(utc.tm_mon + 1, 5) | field(utc.tm_mday, 0));
  return bytes;
}

}  // namespace

BuildStopped::~BuildStopped() = default;

std::int64_t source_date(std::string_view value) {
  if (value.empty()) return kDefaultSourceDate;
  std::int64_t seconds = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), seconds);
  constexpr std::int64_t kMost = 253402300799;  // the last second of the year 9999
  if (error != std::errc() || end != value.data() + value.size() || seconds < 0 || seconds > kMost) {
    throw ProjectError("SOURCE_DATE_EPOCH: found " + shown(value) +
                       "; expected a number of seconds since 1970, such as that of `git log -1 --format=%ct`");
  }
  return seconds;
}

class ArchiveWriter::Life {
 public:
  Life(std::filesystem::path file, Format format, std::optional<std::int64_t> time, std::stop_token stop)
      : lib_(libarchive()), file_(std::move(file)), format_(format), time_(time), stop_(std::move(stop)) {
    // zlib's state of some 256 KiB comes and goes with each member of a zip. glibc would give it back to the system
    // each time, at the cost of half the archive's time, until it has seen a larger block go.
    chunk_.reserve(kLargeBlockBytes);
    chunk_.shrink_to_fit();
    chunk_.resize(kChunkBytes);
    if (time_ && format_ == Format::zip) time_ = std::clamp(*time_, kFirstZipTime, kLastZipTime);
    open_temporary();
    try {
      open_archive();
    } catch (...) {
      abandon();
      throw;
    }
  }
  Life(const Life&) = delete;
  Life& operator=(const Life&) = delete;
  ~Life() { abandon(); }

  Added add_file(const std::string& name, const std::filesystem::path& file) {
    const OpenFile opened = open_project_file(file);
    const auto size = static_cast<std::uint64_t>(opened.status.st_size);
    begin(name, size, normal_mode(opened.status.st_mode), time_of(opened.status));
    Added added;
    while (const std::size_t count = read_some(opened.fd, chunk_.data(), chunk_.size(), file)) {
      if (stop_.stop_requested()) throw BuildStopped();
      added.size += count;
      if (added.size > size) break;
      put({chunk_.data(), count});
    }
    if (added.size != size) refuse_changed(file);
    end();
    added.sha256 = hash_.finish();
    return added;
  }

  Added add_whole(const std::string& name, const WholeFile& file) {
    begin(name, file.bytes.size(), normal_mode(file.mode), time_ ? *time_ : file.time);
    write_data(file.bytes);
    end();
    return {.sha256 = file.sha256, .size = file.bytes.size()};
  }

  Added add_text(const std::string& name, std::string_view text, mode_t mode, std::int64_t time) {
    begin(name, text.size(), mode, time);
    put(text);
    end();
    return {.sha256 = hash_.finish(), .size = text.size()};
  }

  Added add_text_of(const std::string& name, std::string_view text, const std::filesystem::path& file) {
    const OpenFile opened = open_project_file(file);
    return add_text(name, text, normal_mode(opened.status.st_mode), time_of(opened.status));
  }

  [[nodiscard]] std::int64_t now() const { return time_ ? *time_ : static_cast<std::int64_t>(std::time(nullptr)); }

  void finish() {
    const Utf8Names names;
    const std::int64_t members_end = lib_.filter_bytes(archive_, -1);
    check(lib_.write_close(archive_));
    if (format_ == Format::zip) set_clocks(members_end);
    // A network file system may tell only now that the disk is full.
    if (::close(fd_.release()) != 0 && errno != EINTR) refuse("write", errno);
    if (std::rename(temporary_.c_str(), file_.c_str()) != 0) refuse("replace", errno);
    temporary_.clear();
  }

 private:
  struct Member {
    std::int64_t offset;
    std::int64_t time;
    bool is_ascii;
  };

  void open_temporary() {
    static std::atomic<unsigned> counter{0};
    while (true) {
      temporary_ = file_.parent_path() / (".tmp-" + std::to_string(::getpid()) + "-dist-" + std::to_string(counter++));
      auto fd = hooks::base::open_file(temporary_, O_RDWR | O_CREAT | O_EXCL);
      if (fd) {
        fd_ = std::move(*fd);
        return;
      }
      // Left behind by a process of the same number that died.
      if (fd.error().error_number == EEXIST) continue;
      temporary_.clear();
      refuse("write", fd.error().error_number);
    }
  }

  void open_archive() {
    constexpr int kBlockBytes = 64 << 10;
    archive_ = lib_.write_new();
    entry_ = lib_.entry_new();
    if (archive_ == nullptr || entry_ == nullptr) throw SystemError("cannot write archives: out of memory", ENOMEM);
    bool is_fine = lib_.write_set_bytes_per_block(archive_, kBlockBytes) == ARCHIVE_OK &&
                   lib_.write_set_bytes_in_last_block(archive_, 1) == ARCHIVE_OK;
    if (format_ == Format::zip) {
      is_fine = is_fine && lib_.write_set_format_zip(archive_) == ARCHIVE_OK;
    } else {
      is_fine = is_fine && lib_.write_set_format_pax_restricted(archive_) == ARCHIVE_OK &&
                lib_.write_add_filter_gzip(archive_) == ARCHIVE_OK &&
                lib_.write_set_filter_option(archive_, "gzip", "timestamp", nullptr) == ARCHIVE_OK;
    }
    is_fine = is_fine && lib_.write_open(archive_, this, nullptr, &Life::write, nullptr) == ARCHIVE_OK;
    if (!is_fine) fail();
  }

  // Never fails: libarchive 3.6 loses its buffer where a callback does. What went wrong is asked after each call.
  static la_ssize_t write(struct archive* /*archive*/, void* self, const void* bytes, std::size_t size) {
    auto& life = *static_cast<Life*>(self);
    if (life.write_errno_ == 0 && !life.is_abandoned_) {
      std::string_view block(static_cast<const char*>(bytes), size);
      if (life.format_ == Format::zip) block = life.with_clocks(block);
      const auto written = hooks::base::write_all(life.fd_.get(), block, life.temporary_);
      if (!written) life.write_errno_ = written.error().error_number;
      life.written_ += static_cast<std::int64_t>(size);
    }
    return static_cast<la_ssize_t>(size);
  }

  void check(int result) {
    if (result != ARCHIVE_OK || write_errno_ != 0) fail();
  }

  void begin(const std::string& name, std::uint64_t size, mode_t mode, std::int64_t time) {
    if (stop_.stop_requested()) throw BuildStopped();
    if (!hooks::base::is_utf8(name)) {
      throw ProjectError("the name " + shown(name) +
                         " is no UTF-8, as names in archives are. Rename the file, or exclude it.");
    }
    if (format_ == Format::zip) time = std::clamp(time, kFirstZipTime, kLastZipTime);
    lib_.entry_clear(entry_);
    lib_.entry_set_pathname(entry_, name.c_str());
    lib_.entry_set_mode(entry_, S_IFREG | mode);
    lib_.entry_set_size(entry_, static_cast<la_int64_t>(size));
    lib_.entry_set_mtime(entry_, time, 0);
    lib_.entry_set_uid(entry_, 0);
    lib_.entry_set_gid(entry_, 0);
    if (format_ == Format::zip) {
      members_.push_back({.offset = lib_.filter_bytes(archive_, -1), .time = time, .is_ascii = is_ascii(name)});
    }
    const Utf8Names names;
    check(lib_.write_header(archive_, entry_));
    missing_ = size;
  }

  void put(std::string_view bytes) {
    hash_.add(bytes);
    write_data(bytes);
  }

  void write_data(std::string_view bytes) {
    while (!bytes.empty()) {
      const la_ssize_t count = lib_.write_data(archive_, bytes.data(), bytes.size());
      if (count <= 0 || write_errno_ != 0) fail();
      bytes.remove_prefix(static_cast<std::size_t>(count));
      missing_ -= std::min(missing_, static_cast<std::uint64_t>(count));
    }
  }

  void end() {
    missing_ = 0;
    check(lib_.write_finish_entry(archive_));
  }

  [[nodiscard]] std::int64_t time_of(const struct stat& status) const {
    return time_ ? *time_ : static_cast<std::int64_t>(status.st_mtim.tv_sec);
  }

  // libarchive writes the clock of zip in the local time zone, and says that a name is UTF-8 where the locale is: both
  // are put right in the headers, so that the bytes are the same everywhere. Here in those before the members, of which
  // a block of the file may have the end of one and the beginning of another.
  std::string_view with_clocks(std::string_view block) {
    constexpr std::int64_t kHighFlags = 7;
    constexpr std::int64_t kClock = 10;
    constexpr char kIsUtf8 = 1 << 3;
    block_.assign(block);
    const auto size = static_cast<std::int64_t>(block.size());
    for (; clocked_ < members_.size(); ++clocked_) {
      const Member& member = members_[clocked_];
      const std::int64_t begin = member.offset - written_;
      const auto byte_at = [&](std::int64_t position, auto change) {
        if (begin + position >= 0 && begin + position < size) change(block_[static_cast<std::size_t>(begin + position)]);
      };
      const std::array<char, 4> clock = zip_clock(member.time);
      if (!member.is_ascii) byte_at(kHighFlags, [](char& byte) { byte = static_cast<char>(byte | kIsUtf8); });
      for (std::size_t i = 0; i < clock.size(); ++i) {
        byte_at(kClock + static_cast<std::int64_t>(i), [&](char& byte) { byte = clock[i]; });
      }
      if (begin + kClock + static_cast<std::int64_t>(clock.size()) > size) break;
    }
    return block_;
  }

  // And in those of the directory at the end, which begins at `directory`.
  void set_clocks(std::int64_t directory) {
    constexpr std::size_t kHeaderBytes = 46;
    constexpr unsigned kIsUtf8 = 1U << 11U;
    const off_t end = ::lseek(fd_.get(), 0, SEEK_END);
    if (end < directory) refuse("write", errno);
    std::string headers(static_cast<std::size_t>(end - directory), '\0');
    for (std::size_t done = 0; done < headers.size();) {
      const ssize_t count = repeat_on_eintr([&] {
        return ::pread(fd_.get(), headers.data() + done, headers.size() - done, directory + static_cast<off_t>(done));
      });
      if (count <= 0) refuse("write", count == 0 ? EIO : errno);
      done += static_cast<std::size_t>(count);
    }
    std::size_t position = 0;
    for (const Member& member : members_) {
      if (headers.size() - position < kHeaderBytes) refuse("write", EIO);
      char* const header = headers.data() + position;
      const std::array<char, 4> clock = zip_clock(member.time);
      std::copy(clock.begin(), clock.end(), header + 12);
      if (!member.is_ascii) put_16(header + 8, get_16(header + 8) | kIsUtf8);
      position += kHeaderBytes + get_16(header + 28) + get_16(header + 30) + get_16(header + 32);
      if (position > headers.size()) refuse("write", EIO);
    }
    overwrite(headers, directory);
  }

  void overwrite(std::string_view bytes, std::int64_t offset) {
    while (!bytes.empty()) {
      const ssize_t count = repeat_on_eintr([&] { return ::pwrite(fd_.get(), bytes.data(), bytes.size(), offset); });
      if (count <= 0) refuse("write", errno);
      bytes.remove_prefix(static_cast<std::size_t>(count));
      offset += count;
    }
  }

  [[noreturn]] void fail() {
    if (write_errno_ != 0) refuse("write", write_errno_);
    const char* const reason = lib_.error_string(archive_);
    throw SystemError("cannot write " + shown(file_.native()) +
                      ": libarchive: " + (reason == nullptr ? std::string("unknown error") : std::string(reason)));
  }

  [[noreturn]] void refuse(std::string_view verb, int error_number) const {
    std::string message = "cannot " + std::string(verb) + " " + shown(file_.native()) + ": " +
                          std::generic_category().message(error_number) + ".";
    switch (error_number) {
      case ENOSPC:
      case EDQUOT:
        message += " Free some space there, or build into another directory.";
        break;
      case EACCES:
      case EPERM:
      case EROFS:
        message += " Make the directory writable, or build into another one.";
        break;
      default:
        break;
    }
    throw SystemError(std::move(message), error_number);
  }

  void abandon() noexcept {
    if (archive_ != nullptr) {
      // Freeing it ends it as if all were well, into nothing. But a tar's unfinished member is filled up with zeros:
      // where these are many, libarchive may rather lose its buffer.
      constexpr std::uint64_t kMany = std::uint64_t{64} << 20U;
      is_abandoned_ = true;
      if (missing_ > kMany) lib_.write_fail(archive_);
      lib_.write_free(archive_);
      archive_ = nullptr;
    }
    if (entry_ != nullptr) lib_.entry_free(entry_);
    entry_ = nullptr;
    fd_.reset();
    if (!temporary_.empty()) ::unlink(temporary_.c_str());
    temporary_.clear();
  }

  const Libarchive& lib_;
  std::filesystem::path file_;
  Format format_;
  std::optional<std::int64_t> time_;
  std::stop_token stop_;
  std::filesystem::path temporary_;
  Fd fd_;
  struct archive* archive_ = nullptr;
  struct archive_entry* entry_ = nullptr;
  int write_errno_ = 0;
  bool is_abandoned_ = false;  ///< what is written goes nowhere
  std::uint64_t missing_ = 0;  ///< bytes of the member that is being written
  hooks::base::Sha256 hash_;
  std::vector<char> chunk_;
  // Of a zip:
  std::vector<Member> members_;
  std::size_t clocked_ = 0;    ///< the first member whose header is not wholly written
  std::int64_t written_ = 0;   ///< bytes of the file
  std::string block_;
};

ArchiveWriter::ArchiveWriter(std::filesystem::path file, Format format, std::optional<std::int64_t> time,
                             std::stop_token stop)
    : life_(std::make_unique<Life>(std::move(file), format, time, std::move(stop))) {}
ArchiveWriter::~ArchiveWriter() = default;

Added ArchiveWriter::add_file(const std::string& name, const std::filesystem::path& file) {
  return life_->add_file(name, file);
}
Added ArchiveWriter::add_whole(const std::string& name, const WholeFile& file) { return life_->add_whole(name, file); }
Added ArchiveWriter::add_text(const std::string& name, std::string_view text, bool is_executable) {
  return life_->add_text(name, text, is_executable ? kProgramMode : kPlainMode, life_->now());
}
Added ArchiveWriter::add_text_of(const std::string& name, std::string_view text, const std::filesystem::path& file) {
  return life_->add_text_of(name, text, file);
}
void ArchiveWriter::finish() { life_->finish(); }

}  // namespace grapnel::dist
