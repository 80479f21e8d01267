// SPDX-License-Identifier: BSD-3-Clause
#include "hooks_api/protocol/library_check.hpp"

#include "hooks_api/protocol/library_header.hpp"

#include <optional>

namespace hooks::protocol {

namespace {

using Format = LibraryHeader::Format;

std::optional<Format> format_for(const OS& target) {
  if (target == os::kAndroid || target == os::kFuchsia || target == os::kLinux) return Format::elf;
  if (target == os::kIos || target == os::kMacos) return Format::mach_o;
  if (target == os::kWindows) return Format::pe;
  return std::nullopt;
}

// The platform that Mach-O names for the target.
std::string platform_for(const CodeConfig& target) {
  if (target.target_os == os::kMacos) return "macos";
  return target.ios && target.ios->target_sdk == ios_sdk::kIphoneSimulator ? "iphonesimulator" : "ios";
}

}  // namespace

void check_library(const std::filesystem::path& file, const CodeConfig& target, const std::string& path, Faults& faults,
                   Faults& warnings) {
  const auto expected = format_for(target.target_os);
  if (!expected) return;
  const std::string name = "'" + file.string() + "'";
  const auto header = read_library_file(file);
  if (!header || header->format != *expected) {
    warnings.push_back({path, name + " is not recognised as a library of format " + std::string(name_of(*expected)) +
                                  "; its architecture is not checked"});
    return;
  }
  if (header->slices.size() != 1) {
    add(faults, {path, name + " holds " + std::to_string(header->slices.size()) +
                           " architectures; hooks run once for each, so expected a library for " +
                           target.target_architecture.name() + " alone"});
    return;
  }
  const LibrarySlice& slice = header->slices.front();
  if (slice.architecture.empty()) {
    warnings.push_back(
        {path, name + " is for an unknown machine (" + std::to_string(slice.machine) + "); it is not checked"});
  } else if (slice.architecture != target.target_architecture.name()) {
    add(faults, {path, name + " is built for " + slice.architecture + "; the target architecture is " +
                           target.target_architecture.name()});
  }
  if (*expected == Format::mach_o && !slice.platform.empty() && slice.platform != platform_for(target)) {
    warnings.push_back({path, name + " is built for " + slice.platform + "; the target is " + platform_for(target)});
  }
  if (*expected == Format::elf && !slice.own_name.empty() && slice.own_name != file.filename()) {
    warnings.push_back({path, name + " has the soname '" + slice.own_name +
                                  "': libraries that link with it will look for that name, not for the file's"});
  }
}

}  // namespace hooks::protocol
