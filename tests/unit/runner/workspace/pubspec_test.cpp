// SPDX-License-Identifier: BSD-3-Clause
#include "runner/workspace/pubspec.hpp"

#include "runner/base/errors.hpp"
#include "runner/workspace/yaml.hpp"
#include "tests/support/temporary_directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace grapnel::workspace {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

DefinesByPackage accepted(std::string_view text) {
  hooks::protocol::Faults faults;
  DefinesByPackage defines = read_pubspec(text, faults);
  EXPECT_THAT(faults, IsEmpty()) << describe(faults);
  return defines;
}

std::vector<std::string> refused(std::string_view text) {
  hooks::protocol::Faults faults;
  (void)read_pubspec(text, faults);
  std::vector<std::string> lines;
  for (const auto& fault : faults) lines.push_back(describe(fault));
  return lines;
}

// The value of one define, as JSON.
std::string value_of(std::string_view yaml) {
  const DefinesByPackage defines = accepted("hooks: {user_defines: {p: {k: " + std::string(yaml) + "}}}");
  const auto found = defines.find("p");
  return found == defines.end() ? "" : hooks::Json(found->second).to_string();
}

std::string define(std::string_view json) { return "{\"k\":" + std::string(json) + "}"; }

// The fault of one define.
std::string fault_of(std::string_view yaml) {
  const auto faults = refused("hooks:\n  user_defines:\n    p:\n      k: " + std::string(yaml) + "\n");
  return faults.size() == 1 ? faults.front() : std::to_string(faults.size()) + " faults";
}

TEST(Pubspec, WithoutDefines) {
  for (const std::string_view text : {"", "# nothing\n", "---\n", "name: app\n", "hooks:\n", "hooks: {}\n",
                                      "hooks:\n  user_defines:\n", "hooks: {other: 1}\n", "\xEF\xBB\xBFname: app\n"}) {
    EXPECT_THAT(accepted(text), IsEmpty()) << text;
  }
}

TEST(Pubspec, ReadsTheDefinesOfEachPackage) {
  const DefinesByPackage defines = accepted(R"(
name: app
version: 1.0.0
1: {[complex]: key}
dependencies: {a: ^1.0.0}
hooks:
  user_defines:
    sqlite3:
      source: system
      nested:
        list: [1, two, {three: 3}]
    'empty': {}
)");
  ASSERT_EQ(defines.size(), 2U);
  EXPECT_EQ(hooks::Json(defines.at("sqlite3")).to_string(),
            R"({"nested":{"list":[1,"two",{"three":3}]},"source":"system"})");
  EXPECT_TRUE(defines.at("empty").empty());
}

// YAML 1.2, section 10.3.2.
TEST(Pubspec, ScalarsMeanWhatTheCoreSchemaSays) {
  for (const std::string_view text :
       {"yes",       "no",         "on", "off", "y",    "True1", "tRUE", "nULL", "0o8",
        "0xG",       "1e",         ".",  "+",   "-",    "1_000", "0b1",  "+0x1", "1.2.3",
        ".infinity", "2026-11-22", "=",  "<<",  "0X1F", "e1",    ".e1",  "-.",   "1:30"}) {
    EXPECT_EQ(value_of(text), define("\"" + std::string(text) + "\"")) << text;
  }
  for (const std::string_view text : {"true", "True", "TRUE"}) EXPECT_EQ(value_of(text), define("true"));
  for (const std::string_view text : {"false", "False", "FALSE"}) EXPECT_EQ(value_of(text), define("false"));
  for (const std::string_view text : {"", "~", "null", "Null", "NULL"}) EXPECT_EQ(value_of(text), define("null"));
  EXPECT_EQ(value_of("0"), define("0"));
  EXPECT_EQ(value_of("-0"), define("0"));
  EXPECT_EQ(value_of("+12"), define("12"));
  EXPECT_EQ(value_of("012"), define("12")) << "no octal number";
  EXPECT_EQ(value_of("0o17"), define("15"));
  EXPECT_EQ(value_of("0x1F"), define("31"));
  EXPECT_EQ(value_of("9223372036854775807"), define("9223372036854775807"));
  EXPECT_EQ(value_of("-9223372036854775808"), define("-9223372036854775808"));
  EXPECT_EQ(value_of("1.5"), define("1.5"));
  EXPECT_EQ(value_of(".5"), define("0.5"));
  EXPECT_EQ(value_of("5."), define("5.0"));
  EXPECT_EQ(value_of("+.5e1"), define("5.0"));
  EXPECT_EQ(value_of("1e3"), define("1000.0"));
}

TEST(Pubspec, WhatStandsInQuotesOrInABlockIsAString) {
  for (const std::string_view text : {"'1'", "\"1\"", "'true'", "'~'", "\".inf\"", "! 1"}) {
    EXPECT_TRUE(value_of(text).find(":\"") != std::string::npos) << text << ": " << value_of(text);
  }
  EXPECT_EQ(hooks::Json(accepted("hooks:\n  user_defines:\n    p:\n      k: |-\n        1\n").at("p")).to_string(),
            define("\"1\""));
  EXPECT_EQ(hooks::Json(accepted("hooks:\n  user_defines:\n    p:\n      k: >-\n        true\n").at("p")).to_string(),
            define("\"true\""));
}

TEST(Pubspec, EscapesBecomeUtf8) {
  EXPECT_EQ(value_of(R"("é\N\_\L\P\u00e9\U0001F600\x41\t")"),
            define("\"é\xC2\x85\xC2\xA0\xE2\x80\xA8\xE2\x80\xA9é\xF0\x9F\x98\x80"
                   "A\\t\""));
  EXPECT_THAT(refused("a: \"\\uD800\""), ElementsAre(HasSubstr("not YAML: ")));
}

TEST(Pubspec, TagsAreHonoured) {
  EXPECT_EQ(value_of("!!str 1"), define("\"1\""));
  EXPECT_EQ(value_of("!!str"), define("\"\""));
  EXPECT_EQ(value_of("!!int '1'"), define("1"));
  EXPECT_EQ(value_of("!!float 1"), define("1.0"));
  EXPECT_EQ(value_of("!!bool 'true'"), define("true"));
  EXPECT_EQ(value_of("!!null ''"), define("null"));
  EXPECT_EQ(value_of("!!map {a: 1}"), define("{\"a\":1}"));
  EXPECT_EQ(value_of("!!seq [1]"), define("[1]"));
  EXPECT_THAT(fault_of("!!bool yes"),
              HasSubstr("hooks.user_defines.p.k: found the tag !!bool before 'yes'; expected true or false"));
  EXPECT_THAT(fault_of("!!int 1.5"), HasSubstr("expected an integer behind it"));
  EXPECT_THAT(fault_of("!!float x"), HasSubstr("expected a number behind it"));
  EXPECT_THAT(fault_of("!!null 1"), HasSubstr("expected null behind it"));
  EXPECT_THAT(fault_of("!mine 1"), HasSubstr("found the tag '!mine', which is not known here; expected !!str"));
  EXPECT_THAT(fault_of("!!binary AAAA"), HasSubstr("found the tag 'tag:yaml.org,2002:binary'"));
  EXPECT_THAT(fault_of("!!set {a: }"), HasSubstr("found the tag 'tag:yaml.org,2002:set'"));
}

// Spec: dart-hooks, section 11, D24.
TEST(Pubspec, WhatJsonCannotExpressIsAFaultThatNamesTheKey) {
  EXPECT_EQ(fault_of(".inf"),
            "line 4, column 10, hooks.user_defines.p.k: found .inf, which JSON cannot express and so no hook be told; "
            "expected a finite number");
  EXPECT_THAT(fault_of("-.Inf"), HasSubstr("found -.Inf, which"));
  EXPECT_THAT(fault_of("[1, {deep: .NAN}]"), HasSubstr("hooks.user_defines.p.k.1.deep: found .NAN, which"));
  EXPECT_THAT(fault_of("1e999"), HasSubstr("beyond the range of a double"));
  EXPECT_THAT(fault_of("9223372036854775808"), HasSubstr("an integer beyond 64 bits"));
  EXPECT_THAT(fault_of("0xFFFFFFFFFFFFFFFFF"), HasSubstr("an integer beyond 64 bits"));
  EXPECT_THAT(fault_of("{1: a}"),
              HasSubstr("hooks.user_defines.p.k: found the key '1', an integer; expected a string"));
  EXPECT_THAT(fault_of("{a: {true: b}}"), HasSubstr("p.k.a: found the key 'true', a boolean; expected a string"));
  EXPECT_THAT(fault_of("{~: b}"), HasSubstr("found the key null; expected a string"));
  EXPECT_THAT(fault_of("{[a]: b}"), HasSubstr("found the key a list; expected a string"));
  EXPECT_THAT(fault_of("{? {a: 1} : b}"), HasSubstr("found the key a map; expected a string"));
  EXPECT_EQ(value_of("{'1': a}"), define("{\"1\":\"a\"}"));
}

TEST(Pubspec, OnlyTheHooksPartIsJudged) {
  EXPECT_THAT(accepted("a: .inf\nb: !mine x\n1: 2\na: again\nhooks: {other: {1: .nan}}\n"), IsEmpty());
}

TEST(Pubspec, KeysThatOccurTwiceAreFaults) {
  EXPECT_THAT(refused("hooks: {}\nhooks: {}\n"),
              ElementsAre("line 2, column 1, hooks: found this key again; expected it once"));
  EXPECT_THAT(refused("hooks:\n  user_defines: {}\n  user_defines: {}\n"),
              ElementsAre(HasSubstr("hooks.user_defines: found this key again")));
  EXPECT_THAT(refused("hooks:\n  user_defines:\n    p: {a: 1, 'a': 2}\n    p: {}\n"),
              ElementsAre(HasSubstr("line 4, column 5, hooks.user_defines.p: found this key again"),
                          HasSubstr("line 3, column 15, hooks.user_defines.p.a: found this key again")));
}

TEST(Pubspec, WhatIsNoYamlIsAFaultWithItsPlace) {
  EXPECT_THAT(refused("a: [1\nb: 2\n"), ElementsAre(AllOf(HasSubstr("line "), HasSubstr("not YAML: "))));
  EXPECT_THAT(refused("a: *nobody\n"), ElementsAre(HasSubstr("line 1, column 4: not YAML: ")));
  EXPECT_THAT(refused("a: 1\n---\nb: 2\n"), ElementsAre(HasSubstr("a second document begins here; expected one")));
  EXPECT_THAT(refused("a: 1\nb: \x04\nhooks: 1\n"), ElementsAre(HasSubstr("line 2, column 4: a control character")));
  EXPECT_THAT(refused("a: \xff\n"), ElementsAre("line 1, column 4: bytes that are no UTF-8"));
  EXPECT_THAT(refused("just text\n"), ElementsAre("line 1, column 1: found a string; expected a map"));
  EXPECT_THAT(refused("[1]\n"), ElementsAre("line 1, column 1: found a list; expected a map"));
}

std::string repeated(std::string_view text, int times) {
  std::string all;
  for (int i = 0; i < times; ++i) all += text;
  return all;
}

TEST(Pubspec, HostileTextsAreFaults) {
  EXPECT_THAT(refused(std::string(kMaxYamlBytes + 1, '#')), ElementsAre(HasSubstr("larger than 1048576 bytes")));
  for (const std::string_view open : {"[", "{a: ", "- ", "? ", "[{", "!!seq [", "- ? "}) {
    EXPECT_THAT(refused(repeated(open, 100'000)),
                ElementsAre(::testing::AnyOf(HasSubstr("nested deeper than 64 levels"), HasSubstr("not YAML"))))
        << open;
  }
  EXPECT_THAT(refused("a: &a [*a]\n"), ElementsAre("line 1, column 8: an alias within what it stands for"));
  EXPECT_THAT(refused("hooks: {user_defines: {p: {k: " + repeated("[", 59) + repeated("]", 59) + "}}}"), IsEmpty());
  EXPECT_THAT(refused("x: &x " + repeated("[", 50) + repeated("]", 50) +
                      "\nhooks: {user_defines: {p: {k: " + repeated("[", 20) + "*x" + repeated("]", 20) + "}}}"),
              ElementsAre(HasSubstr("nested deeper than 60 levels")));
}

// Nine levels of nine aliases each: 387 million values.
TEST(Pubspec, ABillionLaughsAreAFault) {
  std::string text = "a0: &a0 lol\n";
  for (int level = 1; level <= 9; ++level) {
    const std::string name = "a" + std::to_string(level);
    text += name + ": &" + name + " [" + repeated("*a" + std::to_string(level - 1) + ",", 9) + "]\n";
  }
  EXPECT_THAT(accepted(text), IsEmpty()) << "nobody asks for them";
  EXPECT_THAT(refused(text + "hooks: {user_defines: {p: {k: *a9}}}\n"),
              ElementsAre(HasSubstr("more than 100000 values, the limit")));
  const std::string long_text = "t: &t " + std::string(100'000, 'x') + "\n";
  EXPECT_THAT(refused(long_text + "hooks: {user_defines: {p: {k: [" + repeated("*t,", 10'000) + "]}}}\n"),
              ElementsAre(HasSubstr("more than 100000 values")));
}

TEST(Pubspec, FaultsAreBoundedInNumberAndLength) {
  const std::vector<std::string> faults = refused("hooks: {user_defines: {p: {? " + std::string(100'000, 'k') + " : [" +
                                                  repeated(".inf,", 5000) + "]}}}\n");
  ASSERT_EQ(faults.size(), hooks::protocol::kMaxFaults + 1);
  EXPECT_THAT(faults.front(), testing::AllOf(HasSubstr("k….0: found .inf"), testing::SizeIs(testing::Lt(512U))));
}

TEST(Pubspec, AliasesAreFollowed) {
  EXPECT_EQ(
      hooks::Json(accepted("hooks:\n  user_defines:\n    p: &p {k: &one 1, l: [*one, *one]}\n    q: *p\n").at("q"))
          .to_string(),
      R"({"k":1,"l":[1,1]})");
  EXPECT_THAT(accepted("x: &x {user_defines: {p: {}}}\nhooks: *x\n").size(), 1U);
}

TEST(Pubspec, AFileThatIsMissingOrWrongSaysSo) {
  const tests::TemporaryDirectory directory;
  const auto refusal = [&] {
    try {
      (void)load_pubspec(directory / "pubspec.yaml");
      return std::string("accepted");
    } catch (const ProjectError& error) {
      return std::string(error.what());
    }
  };
  EXPECT_THAT(refusal(), HasSubstr("pubspec.yaml' does not exist"));
  directory.write("pubspec.yaml", "hooks: 1\n");
  EXPECT_THAT(refusal(),
              HasSubstr("pubspec.yaml' is not valid:\n- line 1, column 8, hooks: found an integer; expected"));
  directory.write("pubspec.yaml", "hooks: {user_defines: {p: {k: 1}}}\n");
  EXPECT_EQ(load_pubspec(directory / "pubspec.yaml").size(), 1U);
}

}  // namespace
}  // namespace grapnel::workspace
