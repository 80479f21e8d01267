// SPDX-License-Identifier: BSD-3-Clause
// Whatever packages and hooks do: one clear message, the right class, nothing lost.
#include "tests/support/small_disk.hpp"
#include "tests/support/workspace.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sys/stat.h>

#include <chrono>
#include <csignal>
#include <regex>

namespace {

using testing::AllOf;
using testing::HasSubstr;
using tests::Ended;
using tests::read_text;
using tests::shell_hook;
using tests::success_output;
using tests::Workspace;
using tests::writing_hook;

class BadInput : public testing::Test {
 protected:
  void SetUp() override { workspace_.package("app"); }

  // The run ends with `exit_code` and says all of `messages`.
  void expect(int exit_code, const std::vector<std::string>& messages,
              const std::vector<std::string>& arguments = {"build"}) {
    const Ended ended = workspace_.grapnel(arguments);
    EXPECT_EQ(ended.exit_code, exit_code) << ended.err;
    for (const std::string& message : messages) EXPECT_THAT(ended.err, HasSubstr(message));
    EXPECT_THAT(ended.err, testing::StartsWith("grapnel: "));
  }
  // The same for a hook of the application.
  void expect_of_hook(const std::string& script, int exit_code, const std::vector<std::string>& messages) {
    workspace_.hook("app", "build", script);
    std::vector<std::string> all = messages;
    all.push_back("build hook of package 'app': ");
    expect(exit_code, all);
  }
  std::filesystem::path package_config() const { return workspace_.path() / ".dart_tool/package_config.json"; }
  std::filesystem::path package_graph() const { return workspace_.path() / ".dart_tool/package_graph.json"; }
  void write(const std::filesystem::path& file, std::string_view text) { std::ofstream(file, std::ios::trunc) << text; }

  Workspace workspace_;
};

TEST_F(BadInput, PackageFiles) {
  const std::string config = read_text(package_config());
  const std::string graph = read_text(package_graph());
  write(package_config(), "{\"packages\": [");
  expect(1, {"package_config.json", "line 1, column"}, {"build", "--root-package", "app"});
  write(package_config(),
        R"({"configVersion":2,"packages":[{"name":3,"rootUri":"../x"},{"name":"app","rootUri":[]}]})");
  expect(1, {"packages.0.name", "packages.1.rootUri", "expected a string"}, {"build", "--root-package", "app"});
  write(package_config(), R"({"configVersion":2,"packages":[{"name":"app","rootUri":"http://x/y"}]})");
  expect(1, {"http://x/y"}, {"build", "--root-package", "app"});
  workspace_.package("elsewhere");  // rewrites both files
  write(package_config(),
        std::regex_replace(read_text(package_config()), std::regex("\\.\\./packages/elsewhere/"), "http://x/y"));
  EXPECT_EQ(workspace_.grapnel({"build"}).exit_code, 0);  // nobody needs it
  write(package_config(), config);

  write(package_graph(), "[]");
  expect(1, {"package_graph.json", "expected an object"});
  write(package_graph(), R"({"packages":[{"name":"app","dependencies":["ghost"]}]})");
  expect(1, {"ghost"});
  std::filesystem::remove(package_graph());
  expect(1, {"package_graph.json"});
  write(package_graph(), graph);
  std::filesystem::remove(package_config());
  expect(1, {"package_config.json"});
}

TEST_F(BadInput, APackageRootThatDoesNotExist) {
  workspace_.package("gone");
  workspace_.package("app2", {"gone"});
  std::filesystem::remove(workspace_.root("gone"));
  expect(1, {"package 'gone'", workspace_.root("gone").string(), "does not exist"},
         {"build", "--root-package", "app2"});
  expect(1, {"nobody"}, {"build", "--root-package", "nobody"});
}

TEST_F(BadInput, ACycleOfHooks) {
  Workspace workspace;
  workspace.package("a", {"b"});
  workspace.package("b", {"c"});
  workspace.package("c", {"a"});
  workspace.hook("a", "build", writing_hook());
  EXPECT_EQ(workspace.grapnel({"build"}).exit_code, 0);  // one hook alone has no order to keep
  workspace.hook("c", "build", writing_hook());
  const Ended ended = workspace.grapnel({"build"});
  EXPECT_EQ(ended.exit_code, 1);
  EXPECT_THAT(ended.err, HasSubstr("a -> b -> c -> a"));
}

TEST_F(BadInput, HooksThatCannotRun) {
  const std::filesystem::path hook = workspace_.write("app", "hook/build", "#!/bin/sh\n");
  expect(1, {"package 'app'", hook.string(), "chmod +x"});
  expect_of_hook("#!/no/such/interpreter\n", 2, {"infra failure", "/no/such/interpreter"});
  expect_of_hook("no program and no script", 1, {"build failure", hook.string(), "no #! line"});
  std::filesystem::remove(hook);
  workspace_.write("app", "hook/build.cpp", "int main() { return nothing; }\n");
  const Ended ended = workspace_.grapnel({"build", "--cxx", tests::kCxxCompiler});
  EXPECT_EQ(ended.exit_code, 1);
  EXPECT_THAT(ended.err, AllOf(HasSubstr("build failure"), HasSubstr("build.cpp"), HasSubstr("nothing")));
}

TEST_F(BadInput, TwoFormsOfOneHook) {
  workspace_.hook("app", "build", writing_hook());
  workspace_.write("app", "hook/build.cpp", "");
  expect(1, {(workspace_.root("app") / "hook/build").string(), "build.cpp"});
}

TEST_F(BadInput, OutputsThatAreNone) {
  expect_of_hook("#!/bin/sh\n", 1, {"build failure", "no output.json"});
  expect_of_hook(shell_hook(": > \"$out\""), 1, {"build failure", "empty"});
  expect_of_hook(shell_hook("printf '{\"status\": \"succ' > \"$out\""), 1, {"build failure", "line 1"});
  expect_of_hook(shell_hook("printf '{\"status\":\"\\377\"}' > \"$out\""), 1, {"build failure", "not UTF-8"});
  expect_of_hook(shell_hook("head -c 100M /dev/zero | tr '\\0' '[' > \"$out\""), 1, {"build failure", "output.json"});
  expect_of_hook(shell_hook("head -c 100000 /dev/zero | tr '\\0' '[' > \"$out\""), 1, {"build failure", "64 nested"});
  expect_of_hook(shell_hook("mkdir \"$out\"; touch \"$out/x\""), 1, {"build failure", "directory"});
  expect_of_hook(shell_hook("mkfifo \"$out\""), 1, {"build failure", "output.json"});
  expect_of_hook(shell_hook("ln -s /dev/zero \"$out\""), 1, {"build failure", "output.json"});
  expect_of_hook(shell_hook("echo '[]' > \"$out\""), 1, {"build failure", "expected an object"});
  // And none of them is in the way of the next run.
  workspace_.hook("app", "build", writing_hook());
  EXPECT_EQ(workspace_.grapnel({"build"}).exit_code, 0);
}

TEST_F(BadInput, AssetsThatAreWrong) {
  const std::string asset =
      R"({"type":"data_assets/data","encoding":{"package":"app","name":"n","file":"/no/such/file"}})";
  expect_of_hook(writing_hook(success_output(",\"assets\":[" + asset + ",{\"type\":\"odd/type\"}]")), 1,
                 {"assets.0.encoding.file: '/no/such/file' does not exist", "assets.1.type: found 'odd/type'"});
  expect_of_hook(writing_hook(success_output(",\"assets_for_linking\":{\"app\":[]}")), 1, {"linking is not enabled"});
  workspace_.hook("app", "build",
                  writing_hook(success_output(",\"assets_for_linking\":{\"ghost\":[{\"type\":\"x/y\"}]}")));
  expect(1, {"package 'ghost' has no link hook"}, {"build", "--link", "--asset-type", "code,x/y"});
}

// Nothing is read from what is no regular file: the run ends at once.
TEST_F(BadInput, AssetsThatAreNoFiles) {
  const std::filesystem::path root = workspace_.root("app");
  std::filesystem::create_directory(root / "directory");
  ASSERT_EQ(::mkfifo((root / "fifo").c_str(), 0600), 0);
  std::filesystem::create_symlink("loop", root / "loop");
  const auto asset = [](const std::filesystem::path& file) {
    return R"({"type":"data_assets/data","encoding":{"package":"app","name":")" + file.filename().string() +
           R"(","file":")" + file.string() + R"("}},{"type":"code_assets/code","encoding":{"id":"package:app/)" +
           file.filename().string() + R"(","link_mode":{"type":"dynamic_loading_bundle"},"file":")" + file.string() +
           "\"}}";
  };
  const std::string assets =
      asset(root / "directory") + "," + asset(root / "fifo") + "," + asset("/dev/zero") + "," + asset(root / "loop");
  workspace_.hook("app", "build", writing_hook(success_output(",\"assets\":[" + assets + "]")));
  const auto began = std::chrono::steady_clock::now();
  expect(1,
         {"assets.0.encoding.file: '" + (root / "directory").string() + "' is no regular file",
          "assets.1.encoding.file: '" + (root / "directory").string() + "' is no regular file",
          "assets.2.encoding.file: '" + (root / "fifo").string() + "' is no regular file",
          "assets.3.encoding.file: '" + (root / "fifo").string() + "' is no regular file",
          "assets.4.encoding.file: '/dev/zero' is no regular file",
          "assets.5.encoding.file: '/dev/zero' is no regular file",
          "assets.6.encoding.file: '" + (root / "loop").string() +
              "' cannot be looked at: Too many levels of symbolic links",
          "assets.7.encoding.file: "},
         {"build", "--asset-type", "code,data"});
  EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(30));
}

TEST_F(BadInput, ALibraryThatNobodyBringsIsAWarning) {
  const std::filesystem::path root = workspace_.root("app");
  workspace_.write("app", "b.c", "int b(void) { return 1; }\n");
  workspace_.write("app", "a.c", "int b(void); int a(void) { return b(); }\n");
  workspace_.hook(
      "app", "build",
      shell_hook(std::string(tests::kCCompiler) + " -shared -fPIC -o libb.so b.c -Wl,-soname,libb.so && " +
                 tests::kCCompiler + " -shared -fPIC -o liba.so a.c ./libb.so -Wl,-soname,liba.so && cat > " +
                 "\"$out\" <<'END'\n" +
                 success_output(R"(,"assets":[{"type":"code_assets/code","encoding":{"id":"package:app/a",)"
                                R"("link_mode":{"type":"dynamic_loading_bundle"},"file":")" +
                                (root / "liba.so").string() + "\"}}]") +
                 "\nEND"));
  const Ended ended = workspace_.grapnel({"build"});
  EXPECT_EQ(ended.exit_code, 0) << ended.err;
  EXPECT_THAT(ended.err, HasSubstr("liba.so' of 'package:app/a' needs 'libb.so', which is neither bundled"));
}

// What one hook gave to another is looked at again before the other one is started (dart-hooks, section 6.5).
TEST_F(BadInput, AnInputWhoseFileIsGone) {
  Workspace workspace;
  workspace.package("app", {"first", "second"});
  workspace.package("first");
  workspace.package("second");
  const std::filesystem::path file = workspace.write("first", "data.txt", "");
  workspace.hook(
      "first", "build",
      writing_hook(success_output(
          R"(,"assets_for_build":[{"type":"data_assets/data","encoding":{"package":"first","name":"n","file":")" +
          file.string() + "\"}}]")));
  workspace.hook("second", "build",
                 shell_hook("rm '" + file.string() + "'; echo '" + success_output() + "' > \"$out\""));
  workspace.hook("app", "build", writing_hook());
  const Ended ended = workspace.grapnel({"build", "-j", "1"});
  EXPECT_EQ(ended.exit_code, 255);
  EXPECT_THAT(ended.err, HasSubstr("the input of the build hook of package 'app' is not valid:"));
  EXPECT_THAT(ended.err, HasSubstr("assets.first.0.encoding.file: '" + file.string() + "' does not exist"));
  EXPECT_FALSE(std::filesystem::exists(workspace.hook_directory("app") / "input.json"));
}

TEST_F(BadInput, AGrandchildThatHoldsTheOutputDelaysNobody) {
  const std::filesystem::path fifo = workspace_.path() / "pid";
  ASSERT_EQ(::mkfifo(fifo.c_str(), 0600), 0);
  workspace_.hook("app", "build",
                  shell_hook("sh -c 'echo $$ > \"$0\"; exec sleep 1000' '" + fifo.string() + "' & echo said; echo '" +
                             success_output() + "' > \"$out\""));
  const tests::Started started = workspace_.start_grapnel({"build"});
  const pid_t grandchild = std::stoi(read_text(fifo));
  const Ended ended = started.wait();  // long before the grandchild's 1000 s
  EXPECT_EQ(ended.exit_code, 0) << ended.err;
  EXPECT_THAT(ended.err, HasSubstr("outlives it"));
  EXPECT_EQ(read_text(workspace_.hook_directory("app") / "stdout.txt"), "said\n");
  ::kill(grandchild, SIGKILL);
}

TEST_F(BadInput, OpeningStandardErrorAgainLosesNothing) {
  workspace_.hook("app", "build", shell_hook("echo first >&2; echo second > /dev/stderr; echo third >&2; exit 1"));
  expect(1, {"| first\n", "| second\n", "| third\n"});
  EXPECT_EQ(read_text(workspace_.hook_directory("app") / "stderr.txt"), "first\nsecond\nthird\n");
}

TEST_F(BadInput, AGigabyteOfOutput) {
  workspace_.hook("app", "build", shell_hook("head -c 1G /dev/zero; echo '" + success_output() + "' > \"$out\""));
  const Ended ended = workspace_.grapnel({"build"});
  EXPECT_EQ(ended.exit_code, 0) << ended.err;
  EXPECT_EQ(std::filesystem::file_size(workspace_.hook_directory("app") / "stdout.txt"), std::uintmax_t{1} << 30U);
  EXPECT_LT(ended.peak_kib, 400 * 1024);  // the sanitizers' shadow included
}

TEST_F(BadInput, ControlSequencesDoNotReachTheTerminal) {
  workspace_.hook("app", "build", shell_hook("printf '\\033[2J\\033]0;title\\007gone\\n' >&2; exit 1"));
  const Ended ended = workspace_.grapnel({"build"});
  EXPECT_EQ(ended.err.find('\033'), std::string::npos);
  EXPECT_THAT(ended.err, HasSubstr("\\x1b[2J"));
}

TEST_F(BadInput, AFullDisk) {
  workspace_.hook("app", "build", shell_hook("head -c 10M /dev/zero; echo '" + success_output() + "' > \"$out\""));
  std::filesystem::create_directories(workspace_.state());
  EXPECT_TRUE(tests::with_tmpfs(workspace_.state(), "size=1m", [&] {
    expect(2, {"infra failure", "No space left on device"});
  }));
  // Nothing of it is left: the next run is right.
  EXPECT_EQ(workspace_.grapnel({"build"}).exit_code, 0);
}

TEST_F(BadInput, AFullDiskWhileAHookIsCompiled) {
  workspace_.write("app", "hook/build.cpp", "int main() {}\n");
  // Fills the disk, as the temporary files of a compiler would, and says so.
  const std::filesystem::path cxx = workspace_.write("app", "cxx", "#!/bin/sh\nhead -c 10M /dev/zero >&2\nexit 1\n");
  std::filesystem::permissions(cxx, std::filesystem::perms::owner_all);
  std::filesystem::create_directories(workspace_.state());
  EXPECT_TRUE(tests::with_tmpfs(workspace_.state(), "size=1m", [&] {
    expect(2, {"infra failure", "No space left on device"}, {"build", "--cxx", cxx, "--sdk", tests::kSdkDir});
  }));
}

TEST_F(BadInput, ManyFaultsAreNotAFlood) {
  std::string assets;
  for (int i = 0; i < 900; ++i)
    assets += std::string(i == 0 ? "" : ",") + "{\"type\":\"" + std::string(300, 'x') + "\"}";
  workspace_.hook("app", "build", writing_hook(success_output(",\"assets\":[" + assets + "]")));
  const Ended ended = workspace_.grapnel({"build"});
  EXPECT_EQ(ended.exit_code, 1);
  EXPECT_THAT(ended.err, HasSubstr("and 880 more"));
  EXPECT_LT(ended.err.size(), 30000U);
}

TEST_F(BadInput, ADependencyIsAnAbsolutePath) {
  expect_of_hook(writing_hook(success_output(R"(,"dependencies":["/ok","rel/x"])")), 1,
                 {"dependencies.1: found 'rel/x'; expected an absolute path"});
}

TEST_F(BadInput, AWorkspaceWhoseNameIsNotUtf8) {
  const std::filesystem::path odd = workspace_.path() / "\xFF";
  std::filesystem::create_directory(odd);
  std::filesystem::rename(workspace_.path() / ".dart_tool", odd / ".dart_tool");
  std::filesystem::rename(workspace_.path() / "packages", odd / "packages");
  const Ended ended = tests::run({tests::kGrapnel, "build"}, odd / "packages/app", workspace_.path());
  EXPECT_EQ(ended.exit_code, 1);
  EXPECT_THAT(ended.err, HasSubstr("not UTF-8"));
}

TEST_F(BadInput, ADiskWithoutRoomForTheInput) {
  workspace_.hook("app", "build", writing_hook());
  std::filesystem::create_directories(workspace_.state());
  EXPECT_TRUE(tests::with_tmpfs(workspace_.state(), "size=4k,nr_inodes=3", [&] {
    expect(2, {"infra failure", "No space left on device"});
  }));
}

TEST_F(BadInput, AReadOnlyWorkDirectory) {
  workspace_.hook("app", "build", writing_hook());
  std::filesystem::create_directories(workspace_.state());
  EXPECT_TRUE(tests::with_tmpfs(workspace_.state(), "size=1m", [&] {
    tests::make_read_only(workspace_.state());
    expect(2, {"infra failure", "Read-only file system"});
  }));
}

}  // namespace
