// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// Function names out of an ELF file.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace hooks::base {

/// The functions of one ELF file of this machine's kind, from .symtab, else from .dynsym. Every offset and size of the
/// file is checked before it is used: a damaged or truncated file has fewer functions, or none. Immutable.
class ElfSymbols {
 public:
  /// Reads the tables of `file`. Empty where it cannot be read or is no such file.
  explicit ElfSymbols(const std::filesystem::path& file);

  [[nodiscard]] bool empty() const noexcept { return functions_.empty(); }
  /// The name, as the linker knows it, of the function that `address` lies in: an address as it stands in the file, so
  /// without the offset at which it was loaded.
  [[nodiscard]] std::optional<std::string> function_at(std::uint64_t address) const;

 private:
  struct Function {
    std::uint64_t address;
    std::uint64_t size;
    std::uint32_t name;  // offset into names_
  };
  std::vector<Function> functions_;
  std::string names_;
};

}  // namespace hooks::base
