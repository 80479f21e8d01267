// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// What a hook gives back.
#pragma once

#include <hooks/asset.hpp>
#include <hooks/exceptions.hpp>
#include <hooks/json.hpp>

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace hooks {

/// The contents of output.json (spec: dart-hooks, section 3.1). Hook authors use the builders below.
struct HookOutput {
  /// Why a hook failed, in Dart's shape and with the seed's message.
  struct Failure {
    std::string type;  ///< "build", "infra", "uncategorized", or what a later protocol may add
    std::string message;
    friend bool operator==(const Failure&, const Failure&) = default;
  };
  /// A program that the hook called.
  struct Tool {
    std::filesystem::path path;  ///< absolute
    std::string version{};       ///< as the hook saw it, for people; may be empty
    friend bool operator==(const Tool&, const Tool&) = default;
  };
  /// What else decides whether the hook has to run again: the member `grapnel`, which Dart ignores.
  struct Declarations {
    std::vector<std::filesystem::path> recursive{};  ///< absolute directories; every file below counts
    std::vector<std::filesystem::path> absent{};     ///< absolute; the hook runs again when one of them appears
    std::vector<Tool> tools{};                       ///< by their files
    /// Where present, exactly these variables of the environment count, by name.
    std::optional<std::vector<std::string>> environment{};
    friend bool operator==(const Declarations&, const Declarations&) = default;
  };

  std::string timestamp{};                            ///< local time as `YYYY-MM-DD HH:MM:SS.000`
  std::optional<Failure> failure{};                   ///< present exactly where the status is failure
  std::vector<std::filesystem::path> dependencies{};  ///< absolute; a directory ends with a separator
  std::vector<EncodedAsset> assets{};
  std::vector<EncodedAsset> assets_for_build{};
  std::map<std::string, std::vector<EncodedAsset>, std::less<>> assets_for_linking{};  ///< by receiving package
  Declarations declarations{};
  friend bool operator==(const HookOutput&, const HookOutput&) = default;
};

/// Collects what build and link hooks both may say. Not thread safe.
class HookOutputBuilder {
 public:
  /// A file whose change makes the hook run again. A relative path counts from the working directory,
  /// which is the package root. A directory's path ends with a separator; its direct children count.
  /// Files that the hook itself writes are no dependencies.
  void add_dependency(const std::filesystem::path& path);
  template <typename Paths>
  void add_dependencies(const Paths& paths) {
    for (const auto& path : paths) add_dependency(path);
  }
  /// A directory with everything below it: the hook runs again when a file there changes, comes or goes. Paths count
  /// as those of add_dependency.
  void add_directory_tree(const std::filesystem::path& directory);
  /// A path where nothing is: the hook runs again when something appears there. For files that were looked for and
  /// would have been used, such as one that overrides a default.
  void add_absent(const std::filesystem::path& path);
  /// A program that the hook called: it runs again when that file changes. `version` is for people. Throws
  /// std::invalid_argument for a relative path: the name of a tool says not which file was called.
  void add_tool(const std::filesystem::path& path, std::string version = "");
  /// A variable of the environment that the hook reads. Undeclared, all variables count; with the first one declared,
  /// exactly the declared ones do. Throws std::invalid_argument for what cannot be a name.
  void add_environment(std::string name);

  /// What was added so far.
  [[nodiscard]] const HookOutput& output() const noexcept { return output_; }

 protected:
  HookOutputBuilder();
  ~HookOutputBuilder();
  HookOutput output_;
};

/// The output of a build hook.
class BuildOutputBuilder final : public HookOutputBuilder {
 public:
  /// Adds assets and routes them.
  class Assets {
   public:
    void add(const CodeAsset& asset, const BuildRouting& routing = ToAppBundle{});
    void add(const DataAsset& asset, const BuildRouting& routing = ToAppBundle{});
    void add(EncodedAsset asset, const BuildRouting& routing = ToAppBundle{});
    template <typename Range>
    void add_all(const Range& assets, const BuildRouting& routing = ToAppBundle{}) {
      for (const auto& asset : assets) add(asset, routing);
    }

   private:
    friend class BuildOutputBuilder;
    explicit Assets(HookOutput& output) : output_(&output) {}
    HookOutput* output_;
  };
  /// Metadata for the build hooks of direct dependents.
  class Metadata {
   public:
    void add(std::string key, Json value);

   private:
    friend class BuildOutputBuilder;
    explicit Metadata(HookOutput& output) : output_(&output) {}
    HookOutput* output_;
  };

  BuildOutputBuilder();
  ~BuildOutputBuilder();
  BuildOutputBuilder(const BuildOutputBuilder&) = delete;
  BuildOutputBuilder& operator=(const BuildOutputBuilder&) = delete;

  [[nodiscard]] Assets assets() noexcept { return Assets(output_); }
  [[nodiscard]] Metadata metadata() noexcept { return Metadata(output_); }
};

/// The output of a link hook.
class LinkOutputBuilder final : public HookOutputBuilder {
 public:
  /// Adds assets and routes them.
  class Assets {
   public:
    void add(const CodeAsset& asset, const LinkRouting& routing = ToAppBundle{});
    void add(const DataAsset& asset, const LinkRouting& routing = ToAppBundle{});
    void add(EncodedAsset asset, const LinkRouting& routing = ToAppBundle{});
    template <typename Range>
    void add_all(const Range& assets, const LinkRouting& routing = ToAppBundle{}) {
      for (const auto& asset : assets) add(asset, routing);
    }

   private:
    friend class LinkOutputBuilder;
    explicit Assets(HookOutput& output) : output_(&output) {}
    HookOutput* output_;
  };
  /// Metadata for the link hook of one package.
  class Metadata {
   public:
    void add(const std::string& package, std::string key, Json value);

   private:
    friend class LinkOutputBuilder;
    explicit Metadata(HookOutput& output) : output_(&output) {}
    HookOutput* output_;
  };

  LinkOutputBuilder();
  ~LinkOutputBuilder();
  LinkOutputBuilder(const LinkOutputBuilder&) = delete;
  LinkOutputBuilder& operator=(const LinkOutputBuilder&) = delete;

  [[nodiscard]] Assets assets() noexcept { return Assets(output_); }
  [[nodiscard]] Metadata metadata() noexcept { return Metadata(output_); }
};

}  // namespace hooks
