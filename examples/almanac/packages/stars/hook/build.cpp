// SPDX-License-Identifier: BSD-3-Clause
// Data files. Where linking is enabled, the package's own link hook decides which of them the application gets.
#include <hooks/hooks.hpp>

#include <filesystem>
#include <set>

int main(int argc, char** argv) {
  return hooks::build(argc, argv, [](const hooks::BuildInput& input, hooks::BuildOutputBuilder& output) {
    const std::filesystem::path data = input.package_root() / "data";
    hooks::BuildRouting routing = hooks::ToAppBundle{};
    if (input.config().linking_enabled()) routing = hooks::ToLinkHook{input.package_name()};

    std::set<std::filesystem::path> files;  // sorted: the same output each time
    for (const auto& entry : std::filesystem::directory_iterator(data)) files.insert(entry.path());
    for (const auto& file : files) {
      output.assets().add(
          hooks::DataAsset{.package = input.package_name(), .name = file.filename().string(), .file = file}, routing);
    }
    output.add_dependencies(files);
    output.add_dependency(data / "");
  });
}
