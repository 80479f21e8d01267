// SPDX-License-Identifier: BSD-3-Clause
#include "runner/luci/document_redactor.hpp"

#include "hooks_api/base/json.hpp"
#include "hooks_api/base/utf8.hpp"
#include "runner/workspace/workspace.hpp"

#include <unistd.h>

#include <string>
#include <string_view>

namespace grapnel::luci {

namespace {

EnvironmentPolicy policy_of(const std::filesystem::path& workspace) {
  try {
    return workspace::load_settings(workspace).environment;
  } catch (const std::exception&) {
    return {};
  }
}

}  // namespace

Redactor document_redactor(const std::filesystem::path& workspace) {
  Environment both;
  for (char** entry = ::environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string_view variable = *entry;
    both.emplace_back(variable);
    const std::size_t value = variable.find('=') + 1;
    if (value == 0 || !hooks::base::is_utf8(variable)) continue;
    std::string quoted;
    hooks::base::append_json_string(quoted, variable.substr(value));
    both.push_back(std::string(variable.substr(0, value)) + quoted.substr(1, quoted.size() - 2));
  }
  return Redactor(both, policy_of(workspace));
}

}  // namespace grapnel::luci
