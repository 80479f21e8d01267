// SPDX-License-Identifier: BSD-3-Clause
// CBuilder with real compilers.
#include "hooks_api/protocol/input.hpp"
#include "tests/support/temporary_directory.hpp"
#include <hooks/c_builder.hpp>
#include <hooks/exceptions.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <dlfcn.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <stdexcept>

namespace {

using namespace hooks;
using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

// PATH for the time of a test.
class PathVariable {
 public:
  explicit PathVariable(const std::string& value) : old_(std::getenv("PATH")) { ::setenv("PATH", value.c_str(), 1); }
  ~PathVariable() { ::setenv("PATH", old_.c_str(), 1); }
  PathVariable(const PathVariable&) = delete;
  PathVariable& operator=(const PathVariable&) = delete;

 private:
  std::string old_;
};

class CBuilderTest : public testing::Test {
 protected:
  CBuilderTest() {
    write("src/add.c",
          "#include \"add.h\"\n#include <stdint.h>\nint32_t add(int32_t a, int32_t b) { return a + b; }\n");
    write("src/add.h", "#include <stdint.h>\nint32_t add(int32_t a, int32_t b);\n");
  }

  void write(const std::filesystem::path& file, const std::string& text) const {
    directory_.write("package" / file, text);
  }
  // A tool that is a shell script.
  [[nodiscard]] std::filesystem::path script(const std::string& name, const std::string& body) const {
    return directory_.write_executable("package/tools/" + name, "#!/bin/sh\n" + body + "\n");
  }
  void prescribe(const std::filesystem::path& compiler) {
    config_.c_compiler = CCompilerConfig{"/usr/bin/ar", compiler, "/usr/bin/ld", std::nullopt};
  }

  [[nodiscard]] std::unique_ptr<BuildInput> input(bool asks_for_code = true) const {
    protocol::ConfigFields config{.build_asset_types = {}, .linking_enabled = false, .extensions = {}};
    if (asks_for_code) {
      config.build_asset_types = {kCodeAssetType};
      config.extensions["code_assets"] = protocol::code_config_to_json(config_);
    }
    protocol::InputFields fields;
    fields.config = protocol::config_to_json(config);
    fields.out_dir_shared = root_ / "shared";
    fields.out_file = root_ / "output.json";
    fields.package_name = "adder";
    fields.package_root = package_;
    auto read = protocol::read_build_input(protocol::input_to_json(fields));
    if (!read) throw std::runtime_error(protocol::describe(read.error()));
    std::filesystem::create_directories((*read)->output_directory());
    return std::move(*read);
  }

  CBuilder::Result run(const CBuilder& builder) { return builder.run(*input(), output_); }
  [[nodiscard]] std::string failure_of(const CBuilder& builder) {
    try {
      (void)run(builder);
    } catch (const HookException& exception) {
      return std::string(name_of(exception.type())) + ": " + exception.message();
    }
    return "no failure";
  }
  [[nodiscard]] std::vector<std::string> dependencies() const {
    std::vector<std::string> files;
    for (const auto& path : output_.output().dependencies) files.push_back(path.lexically_relative(package_).native());
    return files;
  }

  tests::TemporaryDirectory directory_;
  const std::filesystem::path& root_ = directory_.path();
  std::filesystem::path package_ = root_ / "package";
  CodeConfig config_{.target_os = os::current(), .target_architecture = architecture::current()};
  BuildOutputBuilder output_;
};

const CBuilder kAdd{.name = "add", .asset_name = "src/add.dart", .sources = {"src/add.c"}};

TEST_F(CBuilderTest, ADynamicLibraryThatLoads) {
  const auto result = run(kAdd);
  EXPECT_EQ(result.file, input()->output_directory() / "libadd.so");
  ASSERT_TRUE(result.asset);
  EXPECT_EQ(*result.asset, (CodeAsset{"adder", "src/add.dart", DynamicLoadingBundle{}, result.file}));
  EXPECT_THAT(output_.output().assets, ElementsAre(result.asset->encode()));

  void* library = ::dlopen(result.file.c_str(), RTLD_NOW);
  ASSERT_NE(library, nullptr) << ::dlerror();
  auto* add = reinterpret_cast<int (*)(int, int)>(::dlsym(library, "add"));
  ASSERT_NE(add, nullptr);
  EXPECT_EQ(add(2, 3), 5);
  ::dlclose(library);
}

TEST_F(CBuilderTest, SourcesAndHeadersAreDependenciesOnce) {
  write("src/sub.c", "#include \"add.h\"\nint32_t sub(int32_t a, int32_t b) { return add(a, -b); }\n");
  run({.name = "add", .sources = {"src/add.c", "src/sub.c"}});
  EXPECT_THAT(dependencies(), ElementsAre("src/add.c", "src/sub.c", "src/add.h"));
}

TEST_F(CBuilderTest, TheToolsAreDeclared) {
  const auto compiler = script("cc", "exec cc \"$@\"");
  prescribe(compiler);
  run(kAdd);
  EXPECT_THAT(output_.output().declarations.tools, ElementsAre(HookOutput::Tool{compiler}));
  config_.link_mode_preference = LinkModePreference::static_;
  run(kAdd);
  EXPECT_THAT(output_.output().declarations.tools, Contains(HookOutput::Tool{"/usr/bin/ar"}));
  // Nothing is said of the environment: all of it counts.
  EXPECT_FALSE(output_.output().declarations.environment);
}

TEST_F(CBuilderTest, HeadersWithOddNamesAreDependencies) {
  write("src/a b#c$d.h", "#define ODD 1\n");
  write("src/odd.c", "#include \"a b#c$d.h\"\nint odd(void) { return ODD; }\n");
  run({.name = "odd", .sources = {"src/odd.c"}});
  EXPECT_THAT(dependencies(), ElementsAre("src/odd.c", "src/a b#c$d.h"));
}

TEST_F(CBuilderTest, WhatTheHookMakesIsNoDependency) {
  const auto directory = input()->output_directory();
  std::ofstream(directory / "generated.h") << "#define VALUE 1\n";
  std::ofstream(directory / "generated.c") << "int generated(void) { return 1; }\n";
  write("src/main.c", "#include \"generated.h\"\nint value(void) { return VALUE; }\n");
  run({.name = "value", .sources = {"src/main.c", directory / "generated.c"}, .includes = {directory}});
  EXPECT_THAT(dependencies(), ElementsAre("src/main.c"));
}

TEST_F(CBuilderTest, AStaticLibraryByPreference) {
  config_.link_mode_preference = LinkModePreference::static_;
  const auto result = run(kAdd);
  EXPECT_EQ(result.file.filename(), "libadd.a");
  EXPECT_EQ(result.asset->link_mode, LinkMode(StaticLinking{}));
  std::ifstream file(result.file);
  std::string magic(8, '\0');
  file.read(magic.data(), 8);
  EXPECT_EQ(magic, "!<arch>\n");
}

TEST_F(CBuilderTest, AnExecutableIsNoAsset) {
  write("src/main.c", "int main(void) { return 42; }\n");
  const auto result = run({.name = "tool", .output = CBuilder::Output::executable, .sources = {"src/main.c"}});
  EXPECT_EQ(result.file.filename(), "tool");
  EXPECT_FALSE(result.asset);
  EXPECT_THAT(output_.output().assets, IsEmpty());
  EXPECT_EQ(WEXITSTATUS(std::system(("'" + result.file.native() + "'").c_str())), 42);
}

TEST_F(CBuilderTest, DefinesStandardAndLanguage) {
  write("src/value.cc", "#if __cplusplus < 202002L\n#error old\n#endif\nextern \"C\" int value() { return VALUE; }\n");
  const auto result = run({.name = "value",
                           .sources = {"src/value.cc"},
                           .defines = {{"VALUE", "7"}},
                           .standard = "c++20",
                           .language = CBuilder::Language::cpp,
                           .optimization = CBuilder::Optimization::o0});
  void* library = ::dlopen(result.file.c_str(), RTLD_NOW);
  ASSERT_NE(library, nullptr) << ::dlerror();
  EXPECT_EQ(reinterpret_cast<int (*)()>(::dlsym(library, "value"))(), 7);
  ::dlclose(library);
}

TEST_F(CBuilderTest, EachRoutingGetsTheAsset) {
  (void)kAdd.run(*input(), output_, {ToBuildHooks{}, ToLinkHook{"app"}});
  EXPECT_THAT(output_.output().assets, IsEmpty());
  EXPECT_EQ(output_.output().assets_for_build.size(), 1U);
  EXPECT_EQ(output_.output().assets_for_linking.at("app").size(), 1U);
}

TEST_F(CBuilderTest, WithoutCodeAssetsNothingIsDone) {
  const auto result = kAdd.run(*input(false), output_);
  EXPECT_TRUE(result.file.empty());
  EXPECT_FALSE(result.asset);
  EXPECT_EQ(output_.output(), HookOutput{});
}

TEST_F(CBuilderTest, ACompileErrorIsABuildExceptionWithTheCompilersOutput) {
  write("src/add.c", "int add( { return nonsense; }\n");
  const std::string failure = failure_of(kAdd);
  EXPECT_THAT(failure, StartsWith("build: CBuilder 'add': cannot compile src/add.c: exit code 1\n"));
  EXPECT_THAT(failure, AllOf(HasSubstr("-MMD"), HasSubstr("error:")));
  EXPECT_THAT(dependencies(), ElementsAre("src/add.c"));  // so that a correction is noticed
}

TEST_F(CBuilderTest, ALinkErrorIsABuildException) {
  const std::string failure = failure_of({.name = "add", .sources = {"src/add.c"}, .libraries = {"no_such_library"}});
  EXPECT_THAT(failure, StartsWith("build: CBuilder 'add': cannot link libadd.so: exit code 1\n"));
  EXPECT_THAT(failure, HasSubstr("no_such_library"));
}

TEST_F(CBuilderTest, AMissingSourceIsABuildException) {
  const std::string failure = failure_of({.name = "add", .sources = {"src/add.c", "src/nowhere.c"}});
  EXPECT_THAT(failure, StartsWith("build: CBuilder 'add': the source 'src/nowhere.c' is not a file in "));
  EXPECT_THAT(dependencies(), ElementsAre("src/add.c", "src/nowhere.c"));
}

TEST_F(CBuilderTest, ABuilderWithoutSourcesOrNameIsABuildException) {
  EXPECT_EQ(failure_of({.name = "add"}), "build: CBuilder 'add': there are no sources");
  EXPECT_THAT(failure_of({.name = "", .sources = {"src/add.c"}}), StartsWith("build: CBuilder: the name ''"));
  EXPECT_THAT(failure_of({.name = "a/b", .sources = {"src/add.c"}}), StartsWith("build: CBuilder: the name 'a/b'"));
}

TEST_F(CBuilderTest, NoCompilerIsAnInfraExceptionThatSaysWhatWasLookedFor) {
  const PathVariable path("/nonexistent");
  EXPECT_THAT(failure_of(kAdd), StartsWith("infra: no C compiler: looked for cc, clang, gcc on PATH (/nonexistent)"));
  CBuilder cpp = kAdd;
  cpp.language = CBuilder::Language::cpp;
  EXPECT_THAT(failure_of(cpp), StartsWith("infra: no C++ compiler: looked for c++, clang++, g++ on PATH"));
}

TEST_F(CBuilderTest, NoArchiverIsAnInfraException) {
  config_.link_mode_preference = LinkModePreference::static_;
  (void)script("cc", "PATH='" + std::string(std::getenv("PATH")) + "' exec cc \"$@\"");
  const PathVariable path(package_ / "tools");
  EXPECT_THAT(failure_of(kAdd), StartsWith("infra: no archiver: looked for ar, llvm-ar on PATH"));
}

TEST_F(CBuilderTest, APrescribedCompilerIsUsed) {
  prescribe(script("my-cc", "echo used >>'" + (root_ / "log").native() + "'; exec cc \"$@\""));
  run(kAdd);
  std::ifstream log(root_ / "log");
  std::string word;
  log >> word;
  EXPECT_EQ(word, "used");
}

TEST_F(CBuilderTest, APrescribedCompilerThatIsMissingIsAnInfraException) {
  prescribe("/nonexistent/cc");
  EXPECT_THAT(failure_of(kAdd),
              AllOf(StartsWith("infra: CBuilder 'add': cannot compile src/add.c: "), HasSubstr("/nonexistent/cc")));
}

TEST_F(CBuilderTest, AKilledCompilerIsAnInfraException) {
  prescribe(script("cc", "echo before; kill -9 $$"));
  EXPECT_THAT(failure_of(kAdd),
              AllOf(StartsWith("infra: CBuilder 'add': cannot compile src/add.c: the tool was killed by SIGKILL\n"),
                    HasSubstr("before")));
}

TEST_F(CBuilderTest, AFullDiskIsAnInfraException) {
  prescribe(script("cc", "echo 'add.c:1: fatal error: error writing to add.s: No space left on device'; exit 1"));
  EXPECT_THAT(failure_of(kAdd), StartsWith("infra: CBuilder 'add': cannot compile src/add.c: exit code 1\n"));
}

TEST_F(CBuilderTest, ACompilerWithoutDepfilesIsAnInfraException) {
  prescribe(script("cc", "exit 0"));
  EXPECT_THAT(failure_of(kAdd), StartsWith("infra: the compiler did not say which headers it read: "));
}

TEST_F(CBuilderTest, AnotherTargetNeedsACompilerOfTheApplication) {
  config_.target_os = os::kAndroid;
  config_.android = AndroidConfig{30};
  EXPECT_THAT(failure_of(kAdd), StartsWith("infra: no compiler for android_"));
}

TEST_F(CBuilderTest, AFailedLinkLeavesNoOldLibrary) {
  const auto file = run(kAdd).file;
  ASSERT_TRUE(std::filesystem::exists(file));
  (void)failure_of({.name = "add", .sources = {"src/add.c"}, .libraries = {"no_such_library"}});
  EXPECT_FALSE(std::filesystem::exists(file));
}

TEST_F(CBuilderTest, AnArchiveKeepsNoMembersOfTheLastRun) {
  config_.link_mode_preference = LinkModePreference::static_;
  write("src/sub.c", "int sub(int a, int b) { return a - b; }\n");
  run({.name = "add", .sources = {"src/add.c", "src/sub.c"}});
  const auto file = run({.name = "add", .sources = {"src/add.c"}}).file;
  std::ifstream archive(file, std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(archive), std::istreambuf_iterator<char>()};
  EXPECT_THAT(bytes, HasSubstr("0_add.o"));
  EXPECT_THAT(bytes, Not(HasSubstr("1_sub.o")));
}

TEST_F(CBuilderTest, SourcesAreCompiledAtOnceUnderAJobserver) {
  std::array<int, 2> ends{};
  ASSERT_EQ(::pipe2(ends.data(), 0), 0);  // inherited, as it seems
  ASSERT_EQ(::write(ends[1], "+++", 3), 3);
  CBuilder many{.name = "many"};
  for (int i = 0; i < 4; ++i) {
    const std::string number = std::to_string(i);
    write("src/part" + number + ".h", "#define PART " + number + "\n");
    write("src/part" + number + ".c",
          "#include \"part" + number + ".h\"\nint part" + number + "(void) { return PART; }\n");
    many.sources.add("src/part" + number + ".c");
  }
  // Each compiler waits for the other three.
  const std::string log = (root_ / "log").native();
  prescribe(script("cc", "case \"$*\" in *' -c '*) ;; *) exec cc \"$@\" ;; esac\necho begin >>'" + log +
                             "'\nn=0\nwhile [ $(grep -c begin '" + log +
                             "') -lt 4 ]; do n=$((n+1)); [ $n -gt 500 ] && exit 9; sleep 0.02; done\nexec cc \"$@\""));
  const std::string flags = "-j4 --jobserver-auth=" + std::to_string(ends[0]) + "," + std::to_string(ends[1]);
  ::setenv("MAKEFLAGS", flags.c_str(), 1);
  EXPECT_EQ(failure_of(many), "no failure");
  ::unsetenv("MAKEFLAGS");
  std::array<char, 8> tokens{};
  EXPECT_EQ(::read(ends[0], tokens.data(), tokens.size()), 3) << "the tokens are back";
  ::close(ends[0]);
  ::close(ends[1]);
  EXPECT_THAT(dependencies(), ElementsAre("src/part0.c", "src/part1.c", "src/part2.c", "src/part3.c", "src/part0.h",
                                          "src/part1.h", "src/part2.h", "src/part3.h"));
}

}  // namespace
