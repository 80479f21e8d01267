// SPDX-License-Identifier: BSD-3-Clause
#include "runner/dist/selection.hpp"

#include "hooks_api/base/shown.hpp"
#include "runner/base/errors.hpp"
#include "runner/dist/archive.hpp"
#include "runner/dist/project_file.hpp"
#include "runner/dist/project_name.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <system_error>

namespace grapnel::dist {
namespace {

using hooks::Json;
using hooks::base::shown;
using workspace::BuildOptions;
using workspace::BuildProject;
using workspace::Option;
namespace fs = std::filesystem;

constexpr std::size_t kMaxIgnoreBytes = std::size_t{1} << 20U;

// What tools leave behind, and nobody ships.
constexpr std::array<std::string_view, 11> kSkippedDirectories{"__pycache__",   ".venv",       ".git", ".hg",
                                                               ".hatch",        ".tox",        ".nox", ".ruff_cache",
                                                               ".pytest_cache", ".mypy_cache", ".pixi"};
constexpr std::array<std::string_view, 2> kSkippedFiles{".DS_Store", ".git"};

bool is_skipped_directory(std::string_view name) {
  return std::find(kSkippedDirectories.begin(), kSkippedDirectories.end(), name) != kSkippedDirectories.end();
}
bool is_skipped_file(std::string_view name) {
  return std::find(kSkippedFiles.begin(), kSkippedFiles.end(), name) != kSkippedFiles.end();
}

std::string joined(std::string_view directory, std::string_view name) {
  std::string path(directory);
  if (!path.empty() && !name.empty()) path += '/';
  return path += name;
}

bool is_file_at(const fs::path& path) {
  std::error_code ignored;
  return fs::is_regular_file(path, ignored);
}
bool is_directory_at(const fs::path& path) {
  std::error_code ignored;
  return fs::is_directory(path, ignored);
}

// The name of the project in file names: as written, then the normal one.
std::vector<std::string> file_names(const BuildProject& project) {
  const workspace::Table* const tables[] = {project.project_table(), project.own_build ? &*project.own_build : nullptr};
  for (const workspace::Table* const table : tables) {
    const Json* const value = table == nullptr ? nullptr : table->find("name");
    const std::string* const name = value == nullptr ? nullptr : value->as_string();
    if (name == nullptr || !is_project_name(*name)) continue;
    return {written_file_name(*name), file_project_name(*name)};
  }
  return {};
}

struct DefaultSelection {
  std::vector<std::string> packages{};
  std::vector<std::string> only_include{};
  [[nodiscard]] bool empty() const noexcept { return packages.empty() && only_include.empty(); }
};

DefaultSelection find_package(const fs::path& root, const std::vector<std::string>& names) {
  for (const std::string& name : names) {
    if (is_file_at(root / name / "__init__.py")) return {.packages = {name}};
    if (is_file_at(root / "src" / name / "__init__.py")) return {.packages = {"src/" + name}};
    if (is_file_at(root / (name + ".py"))) return {.only_include = {name + ".py"}};
    std::vector<std::string> namespaces;
    std::error_code error;
    for (fs::directory_iterator entry(root, error), end; !error && entry != end; entry.increment(error)) {
      const std::string directory = entry->path().filename();
      if (directory.front() != '.' && is_file_at(entry->path() / name / "__init__.py")) namespaces.push_back(directory);
    }
    if (namespaces.size() == 1) return {.packages = namespaces};
  }
  return {};
}

bool has_entries(const BuildOptions& options, std::string_view key) {
  const auto entries = options.strings(key);
  return entries && !entries->empty();
}

[[noreturn]] void refuse_without_package(const BuildProject& project, const std::vector<std::string>& names) {
  std::string message = shown(project.root.native()) + ": cannot tell which files the wheel ships: there is ";
  if (names.empty()) {
    message += "no project name to look for";
  } else {
    const std::string& name = names.front();
    message += "no directory that matches the project's name, neither " + name + "/__init__.py nor src/" + name +
               "/__init__.py nor " + name + ".py nor a single NAMESPACE/" + name + "/__init__.py";
  }
  throw ProjectError(message +
                     ". Say so in [tool.hatch.build.targets.wheel]: packages = [\"src/foo\"], or "
                     "bypass-selection = true for a wheel without files.");
}

std::vector<std::pair<std::string, std::string>> read_sources(const BuildOptions& options,
                                                              const std::vector<std::string>& packages) {
  std::map<std::string, std::string> sources;
  if (const auto option = options.find("sources")) {
    if (option->value->as_array() != nullptr) {
      for (const std::string& source : workspace::strings_of(*option)) sources[normal_relative_path(source) + "/"] = "";
    } else if (const workspace::Table* const table = option->table->table(option->key)) {
      for (const std::string& source : table->keys) {
        const Option entry{table->find(source), table->path_of(source), table, source};
        std::string target = normal_relative_path(workspace::string_of(entry));
        if (!target.empty()) target += '/';
        sources[source.empty() ? source : normal_relative_path(source) + "/"] = target;
      }
    } else {
      workspace::refuse(*option, "found a " + std::string(name_of(option->value->kind())) +
                                     "; expected a list of strings, or a table from sources to targets");
    }
  }
  for (const std::string& package : packages) {
    const std::size_t slash = package.rfind('/');
    if (slash != std::string::npos && !sources.contains(package + "/")) sources[package.substr(0, slash + 1)] = "";
  }
  return {sources.begin(), sources.end()};
}

std::vector<Inclusion> read_only_include(const BuildProject& project, const BuildOptions& options,
                                         const std::vector<std::string>& paths) {
  const std::optional<Option> option = options.find("only-include");
  std::vector<Inclusion> inclusions;
  std::set<std::string> seen;
  for (const std::string& path : paths) {
    const std::string normal = normal_relative_path(path);
    const bool is_relative = path.front() != '/' || !normal.empty();
    if (option && (!is_relative || normal.substr(0, 1) == "~" || normal.substr(0, 2) == "..")) {
      workspace::refuse(*option, "found " + shown(path) + "; expected a path inside the project");
    }
    if (!seen.insert(normal).second) {
      if (option) workspace::refuse(*option, "found " + shown(normal) + " twice; expected each path once");
      continue;
    }
    inclusions.push_back({.source = normal_source(normal, project.root), .target = normal});
  }
  const auto depth = [](const Inclusion& each) { return std::count(each.target.begin(), each.target.end(), '/'); };
  std::sort(inclusions.begin(), inclusions.end(), [&](const Inclusion& left, const Inclusion& right) {
    return std::pair(depth(left), std::string_view(left.target)) <
           std::pair(depth(right), std::string_view(right.target));
  });
  return inclusions;
}

Json to_json(const std::vector<std::string>& strings) {
  Json::Array array;
  for (const std::string& string : strings) array.emplace_back(string);
  return array;
}

Json to_json(const std::vector<Inclusion>& inclusions) {
  Json::Object object;
  for (const Inclusion& each : inclusions) object[each.source.native()] = each.target;
  return object;
}

// The patterns among the lines of a .hgignore: it has regular expressions too.
std::string globs_of_hgignore(std::string_view text) {
  std::string globs;
  bool is_glob = false;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    while (!line.empty() && (line.back() == '\r' || line.back() == ' ')) line.remove_suffix(1);
    if (line.substr(0, 8) == "syntax: ") {
      is_glob = line == "syntax: glob";
    } else if (is_glob) {
      globs += std::string(line) + "\n";
    }
  }
  return globs;
}

std::optional<fs::path> find_upwards(fs::path directory, const char* name, const char* boundary) {
  while (true) {
    if (is_file_at(directory / name)) return directory / name;
    std::error_code ignored;
    if (fs::exists(directory / boundary, ignored)) return std::nullopt;
    fs::path parent = directory.parent_path();
    if (parent == directory) return std::nullopt;
    directory = std::move(parent);
  }
}

}  // namespace

std::vector<std::filesystem::path> paths_of(const std::vector<ShippedFile>& files) {
  std::vector<std::filesystem::path> paths;
  paths.reserve(files.size());
  for (const ShippedFile& file : files) paths.push_back(file.path);
  return paths;
}

std::string written_file_name(std::string_view name) {
  std::string file_name;
  for (std::size_t i = 0; i < name.size(); ++i) {
    if (name[i] != '-') {
      file_name += name[i];
    } else if (i == 0 || name[i - 1] != '-') {
      file_name += '_';
    }
  }
  return file_name;
}

std::string FileOptions::distribution_path(std::string_view relative_path) const {
  for (const auto& [source, target] : sources) {
    if (relative_path.substr(0, source.size()) == source) {
      return target + std::string(relative_path.substr(source.size()));
    }
  }
  return std::string(relative_path);
}

FileOptions read_file_options(const BuildProject& project, const BuildOptions& options, WithoutPackage without_package,
                              const LikeHatch& like_hatch) {
  FileOptions all;
  all.ignore_vcs = options.boolean("ignore-vcs", false);
  all.skip_excluded_dirs = options.boolean("skip-excluded-dirs", false);
  all.only_packages = options.boolean("only-packages", false);
  if (const auto option = options.find("force-include")) {
    all.force_include = read_inclusions(*option, project.root, like_hatch);
  }

  DefaultSelection found;
  const bool is_wheel = options.target() == "wheel";
  if (is_wheel && !has_entries(options, "include") && !has_entries(options, "packages") &&
      !has_entries(options, "only-include")) {
    const std::vector<std::string> names = file_names(project);
    found = find_package(project.root, names);
    if (found.empty()) {
      const std::optional<Option> bypass = options.find_own("bypass-selection");
      all.ships_nothing = true;
      if (without_package == WithoutPackage::refuse && all.force_include.empty() &&
          !(bypass && workspace::boolean_of(*bypass))) {
        refuse_without_package(project, names);
      }
    }
  }
  for (const std::string& package : options.strings("packages").value_or(found.packages)) {
    all.packages.push_back(normal_relative_path(package));
  }
  std::sort(all.packages.begin(), all.packages.end());
  all.include = options.strings("include").value_or(std::vector<std::string>{});
  for (const std::string& package : all.packages) all.include.push_back("/" + package + "/");
  all.exclude = {"*.py[cdo]", "/dist"};
  for (std::string& pattern : options.strings("exclude").value_or(std::vector<std::string>{})) {
    all.exclude.push_back(std::move(pattern));
  }
  all.artifacts = options.strings("artifacts").value_or(std::vector<std::string>{});
  all.sources = read_sources(options, all.packages);
  std::vector<std::string> only_include = options.strings("only-include").value_or(found.only_include);
  if (only_include.empty()) only_include = all.packages;
  all.only_include = read_only_include(project, options, only_include);
  return all;
}

VcsIgnores find_vcs_ignores(const fs::path& root) {
  return {.git = find_upwards(root, ".gitignore", ".git"), .hg = find_upwards(root, ".hgignore", ".hg")};
}

Selection::Selection(SelectionRequest request) : request_(std::move(request)) {
  const Json::Object& data = request_.build_data;
  const std::vector<std::string> artifacts = read_strings(data, "artifacts", request_.origin);
  build_force_include_ =
      read_inclusions(data, "force_include", request_.project.root, request_.origin, request_.like_hatch);
  const bool brings_files = !artifacts.empty() || !build_force_include_.empty() || !request_.needs_package;
  build_force_include_ = in_order(merged(request_.before, build_force_include_));
  options_ =
      read_file_options(request_.project, request_.options,
                        brings_files ? WithoutPackage::ships_nothing : WithoutPackage::refuse, request_.like_hatch);
  build_artifacts_ = PatternSet(artifacts);
  include_ = PatternSet(options_.include);
  exclude_ = PatternSet(options_.exclude);
  artifacts_ = PatternSet(options_.artifacts);
  more_exclude_ = PatternSet(request_.more_exclude);
  if (!options_.ignore_vcs) read_ignores();

  // A file of the project that is forced somewhere is not shipped at its own path too; one from elsewhere takes the
  // place of what is there.
  for (const auto* const inclusions : {&options_.force_include, &build_force_include_}) {
    for (const Inclusion& each : *inclusions) {
      const std::string inside = relative_to_root(each.source);
      if (!inside.empty()) {
        reserved_.insert(options_.distribution_path(inside));
      } else if (is_file_at(each.source)) {
        reserved_.insert(options_.distribution_path(each.target));
      }
    }
  }
}

void Selection::read_ignores() {
  const VcsIgnores files = find_vcs_ignores(request_.project.root);
  std::string text;
  if (files.git) text += read_project_file(*files.git, kMaxIgnoreBytes) + "\n";
  if (files.hg) text += globs_of_hgignore(read_project_file(*files.hg, kMaxIgnoreBytes));
  PatternSet ignores;
  ignores.add_text(text);
  // A project that is ignored as a whole, such as one unpacked in a build directory, is not judged by that.
  if (ignores.matches(request_.project.root.relative_path().native())) return;
  exclude_.add_text(text);
}

// Empty for what lies elsewhere.
std::string Selection::relative_to_root(const fs::path& file) const {
  const std::string root = request_.project.root.lexically_normal().native();
  const std::string_view prefix = root.back() == '/' ? std::string_view(root).substr(0, root.size() - 1) : root;
  const std::string& path = file.native();
  if (path.size() <= prefix.size() + 1 || path.compare(0, prefix.size(), prefix) != 0 || path[prefix.size()] != '/') {
    return {};
  }
  return path.substr(prefix.size() + 1);
}

bool Selection::is_artifact(std::string_view path) const {
  return build_artifacts_.matches(path) || artifacts_.matches(path);
}

bool Selection::is_excluded(std::string_view path) const { return options_.ships_nothing || exclude_.matches(path); }

bool Selection::is_wanted(std::string_view path, bool is_explicit, bool is_package) const {
  if (!more_exclude_.empty() && more_exclude_.matches(path)) return false;
  if (is_artifact(path)) return true;
  if (options_.only_packages && !is_package) return false;
  if (is_excluded(path)) return false;
  return is_explicit || include_.empty() || include_.matches(path);
}

bool Selection::is_hopeless(const std::string& directory) const {
  if (!artifacts_.empty() || !build_artifacts_.empty()) return false;
  return options_.ships_nothing || (!exclude_.has_negated() && exclude_.matches(directory + "/"));
}

struct Selection::Directory {
  fs::path path{};
  std::string relative_path{};  // to where the walk began
  bool is_package = false;
};

// A directory's files, sorted, then its directories. Links are followed, each directory once.
// enter(relative path, name): whether to look into a directory. visit(directory, name): for each file.
template <typename Visit, typename Enter>
void Selection::walk(const fs::path& start, Enter enter, Visit visit) const {
  std::set<std::pair<dev_t, ino_t>> seen;
  std::vector<Directory> pending{{.path = start}};
  std::vector<std::string> files;
  std::vector<std::string> directories;
  while (!pending.empty()) {
    if (request_.stop.stop_requested()) throw BuildStopped();
    Directory directory = std::move(pending.back());
    pending.pop_back();
    struct stat status {};
    if (::stat(directory.path.c_str(), &status) != 0) continue;  // it has just gone
    if (!seen.emplace(status.st_dev, status.st_ino).second) continue;

    files.clear();
    directories.clear();
    std::error_code error;
    fs::directory_iterator entry(directory.path, error);
    for (const fs::directory_iterator end; !error && entry != end; entry.increment(error)) {
      std::error_code ignored;
      const std::string& path = entry->path().native();
      (entry->is_directory(ignored) ? directories : files).push_back(path.substr(path.rfind('/') + 1));
    }
    if (error) {
      // What is excluded is nobody's concern.
      if (exclude_.matches(directory.relative_path + "/")) continue;
      throw SystemError("cannot read the directory " + shown(directory.path.native()) + ": " + error.message() +
                            ". Make it readable, or exclude it.",
                        error.value());
    }
    std::sort(files.begin(), files.end());
    std::sort(directories.begin(), directories.end());
    directory.is_package = std::binary_search(files.begin(), files.end(), "__init__.py");
    for (const std::string& name : files) {
      if (!is_skipped_file(name)) visit(directory, name);
    }
    for (auto name = directories.rbegin(); name != directories.rend(); ++name) {
      if (is_skipped_directory(*name)) continue;
      std::string relative_path = joined(directory.relative_path, *name);
      if (enter(relative_path)) {
        pending.push_back({.path = directory.path / *name, .relative_path = std::move(relative_path)});
      }
    }
  }
}

ShippedFile Selection::checked(ShippedFile file) const {
  const std::string& target = file.distribution_path;
  const auto origin = [&] { return file.origin.empty() ? shown(file.path.native()) : file.origin; };
  if (target.empty() || target.back() == '/') {
    throw ProjectError(origin() +
                       ": found the target of a file without a name; expected a path such as \"demo/data.txt\"");
  }
  if (request_.like_hatch.containment) return file;
  const std::string around = "/" + target + "/";
  if (target.front() == '/' || around.find("/../") != std::string::npos) {
    throw ProjectError(origin() + ": would be shipped as " + shown(target) +
                       ", outside the archive. Expected a path inside it; see `sources` and the entry's target.");
  }
  const std::string& reserved = request_.reserved_directory;
  if (!reserved.empty() && target.compare(0, reserved.size(), reserved) == 0 &&
      (target.size() == reserved.size() || target[reserved.size()] == '/')) {
    throw ProjectError(origin() + ": would be shipped as " + shown(target) +
                       ", among the wheel's own metadata. Use extra_metadata for files there.");
  }
  return file;
}

void Selection::project_tree(std::vector<ShippedFile>& files) const {
  const auto enter = [&](const std::string& path) {
    if (is_reserved(path)) return false;
    if (options_.skip_excluded_dirs && is_excluded(path + "/")) return false;
    return !is_hopeless(path);
  };
  walk(request_.project.root, enter, [&](const Directory& directory, const std::string& name) {
    std::string path = joined(directory.relative_path, name);
    if (!is_wanted(path, false, directory.is_package)) return;
    std::string target = options_.distribution_path(path);
    if (is_reserved(target)) return;
    files.push_back(checked(
        {.path = directory.path / name, .distribution_path = std::move(target), .relative_path = std::move(path)}));
  });
}

void Selection::explicit_files(std::vector<ShippedFile>& files) const {
  for (const Inclusion& each : options_.only_include) {
    if (is_file_at(each.source)) {
      std::string target = options_.distribution_path(each.target);
      if (is_reserved(target)) continue;
      if (!more_exclude_.empty() && more_exclude_.matches(each.target)) continue;
      files.push_back(checked({.path = each.source,
                               .distribution_path = std::move(target),
                               .relative_path = relative_to_root(each.source)}));
      continue;
    }
    if (!is_directory_at(each.source)) continue;
    const auto enter = [&](const std::string& path) { return !is_hopeless(joined(each.target, path)); };
    walk(each.source, enter, [&](const Directory& directory, const std::string& name) {
      std::string path = joined(each.target, joined(directory.relative_path, name));
      if (!is_wanted(path, true, directory.is_package)) return;
      std::string target = options_.distribution_path(path);
      if (is_reserved(target)) return;
      files.push_back(checked(
          {.path = directory.path / name, .distribution_path = std::move(target), .relative_path = std::move(path)}));
    });
  }
}

std::vector<ShippedFile> Selection::selected() const {
  std::vector<ShippedFile> files;
  if (options_.only_include.empty()) {
    project_tree(files);
  } else {
    explicit_files(files);
  }
  return files;
}

std::vector<ShippedFile> Selection::forced() const {
  return forced_only(merged(options_.force_include, build_force_include_));
}

std::vector<ShippedFile> Selection::forced_only(const std::vector<Inclusion>& inclusions) const {
  std::vector<ShippedFile> files;
  for (const Inclusion& each : inclusions) {
    if (is_directory_at(each.source)) {
      const bool is_inside = !relative_to_root(each.source).empty();
      walk(
          each.source, [](const std::string&) { return true; },
          [&](const Directory& directory, const std::string& name) {
            const std::string path = joined(each.target, joined(directory.relative_path, name));
            std::string target = options_.distribution_path(path);
            if (is_reserved(target)) return;
            files.push_back(checked({.path = directory.path / name,
                                     .distribution_path = std::move(target),
                                     .relative_path = is_inside ? path : std::string(),
                                     .origin = each.origin}));
          });
      continue;
    }
    std::error_code ignored;
    if (!fs::exists(each.source, ignored)) {
      throw ProjectError(each.origin + ": " + shown(each.source.native()) +
                         " is not there. Make it before the target is built, or remove the entry.");
    }
    files.push_back(checked({.path = each.source,
                             .distribution_path = options_.distribution_path(each.target),
                             .relative_path = relative_to_root(each.source),
                             .origin = each.origin}));
  }
  return files;
}

std::vector<ShippedFile> Selection::shared(std::string_view option, std::string_view field) const {
  std::vector<Inclusion> inclusions;
  if (const auto own = request_.options.find_own(option)) {
    inclusions = read_inclusions(*own, request_.project.root, request_.like_hatch);
  }
  inclusions = merged(std::move(inclusions), read_inclusions(request_.build_data, field, request_.project.root,
                                                             request_.origin, request_.like_hatch));
  std::vector<ShippedFile> files;
  for (const Inclusion& each : inclusions) {
    if (!is_directory_at(each.source)) {
      std::error_code ignored;
      if (fs::exists(each.source, ignored)) {
        files.push_back(checked({.path = each.source,
                                 .distribution_path = options_.distribution_path(each.target),
                                 .relative_path = relative_to_root(each.source),
                                 .origin = each.origin}));
      } else if (!request_.like_hatch.missing_sources) {
        throw ProjectError(each.origin + ": " + shown(each.source.native()) +
                           " is not there. Make it before the target is built, or remove the entry.");
      }
      continue;
    }
    const bool has_ignores = !each.is_from_hook || request_.like_hatch.shared_ignores;
    walk(
        each.source, [](const std::string&) { return true; },
        [&](const Directory& directory, const std::string& name) {
          const std::string path = joined(each.target, joined(directory.relative_path, name));
          if (has_ignores && !is_artifact(path)) {
            if (exclude_.matches(path) || (options_.only_packages && !directory.is_package)) return;
          }
          files.push_back(checked({.path = directory.path / name,
                                   .distribution_path = options_.distribution_path(path),
                                   .origin = each.origin}));
        });
  }
  return files;
}

Json::Object effective_config(const BuildProject& project, const BuildOptions& options) {
  const FileOptions files = read_file_options(project, options, WithoutPackage::ships_nothing);
  Json::Object sources;
  for (const auto& [source, target] : files.sources) sources[source] = target;
  Json::Array only_include;
  for (const Inclusion& each : files.only_include) only_include.emplace_back(each.target);
  Json::Object config;
  config["directory"] = normal_source(options.string("directory").value_or("dist"), project.root).native();
  config["packages"] = to_json(files.packages);
  config["sources"] = std::move(sources);
  config["only_include"] = std::move(only_include);
  config["include"] = to_json(files.include);
  config["exclude"] = to_json(files.exclude);
  config["artifacts"] = to_json(files.artifacts);
  config["force_include"] = to_json(files.force_include);
  config["ignore_vcs"] = files.ignore_vcs;
  config["reproducible"] = options.boolean("reproducible", true);
  config["skip_excluded_dirs"] = files.skip_excluded_dirs;
  config["only_packages"] = files.only_packages;
  config["dev_mode_dirs"] = to_json(options.strings("dev-mode-dirs").value_or(std::vector<std::string>{}));
  config["dev_mode_exact"] = options.boolean("dev-mode-exact", false);
  return config;
}

std::vector<ShippedFile> selected_files(const BuildProject& project, const BuildOptions& options) {
  const FileOptions files = read_file_options(project, options, WithoutPackage::ships_nothing);
  const Json::Object nothing;
  if (files.ships_nothing && files.force_include.empty()) return {};
  const Selection selection({.project = project, .options = options, .build_data = nothing});
  std::vector<ShippedFile> all = selection.selected();
  std::vector<ShippedFile> forced = selection.forced();
  std::move(forced.begin(), forced.end(), std::back_inserter(all));
  return all;
}

}  // namespace grapnel::dist
