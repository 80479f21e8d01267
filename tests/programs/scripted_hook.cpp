// SPDX-License-Identifier: BSD-3-Clause
// A build hook that does what the file `script` in its package says (tests/support/scripted.hpp), makes its assets from
// all that it saw, and appends its package's name to the file `trace` two levels up.
#include "tests/support/scripted.hpp"
#include <hooks/hooks.hpp>

#include <fcntl.h>
#include <unistd.h>

#include <cstdlib>
#include <set>
#include <stdexcept>

namespace {

using namespace tests::scripted;

std::string given(const hooks::EncodedAsset& asset) {
  if (const auto data = hooks::DataAsset::decode(asset)) return data->id() + " " + described(data->file);
  return hooks::Json(asset.encoding.value()).to_string();
}

void write(const std::filesystem::path& file, const std::string& text) {
  std::ofstream out(file, std::ios::binary);
  if (!(out << text).flush()) throw hooks::InfraException("cannot write " + file.string());
}

std::string seen_by(const hooks::BuildInput& input, hooks::BuildOutputBuilder& output,
                    const std::vector<Line>& script) {
  std::string seen = bytes_of("script");
  output.add_dependency("script");
  std::set<std::string> variables;
  bool has_tool = false;
  for (const auto& [operation, path] : script) {
    if (operation == "file") {
      output.add_dependency(path);
      seen += described(path);
    } else if (operation == "dir") {
      output.add_dependency(path + "/");
      seen += described(path);
    } else if (operation == "tree") {
      output.add_directory_tree(path);
      seen += described_tree(path);
    } else if (operation == "probe") {
      if (std::filesystem::exists(path)) {
        output.add_dependency(path);
      } else {
        output.add_absent(path);
      }
      seen += described(path);
    } else if (operation == "tool") {
      output.add_tool(std::filesystem::current_path() / path, "1.0");
      seen += described(path);
      has_tool = true;
    } else if (operation == "env") {
      output.add_environment(path);
      variables.insert(path);
    }
  }
  if (variables.empty()) {
    variables = {"KEYED_1", "KEYED_2"};
    if (!has_tool) variables.insert("PATH");
  }
  for (const std::string& name : variables) {
    const char* value = std::getenv(name.c_str());
    seen += name + (value != nullptr ? std::string("=") + value : " is not set") + "\n";
  }
  for (const auto& [giver, assets] : input.assets()) {
    for (const auto& asset : assets) seen += giver + " gives " + given(asset) + "\n";
  }
  if (const hooks::Json* define = input.user_defines().find("value")) seen += define->to_string();
  seen += input.config().code().target_architecture.name();
  return seen;
}

void append_to_trace(const std::string& package) {
  const int trace = ::open("../../trace", O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0666);
  const std::string line = package + "\n";
  if (trace < 0 || ::write(trace, line.data(), line.size()) != static_cast<ssize_t>(line.size())) std::abort();
  ::close(trace);
}

}  // namespace

int main(int argc, char** argv) {
  return hooks::build(argc, argv, [](const hooks::BuildInput& input, hooks::BuildOutputBuilder& output) {
    append_to_trace(input.package_name());
    const std::vector<Line> script = lines_of(bytes_of("script"));
    const std::uint64_t all = digest(seen_by(input, output, script));
    for (const auto& [operation, modulus] : script) {
      if (operation != "give" && operation != "bundle" && operation != "meta") continue;
      const std::string value = std::to_string(all % std::stoull(modulus));
      if (operation == "meta") {
        output.metadata().add("value", value);
        continue;
      }
      const auto file = input.output_directory() / operation;
      write(file, value);
      const hooks::DataAsset asset{.package = input.package_name(), .name = operation, .file = file};
      if (operation == "give") {
        output.assets().add(asset, hooks::ToBuildHooks{});
      } else {
        output.assets().add(asset);
      }
    }
  });
}
