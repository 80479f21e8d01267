// SPDX-License-Identifier: BSD-3-Clause
#include "runner/report/luci_encoders.hpp"
#include "runner/report/report.hpp"
#include "runner/report/visible_text.hpp"

#include <array>
#include <cstdio>
#include <stdexcept>

namespace grapnel::report {

namespace luci {

namespace {

enum class Form { json, textpb, pb };

Form form_of(std::string_view path) {
  if (path.ends_with(".json")) return Form::json;
  if (path == "-") return Form::json;
  if (path.ends_with(".textpb")) return Form::textpb;
  if (path.ends_with(".pb")) return Form::pb;
  throw std::invalid_argument("a LUCI build cannot be written to '" + visible_text(path) +
                              "': the extension names its form, and has to be .json, .textpb or .pb");
}

}  // namespace

std::string encode_for(const Build& build, std::string_view path) {
  switch (form_of(path)) {
    case Form::json:
      return to_json(build);
    case Form::textpb:
      return to_textpb(build);
    case Form::pb:
      break;
  }
  return to_pb(build);
}

void check_extension(std::string_view path) { (void)form_of(path); }

std::string rfc3339(Time time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(std::chrono::duration_cast<std::chrono::nanoseconds>(time - day));
  constexpr std::size_t kLongest = 64;
  std::array<char, kLongest> text{};
  std::snprintf(text.data(), text.size(), "%04d-%02u-%02uT%02ld:%02ld:%02ld", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                static_cast<long>(clock.hours().count()), static_cast<long>(clock.minutes().count()),
                static_cast<long>(clock.seconds().count()));
  std::string out = text.data();
  const auto nanoseconds = static_cast<long>(clock.subseconds().count());
  constexpr long kMicro = 1000;
  constexpr long kMilli = kMicro * 1000;
  if (nanoseconds != 0) {
    if (nanoseconds % kMilli == 0) {
      std::snprintf(text.data(), text.size(), ".%03ld", nanoseconds / kMilli);
    } else if (nanoseconds % kMicro == 0) {
      std::snprintf(text.data(), text.size(), ".%06ld", nanoseconds / kMicro);
    } else {
      std::snprintf(text.data(), text.size(), ".%09ld", nanoseconds);
    }
    out += text.data();
  }
  return out + "Z";
}

}  // namespace luci

std::string luci_report(const Model& model, const ReportTarget& target) {
  luci::check_extension(target.path);
  return luci::encode_for(luci::make_build(model), target.path);
}

}  // namespace grapnel::report
