// SPDX-License-Identifier: BSD-3-Clause
#include "runner/target/dist_targets.hpp"

#include "runner/dist/archive.hpp"
#include "runner/dist/sdist.hpp"
#include "runner/dist/wheel.hpp"
#include "runner/outcome/classify.hpp"
#include "runner/target/python_changes.hpp"

#include <string>
#include <string_view>
#include <utility>

namespace grapnel::target {

namespace fs = std::filesystem;
using hooks::Json;

namespace {

const std::string kStandard = "standard";
const std::string kEditable = "editable";

// Who wrote what is packed: by now only initialize can have written.
std::string origin_of(const BuildData& data, std::string_view field, std::string_view key) {
  std::string writer = data.writer_of(field, key);
  if (writer.empty()) writer = data.writer_of(field, "");  // of a value that is no list and no map
  return writer.empty() ? "build data" : writer + ", stage " + std::string(name_of(Stage::initialize));
}

/// What both have in common.
class DistTarget : public Target {
 public:
  explicit DistTarget(DistParts parts) : parts_(std::move(parts)) {}

  [[nodiscard]] const std::string& name() const noexcept override { return parts_.surroundings.target; }
  // The metadata and the options were read by whoever made it.
  void check() const override {}

  Built build(const std::string& version, const fs::path& directory, BuildData& data) override {
    Surroundings& surroundings = parts_.surroundings;
    // Hooks in Python may have changed what hatchling would build from.
    const PythonChanges changes(surroundings, parts_.metadata);
    const LikeHatch& like_hatch = surroundings.like_hatch;
    const workspace::BuildOptions options(changes.project().build, surroundings.target);
    dist::DistRequest request{
        .project = changes.project(),
        .metadata = changes.metadata(),
        .options = options,
        .version = version,
        .build_data = data.values(),
        .exclude = data.exclude(),
        .origin = [&data](std::string_view field, std::string_view key) { return origin_of(data, field, key); },
        .directory = directory,
        .like_hatch = {.containment = like_hatch[Improvement::containment],
                       .duplicates = like_hatch[Improvement::duplicates],
                       .missing_sources = like_hatch[Improvement::missing_sources],
                       .shared_ignores = like_hatch[Improvement::shared_ignores]},
        .stop = parts_.stop,
        .more_forced = parts_.hook_sources,
        .python = surroundings.python,
        .environment = surroundings.environment.all()};
    dist::Built built;
    try {
      built = pack(request);
    } catch (const dist::BuildStopped&) {
      return {.end = ended(outcome::worker_died({.end = Exited{0}, .stop = outcome::StopReason::canceled}))};
    }
    if (!like_hatch[Improvement::result]) {
      Json::Array files;
      files.reserve(built.files.size());
      for (dist::ShippedFile& file : built.files) files.emplace_back(std::move(file.distribution_path));
      Json::Object result{{"files", std::move(files)}};
      if (!built.tag.empty()) {
        result.insert("tag", built.tag);
        data.set("tag", built.tag);
      }
      surroundings.result = std::move(result);
    }
    return {.end = ended(outcome::returned()), .artifact = std::move(built.artifact)};
  }

 protected:
  virtual dist::Built pack(const dist::DistRequest& request) = 0;

  [[nodiscard]] const DistParts& parts() const noexcept { return parts_; }

 private:
  DistParts parts_;
};

class SdistTarget final : public DistTarget {
 public:
  using DistTarget::DistTarget;

  [[nodiscard]] std::vector<std::string> versions() const override { return {kStandard}; }
  [[nodiscard]] std::vector<std::string> default_versions() const override { return {kStandard}; }
  [[nodiscard]] std::vector<DataField> fields() const override { return {{"dependencies", FieldType::list}}; }
  [[nodiscard]] Json::Object default_build_data() const override {
    return dist::sdist_build_data(parts().surroundings.project, parts().metadata, parts().hook_sources);
  }
  StageEnd clean(const fs::path& directory, const std::vector<std::string>&) override {
    dist::clean_sdists(directory);
    return {};
  }

 private:
  dist::Built pack(const dist::DistRequest& request) override { return dist::build_sdist(request); }
};

class WheelTarget final : public DistTarget {
 public:
  using DistTarget::DistTarget;

  [[nodiscard]] std::vector<std::string> versions() const override { return {kStandard, kEditable}; }
  [[nodiscard]] std::vector<std::string> default_versions() const override { return {kStandard}; }
  [[nodiscard]] std::vector<DataField> fields() const override {
    return {{"dependencies", FieldType::list},      {"tag", FieldType::text},
            {"infer_tag", FieldType::boolean},      {"pure_python", FieldType::boolean},
            {"shared_data", FieldType::mapping},    {"shared_scripts", FieldType::mapping},
            {"extra_metadata", FieldType::mapping}, {"force_include_editable", FieldType::mapping},
            {"sbom_files", FieldType::list}};
  }
  [[nodiscard]] Json::Object default_build_data() const override { return dist::wheel_build_data(); }
  StageEnd clean(const fs::path& directory, const std::vector<std::string>&) override {
    dist::clean_wheels(directory);
    return {};
  }

 private:
  dist::Built pack(const dist::DistRequest& request) override { return dist::build_wheel(request); }
};

}  // namespace

std::unique_ptr<Target> sdist_target(DistParts parts) { return std::make_unique<SdistTarget>(std::move(parts)); }
std::unique_ptr<Target> wheel_target(DistParts parts) { return std::make_unique<WheelTarget>(std::move(parts)); }

}  // namespace grapnel::target
