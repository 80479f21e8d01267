// SPDX-License-Identifier: BSD-3-Clause
#include "hooks_api/protocol/validate.hpp"

#include "hooks_api/base/shown.hpp"
#include "hooks_api/protocol/asset.hpp"
#include "hooks_api/protocol/library_check.hpp"
#include "hooks_api/protocol/path_text.hpp"

#include <algorithm>
#include <map>
#include <system_error>

namespace hooks::protocol {

using base::shown;

namespace {

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + shown(word);
  return text.empty() ? "none" : text;
}

void check_types(const std::vector<EncodedAsset>& assets, const std::string& path, const HookConfig& config,
                 Faults& faults) {
  for (std::size_t i = 0; i < assets.size(); ++i) {
    if (config.accepts(assets[i].type)) continue;
    protocol::add(faults, {path + "." + std::to_string(i) + ".type", "found " + shown(assets[i].type) +
                                                                         "; this application accepts " +
                                                                         joined(config.build_asset_types())});
  }
}

// What stands at an absolute path; nothing, and a fault, where nothing does.
std::optional<std::filesystem::file_status> look_at(const std::filesystem::path& file, const std::string& path,
                                                    Faults& faults) {
  if (!is_absolute_path_text(file.string())) {
    protocol::add(faults, {path, "found " + shown(file.string()) + "; expected an absolute path"});
    return std::nullopt;
  }
  std::error_code error;
  const auto status = std::filesystem::status(file, error);
  if (status.type() == std::filesystem::file_type::not_found) {
    protocol::add(faults, {path, shown(file.string()) + " does not exist"});
  } else if (status.type() == std::filesystem::file_type::none) {
    protocol::add(faults, {path, shown(file.string()) + " cannot be looked at: " + error.message()});
  } else {
    return status;
  }
  return std::nullopt;
}

void check_directory(const std::filesystem::path& directory, const std::string& path, Faults& faults) {
  const auto status = look_at(directory, path, faults);
  if (status && !std::filesystem::is_directory(*status)) {
    protocol::add(faults, {path, shown(directory.string()) + " is no directory"});
  }
}

// Lists of assets of one output, with their places in the document.
struct Group {
  std::string path;
  const std::vector<EncodedAsset>* assets;
};

struct Groups {
  std::vector<Group> bundled;
  std::vector<Group> not_bundled;
};

std::vector<Group> all_of(const Groups& groups) {
  std::vector<Group> all = groups.bundled;
  all.insert(all.end(), groups.not_bundled.begin(), groups.not_bundled.end());
  return all;
}

// Where 6.5 looks for data assets.
std::vector<Group> data_groups(const Groups& groups, HookKind kind) {
  return kind == HookKind::build ? all_of(groups) : groups.bundled;
}

Groups groups_of(const HookOutput& output, HookKind kind) {
  Groups groups;
  groups.bundled.push_back({"assets", &output.assets});
  if (kind == HookKind::build) groups.not_bundled.push_back({"assets_for_build", &output.assets_for_build});
  for (const auto& [package, assets] : output.assets_for_linking) {
    groups.not_bundled.push_back({"assets_for_linking." + base::key_in_path(package), &assets});
  }
  return groups;
}

bool preference_allows(LinkModePreference preference, const LinkMode& mode) {
  const bool is_static = std::holds_alternative<StaticLinking>(mode);
  if (preference == LinkModePreference::dynamic) return !is_static;
  if (preference == LinkModePreference::static_) return is_static;
  return true;
}

// Ids and file names of code assets, each once. Assets that are equal in everything count as one.
class UniqueLibraries {
 public:
  explicit UniqueLibraries(const OS& target) : ignores_case_(ignores_case(target)) {}

  void add(const CodeAsset& asset, const std::string& path, Faults& faults) {
    const auto [id, new_id] = by_id_.emplace(asset.id(), asset);
    if (!new_id) {
      if (id->second == asset) return;
      protocol::add(faults, {path + ".encoding.id", shown(asset.id()) + " is the id of another asset too"});
    }
    if (!asset.file) return;
    const std::string name = asset.file->filename().string();
    const auto [file, new_file] = by_file_name_.emplace(ignores_case_ ? lower_case(name) : name, asset.id());
    if (!new_file && file->second != asset.id()) {
      protocol::add(faults,
                    {path + ".encoding.file", shown(name) + " is the file name of " + shown(file->second) +
                                                  " too; libraries of one application need names of their own"});
    }
  }

 private:
  // The file systems of these targets do, as people set them up.
  static bool ignores_case(const OS& target) {
    return target == os::kWindows || target == os::kMacos || target == os::kIos;
  }
  static std::string lower_case(std::string text) {
    for (char& c : text) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    return text;
  }

  bool ignores_case_;
  std::map<std::string, CodeAsset> by_id_;
  std::map<std::string, std::string> by_file_name_;
};

// Data assets by package and name, each once; those that are equal in everything count as one.
class UniqueData {
 public:
  void add(const DataAsset& asset, const std::string& path, Faults& faults) {
    const auto [first, is_new] = by_id_.emplace(asset.id(), asset);
    if (is_new || first->second == asset) return;
    protocol::add(
        faults, {path + ".encoding.name",
                 shown(asset.name) + " is the name of another data asset of package " + shown(asset.package) + " too"});
  }

 private:
  std::map<std::string, DataAsset> by_id_;
};

// Whether the asset has a file, as its link mode demands, and that is there.
bool check_code_file(const CodeAsset& asset, const std::string& path, Faults& faults) {
  if (!has_file(asset.link_mode)) return false;
  if (asset.file) return check_regular_file(*asset.file, path + ".encoding.file", faults);
  protocol::add(faults, {path + ".encoding.file", "missing; expected a string, as link_mode.type is '" +
                                                      std::string(name_of(asset.link_mode)) + "'"});
  return false;
}

// Encodings and files alone.
void check_code_files(const std::vector<Group>& groups, Faults& faults) {
  for (const Group& group : groups) {
    for (std::size_t i = 0; i < group.assets->size(); ++i) {
      if ((*group.assets)[i].type != kCodeAssetType) continue;
      const std::string path = group.path + "." + std::to_string(i);
      if (const auto asset = read_code_asset((*group.assets)[i], path, faults)) check_code_file(*asset, path, faults);
    }
  }
}

void check_data_files(const std::vector<Group>& groups, Faults& faults) {
  for (const Group& group : groups) {
    for (std::size_t i = 0; i < group.assets->size(); ++i) {
      if ((*group.assets)[i].type != kDataAssetType) continue;
      const std::string path = group.path + "." + std::to_string(i);
      if (const auto asset = read_data_asset((*group.assets)[i], path, faults)) {
        check_regular_file(asset->file, path + ".encoding.file", faults);
      }
    }
  }
}

void check_config(const HookConfig& config, Faults& faults) {
  if (!config.build_code_assets() || !config.code().c_compiler) return;
  const CCompilerConfig& tools = *config.code().c_compiler;
  const bool for_windows = config.code().target_os == os::kWindows;
  const auto check = [&](const std::filesystem::path& file, const std::string& key) {
    // A path with a drive letter names a file of a Windows host; nobody else can look at it.
    if (for_windows && !file.string().starts_with('/')) return;
    check_regular_file(file, "config.extensions.code_assets.c_compiler." + key, faults);
  };
  check(tools.compiler, "cc");
  check(tools.archiver, "ar");
  check(tools.linker, "ld");
  if (const auto& prompt = tools.developer_command_prompt) {
    check(prompt->script, "windows.developer_command_prompt.script");
  }
}

Faults check_input(const HookInput& input, const std::vector<Group>& groups) {
  Faults faults;
  check_directory(input.package_root(), "package_root", faults);
  check_directory(input.output_directory_shared(), "out_dir_shared", faults);
  check_config(input.config(), faults);
  if (input.config().build_code_assets()) check_code_files(groups, faults);
  check_data_files(groups, faults);
  return faults;
}

// One group of code assets: bundled or not (6.4).
class CodeAssetCheck {
 public:
  CodeAssetCheck(HookKind kind, const CodeConfig& code, const std::string& package)
      : kind_(kind), code_(code), prefix_("package:" + package + "/") {}

  void check(const std::vector<Group>& groups, bool bundled, Validation& found) const {
    Faults& faults = found.errors;
    UniqueLibraries unique(code_.target_os);
    for (const Group& group : groups) {
      for (std::size_t i = 0; i < group.assets->size(); ++i) {
        const EncodedAsset& encoded = (*group.assets)[i];
        if (encoded.type != kCodeAssetType) continue;
        const std::string path = group.path + "." + std::to_string(i);
        if (const auto asset = read_code_asset(encoded, path, faults)) {
          check_one(*asset, path, bundled, found);
          unique.add(*asset, path, faults);
        }
      }
    }
  }

 private:
  void check_one(const CodeAsset& asset, const std::string& path, bool bundled, Validation& found) const {
    Faults& faults = found.errors;
    if (kind_ == HookKind::build && !asset.id().starts_with(prefix_)) {
      protocol::add(faults, {path + ".encoding.id",
                             "found " + shown(asset.id()) + "; expected it to begin with '" + prefix_ + "'"});
    }
    if (bundled && !preference_allows(code_.link_mode_preference, asset.link_mode)) {
      protocol::add(faults, {path + ".encoding.link_mode.type",
                             "found '" + std::string(name_of(asset.link_mode)) + "'; the link mode preference is '" +
                                 std::string(name_of(code_.link_mode_preference)) + "'"});
    }
    if (check_code_file(asset, path, faults) && std::holds_alternative<DynamicLoadingBundle>(asset.link_mode)) {
      check_library(*asset.file, code_, path + ".encoding.file", faults, found.warnings);
    }
  }

  HookKind kind_;
  const CodeConfig& code_;
  std::string prefix_;
};

void check_data_assets(const std::vector<Group>& groups, HookKind kind, const std::string& package, Faults& faults) {
  UniqueData unique;
  for (const Group& group : groups) {
    for (std::size_t i = 0; i < group.assets->size(); ++i) {
      const EncodedAsset& encoded = (*group.assets)[i];
      if (encoded.type != kDataAssetType) continue;
      const std::string path = group.path + "." + std::to_string(i);
      const auto asset = read_data_asset(encoded, path, faults);
      if (!asset) continue;
      if (kind == HookKind::build && asset->package != package) {
        protocol::add(faults,
                      {path + ".encoding.package", "found " + shown(asset->package) + "; expected '" + package + "'"});
      }
      check_regular_file(asset->file, path + ".encoding.file", faults);
      unique.add(*asset, path, faults);
    }
  }
}

}  // namespace

bool check_regular_file(const std::filesystem::path& file, const std::string& path, Faults& faults) {
  const auto status = look_at(file, path, faults);
  if (!status || std::filesystem::is_regular_file(*status)) return status.has_value();
  protocol::add(faults, {path, shown(file.string()) + " is no regular file"});
  return false;
}

Faults validate_input(const BuildInput& input) {
  std::vector<Group> groups;
  for (const auto& [package, assets] : input.assets())
    groups.push_back({"assets." + base::key_in_path(package), &assets});
  return check_input(input, groups);
}

Faults validate_input(const LinkInput& input) { return check_input(input, {{"assets", &input.assets()}}); }

Faults check_asset_files(const HookOutput& output, HookKind kind) {
  Faults faults;
  const Groups groups = groups_of(output, kind);
  check_code_files(all_of(groups), faults);
  check_data_files(data_groups(groups, kind), faults);
  return faults;
}

Faults validate_output_base(const HookOutput& output, HookKind kind, const HookConfig& config) {
  Faults faults;
  check_types(output.assets, "assets", config, faults);
  if (kind == HookKind::link) return faults;  // a link hook may send what it likes to link hooks
  if (!config.linking_enabled() && !output.assets_for_linking.empty()) {
    protocol::add(
        faults, {"assets_for_linking", "found entries; nothing can be sent to link hooks, as linking is not enabled"});
  }
  if (config.linking_enabled()) {
    for (const auto& [package, assets] : output.assets_for_linking) {
      check_types(assets, "assets_for_linking." + base::key_in_path(package), config, faults);
    }
  }
  return faults;
}

Validation validate_output_assets(const HookOutput& output, HookKind kind, const HookConfig& config,
                                  const std::string& package) {
  Validation found;
  const Groups groups = groups_of(output, kind);
  if (config.build_code_assets()) {
    const CodeAssetCheck check(kind, config.code(), package);
    check.check(groups.bundled, true, found);
    check.check(groups.not_bundled, false, found);
  }
  check_data_assets(data_groups(groups, kind), kind, package, found.errors);
  return found;
}

Faults validate_application(const std::vector<EncodedAsset>& assets, const std::optional<OS>& target) {
  Faults faults;
  UniqueLibraries libraries(target.value_or(os::kLinux));
  UniqueData data;
  for (std::size_t i = 0; i < assets.size(); ++i) {
    const std::string path = "assets." + std::to_string(i);
    if (assets[i].type == kCodeAssetType) {
      if (const auto asset = read_code_asset(assets[i], path, faults)) libraries.add(*asset, path, faults);
    } else if (assets[i].type == kDataAssetType) {
      if (const auto asset = read_data_asset(assets[i], path, faults)) data.add(*asset, path, faults);
    }
  }
  return faults;
}

}  // namespace hooks::protocol
