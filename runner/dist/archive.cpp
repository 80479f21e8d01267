// SPDX-License-Identifier: BSD-3-Clause
#include "runner/dist/archive.hpp"

#include "hooks_api/base/shown.hpp"
#include "hooks_api/base/utf8.hpp"
#include "runner/base/errors.hpp"
#include "runner/dist/archive_format.hpp"
#include "runner/dist/project_file.hpp"

#include <sys/stat.h>

#include <charconv>
#include <ctime>
#include <utility>
#include <vector>

namespace grapnel::dist {
namespace {

using hooks::base::shown;

constexpr std::size_t kChunkBytes = std::size_t{256} << 10U;
constexpr mode_t kPlainMode = 0644;
constexpr mode_t kProgramMode = 0755;

mode_t normal_mode(mode_t mode) { return (mode & S_IXUSR) != 0 ? kProgramMode : kPlainMode; }

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
      : file_(std::move(file)),
        format_(format == Format::zip ? zip_format(file_) : tar_gz_format(file_)),
        time_(time),
        stop_(std::move(stop)) {}

  Added add_file(const std::string& name, const std::filesystem::path& file) {
    const OpenFile opened = open_project_file(file);
    const auto size = static_cast<std::uint64_t>(opened.status.st_size);
    if (size <= kMostWholeBytes) return add_whole(name, read_whole(opened, file));
    format_->begin(member(name, size, normal_mode(opened.status.st_mode), opened.status.st_mtim.tv_sec));
    chunk_.resize(kChunkBytes);
    hooks::base::Sha256 hash;
    Added added;
    while (const std::size_t count = read_some(opened.fd, chunk_.data(), chunk_.size(), file)) {
      if (stop_.stop_requested()) throw BuildStopped();
      added.size += count;
      if (added.size > size) break;
      hash.add({chunk_.data(), count});
      format_->write({chunk_.data(), count});
    }
    if (added.size != size) refuse_changed(file);
    format_->end();
    added.sha256 = hash.finish();
    return added;
  }

  Added add_whole(const std::string& name, const WholeFile& file) {
    format_->add(member(name, file.bytes.size(), normal_mode(file.mode), file.time), file.bytes);
    return {.sha256 = file.sha256, .size = file.bytes.size()};
  }

  Added add_text(const std::string& name, std::string_view text, mode_t mode, std::int64_t time) {
    format_->add(member(name, text.size(), mode, time), text);
    hooks::base::Sha256 hash;
    hash.add(text);
    return {.sha256 = hash.finish(), .size = text.size()};
  }

  Added add_text_of(const std::string& name, std::string_view text, const std::filesystem::path& file) {
    const OpenFile opened = open_project_file(file);
    return add_text(name, text, normal_mode(opened.status.st_mode), opened.status.st_mtim.tv_sec);
  }

  void finish() {
    format_->finish();
    file_.finish();
  }

 private:
  // `time`: where all members do not have the same.
  [[nodiscard]] Member member(const std::string& name, std::uint64_t size, mode_t mode, std::int64_t time) const {
    if (stop_.stop_requested()) throw BuildStopped();
    if (!hooks::base::is_utf8(name)) {
      throw ProjectError("the name " + shown(name) +
                         " is no UTF-8, as names in archives are. Rename the file, or exclude it.");
    }
    return {.name = name, .size = size, .mode = mode, .time = time_.value_or(time)};
  }

  ArchiveFile file_;
  std::unique_ptr<ArchiveFormat> format_;
  std::optional<std::int64_t> time_;
  std::stop_token stop_;
  std::vector<char> chunk_;
};

ArchiveFormat::~ArchiveFormat() = default;
void ArchiveFormat::add(const Member& member, std::string_view bytes) {
  begin(member);
  write(bytes);
  end();
}

ArchiveWriter::ArchiveWriter(std::filesystem::path file, Format format, std::optional<std::int64_t> time,
                             std::stop_token stop)
    : life_(std::make_unique<Life>(std::move(file), format, time, std::move(stop))) {}
ArchiveWriter::~ArchiveWriter() = default;

Added ArchiveWriter::add_file(const std::string& name, const std::filesystem::path& file) {
  return life_->add_file(name, file);
}
Added ArchiveWriter::add_whole(const std::string& name, const WholeFile& file) { return life_->add_whole(name, file); }
Added ArchiveWriter::add_text(const std::string& name, std::string_view text, bool is_executable) {
  return life_->add_text(name, text, is_executable ? kProgramMode : kPlainMode, std::time(nullptr));
}
Added ArchiveWriter::add_text_of(const std::string& name, std::string_view text, const std::filesystem::path& file) {
  return life_->add_text_of(name, text, file);
}
void ArchiveWriter::finish() { life_->finish(); }

}  // namespace grapnel::dist
