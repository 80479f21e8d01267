// SPDX-License-Identifier: BSD-3-Clause
#include "hooks_api/protocol/library_header.hpp"

#include "hooks_api/base/files.hpp"
#include "hooks_api/protocol/byte_reader.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

namespace hooks::protocol {

namespace {

using Order = ByteReader::Order;

// More entries than any real library has; beyond, the rest is not looked at.
constexpr std::uint64_t kMaxEntries = 4096;
constexpr std::size_t kMaxNeeded = 1024;

void add_needed(LibrarySlice& slice, std::string_view name) {
  if (slice.needed.size() < kMaxNeeded) slice.needed.emplace_back(name);
}

// --- ELF
// ---------------------------------------------------------------------------------------------------------------

std::string elf_architecture(std::uint32_t machine, bool is_64_bit) {
  switch (machine) {
    case 3:
      return "ia32";
    case 40:
      return "arm";
    case 62:
      return "x64";
    case 183:
      return "arm64";
    case 243:
      return is_64_bit ? "riscv64" : "riscv32";
    default:
      return "";
  }
}

// The part of the file that a program header describes.
struct ElfSegment {
  std::uint64_t type = 0;
  std::uint64_t offset = 0;
  std::uint64_t address = 0;
  std::uint64_t size = 0;
};

class Elf {
 public:
  Elf(const ByteReader& reader, bool is_64_bit) : reader_(reader), wide_(is_64_bit) {}

  void read_names(LibrarySlice& slice) const {
    const std::vector<ElfSegment> segments = read_segments();
    constexpr std::uint64_t kDynamic = 2;
    const auto dynamic =
        std::find_if(segments.begin(), segments.end(), [](const ElfSegment& s) { return s.type == kDynamic; });
    if (dynamic == segments.end()) return;

    constexpr std::uint64_t kNull = 0;
    constexpr std::uint64_t kNeeded = 1;
    constexpr std::uint64_t kStringTable = 5;
    constexpr std::uint64_t kSoname = 14;
    constexpr std::uint64_t kRpath = 15;
    constexpr std::uint64_t kRunpath = 29;
    std::vector<std::uint64_t> needed;
    std::optional<std::uint64_t> soname;
    std::optional<std::uint64_t> run_path;
    std::optional<std::uint64_t> strings;
    const std::uint64_t entry_size = wide_ ? 16 : 8;
    const std::uint64_t count = std::min(dynamic->size / entry_size, kMaxEntries);
    for (std::uint64_t i = 0; i < count; ++i) {
      const std::uint64_t at = dynamic->offset + i * entry_size;
      const auto tag = word(at);
      const auto value = word(at + entry_size / 2);
      if (!tag || !value || *tag == kNull) break;
      if (*tag == kNeeded) needed.push_back(*value);
      if (*tag == kSoname) soname = value;
      if (*tag == kRunpath || (*tag == kRpath && !run_path)) run_path = value;
      if (*tag == kStringTable) strings = file_offset(segments, *value);
    }
    if (!strings) return;
    if (soname) slice.own_name = reader_.text(*strings + *soname, kMostNameBytes);
    for (const std::uint64_t offset : needed) add_needed(slice, reader_.text(*strings + offset, kMostNameBytes));
    if (run_path) slice.run_paths = split(reader_.text(*strings + *run_path, kMostNameBytes));
  }

 private:
  [[nodiscard]] std::optional<std::uint64_t> word(std::uint64_t offset) const {
    if (wide_) return reader_.u64(offset);
    const auto value = reader_.u32(offset);
    return value ? std::optional<std::uint64_t>(*value) : std::nullopt;
  }

  [[nodiscard]] std::vector<ElfSegment> read_segments() const {
    std::vector<ElfSegment> segments;
    const auto table = word(wide_ ? 32 : 28);
    const auto entry_size = reader_.u16(wide_ ? 54 : 42);
    const auto count = reader_.u16(wide_ ? 56 : 44);
    if (!table || !entry_size || !count) return segments;
    for (std::uint64_t i = 0; i < std::min<std::uint64_t>(*count, kMaxEntries); ++i) {
      const std::uint64_t at = *table + i * *entry_size;
      const auto type = reader_.u32(at);
      const auto offset = word(at + (wide_ ? 8 : 4));
      const auto address = word(at + (wide_ ? 16 : 8));
      const auto size = word(at + (wide_ ? 32 : 16));
      if (!type || !offset || !address || !size) break;
      segments.push_back({*type, *offset, *address, *size});
    }
    return segments;
  }

  static std::vector<std::string> split(std::string_view paths) {
    std::vector<std::string> parts;
    while (!paths.empty()) {
      const std::size_t colon = std::min(paths.find(':'), paths.size());
      if (colon > 0) parts.emplace_back(paths.substr(0, colon));
      paths.remove_prefix(std::min(colon + 1, paths.size()));
    }
    return parts;
  }

  static std::optional<std::uint64_t> file_offset(const std::vector<ElfSegment>& segments, std::uint64_t address) {
    constexpr std::uint64_t kLoad = 1;
    for (const ElfSegment& segment : segments) {
      if (segment.type == kLoad && address >= segment.address && address - segment.address < segment.size) {
        return segment.offset + (address - segment.address);
      }
    }
    return std::nullopt;
  }

  const ByteReader& reader_;
  bool wide_;
};

std::optional<LibraryHeader> read_elf(std::string_view bytes) {
  constexpr std::size_t kHeader = 20;  // up to the machine
  if (bytes.size() < kHeader || !bytes.starts_with("\x7f"
                                                   "ELF"))
    return std::nullopt;
  const auto width = static_cast<unsigned char>(bytes[4]);
  const auto data = static_cast<unsigned char>(bytes[5]);
  if ((width != 1 && width != 2) || (data != 1 && data != 2)) return std::nullopt;
  const ByteReader reader(bytes, data == 1 ? Order::little : Order::big);
  LibrarySlice slice;
  slice.machine = *reader.u16(18);
  slice.architecture = elf_architecture(slice.machine, width == 2);
  Elf(reader, width == 2).read_names(slice);
  return LibraryHeader{LibraryHeader::Format::elf, false, {std::move(slice)}};
}

// --- Mach-O
// --------------------------------------------------------------------------------------------------------------

std::string mach_o_architecture(std::uint32_t cpu) {
  switch (cpu) {
    case 7:
      return "ia32";
    case 0x01000007:
      return "x64";
    case 0xc:
      return "arm";
    case 0x0100000c:
      return "arm64";
    default:
      return "";
  }
}

std::string mach_o_platform(std::uint32_t platform) {
  switch (platform) {
    case 1:
      return "macos";
    case 2:
      return "ios";
    case 7:
      return "iphonesimulator";
    default:
      return "";
  }
}

// Platform and names, from the load commands.
void read_load_commands(const ByteReader& reader, std::uint64_t header_size, LibrarySlice& slice) {
  constexpr std::uint32_t kLoadDylib = 0xc;
  constexpr std::uint32_t kIdDylib = 0xd;
  constexpr std::uint32_t kMinMacos = 0x24;
  constexpr std::uint32_t kMinIos = 0x25;
  constexpr std::uint32_t kBuildVersion = 0x32;
  constexpr std::uint32_t kReexportDylib = 0x8000001f;
  const auto count = reader.u32(16);
  if (!count) return;
  std::uint64_t at = header_size;
  for (std::uint64_t i = 0; i < std::min<std::uint64_t>(*count, kMaxEntries); ++i) {
    const auto command = reader.u32(at);
    const auto size = reader.u32(at + 4);
    if (!command || !size || *size < 8) return;
    const auto first = reader.u32(at + 8);
    if (first) {
      if (*command == kIdDylib) slice.own_name = reader.text(at + *first, kMostNameBytes);
      if (*command == kLoadDylib || *command == kReexportDylib) {
        add_needed(slice, reader.text(at + *first, kMostNameBytes));
      }
      if (*command == kBuildVersion) slice.platform = mach_o_platform(*first);
      if (*command == kMinMacos) slice.platform = "macos";
      if (*command == kMinIos) slice.platform = "ios";
    }
    at += *size;
  }
}

std::optional<LibrarySlice> read_thin_mach_o(std::string_view bytes) {
  constexpr std::uint32_t kMagic = 0xfeedface;
  constexpr std::uint32_t kMagic64 = 0xfeedfacf;
  for (const Order order : {Order::little, Order::big}) {
    const ByteReader reader(bytes, order);
    const auto magic = reader.u32(0);
    const auto cpu = reader.u32(4);
    if (!magic || !cpu || (*magic != kMagic && *magic != kMagic64)) continue;
    LibrarySlice slice;
    slice.machine = *cpu;
    slice.architecture = mach_o_architecture(*cpu);
    read_load_commands(reader, *magic == kMagic64 ? 32 : 28, slice);
    return slice;
  }
  return std::nullopt;
}

// A Java class file begins as a fat Mach-O does; what follows is its version, at least 45, and no library has as many
// slices.
constexpr std::uint32_t kMaxSlices = 42;

std::optional<LibraryHeader> read_fat_mach_o(std::string_view bytes) {
  constexpr std::uint32_t kMagic = 0xcafebabe;
  constexpr std::uint32_t kMagic64 = 0xcafebabf;
  const ByteReader reader(bytes, Order::big);
  const auto magic = reader.u32(0);
  const auto count = reader.u32(4);
  if (!magic || !count || (*magic != kMagic && *magic != kMagic64) || *count == 0 || *count > kMaxSlices)
    return std::nullopt;
  const bool wide = *magic == kMagic64;
  const std::uint64_t entry_size = wide ? 32 : 20;
  if (bytes.size() < 8 + *count * entry_size) return std::nullopt;
  LibraryHeader header{LibraryHeader::Format::mach_o, true, {}};
  for (std::uint64_t i = 0; i < *count; ++i) {
    const std::uint64_t at = 8 + i * entry_size;
    const auto cpu = reader.u32(at);
    const std::optional<std::uint64_t> offset =
        wide ? reader.u64(at + 8) : std::optional<std::uint64_t>(reader.u32(at + 8));
    if (!cpu || !offset) return std::nullopt;
    LibrarySlice slice;
    if (*offset < bytes.size())
      slice = read_thin_mach_o(bytes.substr(static_cast<std::size_t>(*offset))).value_or(LibrarySlice{});
    slice.machine = *cpu;
    slice.architecture = mach_o_architecture(*cpu);
    header.slices.push_back(std::move(slice));
  }
  return header;
}

// --- PE
// ----------------------------------------------------------------------------------------------------------------

std::string pe_architecture(std::uint32_t machine) {
  switch (machine) {
    case 0x14c:
      return "ia32";
    case 0x1c4:
      return "arm";
    case 0x5064:
      return "riscv64";
    case 0x8664:
      return "x64";
    case 0xaa64:
      return "arm64";
    default:
      return "";
  }
}

// Where the file has what is loaded at an address relative to the image.
std::optional<std::uint64_t> pe_file_offset(const ByteReader& reader, std::uint64_t sections, std::uint16_t count,
                                            std::uint32_t address) {
  constexpr std::uint64_t kSection = 40;
  for (std::uint64_t i = 0; i < std::min<std::uint64_t>(count, kMaxEntries); ++i) {
    const std::uint64_t at = sections + i * kSection;
    const auto start = reader.u32(at + 12);
    const auto size = reader.u32(at + 16);
    const auto offset = reader.u32(at + 20);
    if (!start || !size || !offset) return std::nullopt;
    if (address >= *start && address - *start < *size) return std::uint64_t{*offset} + (address - *start);
  }
  return std::nullopt;
}

// The names in the import table. `header` is the place of the COFF header.
void read_pe_imports(const ByteReader& reader, std::uint64_t header, LibrarySlice& slice) {
  constexpr std::uint16_t kPe32 = 0x10b;
  constexpr std::uint16_t kPe32Plus = 0x20b;
  constexpr std::uint64_t kCoffHeader = 20;
  constexpr std::uint64_t kImports = 8;  // the second of the data directories
  constexpr std::uint64_t kDescriptor = 20;
  const auto section_count = reader.u16(header + 2);
  const auto optional_size = reader.u16(header + 16);
  const std::uint64_t optional = header + kCoffHeader;
  const auto magic = reader.u16(optional);
  if (!section_count || !optional_size || !magic || (*magic != kPe32 && *magic != kPe32Plus)) return;
  const std::uint64_t directories = optional + (*magic == kPe32 ? 96 : 112);
  const auto count = reader.u32(directories - 4);
  const auto table = reader.u32(directories + kImports);
  if (!count || *count < 2 || !table || *table == 0) return;
  const std::uint64_t sections = optional + *optional_size;
  const auto begin = pe_file_offset(reader, sections, *section_count, *table);
  for (std::uint64_t i = 0; begin && i < kMaxNeeded; ++i) {
    const auto name = reader.u32(*begin + i * kDescriptor + 12);
    if (!name || *name == 0) return;
    const auto at = pe_file_offset(reader, sections, *section_count, *name);
    if (!at) return;
    add_needed(slice, reader.text(*at, kMostNameBytes));
  }
}

std::optional<LibraryHeader> read_pe(std::string_view bytes) {
  constexpr std::size_t kDosHeader = 0x40;
  if (bytes.size() < kDosHeader || !bytes.starts_with("MZ")) return std::nullopt;
  const ByteReader reader(bytes, Order::little);
  const std::uint64_t at = *reader.u32(0x3c);
  const auto signature = reader.u32(at);
  const auto machine = reader.u16(at + 4);
  if (!signature || !machine || *signature != 0x00004550) return std::nullopt;
  LibrarySlice slice;
  slice.machine = *machine;
  slice.architecture = pe_architecture(*machine);
  read_pe_imports(reader, at + 4, slice);
  return LibraryHeader{LibraryHeader::Format::pe, false, {std::move(slice)}};
}

// The first bytes of a file: enough for architecture and load commands, and for the names of most libraries.
std::string read_beginning(const std::filesystem::path& file) {
  constexpr std::size_t kEnough = std::size_t{4} << 20U;
  std::string bytes;
  const auto fd = base::open_file(file, O_RDONLY | O_NONBLOCK);
  if (!fd) return bytes;
  std::array<char, std::size_t{64} << 10U> buffer;  // NOLINT(cppcoreguidelines-pro-type-member-init): read into below
  while (bytes.size() < kEnough) {
    const auto count = base::repeat_on_eintr([&] { return ::read(fd->get(), buffer.data(), buffer.size()); });
    if (count <= 0) break;
    bytes.append(buffer.data(), static_cast<std::size_t>(count));
  }
  return bytes;
}

}  // namespace

std::string_view name_of(LibraryHeader::Format format) noexcept {
  switch (format) {
    case LibraryHeader::Format::elf:
      return "ELF";
    case LibraryHeader::Format::mach_o:
      return "Mach-O";
    case LibraryHeader::Format::pe:
      return "PE";
  }
  return "";
}

std::optional<LibraryHeader> read_library_header(std::string_view bytes) {
  if (auto elf = read_elf(bytes)) return elf;
  if (auto thin = read_thin_mach_o(bytes))
    return LibraryHeader{LibraryHeader::Format::mach_o, false, {std::move(*thin)}};
  if (auto fat = read_fat_mach_o(bytes)) return fat;
  return read_pe(bytes);
}

std::optional<LibraryHeader> read_library_file(const std::filesystem::path& file) {
  return read_library_header(read_beginning(file));
}

}  // namespace hooks::protocol
