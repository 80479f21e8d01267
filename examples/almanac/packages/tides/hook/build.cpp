// SPDX-License-Identifier: BSD-3-Clause
// Ships the library that CMake has built.
#include <hooks/hooks.hpp>

#include <filesystem>

int main(int argc, char** argv) {
  return hooks::build(argc, argv, [](const hooks::BuildInput& input, hooks::BuildOutputBuilder& output) {
    const std::filesystem::path built = TIDES_LIBRARY;
    const std::filesystem::path shipped = input.output_directory() / built.filename();
    std::filesystem::copy_file(built, shipped, std::filesystem::copy_options::overwrite_existing);
    output.assets().add(hooks::CodeAsset{
        .package = input.package_name(), .name = "tides", .link_mode = hooks::DynamicLoadingBundle{}, .file = shipped});
    output.add_dependency("src/tides.cpp");
  });
}
