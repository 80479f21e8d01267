// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// Which files of a project a target ships, and where (spec: hatch-build-hooks, sections 3.3, 3.4 and 7.5).
#pragma once

#include "runner/dist/inclusion.hpp"
#include "runner/dist/pattern_set.hpp"
#include "runner/workspace/build_options.hpp"
#include "runner/workspace/build_project.hpp"
#include <hooks/json.hpp>

#include <filesystem>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace grapnel::dist {

/// A file that is shipped.
struct ShippedFile {
  std::filesystem::path path{};     ///< absolute
  std::string distribution_path{};  ///< in the archive
  std::string relative_path{};      ///< to the root; empty where it lies elsewhere
  std::string origin{};             ///< of a forced or shared one: its entry; empty for what the options select
};

/// Where they lie, in their order.
[[nodiscard]] std::vector<std::filesystem::path> paths_of(const std::vector<ShippedFile>& files);

/// The options of file selection, in force and valid.
struct FileOptions {
  std::vector<std::string> include{};    ///< patterns, those of packages too
  std::vector<std::string> exclude{};    ///< patterns, the default ones first, without those of VCS
  std::vector<std::string> artifacts{};  ///< patterns
  std::vector<std::string> packages{};   ///< normal paths, sorted
  std::vector<std::pair<std::string, std::string>> sources{};  ///< prefix and what takes its place, sorted
  std::vector<Inclusion> only_include{};
  std::vector<Inclusion> force_include{};
  bool ignore_vcs = false;
  bool skip_excluded_dirs = false;
  bool only_packages = false;
  bool ships_nothing = false;  ///< but artifacts and forced files: a wheel without a package

  /// Where a file goes.
  [[nodiscard]] std::string distribution_path(std::string_view relative_path) const;
};

/// A project's name as it was written, as a part of file names: "My_Demo".
[[nodiscard]] std::string written_file_name(std::string_view name);

/// What a wheel without any selection does: it looks for a package of the project's name.
enum class WithoutPackage {
  refuse,         ///< ProjectError
  ships_nothing,  ///< where hooks or options bring files, or nobody has to know
};

/// Reads them. Throws ProjectError for options with faults.
[[nodiscard]] FileOptions read_file_options(const workspace::BuildProject& project,
                                            const workspace::BuildOptions& options, WithoutPackage without_package,
                                            const LikeHatch& like_hatch = {});

/// .gitignore and .hgignore: of the root, else of the nearest directory above it, none beyond the repository's own.
struct VcsIgnores {
  std::optional<std::filesystem::path> git{};
  std::optional<std::filesystem::path> hg{};
};
[[nodiscard]] VcsIgnores find_vcs_ignores(const std::filesystem::path& root);

/// What Selection needs.
struct SelectionRequest {
  const workspace::BuildProject& project;
  const workspace::BuildOptions& options;
  const hooks::Json::Object& build_data;    ///< artifacts and force_include are read
  std::vector<std::string> more_exclude{};  ///< patterns of hooks: of what is selected, never of what is forced
  std::vector<Inclusion> before{};          ///< forced too; entries of build data for the same sources take their place
  Origin origin{};
  LikeHatch like_hatch{};
  /// A directory of the archive where nothing is selected or forced to: "demo-1.0.dist-info".
  std::string reserved_directory{};
  bool needs_package = true;  ///< a wheel that selects nothing is an error
  std::stop_token stop{};
};

/// The files of one build. Reads directories, no file. Not thread safe. Functions throw ProjectError for what the
/// project or a hook did wrong, SystemError for directories that cannot be read, BuildStopped.
class Selection {
 public:
  explicit Selection(SelectionRequest request);

  [[nodiscard]] const FileOptions& options() const noexcept { return options_; }

  /// What the options select, and artifacts: root files first, then directories, sorted.
  [[nodiscard]] std::vector<ShippedFile> selected() const;
  /// force-include, then build data's.
  [[nodiscard]] std::vector<ShippedFile> forced() const;
  /// Others in their place, in their order.
  [[nodiscard]] std::vector<ShippedFile> forced_only(const std::vector<Inclusion>& inclusions) const;
  /// The files of a shared map: an option of the target's table, and build data's over it.
  [[nodiscard]] std::vector<ShippedFile> shared(std::string_view option, std::string_view field) const;

 private:
  struct Directory;
  template <typename Visit, typename Enter>
  void walk(const std::filesystem::path& start, Enter enter, Visit visit) const;

  [[nodiscard]] bool is_reserved(const std::string& path) const { return reserved_.contains(path); }
  [[nodiscard]] bool is_artifact(std::string_view path) const;
  [[nodiscard]] bool is_excluded(std::string_view path) const;
  [[nodiscard]] bool is_wanted(std::string_view path, bool is_explicit, bool is_package) const;
  // Whether nothing in a directory can be wanted, so that nobody has to look.
  [[nodiscard]] bool is_hopeless(const std::string& directory) const;
  [[nodiscard]] ShippedFile checked(ShippedFile file) const;
  [[nodiscard]] std::string relative_to_root(const std::filesystem::path& file) const;
  void read_ignores();
  void project_tree(std::vector<ShippedFile>& files) const;
  void explicit_files(std::vector<ShippedFile>& files) const;

  SelectionRequest request_;
  FileOptions options_;
  std::vector<Inclusion> build_force_include_;
  PatternSet include_, exclude_, artifacts_, build_artifacts_, more_exclude_;
  std::set<std::string, std::less<>> reserved_;  ///< distribution paths, as what is forced has them
};

/// What hooks see of the configuration (spec: hatch-build-hooks, section 6.2), without versions: directory, packages,
/// sources, only_include, include, exclude, artifacts, force_include, ignore_vcs, reproducible, skip_excluded_dirs,
/// only_packages, dev_mode_dirs, dev_mode_exact. Throws ProjectError for options with faults.
[[nodiscard]] hooks::Json::Object effective_config(const workspace::BuildProject& project,
                                                   const workspace::BuildOptions& options);

/// What the target would ship without anything that hooks add; nothing for a wheel without a package.
[[nodiscard]] std::vector<ShippedFile> selected_files(const workspace::BuildProject& project,
                                                      const workspace::BuildOptions& options);

}  // namespace grapnel::dist
