// SPDX-License-Identifier: BSD-3-Clause
// A library that the system has: nothing is built, its symbols are found at run time. What dependents want to know
// about it travels as metadata.
#include <hooks/hooks.hpp>

#include <dlfcn.h>

int main(int argc, char** argv) {
  return hooks::build(argc, argv, [](const hooks::BuildInput& input, hooks::BuildOutputBuilder& output) {
    const std::string library = "libz.so.1";
    void* zlib = dlopen(library.c_str(), RTLD_NOW);
    if (zlib == nullptr)
      throw hooks::InfraException(library + " is not on this system; install zlib1g (" + dlerror() + ")");
    using Version = const char*();
    const std::string version = reinterpret_cast<Version*>(dlsym(zlib, "zlibVersion"))();
    dlclose(zlib);

    output.assets().add(hooks::CodeAsset{.package = input.package_name(),
                                         .name = "zlib",
                                         .link_mode = hooks::DynamicLoadingSystem{library},
                                         .file = std::nullopt});
    output.metadata().add("library", library);
    output.metadata().add("version", version);
  });
}
