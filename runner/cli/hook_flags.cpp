// SPDX-License-Identifier: BSD-3-Clause
#include "runner/cli/hook_flags.hpp"

#include "runner/base/working_directory.hpp"
#include "runner/workspace/workspace.hpp"

namespace grapnel::cli {

void add_workspace_flag(CLI::App& app, std::string& workspace) {
  app.add_option("--workspace,--package-config", workspace,
                 "package_config.json or grapnel.toml; default: the nearest .dart_tool/package_config.json or "
                 "grapnel.toml with packages upwards")
      ->group("Where the packages are");
}

void add_where_flags(CLI::App& app, HookFlags& flags) {
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

void add_tool_flags(CLI::App& app, HookFlags& flags) {
  const std::string tools = "Tools that run hooks";
  app.add_option("--dart", flags.dart, "Dart; default: dart on PATH")->group(tools);
  app.add_option("--cxx", flags.cxx, "compiler for hooks in C++; default: c++, g++ or clang++ on PATH")->group(tools);
  app.add_option("--sdk", flags.sdk, "prefix of grapnel's SDK; default: beside this program")->group(tools);
}

std::string report_kinds() {
  std::string kinds;
  for (const std::string& kind : report::report_kind_names()) kinds += (kinds.empty() ? "" : ", ") + kind;
  return kinds;
}

CLI::Option* add_report_flag(CLI::App& app, std::vector<std::string>& reports) {
  return app
      .add_option("--report", reports,
                  "KIND=PATH: a report, written when all is over, whatever the end; '-' is standard output; may be "
                  "repeated. Kinds: " +
                      report_kinds())
      ->group("Reports");
}

void add_report_flags(CLI::App& app, HookFlags& flags) {
  add_report_flag(app, flags.reports);
  app.add_option("--events", flags.events,
                 "write all that happens as JSON Lines; 'grapnel report' makes reports of it afterwards")
      ->group("Reports");
  app.add_option("--exit-code", flags.exit_codes,
                 "CLASS=N: another exit code for build, infra, uncategorized or timed_out, for systems that use 2 or "
                 "255 themselves; may be repeated")
      ->delimiter(',')
      ->group("Reports");
}

namespace {

constexpr double kLongestSeconds = 1e7;

}  // namespace

CLI::Option* add_hook_timeout_flag(CLI::App& app, double& seconds, const std::string& what) {
  return app.add_option("--hook-timeout", seconds, what)->check(CLI::Range(0.001, kLongestSeconds));
}

void add_hook_flags(CLI::App& app, HookFlags& flags) {
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
  add_hook_timeout_flag(
      app, flags.hook_timeout,
      "end a hook that runs longer, and each step that builds its program, in seconds; default: never")
      ->group(running);
  app.add_option("--silence-timeout", flags.silence_timeout,
                 "end a hook that prints nothing for so long, in seconds; default: never")
      ->check(CLI::Range(0.001, kLongestSeconds))
      ->group(running);
  app.add_option("--lock-timeout", flags.lock_timeout, "how long to wait for another run's hooks, in seconds")
      ->capture_default_str()
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
  add_terminal_flags(app, flags);
  add_report_flags(app, flags);
  app.add_flag("--no-github", flags.no_github,
               "no annotations and step summary of its own accord inside GitHub Actions")
      ->group("Reports");
}

void use_defaults(const CLI::App& app, HookFlags& flags) {
  workspace::Defaults defaults;
  try {
    if (flags.workspace.empty()) flags.workspace = find_package_config(working_directory()).string();
    if (flags.workspace.empty()) return;
    const workspace::Settings settings = workspace::load_settings(flags.workspace);
    defaults = settings.defaults;
    flags.console_settings = settings.console;
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

}  // namespace grapnel::cli
