// SPDX-License-Identifier: BSD-3-Clause
#include "hooks_api/base/shown.hpp"
#include "runner/base/errors.hpp"
#include "runner/dist/archive_format.hpp"
#include "runner/dist/libarchive.hpp"

#include <locale.h>  // NOLINT(modernize-deprecated-headers): uselocale() is POSIX's
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>

namespace grapnel::dist {
namespace {

using hooks::base::shown;

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

class TarGz final : public ArchiveFormat {
 public:
  explicit TarGz(ArchiveFile& file) : lib_(libarchive()), file_(file) {
    try {
      open();
    } catch (...) {
      abandon();
      throw;
    }
  }
  TarGz(const TarGz&) = delete;
  TarGz& operator=(const TarGz&) = delete;
  ~TarGz() override { abandon(); }

  void begin(const Member& member) override {
    lib_.entry_clear(entry_);
    lib_.entry_set_pathname(entry_, member.name.c_str());
    lib_.entry_set_mode(entry_, S_IFREG | member.mode);
    lib_.entry_set_size(entry_, static_cast<la_int64_t>(member.size));
    lib_.entry_set_mtime(entry_, member.time, 0);
    lib_.entry_set_uid(entry_, 0);
    lib_.entry_set_gid(entry_, 0);
    const Utf8Names names;
    check(lib_.write_header(archive_, entry_));
    missing_ = member.size;
  }

  void write(std::string_view bytes) override {
    while (!bytes.empty()) {
      const la_ssize_t count = lib_.write_data(archive_, bytes.data(), bytes.size());
      if (count <= 0 || write_errno_ != 0) fail();
      bytes.remove_prefix(static_cast<std::size_t>(count));
      missing_ -= std::min(missing_, static_cast<std::uint64_t>(count));
    }
  }

  void end() override {
    missing_ = 0;
    check(lib_.write_finish_entry(archive_));
  }

  void finish() override { check(lib_.write_close(archive_)); }

 private:
  void open() {
    constexpr int kBlockBytes = 64 << 10;
    archive_ = lib_.write_new();
    entry_ = lib_.entry_new();
    if (archive_ == nullptr || entry_ == nullptr) throw SystemError("cannot write archives: out of memory", ENOMEM);
    const bool is_fine = lib_.write_set_bytes_per_block(archive_, kBlockBytes) == ARCHIVE_OK &&
                         lib_.write_set_bytes_in_last_block(archive_, 1) == ARCHIVE_OK &&
                         lib_.write_set_format_pax_restricted(archive_) == ARCHIVE_OK &&
                         lib_.write_add_filter_gzip(archive_) == ARCHIVE_OK &&
                         lib_.write_set_filter_option(archive_, "gzip", "timestamp", nullptr) == ARCHIVE_OK &&
                         lib_.write_open(archive_, this, nullptr, &TarGz::write_block, nullptr) == ARCHIVE_OK;
    if (!is_fine) fail();
  }

  // Never fails: libarchive 3.6 loses its buffer where a callback does. What went wrong is asked after each call.
  static la_ssize_t write_block(struct archive* /*archive*/, void* self, const void* bytes, std::size_t size) {
    auto& tar = *static_cast<TarGz*>(self);
    if (tar.write_errno_ == 0 && !tar.is_abandoned_) {
      tar.write_errno_ = tar.file_.append({static_cast<const char*>(bytes), size});
    }
    return static_cast<la_ssize_t>(size);
  }

  void check(int result) {
    if (result != ARCHIVE_OK || write_errno_ != 0) fail();
  }

  [[noreturn]] void fail() {
    if (write_errno_ != 0) file_.refuse(write_errno_);
    const char* const reason = lib_.error_string(archive_);
    throw SystemError("cannot write " + shown(file_.path().native()) +
                      ": libarchive: " + (reason == nullptr ? std::string("unknown error") : std::string(reason)));
  }

  void abandon() noexcept {
    if (archive_ != nullptr) {
      // Freeing it ends it as if all were well, into nothing. But an unfinished member is filled up with zeros: where
      // these are many, libarchive may rather lose its buffer.
      constexpr std::uint64_t kMany = std::uint64_t{64} << 20U;
      is_abandoned_ = true;
      if (missing_ > kMany) lib_.write_fail(archive_);
      lib_.write_free(archive_);
      archive_ = nullptr;
    }
    if (entry_ != nullptr) lib_.entry_free(entry_);
    entry_ = nullptr;
  }

  const Libarchive& lib_;
  ArchiveFile& file_;
  struct archive* archive_ = nullptr;
  struct archive_entry* entry_ = nullptr;
  int write_errno_ = 0;
  bool is_abandoned_ = false;  ///< what is written goes nowhere
  std::uint64_t missing_ = 0;  ///< bytes of the member that is being written
};

}  // namespace

std::unique_ptr<ArchiveFormat> tar_gz_format(ArchiveFile& file) { return std::make_unique<TarGz>(file); }

}  // namespace grapnel::dist
