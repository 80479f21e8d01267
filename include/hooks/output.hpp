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

  std::string timestamp{};                            ///< local time as `YYYY-MM-DD HH:MM:SS.000`
  std::optional<Failure> failure{};                   ///< present exactly where the status is failure
  std::vector<std::filesystem::path> dependencies{};  ///< absolute; a directory ends with a separator
  std::vector<EncodedAsset> assets{};
  std::vector<EncodedAsset> assets_for_build{};
  std::map<std::string, std::vector<EncodedAsset>, std::less<>> assets_for_linking{};  ///< by receiving package
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
