// SPDX-License-Identifier: BSD-3-Clause
#include "tests/support/run.hpp"
#include "tests/support/temporary_directory.hpp"
#include <grapnel/hookd_client.hpp>

#include <gtest/gtest.h>

#include <sstream>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace grapnel {
namespace {

using List = std::vector<std::string>;

TEST(PythonList, TakesWhatPythonWrites) {
  const std::vector<std::pair<std::string, List>> rows{
      {"[]", {}},
      {"['a']", {"a"}},
      {"['a', \"b'c\", 'd\"e']", {"a", "b'c", "d\"e"}},
      {R"(['\'"', '\\n', '\n\t\r'])", {"'\"", "\\n", "\n\t\r"}},
      {R"(['\x00\x7f\xad', '\u2028', '\U000e0001'])", {std::string("\0\x7F\xC2\xAD", 4), "\u2028", "\U000E0001"}},
      {"['größe', '']", {"größe", ""}},
      {"['a','b',   'c']", {"a", "b", "c"}},
  };
  for (const auto& [text, list] : rows) EXPECT_EQ(python_list(text), list) << text;
}

TEST(PythonList, RefusesAnythingElse) {
  for (const std::string& text : List{"",
                                      "[",
                                      "]",
                                      "a",
                                      "None",
                                      "['a'",
                                      "['a]",
                                      "['a\"]",
                                      "['a',]",
                                      "['a', ]",
                                      "[,]",
                                      "['a' 'b']",
                                      "[ 'a']",
                                      "[1]",
                                      "[b'a']",
                                      "['a'] ",
                                      " []",
                                      "('a',)",
                                      "['a\nb']",
                                      R"(['\'])",
                                      R"(['\q'])",
                                      R"(['\x4'])",
                                      R"(['\x4g'])",
                                      R"(['\u12'])",
                                      R"(['\ud800'])",
                                      R"(['\U00110000'])",
                                      R"(['\x)",
                                      R"(['\)",
                                      "[['a']]",
                                      std::string("[\0]", 3)}) {
    EXPECT_THROW(static_cast<void>(python_list(text)), std::invalid_argument) << text;
  }
  try {
    static_cast<void>(python_list("['a', 1]"));
  } catch (const std::invalid_argument& error) {
    EXPECT_STREQ(error.what(),
                 "not a list of strings as Python writes it, at byte 7: expected a string in quotes: '['a', 1]'");
  }
}

// Debian's interpreter writes each character by itself, all of them in one list, and lists of random ones.
TEST(PythonList, IsWhatPythonMeant) {
  const tests::TemporaryDirectory directory;
  directory.write("write.py",
                  "import random\n"
                  "random.seed(517)\n"
                  "every = [chr(c) for c in range(0x110000) if not 0xd800 <= c < 0xe000]\n"
                  "small = every[:256] + [\"'\", '\"', '\\\\'] * 20\n"
                  "lists = [every] + [[''.join(random.choices(small, k=random.randrange(9)))\n"
                  "                    for _ in range(random.randrange(5))] for _ in range(500)]\n"
                  "with open('written', 'wb') as written, open('meant', 'wb') as meant:\n"
                  "    for texts in lists:\n"
                  "        written.write(repr(texts).encode() + b'\\n')\n"
                  "        for text in texts:\n"
                  "            meant.write(b'%d\\n' % len(text.encode()) + text.encode())\n"
                  "        meant.write(b'\\n')\n");
  const auto ended =
      tests::run({"/usr/bin/python3", "-I", "-X", "utf8", "write.py"}, directory.path(), directory.path());
  ASSERT_EQ(ended.exit_code, 0) << ended.err;
  std::istringstream written(directory.read("written"));
  std::string read;
  std::size_t lists = 0;
  for (std::string line; std::getline(written, line); ++lists) {
    for (const std::string& text : python_list(line)) read += std::to_string(text.size()) + "\n" + text;
    read += "\n";
  }
  EXPECT_EQ(lists, 501U);
  EXPECT_TRUE(read == directory.read("meant"));
}

}  // namespace
}  // namespace grapnel
