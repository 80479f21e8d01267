// SPDX-License-Identifier: BSD-3-Clause
// Numbers as zip and gzip write them.
#pragma once

#include <cstdint>
#include <string>

inline std::string u16(std::uint64_t value) { return {static_cast<char>(value), static_cast<char>(value >> 8U)}; }
inline std::string u32(std::uint64_t value) { return u16(value) + u16(value >> 16U); }
