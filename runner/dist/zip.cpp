// SPDX-License-Identifier: BSD-3-Clause
#include "hooks_api/base/shown.hpp"
#include "runner/base/errors.hpp"
#include "runner/dist/archive_format.hpp"

#include <libdeflate.h>
#include <sys/stat.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <ctime>
#include <optional>
#include <vector>

namespace grapnel::dist {
namespace {

using hooks::base::shown;

// Where 32 or 16 bits are not enough, they are all ones, and the number is in a zip64 record.
constexpr std::uint64_t kMost32 = 0xFFFFFFFFU;
constexpr std::uint64_t kMost16 = 0xFFFFU;
constexpr unsigned kVersion = 20;
constexpr unsigned kZip64Version = 45;
constexpr unsigned kUnix = 3U << 8U;
constexpr unsigned kIsUtf8 = 1U << 11U;
constexpr unsigned kStored = 0;
constexpr unsigned kDeflated = 8;
constexpr std::uint64_t kZip64Tag = 1;

// The clock of zip: 1980 to 2107, in steps of two seconds.
constexpr std::int64_t kFirstTime = 315532800;
constexpr std::int64_t kLastTime = 4354819198;

template <unsigned bytes>
void put(std::string& text, std::uint64_t value) {
  for (unsigned i = 0; i < bytes; ++i) text += static_cast<char>((value >> (8 * i)) & 0xFFU);
}
void put_16(std::string& text, std::uint64_t value) { put<2>(text, value); }
void put_32(std::string& text, std::uint64_t value) { put<4>(text, value); }
void put_64(std::string& text, std::uint64_t value) { put<8>(text, value); }

// The time, then the date.
std::uint64_t clock_of(std::int64_t time) {
  const std::time_t seconds = std::clamp(time, kFirstTime, kLastTime);
  std::tm utc{};
  ::gmtime_r(&seconds, &utc);
  const auto field = [](int value, unsigned shift) { return static_cast<std::uint64_t>(value) << shift; };
  return field(utc.tm_sec / 2, 0) | field(utc.tm_min, 5) | field(utc.tm_hour, 11) | field(utc.tm_mday, 16) |
         field(utc.tm_mon + 1, 21) | field(utc.tm_year - 80, 25);
}

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

// What headers say of a member.
struct Entry {
  std::string name{};
  mode_t mode = 0;
  std::uint64_t clock = 0;
  std::uint64_t offset = 0;
  std::uint64_t size = 0;
  std::uint64_t packed_size = 0;
  std::uint32_t crc = 0;
  unsigned method = kStored;
  bool is_large = false;  ///< its local header has a zip64 record
};

void put_common(std::string& header, const Entry& entry, bool is_large, bool is_zip64) {
  put_16(header, is_zip64 ? kZip64Version : kVersion);
  put_16(header, is_ascii(entry.name) ? 0 : kIsUtf8);
  put_16(header, entry.method);
  put_32(header, entry.clock);
  put_32(header, entry.crc);
  put_32(header, is_large ? kMost32 : entry.packed_size);
  put_32(header, is_large ? kMost32 : entry.size);
  put_16(header, entry.name.size());
}

std::string local_header(const Entry& entry) {
  std::string header;
  put_32(header, 0x04034b50);
  put_common(header, entry, entry.is_large, entry.is_large);
  put_16(header, entry.is_large ? 20 : 0);
  header += entry.name;
  if (entry.is_large) {
    put_16(header, kZip64Tag);
    put_16(header, 16);
    put_64(header, entry.size);
    put_64(header, entry.packed_size);
  }
  return header;
}

void put_directory_header(std::string& header, const Entry& entry) {
  const bool is_large = entry.size >= kMost32 || entry.packed_size >= kMost32;
  const bool is_far = entry.offset >= kMost32;
  std::string record;
  if (is_large) {
    put_64(record, entry.size);
    put_64(record, entry.packed_size);
  }
  if (is_far) put_64(record, entry.offset);
  put_32(header, 0x02014b50);
  put_16(header, kUnix | (is_large || is_far ? kZip64Version : kVersion));
  put_common(header, entry, is_large, is_large || is_far || entry.is_large);
  put_16(header, record.empty() ? 0 : record.size() + 4);
  put_16(header, 0);  // no comment
  put_16(header, 0);  // on the first disk
  put_16(header, 0);  // nothing is said about its text
  put_32(header, static_cast<std::uint64_t>(S_IFREG | entry.mode) << 16U);
  put_32(header, is_far ? kMost32 : entry.offset);
  header += entry.name;
  if (record.empty()) return;
  put_16(header, kZip64Tag);
  put_16(header, record.size());
  header += record;
}

// The records behind the directory.
std::string end_of_directory(std::uint64_t count, std::uint64_t offset, std::uint64_t size) {
  std::string end;
  if (count >= kMost16 || offset >= kMost32 || size >= kMost32) {
    put_32(end, 0x06064b50);
    put_64(end, 44);  // bytes that follow
    put_16(end, kUnix | kZip64Version);
    put_16(end, kZip64Version);
    put_32(end, 0);  // this disk
    put_32(end, 0);  // the disk of the directory
    put_64(end, count);
    put_64(end, count);
    put_64(end, size);
    put_64(end, offset);
    put_32(end, 0x07064b50);
    put_32(end, 0);
    put_64(end, offset + size);
    put_32(end, 1);  // disks
  }
  put_32(end, 0x06054b50);
  put_16(end, 0);
  put_16(end, 0);
  put_16(end, std::min(count, kMost16));
  put_16(end, std::min(count, kMost16));
  put_32(end, std::min(size, kMost32));
  put_32(end, std::min(offset, kMost32));
  put_16(end, 0);  // no comment
  return end;
}

// Makes a deflate stream piece by piece.
class Deflater {
 public:
  Deflater() {
    constexpr int kWindowBits = -15;  // without zlib's own header
    constexpr int kMemoryLevel = 8;
    if (::deflateInit2(&stream_, Z_DEFAULT_COMPRESSION, Z_DEFLATED, kWindowBits, kMemoryLevel, Z_DEFAULT_STRATEGY) !=
        Z_OK) {
      throw SystemError("cannot write archives: out of memory", ENOMEM);
    }
  }
  Deflater(const Deflater&) = delete;
  Deflater& operator=(const Deflater&) = delete;
  ~Deflater() { ::deflateEnd(&stream_); }

  enum class Flush { no, end };
  // take(bytes): what came out.
  template <typename Take>
  void add(std::string_view bytes, Flush flush, Take take) {
    // zlib does not write to it.
    stream_.next_in = const_cast<Bytef*>(reinterpret_cast<const Bytef*>(bytes.data()));
    stream_.avail_in = static_cast<uInt>(bytes.size());
    do {
      stream_.next_out = out_.data();
      stream_.avail_out = static_cast<uInt>(out_.size());
      ::deflate(&stream_, flush == Flush::end ? Z_FINISH : Z_NO_FLUSH);
      take(std::string_view(reinterpret_cast<const char*>(out_.data()), out_.size() - stream_.avail_out));
    } while (stream_.avail_out == 0);
  }

 private:
  z_stream stream_{};
  std::array<Bytef, std::size_t{64} << 10U> out_{};
};

class Zip final : public ArchiveFormat {
 public:
  explicit Zip(ArchiveFile& file) : file_(file), compressor_(::libdeflate_alloc_compressor(kLevel)) {
    if (!compressor_) throw SystemError("cannot write archives: out of memory", ENOMEM);
  }

  // For what is as a whole in memory libdeflate is faster than zlib, most of all for small files.
  void add(const Member& member, std::string_view bytes) override {
    Entry entry = entry_of(member);
    entry.crc = ::libdeflate_crc32(0, bytes.data(), bytes.size());
    packed_.resize(std::max(packed_.size(), bytes.size()));
    const std::size_t size =
        ::libdeflate_deflate_compress(compressor_.get(), bytes.data(), bytes.size(), packed_.data(), bytes.size());
    std::string_view packed = bytes;
    if (size > 0 && size < bytes.size()) {
      entry.method = kDeflated;
      packed = std::string_view(packed_.data(), size);
    }
    entry.packed_size = packed.size();
    append(local_header(entry));
    append(packed);
    entries_.push_back(std::move(entry));
  }

  // Sizes and checksum are known at the end: the header is written again then.
  void begin(const Member& member) override {
    constexpr std::uint64_t kMostGrowth = std::uint64_t{1} << 24U;  // of what does not get smaller; generous
    Entry entry = entry_of(member);
    entry.method = kDeflated;
    entry.is_large = entry.size >= kMost32 - kMostGrowth;
    append(local_header(entry));
    begin_of_bytes_ = written_;
    entries_.push_back(std::move(entry));
    deflater_.emplace();
  }
  void write(std::string_view bytes) override {
    entries_.back().crc = ::libdeflate_crc32(entries_.back().crc, bytes.data(), bytes.size());
    deflater_->add(bytes, Deflater::Flush::no, [this](std::string_view packed) { append(packed); });
  }
  void end() override {
    deflater_->add({}, Deflater::Flush::end, [this](std::string_view packed) { append(packed); });
    deflater_.reset();
    Entry& entry = entries_.back();
    entry.packed_size = written_ - begin_of_bytes_;
    flush();
    check(file_.overwrite(local_header(entry), entry.offset));
  }

  void finish() override {
    const std::uint64_t directory = written_;
    std::string header;
    for (const Entry& entry : entries_) {
      header.clear();
      put_directory_header(header, entry);
      append(header);
    }
    append(end_of_directory(entries_.size(), directory, written_ - directory));
    flush();
  }

 private:
  static constexpr int kLevel = 6;
  static constexpr std::size_t kBlockBytes = std::size_t{256} << 10U;
  struct Free {
    void operator()(libdeflate_compressor* compressor) const { ::libdeflate_free_compressor(compressor); }
  };

  [[nodiscard]] Entry entry_of(const Member& member) const {
    if (member.name.size() > kMost16) {
      throw ProjectError("the name " + shown(member.name.substr(0, 64)) + "… has " +
                         std::to_string(member.name.size()) + " bytes; a zip has names of up to " +
                         std::to_string(kMost16));
    }
    return {.name = member.name,
            .mode = member.mode,
            .clock = clock_of(member.time),
            .offset = written_,
            .size = member.size};
  }

  void append(std::string_view bytes) {
    written_ += bytes.size();
    block_ += bytes;
    if (block_.size() >= kBlockBytes) flush();
  }
  void flush() {
    check(file_.append(block_));
    block_.clear();
  }
  void check(int error_number) const {
    if (error_number != 0) file_.refuse(error_number);
  }

  ArchiveFile& file_;
  std::unique_ptr<libdeflate_compressor, Free> compressor_;
  std::vector<char> packed_;  // for add()
  std::optional<Deflater> deflater_;
  std::uint64_t begin_of_bytes_ = 0;  // of the member that was begun
  std::vector<Entry> entries_;
  std::uint64_t written_ = 0;  // bytes of the archive, those of block_ too
  std::string block_;
};

}  // namespace

std::unique_ptr<ArchiveFormat> zip_format(ArchiveFile& file) { return std::make_unique<Zip>(file); }

}  // namespace grapnel::dist
