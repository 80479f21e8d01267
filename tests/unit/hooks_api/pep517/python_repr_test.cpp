// SPDX-License-Identifier: BSD-3-Clause
#include "hooks_api/pep517/python_repr.hpp"

#include "tests/support/run.hpp"
#include "tests/support/temporary_directory.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace {

using hooks::pep517::python_repr;

TEST(PythonRepr, ChoosesItsQuotes) {
  EXPECT_EQ(python_repr("a"), "'a'");
  EXPECT_EQ(python_repr("it's"), "\"it's\"");
  EXPECT_EQ(python_repr("say \"so\""), "'say \"so\"'");
  EXPECT_EQ(python_repr("it's \"so\""), "'it\\'s \"so\"'");
}

TEST(PythonRepr, OfAList) {
  EXPECT_EQ(python_repr(std::vector<std::string>{}), "[]");
  EXPECT_EQ(python_repr(std::vector<std::string>{"a", "it's", "b\n"}), R"(['a', "it's", 'b\n'])");
}

TEST(PythonRepr, WritesNoBytesThatAreNoText) {
  EXPECT_EQ(python_repr("a\xff"), "'a\xef\xbf\xbd'");
  EXPECT_EQ(python_repr("\xc2"), "'\xef\xbf\xbd'");
}

// The interpreter is told the same texts by a file, as code points.
TEST(PythonRepr, IsPythonsOwn) {
  std::vector<std::string> texts{"",   "a b", "it's",   "\"",   "'\"",
                                 "\\", "ünï", "日本語", "🦀", "setuptools>=40; python_version < '4'"};
  for (int c = 0; c < 0x80; ++c) texts.push_back(std::string("x") + static_cast<char>(c) + "'y");
  for (int c = 0x80; c < 0x100; ++c) {
    texts.push_back({static_cast<char>(0xc0 | (c >> 6)), static_cast<char>(0x80 | (c & 0x3f))});
  }
  std::string ended;
  for (const std::string& text : texts) ended += text + std::string("\0\0\n", 3);
  const tests::TemporaryDirectory directory;
  const auto file = directory.write("texts", ended);
  const auto end = tests::run({"/usr/bin/python3", "-I", "-c",
                               "import sys\n"
                               "texts = open(sys.argv[1], 'rb').read().decode().split('\\0\\0\\n')[:-1]\n"
                               "sys.stdout.buffer.write(repr(texts).encode())",
                               file.string()},
                              directory.path(), directory.path());
  ASSERT_EQ(end.exit_code, 0) << end.err;
  EXPECT_EQ(python_repr(texts), end.out);
}

}  // namespace
