// SPDX-License-Identifier: BSD-3-Clause
// What makes a hook run again: the rows of the table, with what Dart's runner gets wrong put right (spec: dart-hooks,
// section 5.5).
#include "tests/support/counted_hooks.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

namespace {

namespace fs = std::filesystem;
using tests::CountedHooks;
using tests::Ended;
using tests::read_text;

constexpr const char* kSource =
    "#include \"real.h\"\n"
    "extern \"C\" int execv(const char*, char* const*);\n"
    "int main(int, char** argv) { return execv(kReal, argv); }\n";

class DartHooks55 : public testing::Test {
 protected:
  void SetUp() override {
    workspace_.package("app", {"lib"});
    workspace_.package("lib");
  }
  int runs_of_a_build(const std::vector<std::string>& arguments = {}) {
    const Ended ended = workspace_.build(arguments);
    EXPECT_EQ(ended.exit_code, 0) << ended.err;
    return workspace_.runs("app");
  }
  CountedHooks workspace_;
};

TEST_F(DartHooks55, NothingChanged) {
  workspace_.counted_hook("app");
  EXPECT_EQ(runs_of_a_build(), 1);
  EXPECT_EQ(runs_of_a_build(), 0);
  EXPECT_EQ(runs_of_a_build(), 0);
}

// Dart runs everything again after any `pub get` that alters the file.
TEST_F(DartHooks55, AnotherPackageConfigIsNoReasonOfItsOwn) {
  workspace_.counted_hook("app");
  EXPECT_EQ(runs_of_a_build(), 1);
  workspace_.package("stranger");
  EXPECT_EQ(runs_of_a_build(), 0);
}

TEST_F(DartHooks55, TheProgramIsBuiltAgainWithItsSources) {
  workspace_.write("app", "hook/build.cpp", kSource);
  workspace_.write("app", "hook/real.h", "const char kReal[] = \"real.sh\";\n");
  workspace_.write_executable(workspace_.root("app") / "real.sh", workspace_.counted_script("app"));
  EXPECT_EQ(runs_of_a_build(), 1);
  EXPECT_EQ(runs_of_a_build(), 0);
  workspace_.write("app", "hook/real.h", "const char kReal[] = \"./real.sh\";\n");
  EXPECT_EQ(runs_of_a_build(), 1);
  workspace_.write("app", "hook/build.cpp", kSource + std::string("int more = 1;\n"));
  EXPECT_EQ(runs_of_a_build(), 1);
  EXPECT_EQ(runs_of_a_build(), 0);
}

TEST_F(DartHooks55, AnotherConfigHasItsOwnRecord) {
  workspace_.counted_hook("app");
  EXPECT_EQ(runs_of_a_build(), 1);
  EXPECT_EQ(runs_of_a_build({"--target-arch", "riscv64"}), 1);
  EXPECT_EQ(runs_of_a_build({"--target-arch", "riscv64"}), 0);
  EXPECT_EQ(runs_of_a_build(), 0);
}

TEST_F(DartHooks55, UserDefinesAndThePackageRootAreInput) {
  workspace_.counted_hook("app");
  EXPECT_EQ(runs_of_a_build({"--define", "app.level=1"}), 1);
  EXPECT_EQ(runs_of_a_build({"--define", "app.level=1"}), 0);
  EXPECT_EQ(runs_of_a_build({"--define", "app.level=2"}), 1);
}

TEST_F(DartHooks55, AssetsAreInput) {
  const auto give = [&](const std::string& value) {
    workspace_.counted_hook(
        "lib", R"(,"assets_for_build":[{"type":"hooks/metadata","encoding":{"key":"k","value":)" + value + "}}]");
  };
  workspace_.counted_hook("app");
  give("1");
  EXPECT_EQ(runs_of_a_build(), 1);
  give("2");
  EXPECT_EQ(runs_of_a_build(), 1);
  EXPECT_EQ(runs_of_a_build(), 0);
}

TEST_F(DartHooks55, ADeclaredDependency) {
  workspace_.write("app", "words.txt", "1");
  workspace_.counted_hook("app", R"(,"dependencies":["$PWD/words.txt"])");
  EXPECT_EQ(runs_of_a_build(), 1);
  workspace_.write("app", "words.txt", "1");  // touched
  workspace_.write("app", "others.txt", "1");
  EXPECT_EQ(runs_of_a_build(), 0);
  workspace_.write("app", "words.txt", "2");
  EXPECT_EQ(runs_of_a_build(), 1);
}

TEST_F(DartHooks55, AnOutputThatIsGoneOrEdited) {
  workspace_.counted_hook("app",
                          R"(,"assets":[{"type":"data_assets/data","encoding":)"
                          R"({"package":"app","name":"made","file":"${shared}made"}}])",
                          "echo made > \"${shared}made\"; echo side > \"${shared}side\"");
  EXPECT_EQ(runs_of_a_build(), 1);
  fs::path made;
  for (const auto& entry : fs::recursive_directory_iterator(workspace_.state())) {
    if (entry.path().filename() == "made") made = entry.path();
  }
  fs::remove(made);
  EXPECT_EQ(runs_of_a_build(), 1);
  workspace_.write("app", made, "edited");
  EXPECT_EQ(runs_of_a_build(), 1);
  EXPECT_EQ(read_text(made), "made\n");
  // What is no output of the hook's in the shared directory is its own business.
  fs::remove(made.parent_path() / "side");
  EXPECT_EQ(runs_of_a_build(), 0);
}

// Dart believes any valid text in its place, and fails for ever over an invalid one.
TEST_F(DartHooks55, AnOutputDocumentThatIsNotTheHooks) {
  workspace_.counted_hook("app");
  EXPECT_EQ(runs_of_a_build(), 1);
  const fs::path document = workspace_.hook_directory("app") / "output.json";
  const std::string own = read_text(document);
  for (const std::string& text : {own + " ", tests::success_output(R"(,"dependencies":["/x"])"), std::string("{")}) {
    workspace_.write("app", document, text);
    EXPECT_EQ(runs_of_a_build(), 1) << text;
    EXPECT_EQ(read_text(document), own);
  }
  fs::remove(document);
  EXPECT_EQ(runs_of_a_build(), 1);
  EXPECT_EQ(runs_of_a_build(), 0);
}

TEST_F(DartHooks55, FailuresAreNotCached) {
  workspace_.counted_hook("app", "", "test -e fixed || exit 1");
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(workspace_.build().exit_code, 1);
    EXPECT_EQ(workspace_.runs("app"), 1);
  }
  workspace_.write("app", "fixed", "");
  EXPECT_EQ(runs_of_a_build(), 1);
  EXPECT_EQ(runs_of_a_build(), 0);
}

// A failure forgets what was known: undoing the edit that brought it runs the hook again.
TEST_F(DartHooks55, AFailureIsNotOutlivedByOlderSuccess) {
  workspace_.write("app", "words.txt", "good");
  workspace_.counted_hook("app", R"(,"dependencies":["$PWD/words.txt"])", "grep -q good words.txt || exit 1");
  EXPECT_EQ(runs_of_a_build(), 1);
  workspace_.write("app", "words.txt", "bad");
  EXPECT_EQ(workspace_.build().exit_code, 1);
  (void)workspace_.runs("app");
  workspace_.write("app", "words.txt", "good");
  EXPECT_EQ(runs_of_a_build(), 1);
  EXPECT_TRUE(fs::exists(workspace_.hook_directory("app") / "output.json"));
  EXPECT_EQ(runs_of_a_build(), 0);
}

TEST_F(DartHooks55, ForcedOrWithoutACacheHooksRun) {
  workspace_.counted_hook("app");
  workspace_.counted_hook("lib");
  EXPECT_EQ(runs_of_a_build(), 1);
  EXPECT_EQ(workspace_.runs("lib"), 1);
  EXPECT_EQ(runs_of_a_build({"--force"}), 1);
  EXPECT_EQ(workspace_.runs("lib"), 1);
  EXPECT_EQ(runs_of_a_build({"--force", "lib"}), 0);
  EXPECT_EQ(workspace_.runs("lib"), 1);
  EXPECT_EQ(runs_of_a_build({"--no-cache"}), 1);
  EXPECT_EQ(workspace_.runs("lib"), 1);
  EXPECT_NE(workspace_.build({"--force", "no_such_package"}).exit_code, 0);
}

}  // namespace
