// SPDX-License-Identifier: BSD-3-Clause
#include "runner/report/console.hpp"

namespace grapnel::report {

namespace {

constexpr std::string_view kAuto = "auto";

class Chooser {
 public:
  explicit Chooser(const ConsoleWishes& wishes) : wishes_(wishes) {}

  [[nodiscard]] Console console() const {
    if (wishes_.console_flag && *wishes_.console_flag != kAuto) return named(*wishes_.console_flag);
    const bool could_be_fancy = wishes_.is_terminal && !is_dumb() && !is_on("CI");
    if (wishes_.console_flag || !wishes_.console_setting || *wishes_.console_setting == kAuto)
      return could_be_fancy ? Console::fancy : Console::plain;
    const Console wanted = named(*wishes_.console_setting);
    return wanted == Console::fancy && !could_be_fancy ? Console::plain : wanted;
  }

  [[nodiscard]] bool color() const {
    if (wishes_.color_flag && *wishes_.color_flag != kAuto) return *wishes_.color_flag == "always";
    if (!variable("NO_COLOR").empty()) return false;
    if (is_on("CLICOLOR_FORCE")) return true;
    if (!wishes_.color_flag && wishes_.color_setting && *wishes_.color_setting != kAuto)
      return *wishes_.color_setting == "always";
    return wishes_.is_terminal && !is_dumb();
  }

 private:
  [[nodiscard]] std::string variable(const char* name) const {
    return wishes_.variable ? wishes_.variable(name).value_or("") : "";
  }
  [[nodiscard]] bool is_on(const char* name) const {
    const std::string value = variable(name);
    return !value.empty() && value != "0" && value != "false";
  }
  [[nodiscard]] bool is_dumb() const { return variable("TERM") == "dumb"; }
  static Console named(std::string_view name) {
    return name == "fancy" ? Console::fancy : name == "none" ? Console::none : Console::plain;
  }

  const ConsoleWishes& wishes_;
};

}  // namespace

Look choose_look(const ConsoleWishes& wishes) {
  const Chooser chooser(wishes);
  return {.console = chooser.console(), .color = chooser.color()};
}

}  // namespace grapnel::report
