// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// An application of packages with hooks, on disk, for tests that run the real grapnel.
#pragma once

#include "tests/paths.hpp"
#include "tests/support/run.hpp"
#include "tests/support/temporary_directory.hpp"
#include <hooks/json.hpp>

#include <map>
#include <string>
#include <utility>
#include <vector>

namespace tests {

/// `{"status":"success", …}` with a timestamp and `more` members: the text of a valid output.json.
inline std::string success_output(const std::string& more = "") {
  return R"({"status":"success","timestamp":"2026-11-21 10:00:00.000")" + more + "}";
}

/// A hook in sh that puts its --config argument into $config, the value of out_file into $out and of
/// out_dir_shared into $shared, then runs `body`.
inline std::string shell_hook(const std::string& body) {
  return "#!/bin/sh\n"
         "config=${1#--config=}\n"
         "field() { sed -n \"s/^  \\\"$1\\\": \\\"\\(.*\\)\\\",*\\$/\\1/p\" \"$config\"; }\n"
         "out=$(field out_file)\n"
         "shared=$(field out_dir_shared)\n" +
         body + "\n";
}

/// A hook in sh that writes `output` and ends with `exit_code`.
inline std::string writing_hook(const std::string& output = success_output(), int exit_code = 0) {
  return shell_hook("cat > \"$out\" <<'END'\n" + output + "\nEND\nexit " + std::to_string(exit_code));
}

class Workspace {
 public:
  /// Adds a package; the first one is the run package.
  void package(const std::string& name, std::vector<std::string> dependencies = {},
               std::vector<std::string> dev_dependencies = {}) {
    packages_.push_back({name, std::move(dependencies), std::move(dev_dependencies)});
    std::filesystem::create_directories(root(name));
    write_package_files();
  }
  /// Adds a hook that is an executable file.
  void hook(const std::string& package, const std::string& kind, const std::string& script) const {
    dir_.write_executable(root(package) / "hook" / kind, script);
  }
  std::filesystem::path write(const std::string& package, const std::filesystem::path& name,
                              std::string_view text) const {
    return dir_.write(root(package) / name, text);
  }

  std::filesystem::path write_executable(const std::filesystem::path& name, std::string_view text) const {
    return dir_.write_executable(name, text);
  }

  [[nodiscard]] const std::filesystem::path& path() const { return dir_.path(); }
  [[nodiscard]] std::filesystem::path root(const std::string& package) const { return dir_ / "packages" / package; }
  [[nodiscard]] std::filesystem::path state() const { return dir_ / ".dart_tool/hooks_runner"; }

  /// The directory of the one config that `package` was run for.
  [[nodiscard]] std::filesystem::path hook_directory(const std::string& package) const {
    for (const auto& entry : std::filesystem::directory_iterator(state() / package)) {
      if (!entry.is_symlink()) return entry.path();  // latest-build, latest-link
    }
    ADD_FAILURE() << "no hook of " << package << " ran";
    return {};
  }

  /// Runs the real executable in the first package's root.
  [[nodiscard]] Ended grapnel(const std::vector<std::string>& arguments,
                              const std::vector<std::string>& environment = {}) const {
    return start_grapnel(arguments, environment).wait();
  }
  [[nodiscard]] Started start_grapnel(const std::vector<std::string>& arguments,
                                      const std::vector<std::string>& environment = {}) const {
    std::vector<std::string> command{kGrapnel};
    command.insert(command.end(), arguments.begin(), arguments.end());
    return start(command, root(packages_.front().name), dir_.path(), environment_with(environment));
  }

 private:
  struct Package {
    std::string name;
    std::vector<std::string> dependencies;
    std::vector<std::string> dev_dependencies;
  };

  void write_package_files() const {
    hooks::Json::Array config;
    hooks::Json::Array graph;
    for (const Package& package : packages_) {
      config.push_back(hooks::Json::Object{
          {"name", package.name}, {"packageUri", "lib/"}, {"rootUri", "../packages/" + package.name + "/"}});
      graph.push_back(hooks::Json::Object{
          {"dependencies", hooks::Json::Array(package.dependencies.begin(), package.dependencies.end())},
          {"devDependencies", hooks::Json::Array(package.dev_dependencies.begin(), package.dev_dependencies.end())},
          {"name", package.name},
          {"version", "1.0.0"}});
    }
    dir_.write(".dart_tool/package_config.json",
               hooks::Json(hooks::Json::Object{{"configVersion", 2}, {"packages", std::move(config)}}).to_string());
    dir_.write(".dart_tool/package_graph.json",
               hooks::Json(hooks::Json::Object{{"configVersion", 1},
                                               {"packages", std::move(graph)},
                                               {"roots", hooks::Json::Array{packages_.front().name}}})
                   .to_string());
  }

  TemporaryDirectory dir_;
  std::vector<Package> packages_;
};

}  // namespace tests
