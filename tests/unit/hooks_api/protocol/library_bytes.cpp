// SPDX-License-Identifier: BSD-3-Clause
#include "tests/unit/hooks_api/protocol/library_bytes.hpp"

namespace tests {

std::string number(std::uint64_t value, int width, bool big) {
  std::string bytes;
  for (int i = 0; i < width; ++i) bytes += static_cast<char>(value >> (8 * (big ? width - 1 - i : i)));
  return bytes;
}

std::string elf(std::uint16_t machine, int width, bool big) {
  std::string bytes =
      "\x7f"
      "ELF";
  bytes += static_cast<char>(width);
  bytes += big ? '\2' : '\1';
  bytes.resize(16);
  return bytes + number(3, 2, big) + number(machine, 2, big);
}

std::string mach_o(std::uint32_t cpu, std::uint32_t platform, bool big) {
  std::string bytes = number(0xfeedfacf, 4, big) + number(cpu, 4, big) + std::string(8, '\0');
  bytes += number(platform == 0 ? 0 : 1, 4, big) + std::string(12, '\0');
  if (platform != 0)
    bytes += number(0x32, 4, big) + number(24, 4, big) + number(platform, 4, big) + std::string(12, '\0');
  return bytes;
}

std::string mach_o(std::uint32_t cpu, const std::string& own_name, const std::vector<std::string>& needed) {
  std::string commands;
  const auto add = [&](std::uint32_t command, const std::string& name) {
    const std::size_t size = (24 + name.size() + 1 + 7) / 8 * 8;
    std::string text = number(command, 4) + number(size, 4) + number(24, 4) + std::string(12, '\0') + name;
    text.resize(size);
    commands += text;
  };
  add(0xd, own_name);
  for (const std::string& name : needed) add(0xc, name);
  add(0x80000018, "@rpath/weak.dylib");  // may be missing at run time
  return number(0xfeedfacf, 4) + number(cpu, 4) + std::string(8, '\0') + number(needed.size() + 2, 4) +
         number(commands.size(), 4) + std::string(8, '\0') + commands;
}

std::string fat(const std::vector<std::uint32_t>& cpus) {
  std::string bytes = number(0xcafebabe, 4, true) + number(cpus.size(), 4, true);
  for (const std::uint32_t cpu : cpus) bytes += number(cpu, 4, true) + std::string(16, '\0');
  return bytes;
}

std::string pe(std::uint16_t machine) {
  std::string bytes = "MZ";
  bytes.resize(0x3c);
  return bytes + number(0x40, 4) + std::string("PE\0\0", 4) + number(machine, 2);
}

std::string pe(std::uint16_t machine, bool plus, const std::vector<std::string>& imports) {
  constexpr std::uint32_t kAddress = 0x1000;  // of the one section, when loaded
  const std::size_t fixed = plus ? 112 : 96;
  std::string optional = number(plus ? 0x20b : 0x10b, 2);
  optional.resize(fixed - 4);
  optional += number(16, 4) + std::string(8, '\0') + number(kAddress, 4) + number(0x28, 4);
  optional.resize(fixed + std::size_t{16} * 8);

  std::string names;
  std::string section;
  for (const std::string& name : imports) {
    section += std::string(12, '\0') + number(kAddress + 20 * (imports.size() + 1) + names.size(), 4) + number(0, 4);
    names += name + '\0';
  }
  section += std::string(20, '\0') + names;

  std::string header =
      pe(machine) + number(1, 2) + std::string(12, '\0') + number(optional.size(), 2) + number(0x2000, 2);
  header += optional;
  header += std::string(".idata\0\0", 8) + number(section.size(), 4) + number(kAddress, 4) + number(section.size(), 4) +
            number(header.size() + 40, 4) + std::string(16, '\0');
  return header + section;
}

}  // namespace tests
