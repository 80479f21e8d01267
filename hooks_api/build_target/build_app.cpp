// SPDX-License-Identifier: BSD-3-Clause
#include "hooks_api/build_target/aborted.hpp"
#include "hooks_api/sdk/report_output.hpp"
#include <hooks/build_target.hpp>

#include <stdexcept>
#include <utility>

namespace hooks {

// One piece, so that the lines of several processes do not mix.
void BuildApp::display(std::string_view text) const {
  std::string line(text);
  line += '\n';
  if (print_ != nullptr) {
    print_(receiver_, line);
  } else {
    sdk::print_error(line);
  }
}

void BuildApp::display_from(std::int64_t level, std::string_view text) const {
  if (verbosity_ >= level) display(text);
}

void BuildApp::display_info(std::string_view text) const { display_from(0, text); }

void BuildApp::display_success(std::string_view text) const { display_from(0, text); }

void BuildApp::display_waiting(std::string_view text) const { display_from(0, text); }

void BuildApp::display_mini_header(std::string_view text) const { display_from(0, "[" + std::string(text) + "]"); }

void BuildApp::display_warning(std::string_view text) const { display_from(-1, text); }

void BuildApp::display_error(std::string_view text) const { display_from(-2, text); }

void BuildApp::display_debug(std::string_view text, int level) const {
  if (level < 1 || level > 3) {
    throw std::invalid_argument("display_debug: level " + std::to_string(level) + "; expected 1, 2 or 3");
  }
  display_from(level, text);
}

void BuildApp::abort(std::string message, int code) const {
  if (!message.empty()) display_error(message);
  throw build_target::Aborted{std::move(message), code};
}

}  // namespace hooks
