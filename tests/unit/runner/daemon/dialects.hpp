// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// What tests of the daemon's state machine say, and hear, again and again.
#pragma once

#include "hooks_api/pep517/hooks.hpp"
#include "tests/unit/runner/daemon/conversation.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace tests {

inline constexpr auto kSeed = grapnel::HookdProtocol::seed;
inline constexpr auto kLater = grapnel::HookdProtocol::later;
inline constexpr std::string_view kPrompt = "READY\nEXPECT action\n";

/// "seed", "later": the names of tests of both.
struct DialectName {
  std::string operator()(const ::testing::TestParamInfo<grapnel::HookdProtocol>& dialect) const {
    return dialect.param == kSeed ? "seed" : "later";
  }
};

/// What the daemon says to a hook of a backend called b, up to the result.
inline std::string asked(grapnel::HookdProtocol dialect, const std::vector<std::string>& arguments) {
  std::string text(kPrompt);
  text += dialect == kSeed ? "EXPECT build_backend\nEXPECT hook_name\n"
                           : "EXPECT build-backend\nEXPECT backend-path\nEXPECT hook-name\n";
  for (const std::string& argument : arguments) text += "EXPECT " + argument + "\n";
  return text + "STDOUT /o\nSTDERR /e\n";
}

/// What a client says to have `hook` run with these values.
inline std::string request(grapnel::HookdProtocol dialect, const std::string& hook,
                           const std::vector<std::string>& values) {
  std::string text = dialect == kSeed ? "run\nb\n" + hook + "\n" : "run\nb\n\n" + hook + "\n";
  for (const std::string& value : values) text += value + "\n";
  return text;
}

/// The message of the only ERROR, and a check that the exchange ended with it.
inline std::string error_of(const Conversation& conversation, const std::string& kind) {
  EXPECT_THAT(conversation.requests, ::testing::IsEmpty());
  EXPECT_THAT(conversation.output, ::testing::EndsWith("\n" + std::string(kPrompt)));
  const std::string begin = "\nERROR " + kind + " ";
  const std::size_t at = conversation.output.find(begin);
  EXPECT_NE(at, std::string::npos) << conversation.output;
  if (at == std::string::npos) return {};
  const std::size_t message = at + begin.size();
  return conversation.output.substr(message, conversation.output.find('\n', message) - message);
}

/// A request for a hook of the backend `name`.
inline std::string with_backend(grapnel::HookdProtocol dialect, const std::string& name) {
  const std::string path = dialect == kSeed ? "" : "\n";
  return "run\n" + name + "\n" + path + "get_requires_for_build_wheel\n\n";
}

/// Spec: hookd, "Arguments, in the order they are asked for".
struct HookRow {
  std::string name;
  hooks::pep517::Hook hook;
  std::vector<std::string> arguments;
};
inline const std::vector<HookRow>& hook_rows() {
  using hooks::pep517::Hook;
  static const std::vector<HookRow> rows{
      {"build_wheel", Hook::build_wheel, {"wheel_directory", "config_settings", "metadata_directory"}},
      {"build_sdist", Hook::build_sdist, {"sdist_directory", "config_settings"}},
      {"prepare_metadata_for_build_wheel",
       Hook::prepare_metadata_for_build_wheel,
       {"metadata_directory", "config_settings"}},
      {"get_requires_for_build_wheel", Hook::get_requires_for_build_wheel, {"config_settings"}},
      {"get_requires_for_build_sdist", Hook::get_requires_for_build_sdist, {"config_settings"}},
      {"build_editable", Hook::build_editable, {"wheel_directory", "config_settings", "metadata_directory"}},
      {"prepare_metadata_for_build_editable",
       Hook::prepare_metadata_for_build_editable,
       {"metadata_directory", "config_settings"}},
      {"get_requires_for_build_editable", Hook::get_requires_for_build_editable, {"config_settings"}},
  };
  return rows;
}

}  // namespace tests
