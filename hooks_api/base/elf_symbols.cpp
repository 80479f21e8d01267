// SPDX-License-Identifier: BSD-3-Clause
#include "hooks_api/base/elf_symbols.hpp"

#include "hooks_api/base/files.hpp"

#include <elf.h>
#include <fcntl.h>
#include <link.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstring>
#include <utility>

namespace hooks::base {

namespace {

// More than any real table; keeps a damaged size field from costing memory.
constexpr std::uint64_t kMaxTableBytes = 256U << 20U;

#if __SIZEOF_POINTER__ == 8
constexpr unsigned char kNativeClass = ELFCLASS64;
#else
constexpr unsigned char kNativeClass = ELFCLASS32;
#endif
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
constexpr unsigned char kNativeData = ELFDATA2LSB;
#else
constexpr unsigned char kNativeData = ELFDATA2MSB;
#endif

class ElfFile {
 public:
  explicit ElfFile(const std::filesystem::path& path) {
    // A FIFO in the file's place must not block.
    auto opened = open_file(path, O_RDONLY | O_NONBLOCK);
    if (!opened) return;
    struct stat status = {};
    if (::fstat(opened->get(), &status) != 0 || !S_ISREG(status.st_mode)) return;
    size_ = static_cast<std::uint64_t>(status.st_size);
    fd_ = std::move(*opened);
  }

  // Copies [offset, offset + size) to `to`; false where the file does not have all of it.
  bool read(std::uint64_t offset, std::uint64_t size, void* to) const {
    if (!fd_ || offset > size_ || size > size_ - offset) return false;
    auto* out = static_cast<char*>(to);
    while (size > 0) {
      const ssize_t got = repeat_on_eintr([&] { return ::pread(fd_.get(), out, size, static_cast<off_t>(offset)); });
      if (got <= 0) return false;
      out += got;
      offset += static_cast<std::uint64_t>(got);
      size -= static_cast<std::uint64_t>(got);
    }
    return true;
  }

  // `count` entries of type T from `offset`; empty where the file does not have all of them.
  template <typename T>
  std::vector<T> read_table(std::uint64_t offset, std::uint64_t count) const {
    if (count > kMaxTableBytes / sizeof(T) || count * sizeof(T) > size_) return {};
    std::vector<T> table(count);
    if (!read(offset, count * sizeof(T), table.data())) return {};
    return table;
  }

 private:
  Fd fd_;
  std::uint64_t size_ = 0;
};

std::vector<ElfW(Shdr)> read_sections(const ElfFile& file) {
  ElfW(Ehdr) header = {};
  if (!file.read(0, sizeof header, &header)) return {};
  if (std::memcmp(header.e_ident, ELFMAG, SELFMAG) != 0) return {};
  if (header.e_ident[EI_CLASS] != kNativeClass || header.e_ident[EI_DATA] != kNativeData) return {};
  if (header.e_shentsize != sizeof(ElfW(Shdr))) return {};
  return file.read_table<ElfW(Shdr)>(header.e_shoff, header.e_shnum);
}

const ElfW(Shdr) * find_section(const std::vector<ElfW(Shdr)>& sections, std::uint32_t type) {
  for (const auto& section : sections) {
    if (section.sh_type == type && section.sh_entsize == sizeof(ElfW(Sym))) return &section;
  }
  return nullptr;
}

}  // namespace

ElfSymbols::ElfSymbols(const std::filesystem::path& file) {
  const ElfFile elf(file);
  const auto sections = read_sections(elf);
  const auto* table = find_section(sections, SHT_SYMTAB);
  if (table == nullptr) table = find_section(sections, SHT_DYNSYM);
  if (table == nullptr || table->sh_link >= sections.size()) return;

  const auto& strings = sections[table->sh_link];
  const auto names = elf.read_table<char>(strings.sh_offset, strings.sh_size);
  names_.assign(names.data(), names.size());
  for (const auto& symbol : elf.read_table<ElfW(Sym)>(table->sh_offset, table->sh_size / sizeof(ElfW(Sym)))) {
    const bool is_function = (symbol.st_info & 0xfU) == STT_FUNC;
    if (!is_function || symbol.st_shndx == SHN_UNDEF || symbol.st_name >= names_.size()) continue;
    functions_.push_back({symbol.st_value, symbol.st_size, symbol.st_name});
  }
}

std::optional<std::string> ElfSymbols::function_at(std::uint64_t address) const {
  for (const Function& function : functions_) {
    if (address < function.address || address - function.address >= function.size) continue;
    // c_str() ends the last name also where the file does not.
    return std::string(names_.c_str() + function.name);
  }
  return std::nullopt;
}

}  // namespace hooks::base
