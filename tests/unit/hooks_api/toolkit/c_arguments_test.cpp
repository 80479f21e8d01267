// SPDX-License-Identifier: BSD-3-Clause
#include "hooks_api/toolkit/c_arguments.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace {

using namespace hooks;
using namespace hooks::toolkit;
using testing::Contains;
using testing::ElementsAre;
using testing::Not;

CodeConfig code_config(const OS& target_os) {
  return {.target_os = target_os, .target_architecture = architecture::kX64};
}

TEST(CArguments, CompileHasEverythingThatTheBuilderSays) {
  const CBuilder builder{.name = "add",
                         .sources = {"src/add.c"},
                         .includes = {"include", "/usr/local/include"},
                         .defines = {{"FLAG", std::nullopt}, {"LEVEL", "3"}},
                         .flags = {"-Wall"},
                         .standard = "c11",
                         .optimization = CBuilder::Optimization::os};
  CodeConfig config = code_config(os::kLinux);
  config.sanitizer = sanitizer::kTsan;
  const CJob job{builder, config, "/p", Product::dynamic_library};
  EXPECT_THAT(compile_arguments(job, "/p/src/add.c", "/o/add.o", "/o/add.d"),
              ElementsAre("-std=c11", "-Os", "-fPIC", "-fsanitize=thread", "-DFLAG", "-DLEVEL=3", "-I/p/include",
                          "-I/usr/local/include", "-Wall", "-MMD", "-MF", "/o/add.d", "-MT", "object", "-c",
                          "/p/src/add.c", "-o", "/o/add.o"));
}

TEST(CArguments, LanguagesAreNamedExceptC) {
  const CodeConfig config = code_config(os::kLinux);
  const auto first_two = [&](CBuilder::Language language) {
    const CBuilder builder{.name = "add", .language = language};
    const CJob job{builder, config, "/p", Product::dynamic_library};
    auto arguments = compile_arguments(job, "/p/a", "/o/a.o", "/o/a.d");
    arguments.resize(2);
    return arguments;
  };
  EXPECT_THAT(first_two(CBuilder::Language::c), ElementsAre("-O3", "-fPIC"));
  EXPECT_THAT(first_two(CBuilder::Language::cpp), ElementsAre("-x", "c++"));
  EXPECT_THAT(first_two(CBuilder::Language::objective_c), ElementsAre("-x", "objective-c"));
}

TEST(CArguments, LinkOfADynamicLibrary) {
  const CBuilder builder{
      .name = "add", .flags = {"-g"}, .libraries = {"z", "m"}, .library_directories = {"lib", "/opt/lib"}};
  const CodeConfig config = code_config(os::kLinux);
  const CJob job{builder, config, "/p", Product::dynamic_library};
  EXPECT_THAT(link_arguments(job, {"/o/0.o", "/o/1.o"}, "/o/libadd.so"),
              ElementsAre("-shared", "-o", "/o/libadd.so", "/o/0.o", "/o/1.o", "-Wl,-soname,libadd.so",
                          "-Wl,-rpath,$ORIGIN", "-g", "-L/p/lib", "-L/opt/lib", "-lz", "-lm"));
}

TEST(CArguments, LinkForMacosHasAnInstallName) {
  const CBuilder builder{.name = "add"};
  const CodeConfig config = code_config(os::kMacos);
  const CJob job{builder, config, "/p", Product::dynamic_library};
  EXPECT_THAT(link_arguments(job, {"/o/0.o"}, "/o/libadd.dylib"),
              ElementsAre("-shared", "-o", "/o/libadd.dylib", "/o/0.o", "-Wl,-install_name,@rpath/libadd.dylib"));
}

TEST(CArguments, APrescribedCompilerIsToldCppsLibrary) {
  const CBuilder builder{.name = "add", .language = CBuilder::Language::cpp};
  CodeConfig config = code_config(os::kLinux);
  const CJob found{builder, config, "/p", Product::dynamic_library};
  EXPECT_THAT(link_arguments(found, {}, "/o/libadd.so"), Not(Contains("-lstdc++")));
  config.c_compiler = CCompilerConfig{"/ar", "/cc", "/ld", std::nullopt};
  const CJob prescribed{builder, config, "/p", Product::dynamic_library};
  EXPECT_THAT(link_arguments(prescribed, {}, "/o/libadd.so"), Contains("-lstdc++"));
}

TEST(CArguments, ExecutablesArePositionIndependent) {
  const CBuilder builder{.name = "add", .output = CBuilder::Output::executable};
  const CodeConfig config = code_config(os::kLinux);
  const CJob job{builder, config, "/p", Product::executable};
  EXPECT_THAT(compile_arguments(job, "/p/a.c", "/o/a.o", "/o/a.d"), Contains("-fPIE"));
  EXPECT_THAT(link_arguments(job, {"/o/a.o"}, "/o/add"),
              ElementsAre("-pie", "-o", "/o/add", "/o/a.o", "-Wl,-rpath,$ORIGIN"));
}

TEST(CArguments, Archive) {
  EXPECT_THAT(archive_arguments({"/o/0.o", "/o/1.o"}, "/o/libadd.a"),
              ElementsAre("rcs", "/o/libadd.a", "/o/0.o", "/o/1.o"));
}

TEST(CArguments, ThePreferenceDecidesUnlessTheBuilderDoes) {
  const auto product = [](LinkModePreference wanted, std::optional<LinkModePreference> own = {}) {
    CodeConfig config = code_config(os::kLinux);
    config.link_mode_preference = wanted;
    return product_of(CBuilder{.name = "add", .link_mode_preference = own}, config);
  };
  EXPECT_EQ(product(LinkModePreference::dynamic), Product::dynamic_library);
  EXPECT_EQ(product(LinkModePreference::prefer_dynamic), Product::dynamic_library);
  EXPECT_EQ(product(LinkModePreference::static_), Product::static_library);
  EXPECT_EQ(product(LinkModePreference::prefer_static), Product::static_library);
  EXPECT_EQ(product(LinkModePreference::dynamic, LinkModePreference::static_), Product::static_library);
  EXPECT_EQ(product_of(CBuilder{.name = "add", .output = CBuilder::Output::executable}, code_config(os::kLinux)),
            Product::executable);
}

}  // namespace
