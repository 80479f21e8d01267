// SPDX-License-Identifier: BSD-3-Clause
#include "hooks_api/protocol/library_check.hpp"

#include "hooks_api/protocol/library_header.hpp"
#include "tests/support/temporary_directory.hpp"
#include "tests/unit/hooks_api/protocol/library_bytes.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace {

using hooks::CodeConfig;
using hooks::protocol::Faults;
using hooks::protocol::LibraryHeader;
using hooks::protocol::read_library_header;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using tests::elf;
using tests::fat;
using tests::kArm64Cpu;
using tests::kX64Cpu;
using tests::mach_o;
using tests::number;
using tests::pe;

std::string architecture_of(const std::string& bytes) {
  const auto header = read_library_header(bytes);
  if (!header) return "not recognised";
  return header->slices.front().architecture;
}

// The machine maps of the specification, section 6.4.
TEST(LibraryHeader, KnowsTheMachines) {
  EXPECT_EQ(architecture_of(elf(3, 1)), "ia32");
  EXPECT_EQ(architecture_of(elf(40, 1)), "arm");
  EXPECT_EQ(architecture_of(elf(62)), "x64");
  EXPECT_EQ(architecture_of(elf(183)), "arm64");
  EXPECT_EQ(architecture_of(elf(243, 1)), "riscv32");
  EXPECT_EQ(architecture_of(elf(243, 2)), "riscv64");
  EXPECT_EQ(architecture_of(elf(62, 2, true)), "x64");
  EXPECT_EQ(architecture_of(elf(9999)), "");
  EXPECT_EQ(architecture_of(mach_o(7)), "ia32");
  EXPECT_EQ(architecture_of(mach_o(kX64Cpu)), "x64");
  EXPECT_EQ(architecture_of(mach_o(0xc)), "arm");
  EXPECT_EQ(architecture_of(mach_o(kArm64Cpu, 0, true)), "arm64");
  EXPECT_EQ(architecture_of(pe(0x14c)), "ia32");
  EXPECT_EQ(architecture_of(pe(0x1c4)), "arm");
  EXPECT_EQ(architecture_of(pe(0x5064)), "riscv64");
  EXPECT_EQ(architecture_of(pe(0x8664)), "x64");
  EXPECT_EQ(architecture_of(pe(0xaa64)), "arm64");
}

TEST(LibraryHeader, RefusesWhatIsCutOffOrElse) {
  for (const std::string& whole : {elf(62), mach_o(kX64Cpu), pe(0x8664), fat({kX64Cpu, kArm64Cpu}),
                                   pe(0x8664, true, {"a.dll"}), mach_o(kX64Cpu, "a", {"b"})}) {
    ASSERT_TRUE(read_library_header(whole).has_value());
    for (std::size_t size = 0; size < whole.size(); ++size)
      (void)read_library_header(whole.substr(0, size));  // no crash
  }
  EXPECT_FALSE(read_library_header(elf(62).substr(0, 19)).has_value());
  EXPECT_FALSE(read_library_header(fat({kX64Cpu, kArm64Cpu}).substr(0, 40)).has_value());
  EXPECT_FALSE(read_library_header(fat({})).has_value());
  EXPECT_FALSE(read_library_header(number(0xcafebabe, 4, true) + number(61, 4, true) + std::string(2000, '\0'))
                   .has_value());  // Java 17
  EXPECT_FALSE(read_library_header("").has_value());
  EXPECT_FALSE(read_library_header("!<arch>\n").has_value());
}

TEST(LibraryHeader, ReadsARealLibrary) {
  // The C library of this machine: it has a soname and needs the dynamic linker.
  const std::string bytes = tests::read_text("/lib/x86_64-linux-gnu/libc.so.6");
  const auto header = read_library_header(bytes);
  ASSERT_TRUE(header.has_value());
  EXPECT_EQ(header->format, LibraryHeader::Format::elf);
  EXPECT_EQ(header->slices.front().own_name, "libc.so.6");
  EXPECT_THAT(header->slices.front().needed, ElementsAre("ld-linux-x86-64.so.2"));
}

class CheckLibrary : public testing::Test {
 protected:
  void check(const std::string& bytes, const CodeConfig& target) {
    faults_.clear();
    warnings_.clear();
    check_library(dir_.write("libx.so", bytes), target, "a.file", faults_, warnings_);
  }
  static CodeConfig target(const hooks::OS& os) {
    return {.target_os = os, .target_architecture = hooks::architecture::kX64};
  }
  tests::TemporaryDirectory dir_;
  Faults faults_;
  Faults warnings_;
};

MATCHER_P(Says, text, "") { return testing::ExplainMatchResult(HasSubstr(text), arg.message, result_listener); }

TEST_F(CheckLibrary, AnotherArchitectureIsAFault) {
  check(elf(62), target(hooks::os::kLinux));
  EXPECT_THAT(faults_, IsEmpty());
  EXPECT_THAT(warnings_, IsEmpty());
  check(elf(183), target(hooks::os::kAndroid));
  EXPECT_THAT(faults_, ElementsAre(Says("is built for arm64; the target architecture is x64")));
  check(pe(0x14c), target(hooks::os::kWindows));
  EXPECT_THAT(faults_, ElementsAre(Says("is built for ia32")));
}

TEST_F(CheckLibrary, AFatLibraryHasOneSlice) {
  check(fat({kX64Cpu, kArm64Cpu}), target(hooks::os::kMacos));
  EXPECT_THAT(faults_, ElementsAre(Says("2 architectures")));
  check(fat({kX64Cpu}), target(hooks::os::kMacos));
  EXPECT_THAT(faults_, IsEmpty());
  check(fat({kArm64Cpu}), target(hooks::os::kMacos));
  EXPECT_THAT(faults_, ElementsAre(Says("is built for arm64")));
}

TEST_F(CheckLibrary, WhatIsNotRecognisedIsAWarning) {
  check("text", target(hooks::os::kLinux));
  EXPECT_THAT(faults_, IsEmpty());
  EXPECT_THAT(warnings_, ElementsAre(Says("not recognised")));
  check(mach_o(kArm64Cpu), target(hooks::os::kLinux));
  EXPECT_THAT(warnings_, ElementsAre(Says("not recognised as a library of format ELF")));
  check(elf(9999), target(hooks::os::kLinux));
  EXPECT_THAT(faults_, IsEmpty());
  EXPECT_THAT(warnings_, ElementsAre(Says("unknown machine (9999)")));
  check("text", target(hooks::OS("plan9")));
  EXPECT_THAT(warnings_, IsEmpty());
}

TEST_F(CheckLibrary, AnotherPlatformIsAWarning) {
  CodeConfig ios = target(hooks::os::kIos);
  ios.ios = hooks::IosConfig{hooks::ios_sdk::kIphoneOs, 17};
  check(mach_o(kX64Cpu, 2), ios);
  EXPECT_THAT(warnings_, IsEmpty());
  check(mach_o(kX64Cpu, 7), ios);
  EXPECT_THAT(warnings_, ElementsAre(Says("built for iphonesimulator; the target is ios")));
  check(mach_o(kX64Cpu, 1), ios);
  EXPECT_THAT(warnings_, ElementsAre(Says("built for macos")));
  EXPECT_THAT(faults_, IsEmpty());
}

}  // namespace
