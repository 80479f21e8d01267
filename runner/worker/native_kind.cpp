// SPDX-License-Identifier: BSD-3-Clause
#include "runner/worker/native_kind.hpp"

#include "hooks_api/base/files.hpp"
#include "hooks_api/protocol/byte_reader.hpp"

#include <elf.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <optional>
#include <string>

namespace grapnel::worker {

namespace {

using hooks::protocol::ByteReader;

// More than any real file has.
constexpr std::uint64_t kMostEntries = 4096;

std::string read_at(int fd, std::uint64_t offset, std::size_t size) {
  std::string bytes(size, '\0');
  const auto count =
      hooks::base::repeat_on_eintr([&] { return ::pread(fd, bytes.data(), bytes.size(), static_cast<off_t>(offset)); });
  bytes.resize(count > 0 ? static_cast<std::size_t>(count) : 0);
  return bytes;
}

// An ELF file of 64 or 32 bits; where numbers stand in it.
struct Layout {
  bool wide;
  ByteReader::Order order;

  [[nodiscard]] std::optional<std::uint64_t> word(const ByteReader& reader, std::uint64_t offset) const {
    if (wide) return reader.u64(offset);
    const auto value = reader.u32(offset);
    return value ? std::optional<std::uint64_t>(*value) : std::nullopt;
  }
};

// DF_1_PIE in the dynamic section.
bool is_marked_as_executable(const std::string& dynamic, const Layout& layout) {
  const ByteReader reader(dynamic, layout.order);
  const std::uint64_t entry = layout.wide ? sizeof(Elf64_Dyn) : sizeof(Elf32_Dyn);
  for (std::uint64_t at = 0;; at += entry) {
    const auto tag = layout.word(reader, at);
    const auto value = layout.word(reader, at + entry / 2);
    if (!tag || !value || *tag == DT_NULL) return false;
    if (*tag == DT_FLAGS_1) return (*value & DF_1_PIE) != 0;
  }
}

bool is_library(int fd) {
  const std::string header = read_at(fd, 0, sizeof(Elf64_Ehdr));
  if (header.size() < sizeof(Elf32_Ehdr) || !header.starts_with(ELFMAG)) return false;
  const Layout layout{header[EI_CLASS] == ELFCLASS64,
                      header[EI_DATA] == ELFDATA2MSB ? ByteReader::Order::big : ByteReader::Order::little};
  const ByteReader reader(header, layout.order);
  if (reader.u16(EI_NIDENT) != ET_DYN) return false;
  const auto table = layout.word(reader, layout.wide ? offsetof(Elf64_Ehdr, e_phoff) : offsetof(Elf32_Ehdr, e_phoff));
  const auto size = reader.u16(layout.wide ? offsetof(Elf64_Ehdr, e_phentsize) : offsetof(Elf32_Ehdr, e_phentsize));
  const auto count = reader.u16(layout.wide ? offsetof(Elf64_Ehdr, e_phnum) : offsetof(Elf32_Ehdr, e_phnum));
  if (!table || !size || !count) return false;
  constexpr std::uint64_t kLargestDynamic = kMostEntries * sizeof(Elf64_Dyn);
  for (std::uint64_t i = 0; i < std::min<std::uint64_t>(*count, kMostEntries); ++i) {
    const std::string entry = read_at(fd, *table + i * *size, sizeof(Elf64_Phdr));
    const ByteReader segment(entry, layout.order);
    const auto type = segment.u32(0);
    if (!type) return true;
    if (*type == PT_INTERP) return false;
    if (*type != PT_DYNAMIC) continue;
    const auto offset =
        layout.word(segment, layout.wide ? offsetof(Elf64_Phdr, p_offset) : offsetof(Elf32_Phdr, p_offset));
    const auto bytes =
        layout.word(segment, layout.wide ? offsetof(Elf64_Phdr, p_filesz) : offsetof(Elf32_Phdr, p_filesz));
    if (!offset || !bytes) return true;
    const auto dynamic = read_at(fd, *offset, static_cast<std::size_t>(std::min(*bytes, kLargestDynamic)));
    if (is_marked_as_executable(dynamic, layout)) return false;
  }
  return true;
}

}  // namespace

NativeKind native_kind(const std::filesystem::path& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) {
    return errno == ENOENT || errno == ENOTDIR ? NativeKind::missing : NativeKind::unreadable;
  }
  if (!S_ISREG(status.st_mode)) return NativeKind::not_a_file;
  const bool can_start = ::access(path.c_str(), X_OK) == 0;
  const auto fd = hooks::base::open_file(path, O_RDONLY);
  // A program that may be started and not read is no library.
  if (!fd) return can_start ? NativeKind::executable : NativeKind::unreadable;
  if (is_library(fd->get())) return NativeKind::library;
  return can_start ? NativeKind::executable : NativeKind::not_executable;
}

}  // namespace grapnel::worker
