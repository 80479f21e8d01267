// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// What the header of a dynamic library says: ELF, Mach-O (thin and fat) and PE (spec: dart-hooks, section 6.4).
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hooks::protocol {

/// One library, or one slice of a fat one.
struct LibrarySlice {
  /// As Dart names it ("x64", "arm64", …); empty for a machine that is not one of Dart's.
  std::string architecture;
  std::uint32_t machine = 0;  ///< the number in the header
  /// "ios", "iphonesimulator", "macos" from Mach-O's build version; empty where the header does not say.
  std::string platform;
  /// ELF's DT_SONAME or Mach-O's LC_ID_DYLIB; empty where there is none.
  std::string own_name;
  /// ELF's DT_NEEDED, Mach-O's LC_LOAD_DYLIB and LC_REEXPORT_DYLIB (weak ones may be missing at run time, and are not
  /// here), or the names of PE's import table; in order.
  std::vector<std::string> needed;
  /// The directories of ELF's DT_RUNPATH or DT_RPATH, in order; with $ORIGIN as it stands there.
  std::vector<std::string> run_paths;
};

/// A recognised file.
struct LibraryHeader {
  enum class Format { elf, mach_o, pe };
  Format format;
  bool fat = false;                  ///< Mach-O with several slices in one file
  std::vector<LibrarySlice> slices;  ///< one, unless fat
};

[[nodiscard]] std::string_view name_of(LibraryHeader::Format format) noexcept;

/// Names in headers are cut after so many bytes; no file system has longer ones.
inline constexpr std::size_t kMostNameBytes = 1024;

/// Reads `bytes`, the beginning of a library or all of it: architectures stand in the first bytes; names and platform
/// are found as far as `bytes` reach. Nothing for a file of no known format, or one that ends within its header.
/// Never reads out of bounds, whatever the bytes; at most 1024 needed names a slice.
[[nodiscard]] std::optional<LibraryHeader> read_library_header(std::string_view bytes);

/// The same for the first 4 MiB of a file. Nothing also where it cannot be read.
[[nodiscard]] std::optional<LibraryHeader> read_library_file(const std::filesystem::path& file);

}  // namespace hooks::protocol
