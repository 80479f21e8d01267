// SPDX-License-Identifier: BSD-3-Clause
#include "runner/cli/command_line.hpp"

#include "hooks_api/base/files.hpp"
#include "hooks_api/base/json.hpp"
#include "hooks_api/base/spawn.hpp"
#include "hooks_api/base/utf8.hpp"
#include "runner/base/environment.hpp"
#include "runner/base/working_directory.hpp"
#include "runner/workspace/workspace.hpp"
#include <grapnel/native_assets.hpp>
#include <grapnel/version.hpp>

#include <CLI/CLI.hpp>

#include <algorithm>
#include <charconv>
#include <iostream>
#include <limits>
#include <utility>

namespace grapnel::cli {

namespace {

constexpr const char* kExitCodes =
    "Exit code: 0 success, 1 build failure, 2 infra failure, 255 uncategorized, 64 wrong command line; a canceled run "
    "ends by "
    "the signal that canceled it.";

// What the flags say, before it is made into a request.
struct Flags {
  std::string workspace;
  std::string root_package;
  bool dev_dependencies = false;
  std::string target_os = hooks::os::current().name();
  std::string target_arch = hooks::architecture::current().name();
  std::string link_mode_preference = "dynamic";
  std::vector<std::string> asset_types{"code", "data"};
  bool linking_enabled = false;
  bool link = false;
  std::string cc;
  std::string ar;
  std::string ld;
  std::string sanitizer;
  std::int64_t android_api = 30;
  std::string ios_sdk = "iphoneos";
  std::int64_t ios_version = 17;
  std::int64_t macos_version = 13;
  std::string recorded_uses;
  std::string compiler;
  std::vector<std::string> entry_points;
  std::vector<std::string> extensions;
  std::vector<std::string> defines;
  std::string user_defines;
  std::string pubspec;
  std::vector<std::string> pass_environment;
  std::string dart;
  std::string cxx;
  std::string sdk;
  std::string result;
  std::string bundle;
  std::string depfile;
  std::string native_assets;
  std::string build_result;
  bool verbose = false;
  unsigned jobs = 0;
  bool keep_going = false;
  std::string aggregate = "infra-first";
  unsigned retries = 0;
  double hook_timeout = 0;
  double silence_timeout = 0;
  std::vector<std::string> force;
  bool no_cache = false;
};

struct ValidateFlags {
  std::vector<std::string> files;
  std::string as;
  bool json = false;
  bool check_files = false;
};

void add_workspace_flag(CLI::App& app, std::string& workspace) {
  app.add_option("--workspace,--package-config", workspace,
                 "package_config.json or grapnel.toml; default: the nearest .dart_tool/package_config.json or "
                 "grapnel.toml with packages upwards")
      ->group("Where the packages are");
}

void add_where_flags(CLI::App& app, Flags& flags) {
  const std::string where = "Where the packages are";
  app.add_option("--workspace,--package-config", flags.workspace,
                 "package_config.json or grapnel.toml; default: the nearest .dart_tool/package_config.json or "
                 "grapnel.toml with packages upwards; its [defaults] are those of these flags")
      ->group(where);
  app.add_option("--root-package", flags.root_package,
                 "the package that the application is; default: the package around the working directory")
      ->group(where);
  app.add_flag("--dev-dependencies,!--no-dev-dependencies", flags.dev_dependencies,
               "count the root package's dev dependencies too")
      ->group(where);
}

void add_tool_flags(CLI::App& app, Flags& flags) {
  const std::string tools = "Tools that run hooks";
  app.add_option("--dart", flags.dart, "Dart; default: dart on PATH")->group(tools);
  app.add_option("--cxx", flags.cxx, "compiler for hooks in C++; default: c++, g++ or clang++ on PATH")->group(tools);
  app.add_option("--sdk", flags.sdk, "prefix of grapnel's SDK; default: beside this program")->group(tools);
}

void add_hook_flags(CLI::App& app, Flags& flags) {
  add_where_flags(app, flags);

  const std::string target = "What to build for";
  app.add_option("--target-os", flags.target_os, "android, fuchsia, ios, linux, macos, windows or another name")
      ->capture_default_str()
      ->group(target);
  app.add_option("--target-arch", flags.target_arch, "arm, arm64, ia32, riscv32, riscv64, x64 or another name")
      ->capture_default_str()
      ->group(target);
  app.add_option("--link-mode-preference", flags.link_mode_preference, "the kind of libraries wanted")
      ->capture_default_str()
      ->check(CLI::IsMember({"dynamic", "static", "prefer_dynamic", "prefer_static"}))
      ->group(target);
  app.add_option("--asset-type", flags.asset_types, "code, data or the full name of another type; may be repeated")
      ->capture_default_str()
      ->delimiter(',')
      ->group(target);
  app.add_option("--sanitizer", flags.sanitizer, "asan, msan or tsan; default: none")->group(target);
  app.add_option("--android-api", flags.android_api, "minimum Android API level")->capture_default_str()->group(target);
  app.add_option("--ios-sdk", flags.ios_sdk, "iphoneos or iphonesimulator")->capture_default_str()->group(target);
  app.add_option("--ios-version", flags.ios_version, "minimum iOS version")->capture_default_str()->group(target);
  app.add_option("--macos-version", flags.macos_version, "minimum macOS version")->capture_default_str()->group(target);
  app.add_option("--extension", flags.extensions, "NAME=JSON: one more entry of config.extensions; may be repeated")
      ->group(target);

  app.add_option("--define", flags.defines,
                 "PACKAGE.KEY=JSON: a user-define; relative paths count from the working directory; may be repeated")
      ->group(target);
  app.add_option("--user-defines", flags.user_defines, "a JSON file of user-defines: {package: {key: value}}")
      ->group(target);
  app.add_option("--pubspec", flags.pubspec,
                 "pubspec.yaml with user-defines; default: that of the workspace's directory, where the workspace is a "
                 "package_config.json")
      ->group(target);
  app.add_option("--pass-env", flags.pass_environment,
                 "let a variable reach the hooks beside the usual ones; a '*' at the end stands for any rest; may be "
                 "repeated")
      ->group(target);

  const std::string compiler =
      "C compiler for hooks (default: hooks look for one; one flag given: the others from PATH)";
  app.add_option("--cc", flags.cc, "C compiler")->group(compiler);
  app.add_option("--ar", flags.ar, "archiver")->group(compiler);
  app.add_option("--ld", flags.ld, "linker")->group(compiler);

  const std::string linking = "For link hooks";
  app.add_option("--recorded-uses", flags.recorded_uses, "what the application's compiler recorded; default: nothing")
      ->group(linking);
  app.add_option("--compiler", flags.compiler, "the compiler that recorded it")->group(linking);
  app.add_option("--entry-point", flags.entry_points, "an entry point that it recorded; may be repeated")
      ->group(linking);

  add_tool_flags(app, flags);

  const std::string running = "How to run";
  constexpr unsigned kMostJobs = 4096;
  constexpr unsigned kMostRetries = 100;
  constexpr double kLongestSeconds = 1e7;
  app.add_option("-j,--jobs", flags.jobs,
                 "how many hooks run at once; default: one a processor. Under GNU make each also takes one of its jobs")
      ->check(CLI::Range(1U, kMostJobs))
      ->group(running);
  app.add_flag("-k,--keep-going", flags.keep_going, "after a failure, go on with what does not depend on it")
      ->group(running);
  app.add_option("--aggregate", flags.aggregate, "whose exit code it is where hooks failed for different reasons")
      ->capture_default_str()
      ->check(CLI::IsMember({"infra-first", "build-first"}))
      ->group(running);
  app.add_option("--retries", flags.retries, "try a hook again up to so many times after an infra failure")
      ->capture_default_str()
      ->check(CLI::Range(0U, kMostRetries))
      ->group(running);
  app.add_option("--hook-timeout", flags.hook_timeout, "end a hook that runs longer, in seconds; default: never")
      ->check(CLI::Range(0.001, kLongestSeconds))
      ->group(running);
  app.add_option("--silence-timeout", flags.silence_timeout,
                 "end a hook that prints nothing for so long, in seconds; default: never")
      ->check(CLI::Range(0.001, kLongestSeconds))
      ->group(running);
  app.add_option("--force", flags.force, "run the hooks of this package, or of all, also where they are up to date")
      ->expected(0, 1)
      ->group(running);
  app.add_flag("--no-cache", flags.no_cache, "run every hook, and keep nothing for the next run")->group(running);

  const std::string results = "Results (default: none is written)";
  app.add_option("--result", flags.result, "the result document: assets, dependencies, outcome; also after a failure")
      ->group(results);
  app.add_option("--bundle", flags.bundle, "a directory for copies of all bundled assets and assets.json (id to file)")
      ->group(results);
  app.add_option(
         "--depfile", flags.depfile,
         "all dependencies in make's syntax; the target is the result document, else the bundle's assets.json, else "
         "the depfile, written as the flag has it")
      ->group(results);
  app.add_option("--native-assets", flags.native_assets,
                 "the mapping from asset ids to libraries that Dart's runtime reads; with --bundle to the copies there")
      ->group(results);
  app.add_flag("-v,--verbose", flags.verbose, "say what is started, and why");
}

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

// As it was given: a build file has the same text.
std::filesystem::path depfile_target(const Flags& flags) {
  if (!flags.result.empty()) return flags.result;
  if (flags.bundle.empty()) return flags.depfile;
  return std::filesystem::path(flags.bundle) / "assets.json";
}

// A tool that a flag names: a path, or a name on PATH.
std::filesystem::path tool(const std::string& text, const char* flag) {
  if (text.empty()) return {};
  if (text.find('/') != std::string::npos) return absolute(text);
  const char* path = std::getenv("PATH");
  const std::filesystem::path found = hooks::base::find_executable(text, path != nullptr ? path : "");
  if (found.empty()) throw CLI::ValidationError(flag, "there is no '" + text + "' on PATH");
  return found;
}

// A tool that hooks are told about: they must not be told of one that is not there.
std::filesystem::path existing_tool(const std::string& text, const char* flag) {
  const std::filesystem::path path = tool(text, flag);
  std::error_code error;
  if (!std::filesystem::is_regular_file(path, error))
    throw CLI::ValidationError(flag, "there is no file '" + text + "'");
  return path;
}

std::optional<hooks::CCompilerConfig> c_compiler_of(const Flags& flags) {
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

hooks::CodeConfig code_config_of(const Flags& flags) {
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

hooks::Json::Object extensions_of(const Flags& flags) {
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
std::optional<UserDefines> user_defines_of(const Flags& flags) {
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

std::vector<std::string> pass_environment_of(const Flags& flags) {
  for (const std::string& name : flags.pass_environment) {
    const std::string why = fault_of_variable_pattern(name);
    if (!why.empty()) throw CLI::ValidationError("--pass-env", "'" + name + "' " + why);
  }
  return flags.pass_environment;
}

// The workspace's defaults, for the flags that were not given. A file that cannot be read or is wrong has none here:
// the run reads it again and says why.
void use_defaults(const CLI::App& app, Flags& flags) {
  workspace::Defaults defaults;
  try {
    if (flags.workspace.empty()) flags.workspace = find_package_config(working_directory()).string();
    if (flags.workspace.empty()) return;
    defaults = workspace::load_settings(flags.workspace).defaults;
  } catch (const std::exception&) {
    return;
  }
  const auto take = [&app](const char* flag, auto& value, const auto& from) {
    const CLI::Option* option = app.get_option_no_throw(flag);  // not every command has each of them
    if (from && (option == nullptr || option->count() == 0)) value = *from;
  };
  take("--root-package", flags.root_package, defaults.root_package);
  take("--dev-dependencies", flags.dev_dependencies, defaults.dev_dependencies);
  take("--target-os", flags.target_os, defaults.target_os);
  take("--target-arch", flags.target_arch, defaults.target_arch);
  take("--link-mode-preference", flags.link_mode_preference, defaults.link_mode_preference);
  take("--asset-type", flags.asset_types, defaults.asset_types);
  take("--sanitizer", flags.sanitizer, defaults.sanitizer);
  take("--android-api", flags.android_api, defaults.android_api);
  take("--ios-sdk", flags.ios_sdk, defaults.ios_sdk);
  take("--ios-version", flags.ios_version, defaults.ios_version);
  take("--macos-version", flags.macos_version, defaults.macos_version);
  take("--cc", flags.cc, defaults.cc);
  take("--ar", flags.ar, defaults.ar);
  take("--ld", flags.ld, defaults.ld);
  take("--cxx", flags.cxx, defaults.cxx);
  take("--dart", flags.dart, defaults.dart);
  if (app.get_option_no_throw("--linking-enabled") != nullptr)
    take("--linking-enabled", flags.linking_enabled, defaults.linking_enabled);
}

std::chrono::milliseconds milliseconds(double seconds) {
  return std::chrono::ceil<std::chrono::milliseconds>(std::chrono::duration<double>(seconds));
}

void fill_how_to_run(HookCommand& command, const CLI::App& app, const Flags& flags) {
  command.jobs = flags.jobs;
  command.keep_going = flags.keep_going;
  command.aggregate = flags.aggregate == "build-first" ? Aggregate::build_first : Aggregate::infra_first;
  command.retries = flags.retries;
  command.hook_timeout = milliseconds(flags.hook_timeout);
  command.silence_timeout = milliseconds(flags.silence_timeout);
  command.use_cache = !flags.no_cache;
  command.force = flags.force;
  std::erase(command.force, "");
  const CLI::Option* force = app.get_option_no_throw("--force");
  command.force_all = force != nullptr && force->count() > command.force.size();  // given without a package
}

void fill(HookCommand& command, const CLI::App& app, const Flags& flags) {
  fill_how_to_run(command, app, flags);
  command.workspace = absolute(flags.workspace);
  command.root_package = flags.root_package;
  command.dev_dependencies = flags.dev_dependencies ? DevDependencies::yes : DevDependencies::no;
  command.pubspec = absolute(flags.pubspec);
  command.pass_environment = pass_environment_of(flags);
  command.tools.dart = tool(flags.dart, "--dart");
  command.tools.cxx = tool(flags.cxx, "--cxx");
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
  command.verbosity = flags.verbose ? report::Verbosity::verbose : report::Verbosity::normal;
}

std::vector<std::string> kind_names() {
  std::vector<std::string> names;
  names.reserve(validate::kDocumentKinds.size());
  for (const validate::DocumentKind kind : validate::kDocumentKinds) names.emplace_back(name_of(kind));
  return names;
}

CLI::App* add_validate(CLI::App& app, ValidateFlags& flags) {
  CLI::App* validate = app.add_subcommand("validate", "says all that is wrong with documents, each by itself");
  validate
      ->add_option("FILE", flags.files,
                   "input.json, output.json, a result, a package file or grapnel.toml; -: standard input")
      ->required();
  validate->add_option("--as", flags.as, "what the documents are; default: each is recognised")
      ->check(CLI::IsMember(kind_names()));
  validate->add_flag("--json", flags.json, "one JSON document on standard output");
  validate->add_flag("--check-files", flags.check_files, "the files that a document names have to exist");
  validate->footer(
      "Example: grapnel validate --as build-output output.json\n"
      "Exit code: 0 without errors, whatever is warned of; 1 with errors; 2 a FILE cannot be read; 64 wrong command "
      "line.");
  return validate;
}

ValidateCommand command_of(const ValidateFlags& flags) {
  return {.files = flags.files,
          .as = validate::document_kind(flags.as),
          .json = flags.json,
          .check_files = flags.check_files};
}

// The flags of the commands that only tell something, or remove something.
struct OtherFlags {
  std::string workspace;
  std::string package;
  bool json = false;
  std::vector<std::string> changed;
  std::string format = "text";
  std::optional<std::string> max_age;
  std::optional<std::string> max_size;
  bool dry_run = false;
};

// A number with a unit: "30d", "1.5h" is none. Nothing where it is none, or where the product is too large.
std::optional<std::uint64_t> measured(const std::string& text, const std::vector<std::pair<char, std::uint64_t>>& units,
                                      std::uint64_t limit) {
  std::uint64_t number = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, failure] = std::from_chars(text.data(), end, number);
  if (failure != std::errc()) return std::nullopt;
  const auto unit = std::find_if(units.begin(), units.end(), [&, rest = rest](const auto& one) {
    return one.first == '\0' ? rest == end : rest + 1 == end && *rest == one.first;
  });
  if (unit == units.end() || number > limit / unit->second) return std::nullopt;
  return number * unit->second;
}

engine::GarbageLimits limits_of(const OtherFlags& flags) {
  engine::GarbageLimits limits;
  constexpr std::uint64_t kMinute = 60;
  constexpr std::uint64_t kHour = 60 * kMinute;
  constexpr std::uint64_t kDay = 24 * kHour;
  constexpr std::uint64_t kCentury = 36'500 * kDay;
  constexpr std::uint64_t kKilo = 1024;
  if (flags.max_age) {
    const auto age =
        measured(*flags.max_age, {{'s', 1}, {'m', kMinute}, {'h', kHour}, {'d', kDay}, {'w', 7 * kDay}}, kCentury);
    if (!age) {
      throw CLI::ValidationError("--max-age", "found '" + *flags.max_age + "'; expected a number and s, m, h, d or w");
    }
    limits.max_age = std::chrono::seconds(*age);
  }
  if (flags.max_size) {
    limits.max_size = measured(*flags.max_size,
                               {{'\0', 1},
                                {'K', kKilo},
                                {'M', kKilo * kKilo},
                                {'G', kKilo * kKilo * kKilo},
                                {'T', kKilo * kKilo * kKilo * kKilo}},
                               std::numeric_limits<std::uint64_t>::max());
    if (!limits.max_size) {
      throw CLI::ValidationError(
          "--max-size", "found '" + *flags.max_size + "'; expected a number of bytes, or one and K, M, G or T");
    }
  }
  return limits;
}

// For the commands that need no more of the project than where it is.
std::filesystem::path workspace_of(const OtherFlags& flags) {
  if (!flags.workspace.empty()) return absolute(flags.workspace);
  return find_package_config(working_directory());
}

void add_why(CLI::App& app, OtherFlags& flags) {
  CLI::App* why = app.add_subcommand("why", "says why the hooks of the last run ran");
  why->add_option("PACKAGE", flags.package, "only this package");
  why->add_flag("--json", flags.json, "one JSON document on standard output");
  add_workspace_flag(*why, flags.workspace);
  why->footer(
      "Example: grapnel why sqlite3\nExit code: 0, also where nothing is known; 1 there is no such package; 2 what is "
      "known cannot be read; 64 wrong command line.");
}

void add_plan(CLI::App& app, Flags& flags, OtherFlags& others) {
  CLI::App* plan = app.add_subcommand("plan", "says what a build would run, and why; starts and writes nothing");
  plan->add_option("--changed", others.changed,
                   "a file or directory that counts as changed, with all below it; may be repeated")
      ->expected(1, -1);
  plan->add_flag("--json", others.json, "one JSON document on standard output");
  add_hook_flags(*plan, flags);
  plan->add_flag("--linking-enabled,!--no-linking-enabled", flags.linking_enabled,
                 "as for a build with --link or --linking-enabled");
  plan->footer(
      "The flags are those of 'grapnel build'; results are not written.\nExample: grapnel plan --changed "
      "src/sqlite3.c\nExit code: 0, whatever would run; otherwise that of a build that cannot begin.");
}

void add_graph(CLI::App& app, Flags& flags, OtherFlags& others) {
  CLI::App* graph = app.add_subcommand("graph", "shows the packages with hooks, and those between them");
  graph->add_option("--format", others.format, "text, dot (for Graphviz) or json")
      ->capture_default_str()
      ->check(CLI::IsMember({"text", "dot", "json"}));
  add_where_flags(*graph, flags);
  add_tool_flags(*graph, flags);
  graph->footer(
      "Example: grapnel graph --format dot | dot -Tsvg -o hooks.svg\nExit code: 0, or that of a build that cannot "
      "begin.");
}

void add_clean(CLI::App& app, OtherFlags& flags) {
  CLI::App* clean = app.add_subcommand("clean", "removes what hooks and their programs left");
  clean->add_option("PACKAGE", flags.package, "only of this package");
  add_workspace_flag(*clean, flags.workspace);
  clean->footer(
      "Example: grapnel clean sqlite3\nExit code: 0 all of it is gone; 1 there is no such package; 2 something was "
      "left, as it is in use or cannot be removed; 64 wrong command line.");
}

void add_gc(CLI::App& app, OtherFlags& flags) {
  CLI::App* gc = app.add_subcommand("gc", "removes what is no longer used, never what a run uses");
  gc->add_option("--max-age", flags.max_age,
                 "remove configs that were not used for longer: a number and s, m, h, d or w");
  gc->add_option("--max-size", flags.max_size,
                 "then the least recently used ones until all is smaller: bytes, or a number and K, M, G or T");
  gc->add_flag("--dry-run", flags.dry_run, "only say what would go");
  add_workspace_flag(*gc, flags.workspace);
  gc->footer(
      "Without limits: programs and shared directories of packages that the workspace no longer has.\nExample: grapnel "
      "gc --max-age 30d --max-size 2G\nExit code: 0, also where something is in use; 2 something cannot be removed; 64 "
      "wrong command line.");
}

// The command that was given of those that run hooks, or would.
Command command_of(const CLI::App& given, const Flags& flags, const OtherFlags& others) {
  const auto filled = [&](auto command) {
    fill(command, given, flags);
    command.request.linking_enabled = flags.linking_enabled || flags.link;
    return command;
  };
  if (given.get_name() == "build") {
    BuildCommand command = filled(BuildCommand{});
    command.link = flags.link;
    return command;
  }
  if (given.get_name() == "plan") {
    PlanCommand command = filled(PlanCommand{});
    for (const std::string& path : others.changed) command.changed.push_back(absolute(path));
    command.json = others.json;
    return command;
  }
  if (given.get_name() == "graph") {
    GraphCommand command = filled(GraphCommand{});
    command.format = others.format == "dot"    ? GraphCommand::Format::dot
                     : others.format == "json" ? GraphCommand::Format::json
                                               : GraphCommand::Format::text;
    return command;
  }
  LinkCommand command;
  fill(command, given, flags);
  command.build_result = absolute(flags.build_result);
  return command;
}

}  // namespace

std::string document_kind_names() {
  std::string text;
  for (const validate::DocumentKind kind : validate::kDocumentKinds) {
    if (!text.empty()) text += kind == validate::kDocumentKinds.back() ? " or " : ", ";
    text += name_of(kind);
  }
  return text;
}

Parsed parse_command_line(int argc, const char* const* argv) {
  CLI::App app("Runs the hooks of an application's packages before it is compiled, and says what their end means.",
               "grapnel");
  app.set_version_flag("--version", "grapnel " + std::string(version()));
  app.require_subcommand(1);
  app.footer(std::string("Example: grapnel build --bundle out\n") + kExitCodes);

  Flags flags;
  CLI::App* build = app.add_subcommand("build", "runs the build hooks, dependencies first");
  add_hook_flags(*build, flags);
  build->add_flag("--linking-enabled,!--no-linking-enabled", flags.linking_enabled,
                  "tell the hooks that link hooks will run later; on with --link");
  CLI::Option* link_too =
      build->add_flag("--link", flags.link, "run the link hooks too, with what the build hooks sent to them");
  for (const char* name : {"--recorded-uses", "--compiler", "--entry-point"}) build->get_option(name)->needs(link_too);
  build->footer(std::string("Example: grapnel build --link --bundle out --result out/result.json\n") + kExitCodes);

  CLI::App* link =
      app.add_subcommand("link", "runs the link hooks, the application's first, after a build in another process");
  add_hook_flags(*link, flags);
  link->add_option("--build-result", flags.build_result, "what 'grapnel build --linking-enabled --result' wrote")
      ->required();
  link->footer(std::string("Example: grapnel link --build-result out/build.json --bundle out\n") + kExitCodes);

  ValidateFlags validate_flags;
  const CLI::App* validate = add_validate(app, validate_flags);

  OtherFlags others;
  add_why(app, others);
  add_plan(app, flags, others);
  add_graph(app, flags, others);
  add_clean(app, others);
  add_gc(app, others);

  try {
    for (int i = 1; i < argc; ++i) {
      if (!hooks::base::is_utf8(argv[i])) {
        throw CLI::ValidationError(hooks::base::to_utf8(argv[i]), "not UTF-8, which no hook could be told");
      }
    }
    app.parse(argc, argv);
    if (validate->parsed()) return command_of(validate_flags);
    const CLI::App& given = *app.get_subcommands().front();
    const std::string& name = given.get_name();
    if (name == "why") return WhyCommand{workspace_of(others), others.package, others.json};
    if (name == "clean") return CleanCommand{workspace_of(others), others.package};
    if (name == "gc") return GcCommand{workspace_of(others), limits_of(others), others.dry_run};
    use_defaults(given, flags);
    return command_of(given, flags, others);
  } catch (const CLI::ParseError& error) {
    return app.exit(error, std::cout, std::cerr) == 0 ? 0 : kUsageError;
  }
}

}  // namespace grapnel::cli
