// SPDX-License-Identifier: BSD-3-Clause
// Answers as CMake writes them, and damaged ones; program_test.cpp asks a real CMake.
#include "runner/program/cmake_reply.hpp"

#include "runner/base/errors.hpp"
#include "tests/support/temporary_directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <string_view>

namespace grapnel::program {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class CMakeReplyTest : public ::testing::Test {
 protected:
  void reply(const std::string& name, std::string_view text) const {
    directory.write(".cmake/api/v1/reply/" + name, text);
  }
  void reply_with(std::string_view target) const {
    reply("index-2.json", R"({"objects": [{"kind": "cmakeFiles", "jsonFile": "files.json"},
                                          {"kind": "toolchains", "jsonFile": "toolchains.json"},
                                          {"kind": "codemodel", "jsonFile": "model.json"}]})");
    reply("model.json", R"({"paths": {"source": "/p/hook"}, "configurations": [{"targets": [
      {"name": "other", "id": "other::@1", "jsonFile": "missing.json"},
      {"name": "helper", "id": "helper::@1", "jsonFile": "helper.json"},
      {"name": "build", "id": "build::@1", "jsonFile": "target.json"}]}]})");
    reply("helper.json", R"({"name": "helper", "type": "STATIC_LIBRARY", "paths": {"build": "sub"},
      "dependencies": [{"id": "build::@1"}, {"id": "unknown"}], "sources": [{"path": "helper.cpp"}]})");
    reply("toolchains.json", R"({"toolchains": [{"language": "CXX", "compiler": {"path": "/usr/bin/c++",
      "implicit": {"includeDirectories": ["/usr/include/c++/12", "/usr/include"]}}}, {"language": "RC", "compiler": {}}]})");
    reply("files.json", R"({"paths": {"source": "/p/hook"}, "inputs": [{"path": "CMakeLists.txt"},
      {"path": "/sdk/grapnelConfig.cmake", "isExternal": true},
      {"path": "/usr/share/cmake/x.cmake", "isCMake": true, "isExternal": true},
      {"path": "/b/gen.cmake", "isGenerated": true}]})");
    reply("target.json", target);
  }
  std::string refusal() const {
    try {
      (void)find_cmake_target(directory.path(), "build");
      return "accepted";
    } catch (const SystemError& error) {
      return error.what();
    }
  }

  tests::TemporaryDirectory directory;
};

TEST_F(CMakeReplyTest, NamesTheArtifactAndWhatItIsMadeFrom) {
  reply_with(R"({"type": "EXECUTABLE", "artifacts": [{"path": "sub/build"}, {"path": "sub/build.pdb"}],
    "sources": [{"path": "build.cpp"}, {"path": "/b/generated.cpp", "isGenerated": true}, {"path": "../lib/a.cpp"}]})");
  const auto target = find_cmake_target(directory.path(), "build");
  ASSERT_TRUE(target);
  EXPECT_EQ(target->type, "EXECUTABLE");
  EXPECT_EQ(target->artifact, directory / "sub/build");
  EXPECT_THAT(target->sources, ElementsAre("/p/hook/build.cpp", "/p/lib/a.cpp"));
  EXPECT_FALSE(find_cmake_target(directory.path(), "link"));
}

TEST_F(CMakeReplyTest, ATargetIsMadeFromWhatItDependsOnToo) {
  // The two depend on each other, as static libraries may.
  reply_with(R"({"name": "build", "type": "EXECUTABLE", "paths": {"build": "."}, "sources": [{"path": "build.cpp"}],
    "dependencies": [{"id": "helper::@1"}]})");
  const auto target = find_cmake_target(directory.path(), "build");
  ASSERT_TRUE(target);
  EXPECT_EQ(target->name, "build");
  EXPECT_THAT(target->sources, ElementsAre("/p/hook/build.cpp", "/p/hook/helper.cpp"));
  EXPECT_THAT(target->object_directories,
              ElementsAre(directory / "CMakeFiles/build.dir", directory / "sub/CMakeFiles/helper.dir"));
}

TEST_F(CMakeReplyTest, TheConfigurationIsMadeFromFilesAndCompilers) {
  reply_with("{}");
  const CMakeConfiguration configuration = read_cmake_configuration(directory.path());
  EXPECT_THAT(configuration.files, ElementsAre("/p/hook/CMakeLists.txt", "/sdk/grapnelConfig.cmake"));
  EXPECT_THAT(configuration.compilers, ElementsAre("/usr/bin/c++"));
  EXPECT_THAT(configuration.system_directories, ElementsAre("/usr/include/c++/12", "/usr/include"));
}

TEST_F(CMakeReplyTest, AnOlderCMakeSaysNothingOfCompilers) {
  reply_with("{}");
  reply("index-3.json", R"({"objects": [{"kind": "cmakeFiles", "jsonFile": "files.json"}]})");
  EXPECT_THAT(read_cmake_configuration(directory.path()).compilers, IsEmpty());
}

TEST_F(CMakeReplyTest, TheNewestAnswerCounts) {
  reply_with(R"({"type": "UTILITY"})");
  reply("index-1.json", "old and damaged");
  const auto target = find_cmake_target(directory.path(), "build");
  ASSERT_TRUE(target);
  EXPECT_EQ(target->type, "UTILITY");
  EXPECT_EQ(target->artifact, "");
}

TEST_F(CMakeReplyTest, WithoutAnAnswerCMakeIsTooOld) {
  EXPECT_THAT(refusal(), HasSubstr("CMake 3.14 or newer"));
  ask_cmake(directory.path());
  EXPECT_THAT(refusal(), HasSubstr("CMake 3.14 or newer"));
}

TEST_F(CMakeReplyTest, ADamagedAnswerSaysWhatToRemove) {
  const std::string advice = "Remove '" + directory.path().string() + "'";
  reply_with("{\"type\": ");
  EXPECT_THAT(refusal(), AllOf(HasSubstr("target.json"), HasSubstr("line 1"), HasSubstr(advice)));
  reply_with("[]");
  EXPECT_THAT(refusal(), AllOf(HasSubstr("no text 'type'"), HasSubstr(advice)));
  reply("index-3.json", R"({"objects": []})");
  EXPECT_THAT(refusal(), AllOf(HasSubstr("there is no codemodel"), HasSubstr(advice)));
  reply("index-4.json", "{}");
  EXPECT_THAT(refusal(), AllOf(HasSubstr("no list 'objects'"), HasSubstr(advice)));
}

}  // namespace
}  // namespace grapnel::program
