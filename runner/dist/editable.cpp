// SPDX-License-Identifier: BSD-3-Clause
#include "runner/dist/editable.hpp"

#include "hooks_api/base/shown.hpp"
#include "runner/base/errors.hpp"

#include <algorithm>
#include <filesystem>

namespace grapnel::dist {

using hooks::base::shown;

std::string path_file_name(const Metadata& metadata) { return "_" + metadata.file_name + ".pth"; }

std::vector<std::string> dev_mode_dirs(const DistRequest& request) {
  std::vector<std::string> directories;
  for (const std::string& each : request.options.strings("dev-mode-dirs").value_or(std::vector<std::string>{})) {
    directories.push_back(normal_source(each, request.project.root).native());
  }
  std::sort(directories.begin(), directories.end());
  return directories;
}

std::string path_file_text(const DistRequest& request, const Selection& selection) {
  std::vector<std::string> directories = dev_mode_dirs(request);
  const auto add = [&](const std::filesystem::path& directory) {
    const std::string text = directory.lexically_normal().native();
    if (std::find(directories.begin(), directories.end(), text) == directories.end()) directories.push_back(text);
  };
  if (directories.empty()) {
    for (const ShippedFile& file : selection.selected()) {
      if (file.path.extension() != ".py") continue;
      const std::string& path = file.relative_path;
      const std::size_t begin = path.find(file.distribution_path);
      const bool is_root_file = path.find('/') == std::string::npos;
      if (!is_root_file && begin == std::string::npos) {
        throw ProjectError("an editable wheel cannot ship " + shown(path) + " as " + shown(file.distribution_path) +
                           ": it names the directories of packages, whose own names have to stay. Set dev-mode-dirs, "
                           "or let `sources` only remove directories.");
      }
      std::filesystem::path directory = request.project.root;
      if (!is_root_file && begin > 0) directory /= path.substr(0, begin - 1);
      add(directory);
    }
  }
  std::string text;
  for (const std::string& directory : directories) {
    if (directory.find_first_of("\r\n") != std::string::npos) {
      throw ProjectError("an editable wheel cannot name the directory " + shown(directory) +
                         ": it has an end of line in its name");
    }
    if (!text.empty()) text += '\n';
    text += directory;
  }
  return text;
}

void refuse_exact_mode(const DistRequest& request) {
  const auto option = request.options.find("dev-mode-exact");
  if (!option || !workspace::boolean_of(*option) || !dev_mode_dirs(request).empty()) return;
  workspace::refuse(*option,
                    "editable wheels of grapnel name whole directories, and have no import hook for single packages. "
                    "Remove the option, or set dev-mode-dirs.");
}

}  // namespace grapnel::dist
