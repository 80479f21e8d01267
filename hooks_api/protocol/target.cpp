// SPDX-License-Identifier: BSD-3-Clause
#include <hooks/target.hpp>

#include <stdexcept>

namespace hooks {

namespace {

// By name, so that this source does not need the constants (see target_names.cpp).
bool is_apple(const OS& os) { return os.name() == "ios" || os.name() == "macos"; }
bool is_windows(const OS& os) { return os.name() == "windows"; }

std::string join(std::string_view prefix, std::string_view name, std::string_view suffix) {
  std::string result(prefix);
  result += name;
  result += suffix;
  return result;
}

struct NameOfMode {
  std::string_view operator()(const DynamicLoadingBundle&) const { return "dynamic_loading_bundle"; }
  std::string_view operator()(const DynamicLoadingExecutable&) const { return "dynamic_loading_executable"; }
  std::string_view operator()(const DynamicLoadingProcess&) const { return "dynamic_loading_process"; }
  std::string_view operator()(const DynamicLoadingSystem&) const { return "dynamic_loading_system"; }
  std::string_view operator()(const StaticLinking&) const { return "static"; }
};

}  // namespace

std::string_view name_of(const LinkMode& mode) noexcept { return std::visit(NameOfMode{}, mode); }

bool has_file(const LinkMode& mode) noexcept {
  return std::holds_alternative<DynamicLoadingBundle>(mode) || std::holds_alternative<StaticLinking>(mode);
}

std::string_view name_of(LinkModePreference preference) noexcept {
  switch (preference) {
    case LinkModePreference::dynamic:
      return "dynamic";
    case LinkModePreference::static_:
      return "static";
    case LinkModePreference::prefer_dynamic:
      return "prefer_dynamic";
    case LinkModePreference::prefer_static:
      return "prefer_static";
  }
  return "";
}

std::string dynamic_library_file_name(const OS& os, std::string_view name) {
  if (is_windows(os)) return join("", name, ".dll");
  return join("lib", name, is_apple(os) ? ".dylib" : ".so");
}

std::string static_library_file_name(const OS& os, std::string_view name) {
  return is_windows(os) ? join("", name, ".lib") : join("lib", name, ".a");
}

std::string library_file_name(const OS& os, std::string_view name, const LinkMode& mode) {
  if (std::holds_alternative<DynamicLoadingBundle>(mode)) return dynamic_library_file_name(os, name);
  if (std::holds_alternative<StaticLinking>(mode)) return static_library_file_name(os, name);
  throw std::invalid_argument("library_file_name: the link mode " + std::string(name_of(mode)) + " has no file");
}

std::string executable_file_name(const OS& os, std::string_view name) {
  return join("", name, is_windows(os) ? ".exe" : "");
}

}  // namespace hooks
