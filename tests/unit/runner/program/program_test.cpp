// SPDX-License-Identifier: BSD-3-Clause
// Real compilers and a real CMake. Dart is a script that checks what it is given.
#include "runner/program/program.hpp"

#include "runner/base/errors.hpp"
#include "runner/base/lock.hpp"
#include "tests/paths.hpp"
#include "tests/support/run.hpp"
#include "tests/support/temporary_directory.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace grapnel::program {
namespace {

namespace asio = boost::asio;
namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::AnyOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::UnorderedElementsAre;

constexpr const char* kEmptyHook =
    "#include <hooks/hooks.hpp>\n"
    "#include \"answer.hpp\"\n"
    "int main(int argc, char** argv) {\n"
    "  return argc > 1 ? hooks::build(argc, argv, [](const auto&, auto&) {}) : kAnswer;\n"
    "}\n";

/// Runs a coroutine to its end.
template <typename T>
T run_to_end(asio::awaitable<T> work) {
  asio::io_context context;
  std::optional<T> result;
  std::exception_ptr exception;
  asio::co_spawn(context, std::move(work), [&](std::exception_ptr thrown, T value) {
    exception = thrown;
    result = std::move(value);
    context.stop();
  });
  context.run();
  if (exception) std::rethrow_exception(exception);
  return std::move(*result);
}

struct Steps final : StepObserver {
  void on_step(const std::string& what, const std::string& command) override {
    steps.push_back(what);
    commands.push_back(command);
  }
  std::vector<std::string> steps;
  std::vector<std::string> commands;
};

class ProgramTest : public ::testing::Test {
 protected:
  ProgramTest() {
    package.name = "pkg";
    package.root = directory / "pkg";
    toolchain.tools.sdk = tests::kSdkDir;
    toolchain.tools.cxx = tests::kCxxCompiler;
    toolchain.environment = {"HOME=/nowhere", "PATH=/usr/local/bin:/usr/bin:/bin"};
    toolchain.package_config = directory.write(".dart_tool/package_config.json", "{}");
    toolchain.workspace_directory = directory.path();
    toolchain.own_directory = directory / ".dart_tool/hooks_runner/.grapnel";
    fs::create_directories(package.root / "hook");
  }

  Found look(HookKind kind = HookKind::build) {
    toolchain.memory = std::make_shared<RunMemory>();  // a run of its own
    return run_to_end(find_hook(package, kind, toolchain, launcher, find_steps, stop.get_token()));
  }
  std::optional<HookSource> find(HookKind kind = HookKind::build) { return look(kind).source; }
  Prepared prepare_hook(HookKind kind = HookKind::build) {
    const auto source = find(kind);
    if (!source) throw std::logic_error("no hook was found");
    return build(*source);
  }
  Prepared build(const HookSource& source) {
    const auto lock = run_to_end(lock_programs(package, toolchain, steps, {}));
    return run_to_end(build_program(source, package, toolchain, launcher, steps, stop.get_token()));
  }
  Recipe recipe(HookKind kind = HookKind::build) { return recipe_for(*find(kind), package, toolchain); }
  template <typename Error>
  std::string refusal(HookKind kind = HookKind::build) {
    try {
      (void)prepare_hook(kind);
      return "accepted";
    } catch (const Error& error) {
      return error.what();
    }
  }
  int exit_code(const Prepared& prepared) {
    if (!prepared.command) return -1;
    return tests::run(prepared.command->arguments, package.root, directory.path()).exit_code;
  }
  fs::path programs(const fs::path& name) const { return toolchain.own_directory / "programs/pkg" / name; }
  void write_cmake_project(const std::string& text) const {
    directory.write(
        "pkg/hook/CMakeLists.txt",
        "cmake_minimum_required(VERSION 3.20)\nproject(hook CXX)\nfind_package(grapnel REQUIRED COMPONENTS hooks)\n" +
            text);
  }

  tests::TemporaryDirectory directory;
  workspace::Package package;
  Toolchain toolchain;
  process::SystemLauncher launcher;
  std::stop_source stop;
  Steps find_steps;
  Steps steps;
};

// --- executables
// -------------------------------------------------------------------------------------------------------------

TEST_F(ProgramTest, AnExecutableIsReadyAsItIs) {
  const fs::path file = directory.write_executable("pkg/hook/build", "#!/bin/sh\nexit 7\n");
  const auto source = find();
  ASSERT_TRUE(source);
  EXPECT_EQ(source->form, Form::executable);
  EXPECT_EQ(source->file, file);
  EXPECT_FALSE(source->ignored_dart);
  const Prepared prepared = prepare_hook();
  EXPECT_EQ(exit_code(prepared), 7);
  EXPECT_THAT(prepared.command->arguments, ElementsAre(file.string()));
  EXPECT_THAT(prepared.command->dependencies, ElementsAre(file));
  EXPECT_THAT(steps.steps, IsEmpty());
  EXPECT_FALSE(find(HookKind::link));
}

// --- C++
// -----------------------------------------------------------------------------------------------------------------------

TEST_F(ProgramTest, CppIsCompiledWithTheSdk) {
  const fs::path source = directory.write("pkg/hook/build.cpp", kEmptyHook);
  const fs::path header = directory.write("pkg/hook/answer.hpp", "inline constexpr int kAnswer = 42;\n");
  const Prepared prepared = prepare_hook();
  ASSERT_FALSE(prepared.failure) << prepared.failure->child.stderr_tail;
  EXPECT_EQ(exit_code(prepared), 42);
  EXPECT_EQ(prepared.command->executable, programs("build/program"));
  EXPECT_THAT(prepared.command->dependencies,
              AllOf(Contains(source), Contains(header), Contains(fs::path(tests::kSdkDir) / "include/hooks/hooks.hpp"),
                    Contains(fs::path(tests::kSdkDir) / "lib/libgrapnel-hooks.a"),
                    Contains(fs::path(tests::kSdkDir) / "share/grapnel/hook-flags.txt")));
  EXPECT_THAT(steps.steps, ElementsAre("compile"));
  EXPECT_THAT(steps.commands.front(), HasSubstr("-O1 -std=c++20"));
  EXPECT_FALSE(fs::exists(programs("build/program.new")));
  EXPECT_EQ(tests::read_text(programs("build/stderr.txt")), "");

  // libstdc++ is linked statically: it is the largest part of a small program's start.
  const auto needed = tests::run({"/usr/bin/readelf", "-d", prepared.command->executable}, "/", directory.path());
  EXPECT_EQ(needed.exit_code, 0);
  EXPECT_THAT(needed.out, AllOf(HasSubstr("libc.so"), Not(HasSubstr("libstdc++"))));
}

TEST_F(ProgramTest, ACompileErrorIsAFailureWithLogAndScript) {
  directory.write("pkg/hook/build.cpp", "int main() { return not_declared; }\n");
  const Prepared prepared = prepare_hook();
  ASSERT_TRUE(prepared.failure);
  EXPECT_FALSE(prepared.command);
  const BuildFailure& failure = *prepared.failure;
  EXPECT_EQ(failure.child.end, ProcessEnd(Exited{1}));
  EXPECT_EQ(failure.what, "compiling '" + (package.root / "hook/build.cpp").string() + "'");
  EXPECT_EQ(failure.log, programs("build/stderr.txt"));
  EXPECT_EQ(failure.run_sh, programs("build/run.sh"));
  EXPECT_THAT(tests::read_text(failure.log), HasSubstr("not_declared"));
  EXPECT_EQ(tests::read_text(failure.log), failure.child.stderr_tail);
  EXPECT_FALSE(fs::exists(programs("build/program")));

  const auto repeated = tests::run({"/bin/sh", failure.run_sh}, "/", directory.path());
  EXPECT_EQ(repeated.exit_code, 1);
  EXPECT_THAT(repeated.err, HasSubstr("not_declared"));
}

TEST_F(ProgramTest, AFailedCompilationLeavesTheProgramOfTheLastTime) {
  directory.write("pkg/hook/build.cpp", "int main() { return 3; }\n");
  const Prepared good = prepare_hook();
  ASSERT_TRUE(good.command);
  directory.write("pkg/hook/build.cpp", "int main() { return }\n");
  EXPECT_TRUE(prepare_hook().failure);
  EXPECT_EQ(exit_code(good), 3);
}

TEST_F(ProgramTest, BuildAndLinkHaveProgramsOfTheirOwn) {
  directory.write("pkg/hook/build.cpp", "int main() { return 3; }\n");
  directory.write("pkg/hook/link.cpp", "int main() { return 4; }\n");
  EXPECT_EQ(exit_code(prepare_hook(HookKind::build)), 3);
  EXPECT_EQ(exit_code(prepare_hook(HookKind::link)), 4);
}

TEST_F(ProgramTest, AMissingCompilerOrSdkIsAFaultOfTheSystem) {
  directory.write("pkg/hook/build.cpp", kEmptyHook);
  toolchain.tools.cxx.clear();
  toolchain.environment = {"PATH=/nowhere"};
  EXPECT_THAT(refusal<SystemError>(), HasSubstr("no C++ compiler"));
  toolchain.tools.sdk = directory / "nowhere";
  EXPECT_THAT(refusal<SystemError>(), HasSubstr("is no SDK"));
}

TEST_F(ProgramTest, SecretsOfTheEnvironmentStandInNoScript) {
  directory.write("pkg/hook/build.cpp", "int main() {}\n");
  toolchain.environment.emplace_back("CARGO_TOKEN=s3cret-value");
  ASSERT_TRUE(prepare_hook().command);
  EXPECT_THAT(tests::read_text(programs("build/run.sh")), AllOf(HasSubstr("CARGO_TOKEN"), Not(HasSubstr("s3cret"))));
}

// --- CMake
// -----------------------------------------------------------------------------------------------------------------------

TEST_F(ProgramTest, ACMakeProjectIsBuiltByTarget) {
  write_cmake_project(
      "add_executable(build build.cpp answer.hpp)\n"
      "target_link_libraries(build PRIVATE grapnel::hooks)\n"
      "add_executable(broken broken.cpp)\n");
  const fs::path source = directory.write("pkg/hook/build.cpp", kEmptyHook);
  directory.write("pkg/hook/answer.hpp", "inline constexpr int kAnswer = 42;\n");
  directory.write("pkg/hook/broken.cpp", "not C++\n");
  const auto found = find();
  ASSERT_TRUE(found);
  EXPECT_EQ(found->form, Form::cmake);
  EXPECT_EQ(found->file, package.root / "hook/CMakeLists.txt");
  EXPECT_FALSE(find(HookKind::link));

  const Prepared prepared = prepare_hook();
  ASSERT_FALSE(prepared.failure) << prepared.failure->child.stdout_tail << prepared.failure->child.stderr_tail;
  EXPECT_EQ(exit_code(prepared), 42);
  EXPECT_EQ(prepared.command->executable, programs("build/program"));
  EXPECT_THAT(prepared.command->dependencies,
              AllOf(Contains(source), Contains(package.root / "hook/answer.hpp"), Contains(found->file)));
  EXPECT_THAT(steps.steps, ElementsAre("compile"));
  // The source directory stays as it was.
  EXPECT_EQ(std::distance(fs::directory_iterator(package.root / "hook"), fs::directory_iterator()), 4);
}

/// With either build tool: a project whose hook is made from more than its own sources.
class CMakeInputsTest : public ProgramTest, public testing::WithParamInterface<const char*> {
 protected:
  CMakeInputsTest() {
    // A PATH with one of the build tools; make cannot call itself where there is a space in its own path.
    std::string name = "/tmp/grapnel-bin-XXXXXX";
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("mkdtemp");
    bin = name;
    for (const std::string tool : {"as", "ld", "ar", "ranlib", "cmake", GetParam()}) {
      fs::create_symlink("/usr/bin/" + tool, bin / tool);
    }
    toolchain.environment = {"PATH=" + bin.string()};
    write_cmake_project(
        "include(../cmake/common.cmake)\n"
        "file(GLOB more CONFIGURE_DEPENDS ../more/*.cpp)\n"
        "add_library(helper STATIC ../lib/helper.cpp ${more})\n"
        "add_custom_command(OUTPUT gen.hpp DEPENDS \"gen in.txt\"\n"
        "  COMMAND ${CMAKE_COMMAND} -E copy \"${CMAKE_CURRENT_SOURCE_DIR}/gen in.txt\" gen.hpp)\n"
        "add_executable(build build.cpp ${CMAKE_CURRENT_BINARY_DIR}/gen.hpp)\n"
        "target_include_directories(build PRIVATE ${CMAKE_CURRENT_BINARY_DIR})\n"
        "target_link_libraries(build PRIVATE helper grapnel::hooks)\n"
        "add_executable(link link.cpp)\n");
    directory.write("pkg/cmake/common.cmake", "set(common 1)\n");
    directory.write("pkg/lib/helper.cpp", "#include \"helper.hpp\"\nint helper() { return 40; }\n");
    directory.write("pkg/lib/helper.hpp", "int helper();\n");
    directory.write("pkg/more/one.cpp", "int one() { return 1; }\n");
    directory.write("pkg/hook/gen in.txt", "inline constexpr int kGenerated = 1;\n");
    directory.write("pkg/hook/build.cpp",
                    "#include \"gen.hpp\"\n#include \"../lib/helper.hpp\"\n#include <string>\nint one();\n"
                    "int main() { return helper() + one() + kGenerated; }\n");
    directory.write("pkg/hook/link.cpp", "#include \"link.hpp\"\nint main() {}\n");
    directory.write("pkg/hook/link.hpp", "");
  }
  ~CMakeInputsTest() override { fs::remove_all(bin); }

  fs::path bin;
};

TEST_P(CMakeInputsTest, AreAllThatTheBuildToolKnows) {
  const Prepared prepared = prepare_hook();
  ASSERT_FALSE(prepared.failure) << prepared.failure->child.stdout_tail << prepared.failure->child.stderr_tail;
  EXPECT_EQ(exit_code(prepared), 42);
  const std::vector<fs::path>& files = prepared.command->dependencies;
  for (const char* name : {"hook/CMakeLists.txt", "cmake/common.cmake", "hook/build.cpp", "lib/helper.cpp",
                           "lib/helper.hpp", "more/one.cpp", "more/", "hook/gen in.txt"}) {
    EXPECT_THAT(files, Contains(package.root / name));
  }
  EXPECT_THAT(files, AllOf(Contains(fs::path(tests::kCxxCompiler)), Contains(bin / "cmake"), Contains(bin / GetParam()),
                           Contains(fs::path(tests::kSdkDir) / "lib/libgrapnel-hooks.a")));
  for (const fs::path& file : files) {
    EXPECT_TRUE(fs::exists(file)) << file;
    EXPECT_NE(file.filename(), "link.hpp") << "that is the other hook's";
    EXPECT_THAT(file.string(), Not(AnyOf(HasSubstr("/usr/include/"), HasSubstr("gen.hpp"), HasSubstr(".o"))));
  }
  EXPECT_TRUE(std::is_sorted(files.begin(), files.end()));
}

TEST_P(CMakeInputsTest, TheSearchSaysWhatItLookedAt) {
  const Found found = look();
  ASSERT_TRUE(found.source);
  EXPECT_EQ(found.identity, project_identity(package, toolchain));
  EXPECT_THAT(found.identity, AllOf(HasSubstr((bin / "cmake").string()), HasSubstr("-G")));
  EXPECT_THAT(found.looked_at, AllOf(Contains(package.root / "hook/"), Contains(package.root / "hook/CMakeLists.txt"),
                                     Contains(package.root / "cmake/common.cmake"), Contains(package.root / "more/"),
                                     Contains(bin / "cmake"), Contains(bin / GetParam()),
                                     Contains(fs::path(tests::kCxxCompiler)), Contains(programs("cmake.command"))));
  for (const fs::path& file : found.looked_at) EXPECT_TRUE(fs::exists(file)) << file;
  // Nothing else was configured from, so a search that is skipped would have found the same.
  EXPECT_EQ(look().looked_at, found.looked_at);
}

INSTANTIATE_TEST_SUITE_P(WithEitherTool, CMakeInputsTest, testing::Values("ninja", "make"),
                         [](const auto& tool) { return std::string(tool.param); });

TEST_F(ProgramTest, ACMakeProjectFindsItsCompilerItself) {
  write_cmake_project("add_executable(build build.cpp)\n");
  directory.write("pkg/hook/build.cpp", "int main() {}\n");
  toolchain.tools.cxx.clear();
  const fs::path compiler = directory.write_executable("bin/c++", "#!/bin/sh\nexec /usr/bin/c++ \"$@\"\n");
  toolchain.environment = {"PATH=" + (directory / "bin").string() + ":/usr/bin:/bin"};
  EXPECT_THAT(look().looked_at, Contains(compiler));
  EXPECT_THAT(prepare_hook().command->dependencies, Contains(compiler));
}

TEST_F(ProgramTest, ABuildDirectoryThatIsGoneIsMadeAnew) {
  write_cmake_project("add_executable(build build.cpp)\n");
  directory.write("pkg/hook/build.cpp", "int main() { return 7; }\n");
  const auto source = find();
  ASSERT_TRUE(source);
  for (const char* what : {"cmake", "cmake.command"}) {
    fs::remove_all(programs(what));
    // The search was skipped, as nothing that it looked at had changed; the program has to be built.
    const Prepared prepared = build(*source);
    ASSERT_TRUE(prepared.command) << what;
    EXPECT_EQ(exit_code(prepared), 7);
  }
}

TEST_F(ProgramTest, ACMakeProjectOwnsTheSourcesBesideIt) {
  write_cmake_project("add_executable(link build.cpp)\n");
  directory.write("pkg/hook/build.cpp", "int main() { return 5; }\n");
  EXPECT_FALSE(find(HookKind::build)) << "build.cpp is a source of the target link";
  EXPECT_EQ(exit_code(prepare_hook(HookKind::link)), 5);
}

TEST_F(ProgramTest, ACMakeProjectIsConfiguredAnewWithOtherTools) {
  write_cmake_project("add_executable(build build.cpp)\n");
  directory.write("pkg/hook/build.cpp", "int main() {}\n");
  ASSERT_TRUE(find());
  const fs::path mark = directory.write(".dart_tool/hooks_runner/.grapnel/programs/pkg/cmake/mark", "");
  ASSERT_TRUE(find());
  EXPECT_TRUE(fs::exists(mark));
  toolchain.tools.cmake = directory / "cmake";
  fs::create_symlink("/usr/bin/cmake", toolchain.tools.cmake);
  ASSERT_TRUE(find());
  EXPECT_FALSE(fs::exists(mark));
}

TEST_F(ProgramTest, ACMakeProjectIsConfiguredOnceInARun) {
  write_cmake_project("add_executable(build build.cpp)\n");
  directory.write("pkg/hook/build.cpp", "int main() {}\n");
  ASSERT_TRUE(find());
  const Found link = run_to_end(find_hook(package, HookKind::link, toolchain, launcher, find_steps, stop.get_token()));
  EXPECT_FALSE(link.source);
  EXPECT_THAT(find_steps.steps, testing::ElementsAre("configure"));
}

TEST_F(ProgramTest, AFailedConfigurationIsTheProjectsFault) {
  directory.write("pkg/hook/CMakeLists.txt", "message(FATAL_ERROR \"no such luck\")\n");
  const fs::path log = programs("configure/stderr.txt");
  EXPECT_THAT(refusal<ProjectError>(), AllOf(HasSubstr("CMake cannot configure"), HasSubstr("exit code 1"),
                                             HasSubstr("'" + log.string() + "'"), HasSubstr("no such luck")));
  EXPECT_THAT(tests::read_text(log), HasSubstr("no such luck"));
  EXPECT_TRUE(fs::exists(programs("configure/run.sh")));
  // Corrected, it is configured from the beginning.
  write_cmake_project("add_executable(build build.cpp)\n");
  directory.write("pkg/hook/build.cpp", "int main() {}\n");
  EXPECT_TRUE(find());
}

TEST_F(ProgramTest, WithoutACompilerAFailedConfigurationIsTheSystemsFault) {
  write_cmake_project("add_executable(build build.cpp)\n");
  directory.write("pkg/hook/build.cpp", "int main() {}\n");
  toolchain.tools.cmake = "/usr/bin/cmake";
  toolchain.tools.cxx.clear();
  directory.write_executable("bin/ninja", "#!/bin/sh\nexec /usr/bin/ninja \"$@\"\n");
  toolchain.environment = {"PATH=" + (directory / "bin").string()};
  EXPECT_THAT(refusal<SystemError>(), HasSubstr("no C++ compiler"));
}

TEST_F(ProgramTest, ATargetThatIsNoExecutableIsRefused) {
  write_cmake_project("add_custom_target(build)\n");
  EXPECT_THAT(refusal<ProjectError>(), AllOf(HasSubstr("target 'build'"), HasSubstr("UTILITY")));
}

TEST_F(ProgramTest, ATargetThatDoesNotCompileIsAFailureWithLog) {
  write_cmake_project("add_executable(build build.cpp)\n");
  directory.write("pkg/hook/build.cpp", "int main() { return not_declared; }\n");
  const Prepared prepared = prepare_hook();
  ASSERT_TRUE(prepared.failure);
  EXPECT_EQ(prepared.failure->what, "building '" + (package.root / "hook/CMakeLists.txt").string() + "'");
  // Ninja prints the compiler's messages to standard output, make to standard error.
  EXPECT_THAT(tests::read_text(prepared.failure->log), HasSubstr("not_declared"));
  EXPECT_THAT(prepared.failure->child.stderr_tail, HasSubstr("not_declared"));
}

// --- which form
// ------------------------------------------------------------------------------------------------------------------

TEST_F(ProgramTest, TwoNativeFormsAreAnErrorThatNamesBoth) {
  const std::string hook = (package.root / "hook").string();
  directory.write_executable("pkg/hook/build", "#!/bin/sh\n");
  directory.write("pkg/hook/build.cpp", "int main() {}\n");
  EXPECT_THAT(refusal<ProjectError>(),
              AllOf(HasSubstr("package 'pkg' has two build hooks"), HasSubstr("'" + hook + "/build' (an executable)"),
                    HasSubstr("'" + hook + "/build.cpp' (C++)")));
  write_cmake_project("add_executable(build build.cpp)\n");
  EXPECT_THAT(refusal<ProjectError>(), AllOf(HasSubstr("'" + hook + "/build' (an executable)"),
                                             HasSubstr("'" + hook + "/CMakeLists.txt' (CMake)")));
}

TEST_F(ProgramTest, ANativeFormWinsOverDart) {
  directory.write_executable("pkg/hook/build", "#!/bin/sh\n");
  const fs::path dart = directory.write("pkg/hook/build.dart", "");
  const auto source = find();
  ASSERT_TRUE(source);
  EXPECT_EQ(source->form, Form::executable);
  EXPECT_EQ(source->ignored_dart, dart);
}

TEST_F(ProgramTest, FormsHaveNames) {
  EXPECT_EQ(name_of(Form::executable), "an executable");
  EXPECT_EQ(name_of(Form::cpp), "C++");
  EXPECT_EQ(name_of(Form::cmake), "CMake");
  EXPECT_EQ(name_of(Form::dart), "Dart");
}

// --- Dart
// ------------------------------------------------------------------------------------------------------------------------

class DartTest : public ProgramTest {
 protected:
  /// Says how it was called, then does as `body` says: $kernel and $depfile are what it was told to write.
  void write_dart(const std::string& body) {
    toolchain.tools.dart = directory.write_executable(
        "bin/dart", "#!/bin/sh\n{ pwd; env | sort; for a; do echo \"<$a>\"; done; } >'" + report.string() +
                        "'\nkernel=${4#--output=} depfile=${5#--depfile=}\n" + body + "\n");
  }

  fs::path report = directory / "report";
};

TEST_F(DartTest, IsCompiledToAKernelAndRunAsTheProtocolSays) {
  const fs::path source = directory.write("pkg/hook/build.dart", "");
  write_dart("echo kernel >\"$kernel\"; echo \"$kernel: /sdk/core.dart /p/lib.dart\" >\"$depfile\"");
  const Prepared prepared = prepare_hook();
  ASSERT_FALSE(prepared.failure) << prepared.failure->child.stderr_tail;
  const std::string packages = "--packages=" + toolchain.package_config.string();
  const std::string kernel = programs("build/hook.dill").string();
  EXPECT_EQ(tests::read_text(report), directory.path().string() + "\nHOME=/nowhere\n" +
                                          "PATH=/usr/local/bin:/usr/bin:/bin\n" + "PWD=" + directory.path().string() +
                                          "\n<compile>\n<kernel>\n<" + packages + ">\n<--output=" + kernel +
                                          ".new>\n<--depfile=" + kernel + ".d>\n<" + source.string() + ">\n");
  EXPECT_EQ(prepared.command->executable, toolchain.tools.dart);
  EXPECT_THAT(prepared.command->arguments, ElementsAre(toolchain.tools.dart.string(), packages, kernel));
  EXPECT_THAT(prepared.command->dependencies, UnorderedElementsAre("/sdk/core.dart", "/p/lib.dart", source,
                                                                   toolchain.package_config, toolchain.tools.dart));
  EXPECT_THAT(steps.steps, ElementsAre("compile"));
}

TEST_F(DartTest, AKernelThatWasNotFinishedIsRemoved) {
  directory.write("pkg/hook/build.dart", "");
  write_dart("echo half >\"$kernel\"; echo half >\"$depfile\"; echo 'error: no' >&2; exit 254");
  const Prepared prepared = prepare_hook();
  ASSERT_TRUE(prepared.failure);
  EXPECT_EQ(prepared.failure->child.end, ProcessEnd(Exited{254}));
  EXPECT_EQ(prepared.failure->log, programs("build/stderr.txt"));
  EXPECT_EQ(tests::read_text(prepared.failure->log), "error: no\n");
  EXPECT_FALSE(fs::exists(programs("build/hook.dill")));
  EXPECT_FALSE(fs::exists(programs("build/hook.dill.new")));
}

TEST_F(DartTest, AMissingDartIsAFaultOfTheSystem) {
  directory.write("pkg/hook/build.dart", "");
  toolchain.environment = {"PATH=/nowhere"};
  EXPECT_THAT(refusal<SystemError>(), AllOf(HasSubstr("no Dart VM (dart) on PATH"), HasSubstr("--dart")));
}

TEST_F(DartTest, AFailedCompilationLeavesTheKernelOfTheLastTime) {
  directory.write("pkg/hook/build.dart", "");
  write_dart("echo good >\"$kernel\"; echo \"$kernel: /p/a.dart\" >\"$depfile\"");
  ASSERT_TRUE(prepare_hook().command);
  write_dart("echo half >\"$kernel\"; exit 254");
  EXPECT_TRUE(prepare_hook().failure);
  EXPECT_EQ(tests::read_text(programs("build/hook.dill")), "good\n");
  // A depfile of the last time says nothing of this one.
  write_dart("echo new >\"$kernel\"");
  EXPECT_THAT(prepare_hook().command->dependencies, Not(Contains(fs::path("/p/a.dart"))));
}

// --- recipes
// ---------------------------------------------------------------------------------------------------------------------

TEST_F(ProgramTest, TheRecipeOfAnExecutableIsItsFile) {
  const fs::path file = directory.write_executable("pkg/hook/build", "#!/bin/sh\n");
  const Recipe found = recipe();
  EXPECT_EQ(found.identity, "");
  EXPECT_THAT(found.inputs, ElementsAre(file));
  EXPECT_EQ(found.command.executable, file);
}

TEST_F(ProgramTest, ARecipeIsWhatIsBuiltLater) {
  directory.write("pkg/hook/build.cpp", "int main() { return 3; }\n");
  const Recipe found = recipe();
  EXPECT_FALSE(fs::exists(programs("build"))) << "a recipe starts nothing";
  EXPECT_THAT(found.inputs, UnorderedElementsAre(package.root / "hook/build.cpp", fs::path(tests::kCxxCompiler),
                                                 fs::path(tests::kSdkDir) / "lib/libgrapnel-hooks.a",
                                                 fs::path(tests::kSdkDir) / "share/grapnel/hook-flags.txt"));
  EXPECT_THAT(found.command.dependencies, IsEmpty());
  const Prepared prepared = prepare_hook();
  EXPECT_EQ(prepared.command->executable, found.command.executable);
  EXPECT_EQ(prepared.command->arguments, found.command.arguments);
  for (const fs::path& input : found.inputs) EXPECT_THAT(prepared.command->dependencies, Contains(input));
  EXPECT_THAT(found.identity, HasSubstr(steps.commands.front()));
}

TEST_F(ProgramTest, AnotherToolIsAnotherProgramAndOtherContentsAreNot) {
  directory.write("pkg/hook/build.cpp", "int main() {}\n");
  const std::string cpp = recipe().identity;
  directory.write("pkg/hook/build.cpp", "int main() { return 1; }\n");
  EXPECT_EQ(recipe().identity, cpp);
  toolchain.tools.cxx = directory / "c++";
  fs::create_symlink(tests::kCxxCompiler, toolchain.tools.cxx);
  EXPECT_NE(recipe().identity, cpp);

  write_cmake_project("add_executable(build build.cpp)\nadd_executable(link build.cpp)\n");
  const std::string cmake = recipe().identity;
  EXPECT_NE(recipe(HookKind::link).identity, cmake);
  toolchain.tools.cmake = directory / "cmake";
  fs::create_symlink("/usr/bin/cmake", toolchain.tools.cmake);
  EXPECT_NE(recipe().identity, cmake);
}

TEST_F(DartTest, TheRecipeKnowsTheVmAndThePackages) {
  const fs::path source = directory.write("pkg/hook/build.dart", "");
  write_dart("");
  EXPECT_THAT(recipe().inputs, UnorderedElementsAre(source, toolchain.tools.dart, toolchain.package_config));
  const auto found = find();
  toolchain.package_config.clear();
  EXPECT_THROW((void)recipe_for(*found, package, toolchain), ProjectError);
}

TEST_F(ProgramTest, TheSearchLooksAtTheHookFolder) {
  EXPECT_THAT(look().looked_at, ElementsAre(package.root / "hook/"));
  fs::remove(package.root / "hook");
  const Found none = look();
  EXPECT_FALSE(none.source);
  EXPECT_THAT(none.looked_at, ElementsAre(package.root / "hook/")) << "that it is missing can change too";
  directory.write("pkg/hook/build.cpp", "");
  const Found cpp = look();
  EXPECT_TRUE(cpp.source);
  EXPECT_THAT(cpp.looked_at, ElementsAre(package.root / "hook/"));
  EXPECT_EQ(cpp.identity, "");
}

// --- locks and cancelling
// ----------------------------------------------------------------------------------------------------------

TEST_F(ProgramTest, WaitsForAnotherRunnerThatBuildsTheSamePrograms) {
  directory.write("pkg/hook/build.cpp", "int main() { return 3; }\n");
  toolchain.lock_timeout = std::chrono::milliseconds(1);
  auto lock = FileLock::try_acquire(programs(".lock"), "a test");
  ASSERT_TRUE(lock);
  EXPECT_THAT(refusal<SystemError>(), AllOf(HasSubstr(programs(".lock").string()), HasSubstr("a test")));
  lock.reset();
  EXPECT_EQ(exit_code(prepare_hook()), 3);
}

TEST_F(ProgramTest, AStopRequestEndsTheCompilation) {
  directory.write("pkg/hook/build.cpp", "");
  toolchain.tools.cxx =
      directory.write_executable("slow", "#!/bin/sh\n: >'" + (directory / "started").string() + "'\nexec sleep 600\n");
  std::thread canceler([&] {
    while (!fs::exists(directory / "started")) std::this_thread::sleep_for(std::chrono::milliseconds(5));
    stop.request_stop();
  });
  const Prepared prepared = prepare_hook();
  canceler.join();
  ASSERT_TRUE(prepared.failure);
  EXPECT_EQ(prepared.failure->child.stopped, process::Stopped::by_request);
}

TEST_F(ProgramTest, AStepThatDoesNotEndInTimeIsEnded) {
  toolchain.time_limit = std::chrono::milliseconds(300);
  const fs::path slow = directory.write_executable("slow", "#!/bin/sh\nexec sleep 600\n");
  directory.write("pkg/hook/build.cpp", "");
  toolchain.tools.cxx = slow;
  const Prepared prepared = prepare_hook();
  ASSERT_TRUE(prepared.failure);
  EXPECT_EQ(prepared.failure->child.stopped, process::Stopped::by_time_limit);
  EXPECT_THAT(prepared.failure->child.hang_report, HasSubstr("not ended after 0.300 s"));

  // A project that could not be configured is not one without hooks.
  toolchain.tools.cxx.clear();
  toolchain.tools.cmake = slow;
  write_cmake_project("add_executable(build build.cpp)\n");
  EXPECT_THAT(refusal<SystemError>(), AllOf(HasSubstr("CMake cannot configure"), HasSubstr("--hook-timeout")));
}

TEST_F(ProgramTest, AfterAStopRequestNothingIsStarted) {
  directory.write("pkg/hook/build.cpp", "int main() {}\n");
  stop.request_stop();
  const Prepared prepared = prepare_hook();
  ASSERT_TRUE(prepared.failure);
  EXPECT_EQ(prepared.failure->child.stopped, process::Stopped::by_request);
  EXPECT_THAT(steps.steps, IsEmpty());
  write_cmake_project("add_executable(build build.cpp)\n");
  EXPECT_FALSE(find());
}

}  // namespace
}  // namespace grapnel::program
