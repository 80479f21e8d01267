// SPDX-License-Identifier: BSD-3-Clause
#include "runner/program/cmake_inputs.hpp"

#include "hooks_api/base/depfile.hpp"
#include "hooks_api/base/files.hpp"

#include <algorithm>
#include <string>
#include <system_error>

namespace grapnel::program {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t kMaxGlobDirectories = 100'000;
constexpr std::size_t kMaxBytes = std::size_t{16} << 20U;

template <typename Each>
void for_each_line(std::string_view text, Each each) {
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    each(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

/// Undoes what ninja does to a name with unusual characters: 'a b', with '\'' for a quote.
std::string unquoted(std::string_view word) {
  std::string text;
  bool quoted = false;
  for (std::size_t i = 0; i < word.size(); ++i) {
    if (word[i] == '\'') {
      quoted = !quoted;
    } else if (word[i] == '\\' && !quoted && i + 1 < word.size()) {
      text += word[++i];
    } else {
      text += word[i];
    }
  }
  return text;
}

bool is_below(const fs::path& file, const fs::path& directory) {
  return file.native().starts_with(hooks::base::directory_text(directory));
}

bool is_below_one_of(const fs::path& file, const std::vector<fs::path>& directories) {
  return std::any_of(directories.begin(), directories.end(),
                     [&](const fs::path& directory) { return is_below(file, directory); });
}

void add_absolute(std::vector<fs::path>& files, const std::vector<std::string>& names) {
  for (const std::string& name : names) {
    if (name.starts_with('/')) files.push_back(fs::path(name).lexically_normal());
  }
}

/// All directories below `directory` and itself, but for hidden ones; links are not followed.
void add_tree(std::vector<fs::path>& directories, const fs::path& directory) {
  directories.emplace_back(hooks::base::directory_text(directory));
  std::error_code error;
  fs::recursive_directory_iterator entry(directory, fs::directory_options::skip_permission_denied, error);
  for (; !error && entry != fs::recursive_directory_iterator(); entry.increment(error)) {
    std::error_code ignored;
    if (!entry->is_directory(ignored) || entry->is_symlink(ignored)) continue;
    if (entry->path().filename().native().starts_with('.')) {
      entry.disable_recursion_pending();
      continue;
    }
    if (directories.size() >= kMaxGlobDirectories) return;
    directories.emplace_back(hooks::base::directory_text(entry->path()));
  }
}

}  // namespace

std::vector<fs::path> ninja_inputs(std::string_view answer) {
  std::vector<fs::path> files;
  for_each_line(answer, [&](std::string_view line) { add_absolute(files, {unquoted(line)}); });
  return files;
}

// An object's name stands at the beginning of a line, "<object>: #deps 3, deps mtime 5 (VALID)"; its files follow,
// indented.
std::vector<fs::path> ninja_headers(std::string_view answer, const fs::path& build,
                                    const std::vector<fs::path>& object_directories) {
  std::vector<fs::path> files;
  bool ours = false;
  for_each_line(answer, [&](std::string_view line) {
    constexpr std::string_view kIndent = "    ";
    if (line.starts_with(kIndent)) {
      if (ours) files.push_back((build / line.substr(kIndent.size())).lexically_normal());
      return;
    }
    const fs::path object = build / line.substr(0, line.rfind(": #deps "));
    ours = is_below_one_of(object.lexically_normal(), object_directories);
  });
  return files;
}

std::vector<fs::path> make_inputs(const std::vector<fs::path>& object_directories) {
  std::vector<fs::path> files;
  for (const fs::path& directory : object_directories) {
    std::error_code error;
    for (fs::recursive_directory_iterator entry(directory, error);
         !error && entry != fs::recursive_directory_iterator(); entry.increment(error)) {
      if (entry->path().extension() != ".d") continue;
      if (const auto text = hooks::base::read_file(entry->path(), kMaxBytes)) {
        add_absolute(files, hooks::base::depfile_prerequisites(*text));
      }
    }
    const auto text = hooks::base::read_file(directory / "build.make", kMaxBytes);
    if (!text) continue;
    // One prerequisite a line; recipes are indented by a tab.
    for_each_line(*text, [&](std::string_view line) {
      if (line.starts_with('\t') || line.starts_with('#') || line.find(" = ") != std::string_view::npos) return;
      add_absolute(files, hooks::base::depfile_prerequisites(line));
    });
  }
  return files;
}

// CMakeFiles/VerifyGlobs.cmake has a line for each: file(GLOB NEW_GLOB LIST_DIRECTORIES true "/p/src/*.cpp").
std::vector<fs::path> glob_directories(const fs::path& build) {
  std::vector<fs::path> directories;
  const auto text = hooks::base::read_file(build / "CMakeFiles" / "VerifyGlobs.cmake", kMaxBytes);
  if (!text) return directories;
  for_each_line(*text, [&](std::string_view line) {
    const std::size_t begin = line.find('"');
    const std::size_t end = line.rfind('"');
    if (!line.starts_with("file(GLOB") || begin >= end) return;
    const fs::path expression = fs::path(line.substr(begin + 1, end - begin - 1)).lexically_normal();
    const fs::path parent = expression.parent_path();
    const std::size_t wildcard = parent.native().find_first_of("*?[");
    if (wildcard != std::string::npos) {
      add_tree(directories, fs::path(parent.native().substr(0, wildcard)).parent_path());
    } else if (line.starts_with("file(GLOB_RECURSE")) {
      add_tree(directories, parent);
    } else {
      directories.emplace_back(hooks::base::directory_text(parent));
    }
  });
  std::sort(directories.begin(), directories.end());
  directories.erase(std::unique(directories.begin(), directories.end()), directories.end());
  return directories;
}

std::vector<fs::path> sources_among(std::vector<fs::path> files, const fs::path& build,
                                    const std::vector<fs::path>& system_directories) {
  std::sort(files.begin(), files.end());
  files.erase(std::unique(files.begin(), files.end()), files.end());
  std::erase_if(files, [&](const fs::path& file) {
    std::error_code error;
    return is_below(file, build) || is_below_one_of(file, system_directories) || !fs::is_regular_file(file, error);
  });
  return files;
}

}  // namespace grapnel::program
