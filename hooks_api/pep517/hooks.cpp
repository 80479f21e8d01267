// SPDX-License-Identifier: BSD-3-Clause
#include "hooks_api/pep517/hooks.hpp"

#include <algorithm>

namespace hooks::pep517 {

namespace {

using enum Argument;

constexpr std::array kWheel{wheel_directory, config_settings, metadata_directory};
constexpr std::array kSdist{sdist_directory, config_settings};
constexpr std::array kPrepare{metadata_directory, config_settings};
constexpr std::array kRequires{config_settings};

}  // namespace

std::string_view name_of(Hook hook) noexcept {
  switch (hook) {
    case Hook::build_wheel:
      return "build_wheel";
    case Hook::build_sdist:
      return "build_sdist";
    case Hook::prepare_metadata_for_build_wheel:
      return "prepare_metadata_for_build_wheel";
    case Hook::get_requires_for_build_wheel:
      return "get_requires_for_build_wheel";
    case Hook::get_requires_for_build_sdist:
      return "get_requires_for_build_sdist";
    case Hook::build_editable:
      return "build_editable";
    case Hook::prepare_metadata_for_build_editable:
      return "prepare_metadata_for_build_editable";
    case Hook::get_requires_for_build_editable:
      return "get_requires_for_build_editable";
  }
  return "";
}

std::optional<Hook> hook_named(std::string_view name) noexcept {
  const auto* const found =
      std::find_if(kHooks.begin(), kHooks.end(), [&](Hook hook) { return name_of(hook) == name; });
  if (found == kHooks.end()) return std::nullopt;
  return *found;
}

std::string_view name_of(Argument argument) noexcept {
  switch (argument) {
    case wheel_directory:
      return "wheel_directory";
    case sdist_directory:
      return "sdist_directory";
    case config_settings:
      return "config_settings";
    case metadata_directory:
      return "metadata_directory";
  }
  return "";
}

std::span<const Argument> arguments_of(Hook hook) noexcept {
  switch (hook) {
    case Hook::build_wheel:
    case Hook::build_editable:
      return kWheel;
    case Hook::build_sdist:
      return kSdist;
    case Hook::prepare_metadata_for_build_wheel:
    case Hook::prepare_metadata_for_build_editable:
      return kPrepare;
    case Hook::get_requires_for_build_wheel:
    case Hook::get_requires_for_build_sdist:
    case Hook::get_requires_for_build_editable:
      return kRequires;
  }
  return {};
}

bool is_result_directory(Hook hook, Argument argument) noexcept {
  return argument != config_settings && argument == arguments_of(hook).front();
}

}  // namespace hooks::pep517
