// SPDX-License-Identifier: BSD-3-Clause
#include "runner/daemon/config_settings.hpp"

#include "tests/support/run.hpp"
#include "tests/support/temporary_directory.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <utility>
#include <vector>

namespace grapnel::hookd {
namespace {

std::string nested(std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); }

// Python's verdict on each document, by Debian's interpreter: one character each, '1' where it is JSON.
std::string verdicts_of_python(const std::vector<std::string>& documents) {
  const tests::TemporaryDirectory directory;
  std::string all;
  for (const std::string& document : documents) all += document + "\n";
  directory.write("documents", all);
  directory.write("judge.py",
                  "import json\n"
                  "def is_json(line):\n"
                  "    try:\n"
                  "        json.loads(line.decode('utf-8'))\n"
                  "    except ValueError:\n"
                  "        return False\n"
                  "    return True\n"
                  "for line in open('documents', 'rb').read().split(b'\\n')[:-1]:\n"
                  "    print(int(is_json(line)), end='')\n");
  const auto ended = tests::run({"/usr/bin/python3", "-I", "judge.py"}, directory.path(), directory.path());
  EXPECT_EQ(ended.exit_code, 0) << ended.err;
  return ended.out;
}

void expect_python_agrees(const std::vector<std::string>& documents) {
  const std::string verdicts = verdicts_of_python(documents);
  ASSERT_EQ(verdicts.size(), documents.size());
  for (std::size_t i = 0; i < documents.size(); ++i) {
    EXPECT_EQ(fault_of_config_settings(documents[i]).empty(), verdicts[i] == '1')
        << documents[i] << ": " << fault_of_config_settings(documents[i]);
  }
}

const std::vector<std::string>& seeds() {
  static const std::vector<std::string> documents{
      R"({"a": 1, "b": [true, false, null], "c": {"d": "e"}})",
      R"({"k": "v", "k": "w"})",
      R"(["\ud800", "\udc00\ud800", "\u00e9\n\"\\\/\b\f\r\t"])",
      "[NaN, Infinity, -Infinity, -0, -0.0, 1e5, 1E+5, 1.5e-10, 0.0]",
      "[123456789012345678901234567890123456789012345678901234567890, 1e99999]",
      " \t{ \"ä\" : \"\xF0\x9F\x90\x8D\" } \r",
      "\"text\"",
      "12",
      "[[], {}, [[]], [{}], {\"\": []}]",
  };
  return documents;
}

TEST(ConfigSettings, TakesAllThatPythonTakes) {
  for (const std::string& document : seeds()) EXPECT_EQ(fault_of_config_settings(document), "") << document;
  expect_python_agrees(seeds());
}

TEST(ConfigSettings, SaysWhereAndWhy) {
  const std::vector<std::pair<std::string, std::string>> rows{
      {"", "column 1: expected a value; the line ends here"},
      {"  ", "column 3: expected a value; the line ends here"},
      {"{", "column 2: expected a key in double quotes; the line ends here"},
      {"{a: 1}", "column 2: expected a key in double quotes"},
      {"{\"a\"}", "column 5: expected ':' after the key"},
      {"{\"a\":}", "column 6: expected a value"},
      {"{\"a\": 1 \"b\": 2}", "column 9: expected ',' or '}'"},
      {"{\"a\": 1,}", "column 9: expected a key in double quotes"},
      {"[1 2]", "column 4: expected ',' or ']'"},
      {"[1,]", "column 4: expected a value"},
      {"[,]", "column 2: expected a value"},
      {"[1}", "column 3: expected ',' or ']'"},
      {"[1", "column 3: expected ',' or ']'; the line ends here"},
      {"{} x", "column 4: text after the end of the document"},
      {"01", "column 2: text after the end of the document"},
      {"-", "column 1: expected a value"},
      {"1.", "column 3: expected a digit after '.'; the line ends here"},
      {"1e+", "column 4: expected a digit in the exponent; the line ends here"},
      {"True", "column 1: expected a value"},
      {"Inf", "column 1: expected a value"},
      {"'a'", "column 1: expected a value"},
      {"\"a", "column 3: the string does not end; the line ends here"},
      {"\"a\tb\"", "column 3: a control character in a string"},
      {R"("\x41")", "column 3: an unknown escape in a string"},
      {R"("\)", "column 3: an unknown escape in a string; the line ends here"},
      {R"("\u12g4")", "column 6: expected four hex digits after \\u"},
      {R"("\u+123")", "column 4: expected four hex digits after \\u"},
      {"[\"\xFF\"]", "column 3: bytes that are not UTF-8"},
      {"\xEF\xBB\xBF{}", "column 1: expected a value"},
      {std::string("[1]\0", 4), "column 4: text after the end of the document"},
      {std::string("\"\0\"", 3), "column 2: a control character in a string"},
  };
  std::vector<std::string> documents;
  for (const auto& [document, fault] : rows) {
    EXPECT_EQ(fault_of_config_settings(document), fault) << document;
    documents.push_back(document);
  }
  expect_python_agrees(documents);
}

TEST(ConfigSettings, DepthIsBounded) {
  EXPECT_EQ(fault_of_config_settings(nested(kDeepestSettings)), "");
  EXPECT_EQ(fault_of_config_settings(nested(kDeepestSettings + 1)),
            "column 501: more than 500 nested lists and objects");
  EXPECT_NE(fault_of_config_settings(std::string(10U << 20U, '[')), "");
  std::string objects;
  for (std::size_t i = 0; i < kDeepestSettings; ++i) objects += "{\"a\":";
  EXPECT_EQ(fault_of_config_settings(objects + "1" + std::string(kDeepestSettings, '}')), "");
  EXPECT_NE(fault_of_config_settings("[" + objects + "1" + std::string(kDeepestSettings, '}') + "]"), "");
}

// Good documents with a few characters changed.
TEST(ConfigSettings, AgreesWithPythonOnDamagedDocuments) {
  std::mt19937 random(20240117);  // always the same documents, for one interpreter
  const auto below = [&](std::size_t limit) { return std::size_t{random()} % limit; };
  const std::string characters = "[]{}:,\"\\0123-+.eEutrnNI \t\xC3";
  std::vector<std::string> documents;
  for (int i = 0; i < 5000; ++i) {
    std::string document = seeds()[below(seeds().size())];
    for (std::size_t changes = 1 + below(3); changes > 0; --changes) {
      const std::size_t at = below(document.size());
      const char character = characters[below(characters.size())];
      const std::size_t change = below(3);
      if (change == 0) document.insert(at, 1, character);
      if (change == 1) document[at] = character;
      if (change == 2 && document.size() > 1) document.erase(at, 1);
    }
    documents.push_back(document);
  }
  expect_python_agrees(documents);
}

}  // namespace
}  // namespace grapnel::hookd
