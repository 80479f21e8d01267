// SPDX-License-Identifier: BSD-3-Clause
#include "tests/support/three_packages.hpp"

#include "tests/support/program.hpp"

#include <algorithm>
#include <chrono>
#include <fstream>
#include <iterator>
#include <system_error>

namespace tests {

namespace fs = std::filesystem;
using hooks::Json;

namespace {

constexpr const char* kPackages[] = {"app", "middle", "leaf"};

std::string leaf_hook(const fs::path& started) {
  return shell_hook("echo leaf >> '" + started.string() +
                    "'\n"
                    "cat data/*.txt > \"${shared}leaf.txt\" || exit 2\n"
                    "asset='{\"type\":\"data_assets/data\",\"encoding\":{\"package\":\"leaf\",\"name\":\"leaf.txt\","
                    "\"file\":\"'\"${shared}\"'leaf.txt\"}}'\n"
                    "cat > \"$out\" <<END\n" +
                    success_output(R"(,"dependencies":["$PWD/data/","$PWD/data/a.txt","$PWD/data/b.txt"],)"
                                   R"("assets":[$asset],"assets_for_build":[$asset])") +
                    "\nEND\n");
}

// Without what two equal builds differ in.
std::string without_times(const fs::path& file) {
  const std::string text = read_text(file);
  try {
    Json document = Json::parse(text);
    if (Json::Object* const object = document.as_object()) object->erase("timestamp");
    return document.to_string();
  } catch (const std::exception&) {
    return "not JSON: " + text;
  }
}

}  // namespace

ThreePackages::ThreePackages(Middle middle) {
  workspace_.package("app", {"middle"});
  workspace_.package("middle", {"leaf"});
  workspace_.package("leaf");
  workspace_.hook("leaf", "build", leaf_hook(workspace_.path() / "started"));
  const fs::path program = tests::program("join_files_hook");
  for (const char* const package : {"app", "middle"}) {
    const fs::path hook = workspace_.root(package) / "hook";
    fs::create_directories(hook);
    if (middle == Middle::source && std::string(package) == "middle") {
      fs::copy_file(fs::path(kSourceDir) / "tests/programs/join_files_hook.cpp", hook / "build.cpp");
    } else {
      fs::copy_file(program, hook / "build");
    }
  }
  workspace_.write("middle", "data/a.txt", "middle\n");
  edit(0);
}

void ThreePackages::edit(unsigned version) const {
  const std::string text = "version " + std::to_string(version) + "\n";
  for (const char* const package : {"app", "leaf"}) {
    workspace_.write(package, "data/a.txt", package + (" a, " + text));
    workspace_.write(package, "data/b.txt", package + (" b, " + text));
  }
}

void ThreePackages::touch() const {
  for (const char* const package : kPackages) {
    fs::last_write_time(workspace_.root(package) / "data/a.txt", fs::file_time_type::clock::now());
  }
}

void ThreePackages::forget() const {
  fs::remove_all(workspace_.state());
  fs::remove(result());
}

std::vector<std::string> ThreePackages::arguments(const fs::path& result, const std::vector<std::string>& more) const {
  std::vector<std::string> all{"build", "--sdk", kSdkDir, "--cxx", kCxxCompiler, "--result", result};
  all.insert(all.end(), more.begin(), more.end());
  return all;
}

Ended ThreePackages::build(const std::vector<std::string>& more) const {
  return workspace_.grapnel(arguments(result(), more));
}

Started ThreePackages::start_build(const fs::path& result, const std::vector<std::string>& more) const {
  return workspace_.start_grapnel(arguments(result, more));
}

Ended ThreePackages::build_with_fault(const std::string& mode, std::size_t n) const {
  std::vector<std::string> command{program("syscall_fault"), mode, std::to_string(n), "--below",
                                   workspace_.path(),        "--", kGrapnel};
  const std::vector<std::string> own = arguments(result(), {});
  command.insert(command.end(), own.begin(), own.end());
  // The leak check of a sanitized program would trace it too.
  return run(command, workspace_.root("app"), logs_.path(), environment_with({"ASAN_OPTIONS=detect_leaks=0"}));
}

std::string ThreePackages::essentials(const fs::path& result) {
  try {
    const Json document = Json::parse(read_text(result));
    Json::Object kept;
    for (const char* const key : {"dependencies", "encodedAssets", "encodedAssetsForLinking"}) {
      if (const Json* const value = document.find(key)) kept[key] = *value;
    }
    if (const Json* const outcome = document.find("outcome")) {
      for (const char* const key : {"class", "exit_code"}) {
        if (const Json* const value = outcome->find(key)) kept[key] = *value;
      }
    }
    return Json(std::move(kept)).to_string();
  } catch (const std::exception& error) {
    return std::string("no result document: ") + error.what();
  }
}

ThreePackages::Traces ThreePackages::traces() const {
  Traces traces{{"result", essentials(result())}};
  std::error_code ignored;
  for (const auto& entry : fs::recursive_directory_iterator(workspace_.state(), ignored)) {
    const fs::path relative = entry.path().lexically_relative(workspace_.state());
    const std::string name = relative.filename();
    if (!entry.is_regular_file() || *relative.begin() == ".grapnel") continue;
    if (name == "input.json" || name == "output.json") {
      traces[relative] = without_times(entry.path());
    } else if (*relative.begin() == "shared" && name != ".lock") {
      traces[relative] = read_text(entry.path());
    }
  }
  return traces;
}

std::size_t ThreePackages::started() const {
  const std::string lines = read_text(workspace_.path() / "started");
  return static_cast<std::size_t>(std::count(lines.begin(), lines.end(), '\n'));
}

std::string difference(const ThreePackages::Traces& expected, const ThreePackages::Traces& found) {
  std::string text;
  for (const auto& [name, bytes] : expected) {
    const auto other = found.find(name);
    if (other == found.end()) {
      text += name + " is missing\n";
    } else if (other->second != bytes) {
      text += name + " is\n" + other->second + "\nand not\n" + bytes + "\n";
    }
  }
  for (const auto& [name, bytes] : found) {
    if (!expected.contains(name)) text += name + " is there\n";
  }
  return text;
}

}  // namespace tests
