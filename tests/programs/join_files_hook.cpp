// SPDX-License-Identifier: BSD-3-Clause
// A build hook whose data asset holds the bytes of all files in its package's data/, then those of the assets that it
// is given. It goes to the application and to build hooks. Appends its package's name to the file `started` two levels
// above the package. The user-define "pause" (milliseconds) is a pause in the middle of writing the asset.
#include <hooks/hooks.hpp>

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

namespace {

namespace fs = std::filesystem;

std::string bytes_of(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) throw hooks::InfraException("cannot read " + file.string());
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

void say_started(const hooks::BuildInput& input) {
  const fs::path file = (input.package_root() / "../../started").lexically_normal();
  const std::string line = input.package_name() + "\n";
  const int fd = ::open(file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
  if (fd < 0 || ::write(fd, line.data(), line.size()) < 0) throw hooks::InfraException("cannot write " + file.string());
  ::close(fd);
}

}  // namespace

int main(int argc, char** argv) {
  return hooks::build(argc, argv, [](const hooks::BuildInput& input, hooks::BuildOutputBuilder& output) {
    say_started(input);
    const fs::path data = input.package_root() / "data";
    output.add_dependency(data / "");
    std::vector<fs::path> files;
    for (const auto& entry : fs::directory_iterator(data)) files.push_back(entry.path());
    std::sort(files.begin(), files.end());
    output.add_dependencies(files);
    for (const auto& [package, assets] : input.assets()) {
      for (const hooks::EncodedAsset& asset : assets) {
        if (const auto given = hooks::DataAsset::decode(asset)) files.push_back(given->file);
      }
    }

    const hooks::DataAsset joined{input.package_name(), "joined.txt",
                                  input.output_directory_shared() / (input.package_name() + ".txt")};
    std::ofstream out(joined.file, std::ios::binary | std::ios::trunc);
    out << input.package_name() << '\n' << std::flush;
    const hooks::Json* const pause = input.user_defines().find("pause");
    if (const std::int64_t* const milliseconds = pause == nullptr ? nullptr : pause->as_integer()) {
      ::usleep(static_cast<useconds_t>(*milliseconds * 1000));
    }
    for (const fs::path& file : files) out << bytes_of(file);
    if (!out.flush()) throw hooks::InfraException("cannot write " + joined.file.string());
    output.assets().add(joined);
    output.assets().add(joined, hooks::ToBuildHooks{});
  });
}
