// SPDX-License-Identifier: BSD-3-Clause
// `grapnel validate`: recognition, verdicts, forms, exit codes; documents that mean no good.
#include "hooks_api/base/json.hpp"
#include "tests/paths.hpp"
#include "tests/support/run.hpp"
#include "tests/support/temporary_directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sys/stat.h>

namespace {

using hooks::Json;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;
using tests::Ended;

const std::string kGoodOutput = R"({"timestamp": "2026-11-21 10:00:00.000"})";

class Validate : public testing::Test {
 protected:
  [[nodiscard]] Ended validate(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), {tests::kGrapnel, "validate"});
    return tests::run(arguments, dir_.path(), logs_.path());
  }
  // With the file as standard input.
  [[nodiscard]] Ended validate_input(const std::string& file, const std::string& flags = "") const {
    return tests::run({"/bin/sh", "-c", "exec \"$0\" validate " + flags + " - < \"$1\"", tests::kGrapnel, file},
                      dir_.path(), logs_.path());
  }
  // A text that is refused with one error, which says `message`.
  void expect_refused(const std::string& text, const std::string& message) const {
    dir_.write("hostile.json", text);
    const Ended ended = validate({"--as", "build-output", "hostile.json"});
    EXPECT_EQ(ended.exit_code, 1) << message;
    EXPECT_THAT(ended.out, AllOf(StartsWith("hostile.json:"), HasSubstr(": error: "), HasSubstr(message)));
    EXPECT_EQ(ended.err, "");
  }
  // The entry of the one file.
  [[nodiscard]] static Json entry_of(const Ended& ended) {
    return Json::parse(ended.out).find("files")->as_array()->front();
  }

  tests::TemporaryDirectory dir_;
  tests::TemporaryDirectory logs_;
};

TEST_F(Validate, RecognisesEveryKindThatCanBe) {
  const std::string common =
      R"("out_dir_shared": "/s/", "out_file": "/o", "package_name": "p", "package_root": "/p/"})";
  const std::vector<std::pair<std::string, std::string>> documents = {
      {"a.json", R"({"config": {"build_asset_types": [], "linking_enabled": true},)" + common},
      {"b.json", R"({"assets": [], "config": {"build_asset_types": []},)" + common},
      {"c.json", R"({"assets_for_build": [], "timestamp": "2026-11-21 10:00:00.000"})"},
      {"d.json", R"({"encodedAssets": [], "dependencies": []})"},
      {".dart_tool/package_config.json", R"({"configVersion": 2, "packages": []})"},
      {".dart_tool/package_graph.json", R"({"configVersion": 1, "packages": [], "roots": []})"},
      {"e.json", R"({"configVersion": 2, "packages": [{"name": "a", "rootUri": "../"}]})"},
      {"f.json", R"({"packages": [{"name": "a", "dependencies": []}]})"},
      {"grapnel.toml", "[packages.a]\npath = 'a'\n"}};
  std::vector<std::string> names;
  for (const auto& [name, text] : documents) {
    dir_.write(name, text);
    names.push_back(name);
  }
  const Ended ended = validate(names);
  EXPECT_EQ(ended.exit_code, 0) << ended.err;
  EXPECT_EQ(ended.err, "");
  EXPECT_EQ(ended.out,
            "a.json: valid build-input\nb.json: valid link-input\nc.json: valid build-output\nd.json: valid result\n"
            ".dart_tool/package_config.json: valid package-config\n.dart_tool/package_graph.json: valid package-graph\n"
            "e.json: valid package-config\nf.json: valid package-graph\ngrapnel.toml: valid grapnel-toml\n");
}

TEST_F(Validate, WhatIsNotRecognisedIsAUsageErrorThatNamesTheChoices) {
  dir_.write("odd.json", R"({"assets": []})");
  dir_.write("output.json", kGoodOutput);
  const Ended ended = validate({"odd.json"});
  EXPECT_EQ(ended.exit_code, 64);
  EXPECT_EQ(ended.out, "");
  EXPECT_THAT(ended.err, AllOf(StartsWith("grapnel: odd.json: "),
                               HasSubstr("--as build-input, build-output, link-input, link-output, result, "
                                         "package-config, package-graph or grapnel-toml")));
  EXPECT_EQ(validate({"--as", "link-output", "output.json"}).out, "output.json: valid link-output\n");
}

TEST_F(Validate, AsIsObeyed) {
  const std::vector<std::pair<std::string, std::string>> faults = {
      {"build-input", "config: missing; expected an object"},
      {"link-input", "config: missing; expected an object"},
      {"build-output", "timestamp: missing; expected a string"},
      {"link-output", "timestamp: missing; expected a string"},
      {"result", "encodedAssets: missing; expected a list"},
      {"package-config", "configVersion: missing; expected an integer"},
      {"package-graph", "packages: missing; expected a list"}};
  dir_.write("x.json", "{}");
  for (const auto& [kind, fault] : faults) {
    const Ended ended = validate({"--as", kind, "x.json"});
    EXPECT_EQ(ended.exit_code, 1) << kind;
    EXPECT_THAT(ended.out, HasSubstr("x.json: error: " + fault + "\n"));
    EXPECT_EQ(ended.err, "");
  }
  const Ended toml = validate({"--as", "grapnel-toml", "x.json"});
  EXPECT_EQ(toml.exit_code, 1);
  EXPECT_THAT(toml.out, StartsWith("x.json:1:"));
}

TEST_F(Validate, ErrorsComeFirstAndWarningsChangeNothing) {
  dir_.write("warned.json", R"({"status": "postponed", "timestamp": "2026-11-21 10:00:00.000"})");
  dir_.write("both.json", R"({"status": "postponed", "timestamp": 1})");
  const Ended warned = validate({"--as", "build-output", "warned.json"});
  EXPECT_EQ(warned.exit_code, 0);
  EXPECT_EQ(warned.out,
            "warned.json: warning: status: found 'postponed'; expected 'success' or 'failure'\n"
            "warned.json: valid build-output\n");
  const Ended both = validate({"--as", "build-output", "both.json"});
  EXPECT_EQ(both.exit_code, 1);
  EXPECT_EQ(both.out,
            "both.json: error: timestamp: found an integer; expected a string\n"
            "both.json: warning: status: found 'postponed'; expected 'success' or 'failure'\n");
}

TEST_F(Validate, FaultsOfTomlHaveLineAndColumn) {
  dir_.write("grapnel.toml", "[packages.a]\npath = 3\n");
  const Ended ended = validate({"grapnel.toml"});
  EXPECT_EQ(ended.exit_code, 1);
  EXPECT_EQ(ended.out, "grapnel.toml:2:8: error: packages.a.path: found an integer; expected a string\n");
}

TEST_F(Validate, JsonHasOneEntryForEachFile) {
  dir_.write("good.json", kGoodOutput);
  dir_.write("bad.json", R"({"timestamp": "2026-11-21 10:00:00.000", "assets": [3]})");
  dir_.write("broken.json", "{\n  \"timestamp\": }");
  const Ended ended = validate({"--json", "--as", "build-output", "good.json", "bad.json", "broken.json"});
  EXPECT_EQ(ended.exit_code, 1);
  EXPECT_EQ(ended.err, "");
  EXPECT_EQ(Json::parse(ended.out).to_string(),
            R"({"files":[{"as":"build-output","errors":[],"file":"good.json","valid":true,"warnings":[]},)"
            R"({"as":"build-output","errors":[{"message":"found an integer; expected an object","path":"assets.0"}],)"
            R"("file":"bad.json","valid":false,"warnings":[]},)"
            R"({"as":"build-output","errors":[{"column":16,"line":2,"message":"expected a value","path":""}],)"
            R"("file":"broken.json","valid":false,"warnings":[]}]})");
}

TEST_F(Validate, JsonSaysWhyAFileCouldNotBeJudged) {
  dir_.write("odd.json", "{}");
  const Ended odd = validate({"--json", "odd.json"});
  EXPECT_EQ(odd.exit_code, 64);
  EXPECT_TRUE(entry_of(odd).find("as")->is_null());
  EXPECT_NE(odd.err, "");
  const Ended missing = validate({"--json", "missing.json"});
  EXPECT_EQ(missing.exit_code, 2);
  EXPECT_THAT(missing.out, HasSubstr("No such file or directory"));
}

TEST_F(Validate, TheGravestExitCodeOfSeveralFilesCounts) {
  dir_.write("good.json", kGoodOutput);
  dir_.write("bad.json", "[]");
  EXPECT_EQ(validate({"--as", "build-output", "bad.json", "good.json"}).exit_code, 1);
  const Ended ended = validate({"--as", "build-output", "missing.json", "bad.json", "good.json"});
  EXPECT_EQ(ended.exit_code, 2);
  EXPECT_THAT(ended.out, AllOf(HasSubstr("bad.json: error: "), HasSubstr("good.json: valid")));
  EXPECT_THAT(ended.err, AllOf(StartsWith("grapnel: "), HasSubstr("missing.json"), HasSubstr("No such file")));
}

TEST_F(Validate, AWrongCommandLineIs64) {
  dir_.write("x.json", kGoodOutput);
  for (const std::vector<std::string>& arguments : std::vector<std::vector<std::string>>{
           {}, {"--as", "build-output"}, {"--as", "input", "x.json"}, {"--no-such-flag", "x.json"}, {"\xFF"}}) {
    const Ended ended = validate(arguments);
    EXPECT_EQ(ended.exit_code, 64) << testing::PrintToString(arguments);
    EXPECT_NE(ended.err, "");
    EXPECT_EQ(ended.out, "");
  }
  EXPECT_THAT(validate({"--help"}).out, HasSubstr("Example: grapnel validate "));
}

TEST_F(Validate, StandardInput) {
  dir_.write("x.json", kGoodOutput);
  EXPECT_EQ(validate_input("x.json").out, "-: valid build-output\n");
  EXPECT_EQ(validate_input("x.json", "--as link-output").out, "-: valid link-output\n");
  dir_.write("odd.json", "{}");
  EXPECT_EQ(validate_input("odd.json").exit_code, 64);
  const Ended endless = validate_input("/dev/zero", "--as build-output");
  EXPECT_EQ(endless.exit_code, 1);
  EXPECT_THAT(endless.out, HasSubstr("at most 33554432 are read"));
}

TEST_F(Validate, EveryLimitHasItsMessage) {
  const auto with = [](const std::string& member) {
    return R"({"timestamp": "2026-11-21 10:00:00.000", )" + member + "}";
  };
  expect_refused(with("\"x\": " + std::string(65, '[') + std::string(65, ']')),
                 "more than 64 nested lists and objects");
  expect_refused(with("\"x\": 1, \"x\": 2"), "'x'");
  expect_refused(with("\"x\": \"\xFF\""), "UTF-8");
  expect_refused(with("\"x\": 9223372036854775808"), "64");
  expect_refused(with("\"x\": 1e999"), "range");
  expect_refused(with("\"x\": \"" + std::string((std::size_t{8} << 20U) + 1, 'x') + "\""),
                 "a string of more than 8388608 bytes");
  expect_refused(kGoodOutput + " 1", "text after the end of the document");
  expect_refused(std::string(std::size_t{33} << 20U, ' '), "at most 33554432 are read");
  expect_refused("", "");
}

TEST_F(Validate, PackageFilesMayBeLarger) {
  const std::string padding(std::size_t{33} << 20U, ' ');
  dir_.write("package_graph.json", R"({"packages": [])" + padding + "}");
  EXPECT_EQ(validate({"package_graph.json"}).out, "package_graph.json: valid package-graph\n");
}

TEST_F(Validate, WhatIsNoRegularFileIsNotRead) {
  ASSERT_EQ(::mkfifo((dir_ / "fifo.json").c_str(), 0600), 0);
  std::filesystem::create_directories(dir_ / "directory.json");
  for (const auto& [name, kind] : std::vector<std::pair<std::string, std::string>>{
           {"fifo.json", "a FIFO"}, {"directory.json", "a directory"}, {"/dev/zero", "a device"}}) {
    const Ended ended = validate({"--as", "result", name});
    EXPECT_EQ(ended.exit_code, 2) << name;
    EXPECT_THAT(ended.err, AllOf(HasSubstr(name), HasSubstr("it is " + kind)));
    EXPECT_EQ(ended.out, "");
  }
}

TEST_F(Validate, NothingThatATerminalActsOnIsPrinted) {
  dir_.write("x.json",
             "{\"timestamp\": \"2026-11-21 10:00:00.000\", \"assets_for_linking\": "
             "{\"\\u001b[31m\\n\\u009b\": [{\"type\": 1}], \"ok\": [{}]}}");
  for (const std::string flag : {"--check-files", "--json"}) {
    const Ended ended = validate({flag, "--as", "build-output", "x.json"});
    EXPECT_EQ(ended.exit_code, 1);
    EXPECT_THAT(ended.out,
                AllOf(Not(HasSubstr("\x1b")), Not(HasSubstr("\xc2\x9b")), HasSubstr("assets_for_linking.ok.0")));
    if (flag != "--json") {
      EXPECT_EQ(std::count(ended.out.begin(), ended.out.end(), '\n'), 2) << ended.out;
    }
  }
}

TEST_F(Validate, FilesCountOnlyWhereThatIsAsked) {
  dir_.write("x.json", R"({"timestamp": "2026-11-21 10:00:00.000", "assets": [{"type": "data_assets/data",
      "encoding": {"package": "p", "name": "n", "file": "/no/such/file"}}]})");
  EXPECT_EQ(validate({"--as", "build-output", "x.json"}).exit_code, 0);
  const Ended checked = validate({"--as", "build-output", "--check-files", "x.json"});
  EXPECT_EQ(checked.exit_code, 1);
  EXPECT_THAT(checked.out, AllOf(HasSubstr("assets.0.encoding.file"), HasSubstr("/no/such/file")));
}

}  // namespace
