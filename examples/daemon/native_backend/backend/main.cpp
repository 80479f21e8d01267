// SPDX-License-Identifier: BSD-3-Clause
// The build backend of the package tally: an extension in C, and Python files beside it.
#include "compiler.hpp"
#include "files.hpp"
#include "project.hpp"
#include "sdist.hpp"
#include "wheel.hpp"
#include <hooks/pep517.hpp>

#include <cstdio>
#include <filesystem>
#include <string>
#include <vector>

namespace fs = std::filesystem;

namespace {

// Relative paths count from the source tree: that is the working directory of a hook.
constexpr const char* kPackages = "src";
constexpr const char* kExtensionSource = "src/tally/_tally.c";
constexpr const char* kExtension = "tally/_tally.abi3.so";

// A config setting as `-C name=value` gives it: a text, or a list of texts where it is given more than once.
std::vector<std::string> setting(const hooks::Json& settings, const char* name) {
  const hooks::Json* const value = settings.find(name);
  if (value == nullptr) return {};
  const hooks::Json::Array one{*value};
  const hooks::Json::Array* const list = value->as_array() != nullptr ? value->as_array() : &one;
  std::vector<std::string> texts;
  for (const hooks::Json& item : *list) {
    const std::string* const text = item.as_string();
    if (text == nullptr) throw hooks::BuildException(std::string("the config setting ") + name + " is no text");
    texts.push_back(*text);
  }
  return texts;
}

Extension extension(const hooks::Json& settings) {
  const std::vector<std::string> include = setting(settings, "python-include");
  return {.source = kExtensionSource,
          .python_include = include.empty() ? find_python_include() : fs::path(include.back()),
          .flags = setting(settings, "cflags")};
}

class TallyBackend final : public hooks::Pep517Backend {
 public:
  std::string build_wheel(const hooks::WheelRequest& request) override {
    Files files;
    for (const fs::path& file : find_files(kPackages, {".py"})) files[file] = read_file(kPackages / file);

    const WorkDirectory work;
    const fs::path library = work.path() / "extension.so";
    compile(extension(request.config_settings), library);
    files[kExtension] = read_file(library);

    for (const auto& [name, bytes] : metadata_for(request)) files[dist_info_name() + "/" + name] = bytes;
    write_file(request.wheel_directory / wheel_name(), wheel_bytes(files));
    return wheel_name();
  }

  std::string prepare_metadata_for_build_wheel(const hooks::MetadataRequest& request) override {
    const fs::path directory = request.metadata_directory / dist_info_name();
    std::error_code failure;
    fs::create_directories(directory, failure);
    if (failure) throw hooks::InfraException("cannot make '" + directory.string() + "': " + failure.message());
    for (const auto& [name, bytes] : dist_info_files()) write_file(directory / name, bytes);
    return dist_info_name();
  }

  std::string build_sdist(const hooks::SdistRequest& request) override {
    Files files{{"PKG-INFO", metadata_text()}};
    for (const char* name : {"CMakeLists.txt", "README.md", "pyproject.toml"}) files[name] = read_file(name);
    for (const char* directory : {"backend", kPackages}) {
      for (const fs::path& file : find_files(directory, {".c", ".cpp", ".hpp", ".py"})) {
        files[directory / file] = read_file(directory / file);
      }
    }
    write_file(request.sdist_directory / sdist_name(), sdist_bytes(files));
    return sdist_name();
  }

 private:
  // What a front end prepared goes into the wheel as it is: it may have decided by it.
  static Files metadata_for(const hooks::WheelRequest& request) {
    if (request.metadata_directory.empty()) return dist_info_files();
    Files files;
    for (const fs::path& file : find_files(request.metadata_directory, {""})) {
      if (file != "RECORD") files[file] = read_file(request.metadata_directory / file);
    }
    return files;
  }
};

}  // namespace

int main(int argc, char** argv) { return hooks::run_pep517_backend<TallyBackend>(argc, argv); }
