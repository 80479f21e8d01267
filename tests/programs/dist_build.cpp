// SPDX-License-Identifier: BSD-3-Clause
// dist_build ROOT TARGET VERSION DIRECTORY [BUILD_DATA]: builds a wheel or an sdist without hooks, and prints its path.
#include "runner/dist/metadata.hpp"
#include "runner/dist/sdist.hpp"
#include "runner/dist/wheel.hpp"
#include "runner/workspace/build_project.hpp"

#include <cstdio>
#include <exception>
#include <filesystem>
#include <string>

int main(int argc, char** argv) {
  try {
    if (argc < 5) return 2;
    const std::filesystem::path root = argv[1];
    const std::string target = argv[2];
    const auto project = grapnel::workspace::load_build_project(root);
    const auto metadata = grapnel::dist::read_metadata(project);
    std::filesystem::create_directories(argv[4]);
    grapnel::dist::DistRequest request{.project = project,
                                       .metadata = metadata,
                                       .options = {project.build, target},
                                       .version = argv[3],
                                       .directory = argv[4]};
    if (argc > 5) request.build_data = *hooks::Json::parse(argv[5]).as_object();
    const auto built = target == "wheel" ? grapnel::dist::build_wheel(request) : grapnel::dist::build_sdist(request);
    std::printf("%s\n", built.artifact.c_str());
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
