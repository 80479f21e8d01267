// SPDX-License-Identifier: BSD-3-Clause
#include "sdist.hpp"

#include "gzip.hpp"
#include "project.hpp"
#include <hooks/exceptions.hpp>

#include <cstddef>
#include <cstdio>
#include <string_view>

namespace {

constexpr std::size_t kBlock = 512;

std::string root() { return std::string(project::kName) + "-" + project::kVersion; }

// A number in octal that fills its field but for the NUL at the end.
std::string octal(std::size_t value, std::size_t width) {
  std::string digits(width - 1, '0');
  for (std::size_t i = digits.size(); i > 0; --i, value /= 8) digits[i - 1] = static_cast<char>('0' + value % 8);
  return digits + '\0';
}

std::string padded(std::string text, std::size_t size) {
  text.resize(size);
  return text;
}

std::string header(const std::string& name, std::size_t size) {
  constexpr std::size_t kLongestName = 100;
  constexpr std::size_t kChecksumAt = 148;
  constexpr std::size_t kLargestFile = std::size_t{1} << 33U;
  if (name.size() > kLongestName || size >= kLargestFile) {
    throw hooks::BuildException("too long a name or too large a file for a source archive: " + name);
  }
  // Name, mode, user, group, size, time, checksum (as spaces until it is known), type, link, magic, owners, device.
  std::string block = padded(name, kLongestName) + octal(0644, 8) + octal(0, 8) + octal(0, 8) + octal(size, 12) +
                      octal(0, 12) + std::string(8, ' ') + '0' + std::string(100, '\0') + std::string("ustar\00000", 8);
  block = padded(block + std::string(64, '\0') + octal(0, 8) + octal(0, 8), kBlock);
  std::size_t sum = 0;
  for (const char byte : block) sum += static_cast<unsigned char>(byte);
  block.replace(kChecksumAt, 8, octal(sum, 7) + ' ');
  return block;
}

}  // namespace

std::string sdist_name() { return root() + ".tar.gz"; }

std::string sdist_bytes(const Files& files) {
  std::string tar;
  for (const auto& [name, bytes] : files) {
    tar += header(root() + "/" + name, bytes.size()) + bytes;
    tar.resize((tar.size() + kBlock - 1) / kBlock * kBlock);
  }
  tar += std::string(2 * kBlock, '\0');
  return gzip(tar);
}
