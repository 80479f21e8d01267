// SPDX-License-Identifier: BSD-3-Clause
// The smallest libraries of each format, made by hand.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace tests {

/// A number of `width` bytes.
std::string number(std::uint64_t value, int width, bool big = false);

/// An ELF header without anything behind it; width 1 is 32 bit, 2 is 64 bit.
std::string elf(std::uint16_t machine, int width = 2, bool big = false);

/// 64 bit Mach-O with a build version where `platform` is not 0.
std::string mach_o(std::uint32_t cpu, std::uint32_t platform = 0, bool big = false);
/// 64 bit, little endian Mach-O that has a name of its own and needs others.
std::string mach_o(std::uint32_t cpu, const std::string& own_name, const std::vector<std::string>& needed);
/// A table of slices without the slices.
std::string fat(const std::vector<std::uint32_t>& cpus);

/// A PE header without anything behind it.
std::string pe(std::uint16_t machine);
/// A PE file with an import table; PE32 or PE32+.
std::string pe(std::uint16_t machine, bool plus, const std::vector<std::string>& imports);

inline constexpr std::uint32_t kX64Cpu = 0x01000007;
inline constexpr std::uint32_t kArm64Cpu = 0x0100000c;

}  // namespace tests
