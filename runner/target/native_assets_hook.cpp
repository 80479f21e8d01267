// SPDX-License-Identifier: BSD-3-Clause
#include "hooks_api/base/files.hpp"
#include "hooks_api/base/shown.hpp"
#include "runner/base/errors.hpp"
#include "runner/outcome/classify.hpp"
#include "runner/target/built_in_hooks.hpp"
#include "runner/target/platform_tag.hpp"
#include "runner/workspace/build_options.hpp"
#include <grapnel/runner.hpp>
#include <hooks/asset.hpp>

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace grapnel::target {

namespace fs = std::filesystem;
using hooks::Json;
using hooks::base::shown;
using hooks::build_target::BuildDataPatch;
using workspace::Option;

namespace {

// Types of our own: `encoding` has `package`, `name` and `file` as a data asset has.
constexpr std::string_view kExecutable = "grapnel/executable";
constexpr std::string_view kHeaders = "grapnel/headers";
constexpr std::string_view kSbom = "grapnel/sbom";

/// Keeps what a failed hook said.
class FirstFailure final : public EventSink {
 public:
  void on_event(const Event& event) override {
    const auto* finished = std::get_if<HookFinished>(&event);
    if (finished == nullptr || finished->outcome.success() || failed) return;
    if (finished->outcome.outcome_class == OutcomeClass::skipped) return;
    failed = *finished;
  }
  std::optional<HookFinished> failed;
};

class NativeAssetsHook final : public StagedHook {
 public:
  NativeAssetsHook(SelectedHook selected, Surroundings& surroundings)
      : selected_(std::move(selected)), surroundings_(surroundings) {}

  [[nodiscard]] const std::string& name() const noexcept override { return selected_.name; }

  StageEnd construct() override {
    workspace_ = find_package_config(surroundings_.project.root);
    if (workspace_.empty()) {
      throw ProjectError("hook " + shown(name()) + ": around " + shown(surroundings_.project.root.native()) +
                         " there is neither a .dart_tool/package_config.json nor a grapnel.toml with packages, whose "
                         "hooks could be run. Describe the packages in a grapnel.toml (docs/workspaces.md).");
    }
    code_ = code_config();
    editable_ = text_option("editable", "force");
    if (editable_ != "force" && editable_ != "in-tree" && editable_ != "skip") {
      workspace::refuse(*option("editable"), "found " + shown(editable_) + "; expected 'force', 'in-tree' or 'skip'");
    }
    tag_ = text_option("tag", "py3");
    const auto platform = platform_tag(code_);
    if (tag_ != "infer") {
      if (!platform) {
        throw ProjectError("hook " + shown(name()) + ": Python has no name for the platform " + code_.target_os.name() +
                           " on " + code_.target_architecture.name() + ". Give the whole tag with the option `tag`.");
      }
      const auto whole = wheel_tag(tag_, *platform);
      if (!whole) {
        workspace::refuse(*option("tag"), "found " + shown(tag_) +
                                              "; expected 'infer', 'py3', 'abi3:cp311' or a whole tag such as "
                                              "'cp311-cp311-linux_x86_64'");
      }
      tag_ = *whole;
    }
    return {};
  }

  StageEnd dependencies(std::vector<std::string>&) override { return ended(outcome::returned()); }

  StageEnd clean(const std::vector<std::string>&) override {
    for (const auto& file : copies_of_record()) value_or_throw(hooks::base::remove_path(file));
    value_or_throw(hooks::base::remove_path(record()));
    return ended(outcome::returned());
  }

  StageEnd initialize(const std::string& version, BuildData& data) override {
    // Sources are all that an sdist has.
    if (surroundings_.target == "sdist") return ended(outcome::returned());
    FirstFailure events;
    std::vector<hooks::EncodedAsset> assets;
    bool is_linked = false;
    const Outcome outcome = run_hooks(events, assets, is_linked);
    if (!outcome.success()) return failed(outcome, events);
    BuildDataPatch patch = patch_of(assets, is_linked, version == "editable");
    if (const auto fault = data.apply(patch, {name(), Stage::initialize})) {
      return ended(outcome::project_failure(*fault));
    }
    return ended(outcome::returned());
  }

  StageEnd finalize(const std::string&, BuildData&, const fs::path&) override { return ended(outcome::returned()); }
  void end_version() noexcept override {}

 private:
  [[nodiscard]] std::optional<Option> option(std::string_view key) const {
    const Json* value = selected_.table.find(key);
    if (value == nullptr) return std::nullopt;
    return Option{value, selected_.table.path_of(key), &selected_.table, std::string(key)};
  }
  [[nodiscard]] std::string text_option(std::string_view key, std::string otherwise) const {
    const auto value = option(key);
    return value ? workspace::string_of(*value) : std::move(otherwise);
  }

  [[nodiscard]] hooks::CodeConfig code_config() const {
    const workspace::Defaults& defaults = surroundings_.project.settings.defaults;
    hooks::CodeConfig code{
        .target_os = hooks::OS(text_option("target-os", defaults.target_os.value_or(hooks::os::current().name()))),
        .target_architecture = hooks::Architecture(
            text_option("target-arch", defaults.target_arch.value_or(hooks::architecture::current().name()))),
        // A static library is for a link hook; one that nobody links is a fault that we know more about.
        .link_mode_preference = hooks::LinkModePreference::prefer_dynamic};
    constexpr std::int64_t kOldestMacos = 11;
    constexpr std::int64_t kOldestIos = 13;
    constexpr std::int64_t kOldestAndroid = 24;
    if (code.target_os == hooks::os::kMacos) {
      code.macos = hooks::MacosConfig{defaults.macos_version.value_or(kOldestMacos)};
    }
    if (code.target_os == hooks::os::kIos) {
      code.ios = hooks::IosConfig{hooks::IosSdk(defaults.ios_sdk.value_or("iphoneos")),
                                  defaults.ios_version.value_or(kOldestIos)};
    }
    if (code.target_os == hooks::os::kAndroid) {
      code.android = hooks::AndroidConfig{defaults.android_api.value_or(kOldestAndroid)};
    }
    return code;
  }

  // Of the table in the configuration, over those of grapnel.toml.
  [[nodiscard]] std::optional<UserDefines> defines() const {
    std::map<std::string, Json::Object, std::less<>> packages;
    if (surroundings_.project.settings.user_defines) packages = *surroundings_.project.settings.user_defines;
    if (const auto given = option("defines")) {
      const workspace::Table* table = selected_.table.table("defines");
      if (table == nullptr) workspace::refuse(*given, "found no table; expected a table of packages");
      for (const std::string& package : table->keys) {
        const Json& values = *table->find(package);
        if (values.as_object() == nullptr) {
          workspace::refuse({&values, table->path_of(package), table, package},
                            "expected a table of the package's defines");
        }
        for (const auto& [key, value] : *values.as_object()) packages[package][key] = value;
      }
    }
    if (packages.empty()) return std::nullopt;
    return UserDefines{.base_path = selected_.table.file, .packages = std::move(packages)};
  }

  Outcome run_hooks(FirstFailure& events, std::vector<hooks::EncodedAsset>& assets, bool& is_linked) {
    std::string root_package =
        text_option("root-package", surroundings_.project.settings.defaults.root_package.value_or(std::string()));
    if (root_package.empty()) root_package = package_around(workspace_, surroundings_.project.root);
    Runner runner({.package_config = workspace_,
                   .root_package = root_package,
                   .tools = surroundings_.tools,
                   .environment = surroundings_.environment.filtered(),
                   .hook_timeout = surroundings_.hook_timeout,
                   .use_cache = surroundings_.use_cache,
                   .kill = surroundings_.kill,
                   .grace_period = surroundings_.grace_period,
                   .events = &events});
    const std::stop_token stop = surroundings_.stop;
    const std::vector<std::string> types{hooks::kCodeAssetType, hooks::kDataAssetType, std::string(kExecutable),
                                         std::string(kHeaders), std::string(kSbom)};
    const BuildResult built =
        runner.build({.asset_types = types, .linking_enabled = true, .code = code_, .user_defines = defines()}, stop);
    if (!built.outcome.success()) return built.outcome;
    const LinkResult linked =
        runner.link({.asset_types = types, .code = code_, .user_defines = defines()}, built, stop);
    is_linked = !linked.hooks.empty();
    assets = built.assets;
    assets.insert(assets.end(), linked.assets.begin(), linked.assets.end());
    return linked.outcome;
  }

  StageEnd failed(const Outcome& outcome, const FirstFailure& events) const {
    StageEnd end = ended(outcome);
    if (!events.failed) return end;
    const HookFinished& hook = *events.failed;
    end.outcome.reason =
        std::string(name_of(hook.hook.kind)) + " hook of package '" + hook.hook.package + "': " + hook.outcome.reason;
    end.log = hook.log;
    end.output_log = hook.output_log;
    end.run_sh = hook.run_sh;
    end.stderr_tail = hook.stderr_tail;
    end.stdout_tail = hook.stdout_tail;
    end.hang_report = hook.hang_report;
    end.end = hook.end;
    return end;
  }

  BuildDataPatch patch_of(const std::vector<hooks::EncodedAsset>& assets, bool is_linked, bool is_editable) {
    BuildDataPatch patch;
    Json::Object files;
    Json::Object scripts;
    Json::Object shared;
    Json::Array sboms;
    bool is_native = false;
    std::vector<std::string> statics;
    const std::string directory = text_option("assets-dir", package_directory());
    const auto into = [](const std::string& parent, const fs::path& file) {
      return (fs::path(parent) / file.filename()).generic_string();
    };
    for (const hooks::EncodedAsset& asset : assets) {
      if (const auto code = hooks::CodeAsset::decode(asset)) {
        if (std::holds_alternative<hooks::StaticLinking>(code->link_mode)) {
          statics.push_back(code->id());
          continue;
        }
        is_native = true;
        if (code->file && std::holds_alternative<hooks::DynamicLoadingBundle>(code->link_mode)) {
          files[code->file->native()] = into(directory, *code->file);
        }
        continue;
      }
      if (const auto data = hooks::DataAsset::decode(asset)) {
        files[data->file.native()] = data->package + "/" + data->name;
        continue;
      }
      const Json* file = asset.encoding ? asset.encoding->find("file") : nullptr;
      if (file == nullptr || file->as_string() == nullptr) continue;
      const fs::path path(*file->as_string());
      if (asset.type == kExecutable) {
        scripts[path.native()] = path.filename().native();
        is_native = true;
      } else if (asset.type == kHeaders) {
        const Json* header_name = asset.encoding->find("name");
        const bool has_name = header_name != nullptr && header_name->as_string() != nullptr;
        shared[path.native()] = "include/" + (has_name ? *header_name->as_string() : package_directory());
      } else if (asset.type == kSbom) {
        sboms.emplace_back(path.native());
      }
    }
    if (!statics.empty() && !is_native && !is_linked) {
      throw ProjectError("hook " + shown(name()) + ": " + shown(statics.front()) +
                         " is a static library and the only code asset, and no link hook makes a dynamic one of it: "
                         "a wheel cannot use it. Build it with link mode 'dynamic', or add a link hook.");
    }
    if (is_editable) {
      place_for_editable(files, patch);
    } else if (!files.empty()) {
      patch.build_data["force_include"] = files;
    }
    if (!scripts.empty()) patch.build_data["shared_scripts"] = scripts;
    if (!shared.empty()) patch.build_data["shared_data"] = shared;
    if (!sboms.empty()) patch.build_data["sbom_files"] = sboms;
    if (is_native) {
      patch.build_data["pure_python"] = false;
      if (tag_ == "infer") {
        patch.build_data["infer_tag"] = true;
      } else {
        patch.build_data["tag"] = tag_;
      }
    }
    return patch;
  }

  [[nodiscard]] std::string package_directory() const {
    std::string directory = surroundings_.project_name;
    for (char& c : directory) {
      if (c == '-' || c == '.') c = '_';
      if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return directory;
  }

  void place_for_editable(const Json::Object& files, BuildDataPatch& patch) {
    if (files.empty() || editable_ == "skip") return;
    if (editable_ == "force") {
      patch.build_data["force_include_editable"] = files;
      return;
    }
    // Beside the sources, where the interpreter will look for the package.
    const fs::path root = surroundings_.project.root;
    std::error_code error;
    const fs::path sources = fs::is_directory(root / "src", error) ? root / "src" : root;
    Json::Array artifacts;
    Json::Array copies;
    for (const auto& [source, target] : files) {
      const fs::path copy = (sources / *target.as_string()).lexically_normal();
      if (copy.lexically_relative(root).native().substr(0, 2) == "..") {
        throw ProjectError("hook " + shown(name()) + ": " + shown(*target.as_string()) +
                           " lies outside of the project");
      }
      value_or_throw(hooks::base::create_directories(copy.parent_path()));
      const std::string bytes = value_or_throw(hooks::base::read_file(source, kLargestCopy));
      value_or_throw(hooks::base::publish_if_different(copy, bytes));
      artifacts.emplace_back("/" + copy.lexically_relative(root).generic_string());
      copies.emplace_back(copy.native());
    }
    value_or_throw(hooks::base::create_directories(record().parent_path()));
    value_or_throw(hooks::base::publish_file(record(), Json(copies).to_string()));
    patch.build_data["artifacts"] = artifacts;
  }

  [[nodiscard]] fs::path record() const { return surroundings_.own_directory() / "native-assets.json"; }

  // Only what lies in the project: a record may have been tampered with.
  [[nodiscard]] std::vector<fs::path> copies_of_record() const {
    std::vector<fs::path> copies;
    const auto text = hooks::base::read_file(record(), std::size_t{1} << 20U);
    if (!text) return copies;
    try {
      const Json document = Json::parse(*text);
      if (document.as_array() == nullptr) return copies;
      for (const Json& one : *document.as_array()) {
        const std::string* path = one.as_string();
        if (path == nullptr) continue;
        const fs::path relative = fs::path(*path).lexically_normal().lexically_relative(surroundings_.project.root);
        if (!relative.empty() && relative.begin()->native() != "..") copies.emplace_back(*path);
      }
    } catch (const std::invalid_argument&) {
      copies.clear();
    }
    return copies;
  }

  static constexpr std::size_t kLargestCopy = std::size_t{1} << 30U;

  SelectedHook selected_;
  Surroundings& surroundings_;
  fs::path workspace_;
  hooks::CodeConfig code_{.target_os = hooks::os::kLinux, .target_architecture = hooks::architecture::kX64};
  std::string editable_;
  std::string tag_;
};

}  // namespace

std::unique_ptr<StagedHook> native_assets_hook(const SelectedHook& selected, Surroundings& surroundings) {
  return std::make_unique<NativeAssetsHook>(selected, surroundings);
}

}  // namespace grapnel::target
