// SPDX-License-Identifier: BSD-3-Clause
// Writes down for the application what system_zlib says about the system's library.
#include <hooks/hooks.hpp>

#include <fstream>

int main(int argc, char** argv) {
  return hooks::build(argc, argv, [](const hooks::BuildInput& input, hooks::BuildOutputBuilder& output) {
    const hooks::Json* library = input.metadata("system_zlib", "library");
    if (library == nullptr) throw hooks::BuildException("package system_zlib sent no metadata 'library'");

    const std::filesystem::path file = input.output_directory() / "zlib.txt";
    std::ofstream(file) << *library->as_string() << '\n';
    output.assets().add(hooks::DataAsset{.package = input.package_name(), .name = "zlib.txt", .file = file});
  });
}
