// SPDX-License-Identifier: BSD-3-Clause
// docs/dart-compatibility.md names tests as proofs: each has to exist, and each defect and point has to be there.
#include "tests/paths.hpp"
#include "tests/support/temporary_directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

namespace {

namespace fs = std::filesystem;

const fs::path kSource = tests::kSourceDir;

// "Suite.Name" of every test in the tree.
std::set<std::string> tests_of_the_tree() {
  const std::regex test(R"((?:TEST|TEST_F|TEST_P|RC_GTEST_PROP)\(\s*(\w+),\s*(\w+))");
  std::set<std::string> names;
  for (const auto& entry : fs::recursive_directory_iterator(kSource / "tests")) {
    if (entry.path().extension() != ".cpp") continue;
    const std::string text = tests::read_text(entry.path());
    for (auto match = std::sregex_iterator(text.begin(), text.end(), test); match != std::sregex_iterator(); ++match) {
      names.insert((*match)[1].str() + "." + (*match)[2].str());
    }
  }
  return names;
}

// The cells of the document's tables, by their first one.
std::map<std::string, std::vector<std::string>> rows() {
  std::map<std::string, std::vector<std::string>> rows;
  std::istringstream lines(tests::read_text(kSource / "docs/dart-compatibility.md"));
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with("| ")) continue;
    std::vector<std::string> cells;
    std::istringstream parts(line.substr(2));
    for (std::string cell; std::getline(parts, cell, '|');) cells.push_back(cell);
    std::string first = cells.front();
    first.erase(first.find_last_not_of(' ') + 1);
    rows[first] = std::move(cells);
  }
  return rows;
}

TEST(DartCompatibility, EachDefectAndPointHasATestThatExists) {
  const std::set<std::string> existing = tests_of_the_tree();
  ASSERT_GT(existing.size(), 400U);
  const auto table = rows();
  std::vector<std::string> numbers;
  for (int defect = 1; defect <= 27; ++defect) numbers.push_back("D" + std::to_string(defect));
  for (int point = 1; point <= 10; ++point) numbers.push_back(std::to_string(point));

  const std::regex name(R"(`(\w+\.\w+)`)");
  for (const std::string& number : numbers) {
    ASSERT_TRUE(table.contains(number)) << number;
    const std::vector<std::string>& cells = table.at(number);
    if (number == "D25") {  // until something removes them
      EXPECT_EQ(cells.at(2), " Not removed yet either. ");
      continue;
    }
    const std::string& proofs = cells.back();
    int count = 0;
    for (auto match = std::sregex_iterator(proofs.begin(), proofs.end(), name); match != std::sregex_iterator();
         ++match) {
      ++count;
      EXPECT_TRUE(existing.contains((*match)[1].str())) << number << ": there is no test " << (*match)[1];
    }
    EXPECT_GT(count, 0) << number << ": no test";
  }
}

}  // namespace
