// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// Hooks that run in stages around the build of a target, such as a wheel: they see and change its build data, and
/// clean up after themselves. `grapnel target` runs them.
#pragma once

#include <hooks/exceptions.hpp>
#include <hooks/json.hpp>

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace hooks {

namespace detail {
class RunningStage;
}

/// What a hook says to people, on standard error, and how much of it they want to know.
class BuildApp {
 public:
  /// Takes a text with its newline. Does not throw.
  using Print = void(void* receiver, std::string_view text);

  /// Prints to standard error where `print` is null.
  explicit BuildApp(std::int64_t verbosity = 0, Print* print = nullptr, void* receiver = nullptr) noexcept
      : verbosity_(verbosity), print_(print), receiver_(receiver) {}

  /// 0 normally, more with HATCH_VERBOSE, less with HATCH_QUIET.
  [[nodiscard]] std::int64_t verbosity() const noexcept { return verbosity_; }

  /// Always shown.
  void display(std::string_view text) const;
  /// Shown from verbosity 0 on.
  void display_info(std::string_view text) const;
  void display_success(std::string_view text) const;
  /// Before something that may take long.
  void display_waiting(std::string_view text) const;
  /// "[text]"
  void display_mini_header(std::string_view text) const;
  /// Shown from verbosity -1 on.
  void display_warning(std::string_view text) const;
  /// Shown from verbosity -2 on.
  void display_error(std::string_view text) const;
  /// Shown from verbosity `level` on, which is 1, 2 or 3; anything else throws std::invalid_argument.
  void display_debug(std::string_view text, int level = 1) const;

  /// Ends the stage as a failure that has been expected: `message` is displayed as an error, without a trace, and is
  /// all that people are told. Code 1 means that the build is at fault, 2 the infrastructure; any other is a fault of
  /// the build too, and the exit code of the whole command where that is 1 to 125. Leaves the stage by what is no
  /// std::exception.
  [[noreturn]] void abort(std::string message, int code = 1) const;

 private:
  void display_from(std::int64_t level, std::string_view text) const;

  std::int64_t verbosity_;
  Print* print_;
  void* receiver_;
};

/// What a target is told about its build: a map of names to values, of which some have a meaning for everybody. A hook
/// sees what the target and earlier hooks have put there, and its own changes at once; its answer is the changes.
///
/// Lists and maps are added to: what another hook put there stays. The runner judges what a hook has changed when the
/// stage ends. A getter throws BuildException where a value is of another type than it has to be. Not thread safe.
class BuildData {
 public:
  /// From source to target.
  using Map = std::map<std::string, std::string, std::less<>>;

  BuildData();
  explicit BuildData(Json::Object given);
  BuildData(const BuildData&) = delete;
  BuildData& operator=(const BuildData&) = delete;
  ~BuildData();

  // For all targets.

  /// Patterns, as in .gitignore, of files of the project that are shipped even where version control ignores them.
  [[nodiscard]] std::vector<std::string> artifacts() const { return strings("artifacts"); }
  void add_artifact(std::string pattern) { add("artifacts", std::move(pattern)); }
  /// Drops what was there, of the target and of other hooks.
  void replace_artifacts(const std::vector<std::string>& patterns);
  /// Files and directories that are shipped, by their paths: relative ones count from the project's root. Targets are
  /// relative paths in the distribution.
  [[nodiscard]] Map force_include() const { return map("force_include"); }
  void add_force_include(const std::filesystem::path& source, std::string target) {
    add("force_include", source, std::move(target));
  }
  /// The names of the target's hooks, in the order in which they run.
  [[nodiscard]] std::vector<std::string> build_hooks() const { return strings("build_hooks"); }
  /// Leaves out the project's files with that pattern, after all else was selected; never a forced one.
  void exclude(std::string pattern);

  // For wheels; requirements for sdists, too.

  /// What the product needs where it is installed.
  [[nodiscard]] std::vector<std::string> dependencies() const { return strings("dependencies"); }
  void add_dependency(std::string requirement) { add("dependencies", std::move(requirement)); }
  /// "py3-none-any"; absent where the target finds one itself.
  [[nodiscard]] std::optional<std::string> tag() const;
  void set_tag(std::string tag) { set("tag", std::move(tag)); }
  /// Whether the tag is the running interpreter's, where none is set; false by default.
  [[nodiscard]] bool infer_tag() const { return boolean("infer_tag", false); }
  void set_infer_tag(bool infer) { set("infer_tag", infer); }
  /// Whether there is nothing in it that is made for one platform; true by default.
  [[nodiscard]] bool pure_python() const { return boolean("pure_python", true); }
  void set_pure_python(bool pure) { set("pure_python", pure); }
  /// Files that are installed beside the package, below the environment's data directory.
  [[nodiscard]] Map shared_data() const { return map("shared_data"); }
  void add_shared_data(const std::filesystem::path& source, std::string target) {
    add("shared_data", source, std::move(target));
  }
  /// Programs that are installed where the environment has its own.
  [[nodiscard]] Map shared_scripts() const { return map("shared_scripts"); }
  void add_shared_script(const std::filesystem::path& source, std::string target) {
    add("shared_scripts", source, std::move(target));
  }
  /// Files beside the wheel's metadata.
  [[nodiscard]] Map extra_metadata() const { return map("extra_metadata"); }
  void add_extra_metadata(const std::filesystem::path& source, std::string target) {
    add("extra_metadata", source, std::move(target));
  }
  /// For editable wheels, in the place of force_include.
  [[nodiscard]] Map force_include_editable() const { return map("force_include_editable"); }
  void add_force_include_editable(const std::filesystem::path& source, std::string target) {
    add("force_include_editable", source, std::move(target));
  }
  /// Bills of materials.
  [[nodiscard]] std::vector<std::string> sbom_files() const { return strings("sbom_files"); }
  void add_sbom_file(const std::filesystem::path& file) { add("sbom_files", file.native()); }

  // For anything, such as what hooks agree on among themselves.

  /// All of it, as it is now.
  [[nodiscard]] const Json::Object& json() const noexcept { return json_; }
  /// The value of `key`, or nullptr. Valid until the next change.
  [[nodiscard]] const Json* find(std::string_view key) const noexcept { return json_.find(key); }
  /// The value in the place of what is there; null is erase(). A list loses what it has twice, a map its nulls.
  void set(const std::string& key, Json value);
  /// Takes a key away, whoever put it there; false where there is none.
  bool erase(const std::string& key);
  /// Several changes, as a hook in another language answers them: lists are appended but for what they have already,
  /// maps are merged, where null takes a member away, other values are set, and null takes a key away.
  void apply(const Json::Object& changes);

  // What has been changed so far.

  /// In the form of apply().
  [[nodiscard]] const Json::Object& changes() const noexcept { return changes_; }
  /// Keys of changes() whose lists and maps stand in the place of what was there.
  [[nodiscard]] const std::vector<std::string>& replaced() const noexcept { return replaced_; }
  /// The patterns of exclude().
  [[nodiscard]] const std::vector<std::string>& excluded() const noexcept { return excluded_; }

 private:
  [[nodiscard]] std::vector<std::string> strings(std::string_view key) const;
  [[nodiscard]] Map map(std::string_view key) const;
  [[nodiscard]] bool boolean(std::string_view key, bool otherwise) const;
  void add(const std::string& key, std::string value);
  void add(const std::string& key, const std::filesystem::path& source, std::string target);
  void append(const std::string& key, const Json::Array& values);
  void merge(const std::string& key, const Json::Object& members);
  void put(const std::string& key, Json value, bool replaces);
  void mark_replaced(const std::string& key, bool replaces);
  [[nodiscard]] bool was_erased(const std::string& key) const;

  Json::Object json_;
  std::vector<std::string> given_;  // the keys that were there
  Json::Object changes_;
  std::vector<std::string> replaced_;
  std::vector<std::string> excluded_;
};

/// What a hook may know of the project.
struct ProjectMetadata {
  std::string name;
  std::string version;  ///< normalised
  Json::Object json;    ///< all that is known: "description", "scripts", …
};

/// A hook: override the stages that it has; by default none does anything. One target is built in the order
/// clean, where that was asked for, then for each version initialize, the build itself, finalize. dependencies() may be
/// asked at any time, or never.
///
/// An exception that leaves a stage ends the build: BuildException, InfraException or BuildApp::abort() say why; any
/// other is a bug of the hook. One object serves the stages of one target or, where each stage is a process of its own,
/// a single stage: what has to survive is in state(). Not thread safe.
class BuildHook {
 public:
  BuildHook();
  BuildHook(const BuildHook&) = delete;
  BuildHook& operator=(const BuildHook&) = delete;
  /// Runs when the target is done, where one object serves all stages.
  virtual ~BuildHook();

  /// What has to be installed before the build. There is no directory() then.
  virtual std::vector<std::string> dependencies();
  /// Removes what the hook makes for these versions of the target; there may be nothing.
  virtual void clean(const std::vector<std::string>& versions);
  /// Before a version of the target is built.
  virtual void initialize(const std::string& version, BuildData& build_data);
  /// After that; `artifact` is what was built.
  virtual void finalize(const std::string& version, BuildData& build_data, const std::filesystem::path& artifact);

  // The rest can be called while one of these four runs, not in constructors; elsewhere it throws std::logic_error.

  /// The name that the project calls it by.
  [[nodiscard]] const std::string& plugin_name() const;
  [[nodiscard]] const BuildApp& app() const;
  /// The project's directory, absolute.
  [[nodiscard]] const std::filesystem::path& root() const;
  /// The hook's own table of the project's configuration.
  [[nodiscard]] const Json::Object& config() const;
  /// The members of that table that all hooks have: "enable-by-default", "dependencies", …
  [[nodiscard]] const Json::Object& options() const;
  /// The target's configuration, validated: "versions", "packages", "sources", …
  [[nodiscard]] const Json::Object& build_config() const;
  [[nodiscard]] const std::string& target_name() const;
  /// Where artifacts go, absolute; nothing while only dependencies are asked.
  [[nodiscard]] std::optional<std::filesystem::path> directory() const;
  [[nodiscard]] const ProjectMetadata& metadata() const;
  /// For the hook's own files: fresh for each version of a target, and removed by the runner; empty where there is
  /// none.
  [[nodiscard]] const std::filesystem::path& work_directory() const;
  /// For the hook's own files: the same in all builds.
  [[nodiscard]] const std::filesystem::path& shared_directory() const;
  /// Of a PEP 517 front end; null without one.
  [[nodiscard]] const Json& config_settings() const;
  /// For finalize: what was built: a wheel's "tag", and "files", the paths in the archive of the files that it took;
  /// null elsewhere.
  [[nodiscard]] const Json& result() const;

  /// The hook's own, kept from stage to stage of a target, as long as it is not null; null at first.
  [[nodiscard]] Json& state();

  /// A variable of the environment, for hooks that run later. Throws std::invalid_argument for what cannot be a
  /// variable.
  void set_environment(const std::string& name, std::string value);
  /// The same for a list with colons, such as PATH: the value comes before what is there.
  void prepend_environment(const std::string& name, const std::string& value);
  /// A file that the hook has made, and that has to exist in the end; relative paths count from the root.
  void add_output(const std::filesystem::path& path);
  /// A file whose change makes the hook run again; relative paths count from the root. The path of a directory ends
  /// with a separator; its direct children count.
  void add_dependency_file(const std::filesystem::path& path);

 private:
  friend class detail::RunningStage;
  [[nodiscard]] detail::RunningStage& stage() const;

  detail::RunningStage* stage_ = nullptr;
};

namespace detail {
/// Makes a hook, which the caller owns. No std::unique_ptr: <memory> is a tenth of what this header costs.
using MakeBuildHook = BuildHook*();
// No lambda of run_build_hook(), which does not throw: the constructor of a hook may.
template <typename Hook>
BuildHook* make_build_hook() {
  return new Hook;
}
int run_build_hook(int argc, const char* const* argv, MakeBuildHook* make) noexcept;
}  // namespace detail

/// The main function of a hook:
/// `int main(int argc, char** argv) { return hooks::run_build_hook<MyHook>(argc, argv); }`.
///
/// With `--config=PATH` it runs the stage that this input.json describes, with a new object, and writes the
/// output.json:
///
/// | the stage                    | stderr                 | failure of output.json | exit code |
/// |------------------------------|------------------------|------------------------|-----------|
/// | returns                      | –                      | –                      | 0         |
/// | throws BuildException        | message, causes, trace | build                  | 1         |
/// | throws InfraException        | message, causes, trace | infra                  | 2         |
/// | throws anything else         | the same and a hint    | uncategorized          | 255       |
/// | calls abort(…, 1)            | message                | build, code 1          | 1         |
/// | calls abort(…, 2)            | message                | infra, code 2          | 2         |
/// | calls abort(…, N)            | message                | build, code N          | 1         |
/// | cannot be answered as JSON   | why                    | build                  | 1         |
/// | has no valid input.json      | what, where            | uncategorized          | 255       |
///
/// With `--session=FD` one object, made by the first stage, serves all that the runner asks for over this socket. What
/// it prints goes to standard error, a failure is an answer, and after the last stage the object is destroyed and the
/// exit code is 0. Started by hand, the program says what it is for and returns 64. Never throws.
template <typename Hook>
[[nodiscard]] int run_build_hook(int argc, const char* const* argv) noexcept {
  static_assert(std::is_base_of_v<BuildHook, Hook>, "a staged hook is a class derived from hooks::BuildHook");
  return detail::run_build_hook(argc, argv, detail::make_build_hook<Hook>);
}

}  // namespace hooks
