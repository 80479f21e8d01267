// SPDX-License-Identifier: BSD-3-Clause
#include "hooks_api/protocol/needed_libraries.hpp"

#include "hooks_api/protocol/library_header.hpp"
#include "tests/paths.hpp"
#include "tests/support/run.hpp"
#include "tests/support/temporary_directory.hpp"
#include "tests/unit/hooks_api/protocol/library_bytes.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace {

using hooks::CodeAsset;
using hooks::CodeConfig;
using hooks::EncodedAsset;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

EncodedAsset bundled(const std::string& name, const std::filesystem::path& file, const std::string& package = "p") {
  return CodeAsset{package, name, hooks::DynamicLoadingBundle{}, file}.encode();
}

#ifdef __aarch64__
constexpr bool kHostIsArm = true;
#else
constexpr bool kHostIsArm = false;
#endif
hooks::Architecture host() { return kHostIsArm ? hooks::architecture::kArm64 : hooks::architecture::kX64; }
hooks::Architecture other() { return kHostIsArm ? hooks::architecture::kX64 : hooks::architecture::kArm64; }

CodeConfig target(const hooks::OS& os, const hooks::Architecture& architecture = host()) {
  return {.target_os = os, .target_architecture = architecture};
}

std::vector<std::string> missing(const std::vector<EncodedAsset>& assets, const CodeConfig& config) {
  std::vector<std::string> messages;
  for (const auto& one : hooks::protocol::missing_libraries(assets, config))
    messages.push_back(one.package + ": " + one.message);
  return messages;
}

// Libraries that a compiler made: liba needs libb, which needs nothing but the C library.
class RealLibraries : public testing::Test {
 protected:
  void SetUp() override {
    compile("libb.so.1", "#include <math.h>\nint b(double x) { return (int)cos(x); }\n", {"-lm"});
    compile("liba.so", "int b(double); int a(void) { return b(1); }\n", {(dir_ / "out/libb.so.1").string()});
  }
  std::filesystem::path compile(const std::string& file, std::string_view source, std::vector<std::string> arguments) {
    std::filesystem::create_directories(dir_ / "out");
    std::vector<std::string> command{
        tests::kCCompiler,  "-shared", "-fPIC", "-Wl,-soname," + file, dir_.write(file + ".c", source), "-o",
        dir_ / "out" / file};
    command.insert(command.end(), arguments.begin(), arguments.end());
    const tests::Ended ended = tests::run(command, dir_.path(), dir_.path());
    EXPECT_EQ(ended.exit_code, 0) << ended.err;
    return dir_ / "out" / file;
  }
  tests::TemporaryDirectory dir_;
};

TEST_F(RealLibraries, AreReadInFull) {
  const auto file = compile("libc.so.9", "int b(double); int c(void) { return b(1); }\n",
                            {(dir_ / "out/libb.so.1").string(), "-Wl,-rpath,/opt/x:$ORIGIN/../lib"});
  const auto header = hooks::protocol::read_library_file(file);
  ASSERT_TRUE(header.has_value());
  EXPECT_EQ(header->slices.front().own_name, "libc.so.9");
  EXPECT_THAT(header->slices.front().needed, testing::Contains("libb.so.1"));
  EXPECT_THAT(header->slices.front().run_paths, ElementsAre("/opt/x", "$ORIGIN/../lib"));
}

TEST_F(RealLibraries, NothingIsMissingWhereAllAreBundled) {
  EXPECT_THAT(
      missing({bundled("a", dir_ / "out/liba.so"), bundled("b", dir_ / "out/libb.so.1")}, target(hooks::os::kLinux)),
      IsEmpty());
  // Its file may have another name than its own one.
  std::filesystem::create_directory(dir_ / "elsewhere");
  std::filesystem::copy_file(dir_ / "out/libb.so.1", dir_ / "elsewhere/libb.so");
  EXPECT_THAT(missing({bundled("a", dir_ / "out/liba.so"), bundled("b", dir_ / "elsewhere/libb.so")},
                      target(hooks::os::kLinux)),
              IsEmpty());
}

TEST_F(RealLibraries, WhatStandsBesideAndIsNoAssetIsMissing) {
  EXPECT_THAT(
      missing({bundled("a", dir_ / "out/liba.so", "q")}, target(hooks::os::kLinux)),
      ElementsAre("q: library '" + (dir_ / "out/liba.so").string() +
                  "' of 'package:q/a' needs 'libb.so.1', which is neither bundled nor part of linux; the file beside "
                  "it is no asset: add it as one, or link it statically"));
}

TEST_F(RealLibraries, WhatTheHostDoesNotHaveIsMissing) {
  std::filesystem::remove(dir_ / "out/libb.so.1");
  EXPECT_THAT(
      missing({bundled("a", dir_ / "out/liba.so")}, target(hooks::os::kLinux)),
      ElementsAre(HasSubstr("needs 'libb.so.1', which is neither bundled nor part of linux; add it as an asset")));
}

TEST_F(RealLibraries, ARunPathOfThisHostIsLookedAt) {
  std::filesystem::create_directory(dir_ / "elsewhere");
  const auto c = compile("libc.so.9", "int b(double); int c(void) { return b(1); }\n",
                         {(dir_ / "out/libb.so.1").string(), "-Wl,-rpath," + (dir_ / "elsewhere").string()});
  std::filesystem::rename(dir_ / "out/libb.so.1", dir_ / "elsewhere/libb.so.1");
  EXPECT_THAT(missing({bundled("c", c)}, target(hooks::os::kLinux)), IsEmpty());
}

TEST_F(RealLibraries, WhatTheHostHasIsNotMissing) {
  const auto cxx = compile("libd.so", "int d(void) { return 0; }\n",
                           {"-Wl,--no-as-needed", "-lstdc++", "-lgcc_s", "-lm", "-lc", "-ldl", "-lpthread"});
  ASSERT_GE(hooks::protocol::read_library_file(cxx)->slices.front().needed.size(), 4U);
  EXPECT_THAT(missing({bundled("d", cxx)}, target(hooks::os::kLinux)), IsEmpty());
}

TEST_F(RealLibraries, AnotherArchitecturesLinuxIsNotKnown) {
  std::filesystem::remove(dir_ / "out/libb.so.1");
  const CodeConfig foreign = target(hooks::os::kLinux, other());
  EXPECT_THAT(missing({bundled("a", dir_ / "out/liba.so")}, foreign), IsEmpty());
  // A library that looks beside itself means its own.
  compile("libb.so.1", "int b(double x) { return (int)x; }\n", {});
  const auto c =
      compile("libe.so", "int b(double); int c(void) { return b(1); }\n",
              {(dir_ / "out/libb.so.1").string(), "-Wl,--no-as-needed", "-lm", "-lstdc++", "-Wl,-rpath,$ORIGIN"});
  std::filesystem::remove(dir_ / "out/libb.so.1");
  EXPECT_THAT(missing({bundled("c", c)}, foreign), ElementsAre(HasSubstr("needs 'libb.so.1'")));
}

TEST_F(RealLibraries, OfAndroidTheNdksLibrariesAreThere) {
  std::filesystem::remove(dir_ / "out/libb.so.1");
  std::vector<std::string> stubs{"-nostdlib", "-Wl,--no-as-needed"};
  for (const std::string name : {"libc.so", "liblog.so", "libm.so", "libc++_shared.so"}) {
    compile(name, "int stub;\n", {"-nostdlib"});
    std::filesystem::create_directories(dir_ / "ndk");
    std::filesystem::rename(dir_ / "out" / name, dir_ / "ndk" / name);
    stubs.push_back((dir_ / "ndk" / name).string());
  }
  const auto file = compile("libf.so", "int f;\n", stubs);
  EXPECT_THAT(missing({bundled("f", file)}, target(hooks::os::kAndroid)),
              ElementsAre(HasSubstr("needs 'libc++_shared.so'")));
}

class MadeLibraries : public testing::Test {
 protected:
  tests::TemporaryDirectory dir_;
};

TEST_F(MadeLibraries, AppleLibrariesAreLookedForInTheApplication) {
  const auto a = dir_.write(
      "liba.dylib",
      tests::mach_o(tests::kArm64Cpu, "@rpath/liba.dylib",
                    {"/usr/lib/libSystem.B.dylib", "/System/Library/Frameworks/Foundation.framework/Foundation",
                     "@rpath/libswiftCore.dylib", "@rpath/Flutter.framework/Flutter", "@rpath/LIBB.dylib",
                     "@loader_path/libc.dylib", "/opt/homebrew/lib/libd.1.dylib"}));
  const auto b = dir_.write("libb.dylib", tests::mach_o(tests::kArm64Cpu, "/build/libb.dylib", {}));
  for (const hooks::OS& os : {hooks::os::kMacos, hooks::os::kIos}) {
    const CodeConfig config = target(os, hooks::architecture::kArm64);
    EXPECT_THAT(
        missing({bundled("a", a), bundled("b", b)}, config),
        ElementsAre(HasSubstr("needs '@loader_path/libc.dylib'"), HasSubstr("needs '/opt/homebrew/lib/libd.1.dylib'")));
    EXPECT_THAT(missing({bundled("b", b)}, config), IsEmpty());
  }
}

TEST_F(MadeLibraries, WindowsLibrariesStandBeside) {
  for (const bool plus : {true, false}) {
    const auto a = dir_.write(
        "a.dll", tests::pe(0x8664, plus, {"KERNEL32.dll", "B.dll", "vcruntime140.dll", "libgcc_s_seh-1.dll", "c.dll"}));
    const auto header = hooks::protocol::read_library_file(a);
    ASSERT_TRUE(header);
    EXPECT_THAT(header->slices.front().needed,
                ElementsAre("KERNEL32.dll", "B.dll", "vcruntime140.dll", "libgcc_s_seh-1.dll", "c.dll"));
    const auto b = dir_.write("b.dll", tests::pe(0x8664));
    dir_.write("c.dll", tests::pe(0x8664));
    EXPECT_THAT(
        missing({bundled("a", a), bundled("b", b)}, target(hooks::os::kWindows)),
        ElementsAre(HasSubstr("needs 'libgcc_s_seh-1.dll', which is neither bundled nor part of windows; add it"),
                    HasSubstr("needs 'c.dll', which is neither bundled nor part of windows; the file beside it")));
  }
}

TEST_F(MadeLibraries, WhatIsNoLibraryIsNotJudged) {
  const std::vector<EncodedAsset> assets{bundled("a", dir_.write("a", "text")),
                                         bundled("b", dir_ / "missing"),
                                         bundled("c", dir_.write("c", tests::fat({tests::kX64Cpu, tests::kArm64Cpu}))),
                                         CodeAsset{"p", "d", hooks::StaticLinking{}, dir_ / "libd.a"}.encode(),
                                         {"code_assets/code", std::nullopt},
                                         {"other/type", std::nullopt}};
  for (const hooks::OS& os : {hooks::os::kLinux, hooks::os::kMacos, hooks::os::kWindows, hooks::OS("plan9")}) {
    EXPECT_THAT(missing(assets, target(os)), IsEmpty());
  }
}

}  // namespace
