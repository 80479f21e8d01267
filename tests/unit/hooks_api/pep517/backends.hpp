// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// The forms in which tests/programs/pep517_backend.cpp exists.
#pragma once

#include "tests/paths.hpp"
#include "tests/support/program.hpp"

#include <ostream>
#include <string>
#include <string_view>
#include <vector>

namespace tests {

/// How its worker is started, without the two paths of the channel.
struct BackendForm {
  const char* name;
  std::vector<std::string> command;
};
inline std::ostream& operator<<(std::ostream& stream, const BackendForm& form) { return stream << form.name; }

inline BackendForm executable_form() { return {"executable", {program("pep517_backend").string()}}; }
inline std::vector<BackendForm> backend_forms() {
  const std::string host = program("native_host").string();
  std::vector<BackendForm> forms{executable_form(), {"library", {host, program("pep517_library.so").string()}}};
  // Clang's AddressSanitizer ends a process at the first throw of a C++ runtime that was loaded later.
  if (std::string_view(kSanitize).find("address") == std::string_view::npos) {
    forms.push_back({"library_with_shared_runtime", {host, program("pep517_shared_runtime.so").string()}});
  }
  return forms;
}

}  // namespace tests
