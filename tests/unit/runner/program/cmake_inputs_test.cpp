// SPDX-License-Identifier: BSD-3-Clause
// Answers as ninja, make and CMake write them; program_test.cpp asks the real ones.
#include "runner/program/cmake_inputs.hpp"

#include "tests/support/temporary_directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace grapnel::program {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

TEST(NinjaInputs, AreTheAbsoluteOnesUnquoted) {
  EXPECT_THAT(ninja_inputs("'/p/my hook/build.cpp'\n/p/a.cpp\nCMakeFiles/build.dir/build.cpp.o\n"
                           "'/p/it'\\''s.txt'\n/p/../q/b.cpp\ncmake_object_order_depends_target_build\n"),
              ElementsAre("/p/my hook/build.cpp", "/p/a.cpp", "/p/it's.txt", "/q/b.cpp"));
  EXPECT_THAT(ninja_inputs(""), IsEmpty());
  EXPECT_THAT(ninja_inputs("'/p/not closed"), ElementsAre("/p/not closed"));
}

TEST(NinjaHeaders, AreThoseOfTheTargetsObjects) {
  const char* const answer =
      "CMakeFiles/other.dir/other.cpp.o: #deps 1, deps mtime 17 (VALID)\n"
      "    /p/other.hpp\n"
      "\n"
      "CMakeFiles/build.dir/a: b.cpp.o: #deps 3, deps mtime 17 (STALE)\n"
      "    /p/my hook/a.hpp\n"
      "    gen.hpp\n"
      "    ../src/b.hpp\n"
      "\n";
  EXPECT_THAT(ninja_headers(answer, "/b/cmake", {"/b/cmake/CMakeFiles/build.dir"}),
              ElementsAre("/p/my hook/a.hpp", "/b/cmake/gen.hpp", "/b/src/b.hpp"));
  EXPECT_THAT(ninja_headers(answer, "/b/cmake", {}), IsEmpty());
  // The directory of another target, whose name begins in the same way.
  EXPECT_THAT(ninja_headers(answer, "/b/cmake", {"/b/cmake/CMakeFiles/bui"}), IsEmpty());
}

TEST(MakeInputs, AreInTheDepfilesAndInBuildMake) {
  const tests::TemporaryDirectory directory;
  directory.write("build.dir/sub/build.cpp.o.d", "build.cpp.o: /p/my\\ hook/build.cpp \\\n /p/a.hpp gen.hpp\n");
  directory.write(
      "build.dir/build.make",
      "# /p/comment: /p/no\nCMAKE_SOURCE_DIR = \"/p: /no\"\n"
      "gen.hpp: /p/gen\\ in.txt\n\tcd /p && : /p/recipe: /no\nbuild: libhelper.a\nbuild: /usr/lib/libz.so\n");
  directory.write("other.dir/other.cpp.o.d", "other.cpp.o: /p/other.hpp\n");
  EXPECT_THAT(make_inputs({directory / "build.dir", directory / "missing.dir"}),
              UnorderedElementsAre("/p/my hook/build.cpp", "/p/a.hpp", "/p/gen in.txt", "/usr/lib/libz.so"));
}

TEST(SourcesAmong, LeavesOutWhatIsBuiltOrTheSystems) {
  const tests::TemporaryDirectory directory;
  const auto source = directory.write("p/a.cpp", "");
  const auto built = directory.write("b/gen.hpp", "");
  const auto system = directory.write("include/stdio.h", "");
  const auto beside = directory.write("include-more/x.h", "");
  EXPECT_THAT(sources_among({source, system, built, source, beside, directory / "p", directory / "p/missing"},
                            directory / "b", {directory / "include"}),
              ElementsAre(beside, source));
}

TEST(GlobDirectories, AreThoseThatWereLookedInto) {
  const tests::TemporaryDirectory directory;
  const std::string root = directory.path().string();
  for (const char* name : {"src/a/x", "src/.git/objects", "lib", "more/b"}) {
    std::filesystem::create_directories(directory / name);
  }
  std::filesystem::create_directory_symlink(directory / "src", directory / "src/a/loop");
  directory.write("build/CMakeFiles/VerifyGlobs.cmake",
                  "# A at CMakeLists.txt:3 (file)\n"
                  "file(GLOB NEW_GLOB LIST_DIRECTORIES true \"" +
                      root +
                      "/lib/*.cpp\")\n"
                      "set(OLD_GLOB\n  \"" +
                      root +
                      "/lib/a.cpp\"\n  )\n"
                      "file(GLOB NEW_GLOB LIST_DIRECTORIES true \"" +
                      root +
                      "/mo*/*.h\")\n"
                      "file(GLOB_RECURSE NEW_GLOB LIST_DIRECTORIES false \"" +
                      root +
                      "/src/*.hpp\")\n"
                      "file(GLOB damaged\n");
  std::vector<std::string> expected;
  for (const char* name :
       {"/", "/build/", "/build/CMakeFiles/", "/lib/", "/more/", "/more/b/", "/src/", "/src/a/", "/src/a/x/"}) {
    expected.push_back(root + name);
  }
  std::vector<std::string> found;
  for (const auto& path : glob_directories(directory / "build")) found.push_back(path.native());
  EXPECT_EQ(found, expected);
  EXPECT_THAT(glob_directories(directory / "nowhere"), IsEmpty());
}

}  // namespace
}  // namespace grapnel::program
