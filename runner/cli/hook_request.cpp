// SPDX-License-Identifier: BSD-3-Clause
// From flags to what they ask for.
#include "hooks_api/base/files.hpp"
#include "hooks_api/base/json.hpp"
#include "hooks_api/base/spawn.hpp"
#include "runner/base/environment.hpp"
#include "runner/cli/hook_flags.hpp"
#include <grapnel/native_assets.hpp>

#include <algorithm>
#include <charconv>
#include <cstdlib>

namespace grapnel::cli {

// Dots stay where a link could make them mean something else.
std::filesystem::path absolute(const std::string& text) {
  if (text.empty()) return {};
  const std::filesystem::path path = std::filesystem::absolute(text);
  std::filesystem::path normal = path.lexically_normal();
  std::error_code error;
  const bool is_same =
      std::filesystem::weakly_canonical(path, error) == std::filesystem::weakly_canonical(normal, error);
  return is_same && !error ? normal : path;
}

std::filesystem::path tool_of(const std::string& text, const char* flag) {
  if (text.empty()) return {};
  if (text.find('/') != std::string::npos) return absolute(text);
  const char* path = std::getenv("PATH");
  const std::filesystem::path found = hooks::base::find_executable(text, path != nullptr ? path : "");
  if (found.empty()) throw CLI::ValidationError(flag, "there is no '" + text + "' on PATH");
  return found;
}

namespace {

// As it was given: a build file has the same text.
std::filesystem::path depfile_target(const HookFlags& flags) {
  if (!flags.result.empty()) return flags.result;
  if (flags.bundle.empty()) return flags.depfile;
  return std::filesystem::path(flags.bundle) / "assets.json";
}

// A tool that hooks are told about: they must not be told of one that is not there.
std::filesystem::path existing_tool(const std::string& text, const char* flag) {
  const std::filesystem::path path = tool_of(text, flag);
  std::error_code error;
  if (!std::filesystem::is_regular_file(path, error))
    throw CLI::ValidationError(flag, "there is no file '" + text + "'");
  return path;
}

std::optional<hooks::CCompilerConfig> c_compiler_of(const HookFlags& flags) {
  if (flags.cc.empty() && flags.ar.empty() && flags.ld.empty()) return std::nullopt;
  return hooks::CCompilerConfig{.archiver = existing_tool(flags.ar.empty() ? "ar" : flags.ar, "--ar"),
                                .compiler = existing_tool(flags.cc.empty() ? "cc" : flags.cc, "--cc"),
                                .linker = existing_tool(flags.ld.empty() ? "ld" : flags.ld, "--ld"),
                                .developer_command_prompt = std::nullopt};
}

hooks::LinkModePreference preference_of(const std::string& name) {
  using enum hooks::LinkModePreference;
  for (const auto preference : {static_, prefer_dynamic, prefer_static}) {
    if (hooks::name_of(preference) == name) return preference;
  }
  return dynamic;
}

hooks::CodeConfig code_config_of(const HookFlags& flags) {
  hooks::CodeConfig code{.target_os = hooks::OS(flags.target_os),
                         .target_architecture = hooks::Architecture(flags.target_arch),
                         .link_mode_preference = preference_of(flags.link_mode_preference),
                         .c_compiler = c_compiler_of(flags)};
  if (!flags.sanitizer.empty()) code.sanitizer = hooks::Sanitizer(flags.sanitizer);
  if (code.target_os == hooks::os::kAndroid) code.android = hooks::AndroidConfig{flags.android_api};
  if (code.target_os == hooks::os::kIos) code.ios = hooks::IosConfig{hooks::IosSdk(flags.ios_sdk), flags.ios_version};
  if (code.target_os == hooks::os::kMacos) code.macos = hooks::MacosConfig{flags.macos_version};
  return code;
}

hooks::Json::Object extensions_of(const HookFlags& flags) {
  hooks::Json::Object extensions;
  for (const std::string& text : flags.extensions) {
    const std::size_t equals = text.find('=');
    if (equals == std::string::npos || equals == 0) {
      throw CLI::ValidationError("--extension", "found '" + text + "'; expected NAME=JSON");
    }
    std::string name = text.substr(0, equals);
    if (name == "code_assets" || name == "hooks_runner") {
      throw CLI::ValidationError("--extension", "'" + name + "' is made from the other flags");
    }
    auto value = hooks::base::parse_json(std::string_view(text).substr(equals + 1));
    if (!value) throw CLI::ValidationError("--extension", "'" + name + "': " + value.error().describe());
    if (!extensions.insert(name, std::move(*value)))
      throw CLI::ValidationError("--extension", "'" + name + "' is given twice");
  }
  return extensions;
}

// The file first; --define adds to it and wins. Relative paths count from the file, or without one from the working
// directory.
std::optional<UserDefines> user_defines_of(const HookFlags& flags) {
  if (flags.user_defines.empty() && flags.defines.empty()) return std::nullopt;
  UserDefines defines{.base_path = absolute(flags.user_defines.empty() ? "command-line" : flags.user_defines)};
  if (!flags.user_defines.empty()) {
    const auto refuse = [&](const std::string& reason) { throw CLI::ValidationError("--user-defines", reason); };
    const auto text = hooks::base::read_file(defines.base_path, hooks::base::JsonLimits{}.bytes);
    if (!text) refuse(text.error().message);
    const auto document = hooks::base::parse_json(*text);
    if (!document) refuse("'" + flags.user_defines + "': " + document.error().describe());
    if (document->as_object() == nullptr) refuse("'" + flags.user_defines + "': expected an object");
    for (const hooks::Json::Member& member : *document->as_object()) {
      const hooks::Json::Object* values = member.value.as_object();
      if (values == nullptr) refuse("'" + flags.user_defines + "': " + member.key + ": expected an object");
      defines.packages.emplace(member.key, *values);
    }
  }
  for (const std::string& text : flags.defines) {
    const std::size_t equals = text.find('=');
    const std::size_t dot = text.find('.');
    if (equals == std::string::npos || dot == std::string::npos || dot == 0 || dot + 1 >= equals) {
      throw CLI::ValidationError("--define", "found '" + text + "'; expected PACKAGE.KEY=JSON");
    }
    auto value = hooks::base::parse_json(std::string_view(text).substr(equals + 1));
    if (!value) throw CLI::ValidationError("--define", "'" + text.substr(0, equals) + "': " + value.error().describe());
    defines.packages[text.substr(0, dot)][text.substr(dot + 1, equals - dot - 1)] = std::move(*value);
  }
  return defines;
}

std::vector<std::string> pass_environment_of(const HookFlags& flags) {
  for (const std::string& name : flags.pass_environment) {
    const std::string why = fault_of_variable_pattern(name);
    if (!why.empty()) throw CLI::ValidationError("--pass-env", "'" + name + "' " + why);
  }
  return flags.pass_environment;
}

void fill_how_to_run(HookCommand& command, const CLI::App& app, const HookFlags& flags) {
  command.jobs = flags.jobs;
  command.keep_going = flags.keep_going;
  command.aggregate = flags.aggregate == "build-first" ? Aggregate::build_first : Aggregate::infra_first;
  command.retries = flags.retries;
  command.hook_timeout = in_milliseconds(flags.hook_timeout);
  command.silence_timeout = in_milliseconds(flags.silence_timeout);
  command.lock_timeout = in_milliseconds(flags.lock_timeout);
  command.use_cache = !flags.no_cache;
  command.force = flags.force;
  std::erase(command.force, "");
  const CLI::Option* force = app.get_option_no_throw("--force");
  command.force_all = force != nullptr && force->count() > command.force.size();  // given without a package
}

}  // namespace

ExitCodes exit_codes_of(const std::vector<std::string>& texts) {
  ExitCodes codes;
  const std::vector<std::pair<std::string_view, std::vector<OutcomeClass>>> names{
      {"build", {OutcomeClass::build_failure}},
      {"infra", {OutcomeClass::infra_failure, OutcomeClass::timed_out}},
      {"uncategorized", {OutcomeClass::uncategorized}},
      {"timed_out", {OutcomeClass::timed_out}}};
  for (const std::string& text : texts) {
    const std::size_t equals = std::min(text.find('='), text.size());
    const auto known =
        std::find_if(names.begin(), names.end(), [&](const auto& one) { return one.first == text.substr(0, equals); });
    int code = 0;
    const char* const begin = text.data() + std::min(equals + 1, text.size());
    const char* const end = text.data() + text.size();
    constexpr int kMost = 255;
    const auto [rest, failure] = std::from_chars(begin, end, code);
    // Never 0: a failure stays one.
    if (known == names.end() || failure != std::errc() || rest != end || code < 1 || code > kMost) {
      throw CLI::ValidationError("--exit-code", "found '" + text +
                                                    "'; expected build, infra, uncategorized or timed_out, '=' and a "
                                                    "number from 1 to 255");
    }
    for (const OutcomeClass one : known->second) codes[one] = code;
  }
  return codes;
}

std::chrono::milliseconds in_milliseconds(double seconds) {
  return std::chrono::ceil<std::chrono::milliseconds>(std::chrono::duration<double>(seconds));
}

std::vector<report::ReportRequest> report_requests(const std::vector<std::string>& texts) {
  std::vector<report::ReportRequest> requests;
  for (const std::string& text : texts) {
    const std::size_t equals = std::min(text.find('='), text.size());
    report::ReportRequest request{.kind = text.substr(0, equals),
                                  .path = text.substr(std::min(equals + 1, text.size()))};
    if (request.path.empty()) {
      throw CLI::ValidationError("--report", "found '" + text + "'; expected KIND=PATH");
    }
    if (request.path != "-") request.path = absolute(request.path).string();
    try {
      report::check(request);
    } catch (const std::invalid_argument& fault) {
      throw CLI::ValidationError("--report", fault.what());
    }
    requests.push_back(std::move(request));
  }
  return requests;
}

void fill(HookCommand& command, const CLI::App& app, const HookFlags& flags) {
  fill_how_to_run(command, app, flags);
  command.workspace = absolute(flags.workspace);
  command.root_package = flags.root_package;
  command.dev_dependencies = flags.dev_dependencies ? DevDependencies::yes : DevDependencies::no;
  command.pubspec = absolute(flags.pubspec);
  command.pass_environment = pass_environment_of(flags);
  command.tools.dart = tool_of(flags.dart, "--dart");
  command.tools.cxx = tool_of(flags.cxx, "--cxx");
  command.tools.sdk = absolute(flags.sdk);
  command.request.asset_types.clear();
  for (const std::string& type : flags.asset_types) {
    command.request.asset_types.push_back(type == "code"   ? hooks::kCodeAssetType
                                          : type == "data" ? hooks::kDataAssetType
                                                           : type);
  }
  command.request.code = code_config_of(flags);
  command.request.extensions = extensions_of(flags);
  command.request.user_defines = user_defines_of(flags);
  command.recorded_uses = absolute(flags.recorded_uses);
  command.compiler = flags.compiler;
  command.entry_points = flags.entry_points;
  command.result = absolute(flags.result);
  command.bundle = absolute(flags.bundle);
  command.depfile = absolute(flags.depfile);
  command.depfile_target = depfile_target(flags);
  command.native_assets = absolute(flags.native_assets);
  if (!command.native_assets.empty() &&
      !runtime_target(command.request.code->target_os, command.request.code->target_architecture)) {
    throw CLI::ValidationError("--native-assets",
                               "Dart's runtime has no target '" + flags.target_os + "_" + flags.target_arch + "'");
  }
  command.reports = report_requests(flags.reports);
  command.events = flags.events.empty() || flags.events == "-" ? flags.events : absolute(flags.events).string();
  command.is_github_wanted = !flags.no_github;
  command.exit_codes = exit_codes_of(flags.exit_codes);
  command.terminal = terminal_options(flags);
}

}  // namespace grapnel::cli
