// SPDX-License-Identifier: BSD-3-Clause
#include "runner/engine/hook_files.hpp"

#include "runner/cache/file_state.hpp"
#include "runner/engine/hook_memory.hpp"

#include <utility>

namespace grapnel::engine {

std::map<std::string, std::string, std::less<>> upstream_givers(const hooks::protocol::InputFields& input) {
  std::map<std::string, std::string, std::less<>> givers;
  for (const auto& [giver, assets] : input.assets_by_package) {
    std::vector<std::string> files;
    append_files(assets, files);
    for (std::string& file : files) givers.emplace(std::move(file), giver);
  }
  return givers;
}

std::vector<std::string> upstream_files(const hooks::protocol::InputFields& input) {
  std::vector<std::string> files;
  for (const auto& [giver, assets] : input.assets_by_package) append_files(assets, files);
  append_files(input.assets, files);
  append_files(input.assets_from_linking, files);
  return files;
}

std::uint64_t bytes_of(const cache::HookRecord& record) {
  std::uint64_t bytes = 0;
  for (const cache::Dependency& dependency : record.decode_dependencies()) bytes += dependency.state.size;
  return bytes;
}

std::uint64_t bytes_to_read(const hooks::HookOutput& output, const std::vector<std::string>& upstream) {
  std::vector<std::string> files = upstream;
  append_files(output.assets, files);
  append_files(output.assets_for_build, files);
  for (const auto& [receiver, assets] : output.assets_for_linking) append_files(assets, files);
  for (const auto& path : output.dependencies) files.push_back(path.native());
  for (const auto& tool : output.declarations.tools) files.push_back(tool.path.native());
  std::uint64_t bytes = 0;
  for (const std::string& file : files) bytes += cache::state_of(file.c_str()).size;
  return bytes;
}

}  // namespace grapnel::engine
