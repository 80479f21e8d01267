// SPDX-License-Identifier: BSD-3-Clause
#include "hooks_api/base/elf_symbols.hpp"

#include <gtest/gtest.h>

#include <elf.h>
#include <link.h>
#include <sys/stat.h>

#include <cstring>
#include <filesystem>
#include <fstream>
#include <vector>

namespace {

using hooks::base::ElfSymbols;

// A file with one symbol table: `first` at 0x100, 0x20 bytes long, `second` at 0x140, 0x10 bytes long.
struct Image {
  ElfW(Ehdr) header{};
  std::vector<ElfW(Shdr)> sections{3};
  std::vector<ElfW(Sym)> symbols{3};
  std::string names{"\0first\0second", 13};  // the last without its zero

  explicit Image(unsigned table_type = SHT_SYMTAB) {
    std::memcpy(header.e_ident, ELFMAG, SELFMAG);
    header.e_ident[EI_CLASS] = sizeof(void*) == 8 ? ELFCLASS64 : ELFCLASS32;
    header.e_ident[EI_DATA] = ELFDATA2LSB;
    header.e_shentsize = sizeof(ElfW(Shdr));
    header.e_shnum = 3;
    header.e_shoff = sizeof header;
    const auto symbols_at = sizeof header + 3 * sizeof(ElfW(Shdr));
    sections[1].sh_type = table_type;
    sections[1].sh_offset = symbols_at;
    sections[1].sh_size = 3 * sizeof(ElfW(Sym));
    sections[1].sh_entsize = sizeof(ElfW(Sym));
    sections[1].sh_link = 2;
    sections[2].sh_type = SHT_STRTAB;
    sections[2].sh_offset = symbols_at + sections[1].sh_size;
    sections[2].sh_size = names.size();
    set(symbols[1], 1, 0x100, 0x20);
    set(symbols[2], 7, 0x140, 0x10);
  }

  static void set(ElfW(Sym) & symbol, unsigned name, unsigned address, unsigned size) {
    symbol.st_name = name;
    symbol.st_info = STT_FUNC;
    symbol.st_shndx = 1;
    symbol.st_value = address;
    symbol.st_size = size;
  }

  [[nodiscard]] std::string bytes() const {
    std::string all(reinterpret_cast<const char*>(&header), sizeof header);
    all.append(reinterpret_cast<const char*>(sections.data()), sections.size() * sizeof(ElfW(Shdr)));
    all.append(reinterpret_cast<const char*>(symbols.data()), symbols.size() * sizeof(ElfW(Sym)));
    return all + names;
  }
};

class ElfSymbolsTest : public testing::Test {
 protected:
  ElfSymbols read(const std::string& bytes) {
    std::ofstream(file_, std::ios::binary) << bytes;
    return ElfSymbols(file_);
  }
  void TearDown() override { std::filesystem::remove(file_); }
  std::filesystem::path file_ = std::filesystem::path(testing::TempDir()) /
                                ("elf-" + std::string(testing::UnitTest::GetInstance()->current_test_info()->name()));
};

TEST_F(ElfSymbolsTest, FindsTheFunctionAroundAnAddress) {
  const ElfSymbols symbols = read(Image().bytes());
  EXPECT_EQ(symbols.function_at(0x100), "first");
  EXPECT_EQ(symbols.function_at(0x11f), "first");
  EXPECT_EQ(symbols.function_at(0x120), std::nullopt);
  EXPECT_EQ(symbols.function_at(0xff), std::nullopt);
  EXPECT_EQ(symbols.function_at(0x14f), "second");
}

TEST_F(ElfSymbolsTest, FallsBackToTheDynamicSymbols) {
  EXPECT_EQ(read(Image(SHT_DYNSYM).bytes()).function_at(0x100), "first");
}

TEST_F(ElfSymbolsTest, IgnoresWhatIsNoFunctionOrUndefined) {
  Image image;
  image.symbols[1].st_info = STT_OBJECT;
  image.symbols[2].st_shndx = SHN_UNDEF;
  EXPECT_TRUE(read(image.bytes()).empty());
}

TEST_F(ElfSymbolsTest, EveryTruncationIsSafe) {
  const std::string whole = Image().bytes();
  for (std::size_t size = 0; size < whole.size(); ++size) {
    std::filesystem::remove(file_);
    (void)read(whole.substr(0, size)).function_at(0x100);
  }
  EXPECT_TRUE(read(whole.substr(0, whole.size() - 1)).empty());
}

TEST_F(ElfSymbolsTest, OffsetsAndSizesBeyondTheFileAreRefused) {
  const auto damaged = [](auto change) {
    Image image;
    change(image);
    return image.bytes();
  };
  EXPECT_TRUE(read(damaged([](Image& i) { i.header.e_shoff = ~0ULL; })).empty());
  EXPECT_TRUE(read(damaged([](Image& i) { i.header.e_shnum = 0xffff; })).empty());
  EXPECT_TRUE(read(damaged([](Image& i) { i.header.e_shentsize = 1; })).empty());
  EXPECT_TRUE(read(damaged([](Image& i) { i.sections[1].sh_size = ~0ULL; })).empty());
  EXPECT_TRUE(read(damaged([](Image& i) { i.sections[1].sh_offset = ~0ULL - 8; })).empty());
  EXPECT_TRUE(read(damaged([](Image& i) { i.sections[1].sh_entsize = 0; })).empty());
  EXPECT_TRUE(read(damaged([](Image& i) { i.sections[1].sh_link = 99; })).empty());
  EXPECT_TRUE(read(damaged([](Image& i) { i.sections[2].sh_size = ~0ULL; })).empty());
  EXPECT_TRUE(read(damaged([](Image& i) { i.header.e_ident[EI_CLASS] = ELFCLASS32; })).empty());
  EXPECT_EQ(read(damaged([](Image& i) { i.symbols[1].st_name = 9999; })).function_at(0x100), std::nullopt);
  EXPECT_EQ(read(damaged([](Image& i) { i.symbols[1].st_size = ~0ULL; })).function_at(0x130), "first");
}

TEST_F(ElfSymbolsTest, OtherFilesHaveNoFunctions) {
  EXPECT_TRUE(read("#!/bin/sh\nexit 0\n").empty());
  EXPECT_TRUE(ElfSymbols("/nonexistent").empty());
  EXPECT_TRUE(ElfSymbols("/").empty());
  std::filesystem::remove(file_);
  ASSERT_EQ(::mkfifo(file_.c_str(), 0600), 0);
  EXPECT_TRUE(ElfSymbols(file_).empty());  // and does not wait for a writer
}

TEST_F(ElfSymbolsTest, ReadsThisProgram) { EXPECT_FALSE(ElfSymbols("/proc/self/exe").empty()); }

}  // namespace
