// SPDX-License-Identifier: BSD-3-Clause
// A flag counts more than the environment, that more than grapnel.toml.
#include "runner/report/console.hpp"

#include <gtest/gtest.h>

#include <map>
#include <ostream>

namespace grapnel::report {
std::ostream& operator<<(std::ostream& out, const Look& look) {
  return out << (look.console == Console::none    ? "none"
                 : look.console == Console::plain ? "plain"
                                                  : "fancy")
             << (look.color ? " with colours" : "");
}
}  // namespace grapnel::report

namespace {

using grapnel::report::choose_look;
using grapnel::report::Console;
using grapnel::report::ConsoleWishes;
using grapnel::report::Look;

struct Case {
  const char* what;
  ConsoleWishes wishes;
  std::map<std::string, std::string> environment;
  Look expected;
};

TEST(ChooseLook, FlagOverEnvironmentOverSettings) {
  const std::vector<Case> cases{
      {"terminal", {.is_terminal = true}, {}, {Console::fancy, true}},
      {"file", {}, {}, {Console::plain, false}},
      {"CI with a terminal", {.is_terminal = true}, {{"CI", "true"}}, {Console::plain, true}},
      {"CI that is off", {.is_terminal = true}, {{"CI", "false"}}, {Console::fancy, true}},
      {"CI that is empty", {.is_terminal = true}, {{"CI", ""}}, {Console::fancy, true}},
      {"dumb", {.is_terminal = true}, {{"TERM", "dumb"}}, {Console::plain, false}},
      {"NO_COLOR", {.is_terminal = true}, {{"NO_COLOR", "1"}}, {Console::fancy, false}},
      {"NO_COLOR is on whatever it says", {.is_terminal = true}, {{"NO_COLOR", "0"}}, {Console::fancy, false}},
      {"empty NO_COLOR", {.is_terminal = true}, {{"NO_COLOR", ""}}, {Console::fancy, true}},
      {"CLICOLOR_FORCE", {}, {{"CLICOLOR_FORCE", "1"}}, {Console::plain, true}},
      {"CLICOLOR_FORCE that is off", {}, {{"CLICOLOR_FORCE", "0"}}, {Console::plain, false}},
      {"both", {}, {{"CLICOLOR_FORCE", "1"}, {"NO_COLOR", "1"}}, {Console::plain, false}},
      {"--color over NO_COLOR", {.color_flag = "always"}, {{"NO_COLOR", "1"}}, {Console::plain, true}},
      {"--color over CLICOLOR_FORCE", {.color_flag = "never"}, {{"CLICOLOR_FORCE", "1"}}, {Console::plain, false}},
      {"--color auto is not the setting",
       {.color_flag = "auto", .color_setting = "always"},
       {},
       {Console::plain, false}},
      {"--console over CI", {.console_flag = "fancy", .is_terminal = true}, {{"CI", "1"}}, {Console::fancy, true}},
      {"--console fancy into a file", {.console_flag = "fancy"}, {}, {Console::fancy, false}},
      {"--console none", {.console_flag = "none", .is_terminal = true}, {}, {Console::none, true}},
      {"setting",
       {.console_setting = "none", .color_setting = "never", .is_terminal = true},
       {},
       {Console::none, false}},
      {"setting fancy into a file", {.console_setting = "fancy"}, {}, {Console::plain, false}},
      {"setting fancy in CI", {.console_setting = "fancy", .is_terminal = true}, {{"CI", "1"}}, {Console::plain, true}},
      {"environment over setting", {.color_setting = "always"}, {{"NO_COLOR", "1"}}, {Console::plain, false}},
      {"flag auto over setting", {.console_flag = "auto", .console_setting = "none"}, {}, {Console::plain, false}},
      {"flag over setting", {.console_flag = "plain", .console_setting = "none"}, {}, {Console::plain, false}},
  };
  for (Case one : cases) {
    one.wishes.variable = [&one](const char* name) -> std::optional<std::string> {
      const auto found = one.environment.find(name);
      if (found == one.environment.end()) return std::nullopt;
      return found->second;
    };
    EXPECT_EQ(choose_look(one.wishes), one.expected) << one.what;
  }
}

}  // namespace
