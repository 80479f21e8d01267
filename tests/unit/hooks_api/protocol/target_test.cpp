// SPDX-License-Identifier: BSD-3-Clause
#include <hooks/target.hpp>

#include <gtest/gtest.h>

#include <stdexcept>

namespace {

using namespace hooks;

// Expected values: spec dart-hooks, sections 2.3 and 2.7.
TEST(Target, NamesAreThoseOfDocuments) {
  EXPECT_EQ(os::kAndroid.name(), "android");
  EXPECT_EQ(os::kFuchsia.name(), "fuchsia");
  EXPECT_EQ(os::kIos.name(), "ios");
  EXPECT_EQ(os::kLinux.name(), "linux");
  EXPECT_EQ(os::kMacos.name(), "macos");
  EXPECT_EQ(os::kWindows.name(), "windows");
  EXPECT_EQ(architecture::kArm.name(), "arm");
  EXPECT_EQ(architecture::kArm64.name(), "arm64");
  EXPECT_EQ(architecture::kIa32.name(), "ia32");
  EXPECT_EQ(architecture::kRiscv32.name(), "riscv32");
  EXPECT_EQ(architecture::kRiscv64.name(), "riscv64");
  EXPECT_EQ(architecture::kX64.name(), "x64");
  EXPECT_EQ(sanitizer::kAsan.name(), "asan");
  EXPECT_EQ(sanitizer::kMsan.name(), "msan");
  EXPECT_EQ(sanitizer::kTsan.name(), "tsan");
  EXPECT_EQ(ios_sdk::kIphoneOs.name(), "iphoneos");
  EXPECT_EQ(ios_sdk::kIphoneSimulator.name(), "iphonesimulator");
}

TEST(Target, OpenNamesCompareByName) {
  EXPECT_EQ(OS("linux"), os::kLinux);
  EXPECT_NE(OS("plan9"), os::kLinux);
  EXPECT_EQ(OS("plan9").name(), "plan9");
}

TEST(Target, TheHostIsLinux) {
  EXPECT_EQ(os::current(), os::kLinux);
#if defined(__x86_64__)
  EXPECT_EQ(architecture::current(), architecture::kX64);
#elif defined(__aarch64__)
  EXPECT_EQ(architecture::current(), architecture::kArm64);
#endif
}

TEST(Target, LinkModes) {
  EXPECT_EQ(name_of(LinkMode(DynamicLoadingBundle{})), "dynamic_loading_bundle");
  EXPECT_EQ(name_of(LinkMode(DynamicLoadingExecutable{})), "dynamic_loading_executable");
  EXPECT_EQ(name_of(LinkMode(DynamicLoadingProcess{})), "dynamic_loading_process");
  EXPECT_EQ(name_of(LinkMode(DynamicLoadingSystem{"libz.so.1"})), "dynamic_loading_system");
  EXPECT_EQ(name_of(LinkMode(StaticLinking{})), "static");
  EXPECT_TRUE(has_file(DynamicLoadingBundle{}));
  EXPECT_TRUE(has_file(StaticLinking{}));
  EXPECT_FALSE(has_file(DynamicLoadingExecutable{}));
  EXPECT_FALSE(has_file(DynamicLoadingProcess{}));
  EXPECT_FALSE(has_file(DynamicLoadingSystem{"libz.so.1"}));
}

TEST(Target, LinkModePreferences) {
  EXPECT_EQ(name_of(LinkModePreference::dynamic), "dynamic");
  EXPECT_EQ(name_of(LinkModePreference::static_), "static");
  EXPECT_EQ(name_of(LinkModePreference::prefer_dynamic), "prefer_dynamic");
  EXPECT_EQ(name_of(LinkModePreference::prefer_static), "prefer_static");
}

// Expected values: spec dart-hooks, section 8.2.
struct FileNames {
  const OS& os;
  const char* dynamic_library;
  const char* static_library;
  const char* executable;
};

TEST(Target, FileNamesOfEachSystem) {
  const FileNames cases[] = {
      {os::kAndroid, "libadd.so", "libadd.a", "add"},  {os::kFuchsia, "libadd.so", "libadd.a", "add"},
      {os::kIos, "libadd.dylib", "libadd.a", "add"},   {os::kLinux, "libadd.so", "libadd.a", "add"},
      {os::kMacos, "libadd.dylib", "libadd.a", "add"}, {os::kWindows, "add.dll", "add.lib", "add.exe"},
      {OS("plan9"), "libadd.so", "libadd.a", "add"},
  };
  for (const FileNames& c : cases) {
    SCOPED_TRACE(c.os.name());
    EXPECT_EQ(dynamic_library_file_name(c.os, "add"), c.dynamic_library);
    EXPECT_EQ(static_library_file_name(c.os, "add"), c.static_library);
    EXPECT_EQ(executable_file_name(c.os, "add"), c.executable);
    EXPECT_EQ(library_file_name(c.os, "add", DynamicLoadingBundle{}), c.dynamic_library);
    EXPECT_EQ(library_file_name(c.os, "add", StaticLinking{}), c.static_library);
  }
}

TEST(Target, ALinkModeWithoutAFileHasNoFileName) {
  EXPECT_THROW((void)library_file_name(os::kLinux, "add", DynamicLoadingProcess{}), std::invalid_argument);
}

}  // namespace
