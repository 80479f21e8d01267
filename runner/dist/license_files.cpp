// SPDX-License-Identifier: BSD-3-Clause
#include "runner/dist/license_files.hpp"

#include "hooks_api/base/shown.hpp"
#include "hooks_api/base/utf8.hpp"
#include "runner/dist/text_lines.hpp"

#include <algorithm>
#include <cstddef>
#include <set>
#include <span>
#include <system_error>

namespace grapnel::dist {
namespace {

using hooks::base::Expected;

constexpr std::size_t kMaxPattern = 1024;
constexpr std::size_t kMaxFiles = 10'000;
constexpr std::size_t kMaxEntries = 100'000;
constexpr std::size_t kMaxDepth = 64;

std::vector<std::string> parts_of_pattern(std::string_view pattern) {
  std::vector<std::string> parts;
  while (!pattern.empty()) {
    const std::size_t slash = std::min(pattern.find('/'), pattern.size());
    const std::string_view part = pattern.substr(0, slash);
    const bool again = part == "**" && !parts.empty() && parts.back() == "**";
    if (!part.empty() && part != "." && !again) parts.emplace_back(part);
    pattern.remove_prefix(std::min(slash + 1, pattern.size()));
  }
  if (!parts.empty() && parts.back() == "**") parts.emplace_back("*");
  return parts;
}

/// Reads the class that `pattern` begins with; 0 where it has no end and so is a character.
std::size_t read_class(std::string_view pattern, char c, bool& matches) {
  std::size_t at = 1;
  const bool negated = at < pattern.size() && pattern[at] == '!';
  if (negated) ++at;
  const std::size_t first = at;
  const std::size_t end = pattern.find(']', first + 1);
  if (first >= pattern.size() || end == std::string_view::npos) return 0;
  bool found = false;
  while (at < end) {
    const char low = pattern[at];
    const bool range = at + 2 < end && pattern[at + 1] == '-';
    const char high = range ? pattern[at + 2] : low;
    const auto byte = static_cast<unsigned char>(c);
    found = found || (static_cast<unsigned char>(low) <= byte && byte <= static_cast<unsigned char>(high));
    at += range ? 3 : 1;
  }
  matches = found != negated;
  return end + 1;
}

/// Whether one step of the pattern matches at the beginning of `name`, and how long both are.
bool step_matches(std::string_view pattern, std::string_view name, std::size_t& pattern_step, std::size_t& name_step) {
  pattern_step = 1;
  name_step = 1;
  if (pattern.front() == '?') {
    name_step = std::max<std::size_t>(1, hooks::base::utf8_length(name));
    return true;
  }
  if (pattern.front() == '[') {
    bool matches = false;
    const std::size_t length = read_class(pattern, name.front(), matches);
    if (length > 0) {
      pattern_step = length;
      return matches;
    }
  }
  return pattern.front() == name.front();
}

class Search {
 public:
  explicit Search(const std::filesystem::path& root) : root_(root) {}

  /// False after the first error.
  bool run(std::span<const std::string> parts, const std::filesystem::path& directory, std::size_t depth) {
    if (parts.empty() || depth > kMaxDepth) return true;
    const std::string& part = parts.front();
    if (part == "**") return run(parts.subspan(1), directory, depth) && walk(parts, directory, depth);
    if (part.find_first_of("*?[") == std::string::npos) return visit(parts, directory / part, depth);
    return for_each_entry(directory, [&](const std::filesystem::path& entry) {
      return !name_matches(part, entry.filename().native()) || visit(parts, entry, depth);
    });
  }

  [[nodiscard]] const std::string& error() const noexcept { return error_; }
  [[nodiscard]] std::vector<std::string> files() const { return {files_.begin(), files_.end()}; }

 private:
  bool visit(std::span<const std::string> parts, const std::filesystem::path& path, std::size_t depth) {
    if (parts.size() > 1) return run(parts.subspan(1), path, depth + 1);
    std::error_code ignored;
    if (!std::filesystem::is_regular_file(root_ / path, ignored)) return true;
    if (!is_one_line(path.native()) || !hooks::base::is_utf8(path.native())) {
      error_ = "found the file " + hooks::base::shown(hooks::base::to_utf8(path.native())) +
               ", whose name cannot stand in a line of text";
      return false;
    }
    files_.insert(path.generic_string());
    if (files_.size() <= kMaxFiles) return true;
    error_ = "matches more than " + std::to_string(kMaxFiles) + " files";
    return false;
  }

  bool walk(std::span<const std::string> parts, const std::filesystem::path& directory, std::size_t depth) {
    return for_each_entry(directory, [&](const std::filesystem::path& entry) {
      std::error_code ignored;
      const bool into =
          std::filesystem::symlink_status(root_ / entry, ignored).type() == std::filesystem::file_type::directory &&
          !entry.filename().native().starts_with('.');
      return !into || run(parts, entry, depth + 1);
    });
  }

  template <typename Visit>
  bool for_each_entry(const std::filesystem::path& directory, Visit visit) {
    std::error_code error;
    std::filesystem::directory_iterator entries(root_ / directory, error);
    if (error == std::errc::no_such_file_or_directory || error == std::errc::not_a_directory) return true;
    std::vector<std::filesystem::path> names;
    for (; !error && entries != std::filesystem::directory_iterator(); entries.increment(error)) {
      if (++entries_ > kMaxEntries) {
        error_ = "has more than " + std::to_string(kMaxEntries) + " entries of directories to look at";
        return false;
      }
      names.push_back(directory / entries->path().filename());
    }
    if (error) {
      error_ = "cannot read '" + (root_ / directory).string() + "': " + error.message();
      return false;
    }
    return std::all_of(names.begin(), names.end(), visit);
  }

  const std::filesystem::path& root_;
  std::set<std::string> files_{};
  std::size_t entries_ = 0;
  std::string error_{};
};

}  // namespace

std::string fault_of_file_pattern(std::string_view pattern) {
  if (pattern.empty()) return "found an empty pattern; expected the pattern of a file";
  if (pattern.size() > kMaxPattern) return "has more than " + std::to_string(kMaxPattern) + " bytes";
  if (!is_one_line(pattern)) return "found a control character; expected the pattern of a file";
  if (pattern.find('\\') != std::string_view::npos) return "found a backslash; expected forward slashes";
  if (pattern.front() == '/') return "found an absolute path; expected one below the project's directory";
  const std::vector<std::string> parts = parts_of_pattern(pattern);
  if (std::find(parts.begin(), parts.end(), "..") != parts.end()) {
    return "found '..'; expected a path below the project's directory";
  }
  return {};
}

bool name_matches(std::string_view pattern, std::string_view name) {
  if (name.starts_with('.') && !pattern.starts_with('.')) return false;
  std::size_t star = std::string_view::npos;  // the last one, and where in the name it began
  std::size_t after_star = 0;
  std::size_t p = 0;
  std::size_t n = 0;
  while (n < name.size()) {
    std::size_t pattern_step = 0;
    std::size_t name_step = 0;
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      after_star = n;
    } else if (p < pattern.size() && step_matches(pattern.substr(p), name.substr(n), pattern_step, name_step)) {
      p += pattern_step;
      n += name_step;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      n = ++after_star;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

Expected<std::vector<std::string>> find_files(const std::filesystem::path& root,
                                              const std::vector<std::string>& patterns) {
  Search search(root);
  for (const std::string& pattern : patterns) {
    const std::vector<std::string> parts = parts_of_pattern(pattern);
    if (!search.run(parts, {}, 0)) return hooks::base::error(search.error());
  }
  return search.files();
}

}  // namespace grapnel::dist
