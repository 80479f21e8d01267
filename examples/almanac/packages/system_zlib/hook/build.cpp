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
    void* function = dlsym(zlib, "zlibVersion");
    const std::string version = reinterpret_cast<Version*>(function)();
    // The hook runs again when the system gets another zlib, or when the loader is to look for it elsewhere.
    Dl_info place{};
    if (dladdr(function, &place) != 0) output.add_dependency(place.dli_fname);
    output.add_environment("LD_LIBRARY_PATH");
    dlclose(zlib);

    output.assets().add(hooks::CodeAsset{.package = input.package_name(),
                                         .name = "zlib",
                                         .link_mode = hooks::DynamicLoadingSystem{library},
                                         .file = std::nullopt});
    output.metadata().add("library", library);
    output.metadata().add("version", version);
  });
}
