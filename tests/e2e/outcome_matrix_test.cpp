// SPDX-License-Identifier: BSD-3-Clause
// ci-reporting, section 4, through real processes: every exit code and every signal that kills, with every document.
#include "tests/conformance/ci_reporting_4_table.hpp"
#include "tests/paths.hpp"
#include "tests/support/workspace.hpp"
#include <grapnel/runner.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <utility>

namespace grapnel {
namespace {

using tests::TableDocument;

/// What stands in output.json's place, and what it holds.
struct Written {
  std::string what;
  std::string bytes;
};

Written written(std::string_view document) {
  const std::string time = R"("timestamp": "2026-11-21 10:00:00.000")";
  const auto failure = [&](const std::string& members) {
    return Written{"file", R"({"status": "failure", )" + members + time + "}"};
  };
  static const std::map<std::string_view, Written> kAll{
      {"absent", {"absent", ""}},
      {"older than the process", {"old", R"({"status": "success", )" + time + "}"}},
      {"empty", {"file", ""}},
      {"truncated", {"file", R"({"status": "succ)"}},
      {"not JSON", {"file", "status: success"}},
      {"a list", {"file", "[]"}},
      {"a string", {"file", R"("success")"}},
      {"not UTF-8", {"file", "{\"status\": \"succ\xff\"}"}},
      {"nested too deep", {"file", R"({"a": )" + std::string(100, '[') + std::string(100, ']') + "}"}},
      {"a directory", {"directory", ""}},
      {"a FIFO", {"fifo", ""}},
      {"success", {"file", R"({"status": "success", )" + time + "}"}},
      {"no status", {"file", "{" + time + "}"}},
      {"success, invalid", {"file", R"({"status": "success", "assets": [{"type": "unheard/of"}], )" + time + "}"}},
      {"success with a failure type", {"file", R"({"status": "success", "type": "build", )" + time + "}"}},
      {"failure build", failure(R"("type": "build", "failure_details": {"type": "build"}, )")},
      {"failure build, seed's shape", failure(R"("type": "build", )")},
      {"failure build, Dart's shape", failure(R"("failure_details": {"type": "build"}, )")},
      {"failure infra", failure(R"("type": "infra", "failure_details": {"type": "infra"}, )")},
      {"failure infra, seed's shape", failure(R"("type": "infra", )")},
      {"failure infra, Dart's shape", failure(R"("failure_details": {"type": "infra"}, )")},
      {"failure uncategorized", failure(R"("failure_details": {"type": "uncategorized"}, )")},
      {"failure of an unknown type", failure(R"("failure_details": {"type": "cosmic"}, )")},
      {"failure without details", failure("")},
      {"unknown status", {"file", R"({"status": "odd", )" + time + "}"}},
      {"type build, details infra", failure(R"("type": "build", "failure_details": {"type": "infra"}, )")},
      {"type infra, details build", failure(R"("type": "infra", "failure_details": {"type": "build"}, )")},
  };
  return kAll.at(document);
}

/// One package whose hook does as it is told.
class Application {
 public:
  Application() {
    workspace_.package("app");
    std::filesystem::create_directories(workspace_.root("app") / "hook");
    std::filesystem::create_symlink(std::filesystem::path(tests::kProgramsDir) / "matrix_hook",
                                    workspace_.root("app") / "hook" / "build");
  }

  /// `end` is "exit 3" or "signal 11".
  void tell(std::string_view document, const std::string& end) const {
    const Written what = written(document);
    workspace_.write("app", "document", what.bytes);
    workspace_.write("app", "how", what.what + " " + end);
  }

  /// The outcome of the hook, which is also that of the run.
  [[nodiscard]] Outcome run() const {
    Runner runner({.package_config = workspace_.path() / ".dart_tool/package_config.json",
                   .root_package = "app",
                   .use_cache = false});
    const BuildResult result = runner.build({.asset_types = {"data_assets/data"}});
    if (result.hooks.size() != 1) {
      ADD_FAILURE() << "the hook did not run: " << result.outcome.reason;
      return result.outcome;
    }
    EXPECT_EQ(result.outcome.outcome_class, result.hooks.front().outcome.outcome_class);
    EXPECT_EQ(result.outcome.exit_code, result.hooks.front().outcome.exit_code);
    return result.hooks.front().outcome;
  }

  [[nodiscard]] int exit_code_of_the_command() const {
    const tests::Ended ended = workspace_.grapnel({"build", "--no-cache", "--asset-type", "data_assets/data"});
    EXPECT_EQ(ended.signal, 0) << ended.err;
    return ended.exit_code;
  }

 private:
  tests::Workspace workspace_;
};

std::string test_name(std::string_view text) {
  std::string name(text);
  std::replace_if(
      name.begin(), name.end(), [](unsigned char c) { return std::isalnum(c) == 0; }, '_');
  return name;
}

class OutcomeMatrix : public ::testing::TestWithParam<TableDocument> {};

TEST_P(OutcomeMatrix, EveryExitCode) {
  const TableDocument& document = GetParam();
  const Application application;
  for (const auto& [code, row] : {std::pair(0, document.exit_0), std::pair(1, document.exit_1),
                                  std::pair(2, document.exit_2), std::pair(255, document.exit_255)}) {
    SCOPED_TRACE("exit code " + std::to_string(code));
    application.tell(document.name, "exit " + std::to_string(code));
    expect_row(application.run(), tests::cell(row));
  }
  for (const tests::TableCode& code : tests::kReservedCodes) {
    SCOPED_TRACE("exit code " + std::to_string(code.exit_code));
    application.tell(document.name, "exit " + std::to_string(code.exit_code));
    expect_row(application.run(), tests::cell(std::to_string(code.row)));
  }
}

TEST_P(OutcomeMatrix, EverySignalThatKills) {
  const Application application;
  for (const tests::TableSignal& signal : tests::kSignals) {
    if (!signal.kills) continue;
    SCOPED_TRACE(signal.name);
    application.tell(GetParam().name, "signal " + std::to_string(signal.signal));
    const Outcome outcome = application.run();
    expect_row(outcome, tests::cell(std::to_string(signal.row)));
    EXPECT_THAT(outcome.reason, ::testing::HasSubstr("killed by " + std::string(signal.name)));
  }
}

INSTANTIATE_TEST_SUITE_P(Documents, OutcomeMatrix, ::testing::ValuesIn(tests::kDocuments),
                         [](const auto& each) { return test_name(each.param.name); });

TEST(OutcomeMatrixOfTheCommand, EndsWithTheExitCodeOfTheClass) {
  const Application application;
  for (const TableDocument& document : tests::kDocuments) {
    SCOPED_TRACE(document.name);
    application.tell(document.name, "exit 0");
    EXPECT_EQ(application.exit_code_of_the_command(), tests::table_row(tests::cell(document.exit_0).row).exit_code);
    application.tell(document.name, "exit 2");
    EXPECT_EQ(application.exit_code_of_the_command(), tests::table_row(tests::cell(document.exit_2).row).exit_code);
  }
  for (const char* end : {"exit 1", "exit 3", "exit 253", "exit 255", "signal 9", "signal 11"}) {
    SCOPED_TRACE(end);
    application.tell("success", end);
    EXPECT_EQ(application.exit_code_of_the_command(), std::string_view(end) == "exit 1" ? 1 : 255);
  }
}

}  // namespace
}  // namespace grapnel
