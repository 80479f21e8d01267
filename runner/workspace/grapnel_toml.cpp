// SPDX-License-Identifier: BSD-3-Clause
#include "runner/workspace/grapnel_toml.hpp"

#include "hooks_api/base/files.hpp"
#include "hooks_api/base/utf8.hpp"
#include "runner/base/errors.hpp"
#include "runner/workspace/documents.hpp"
#include "runner/workspace/nearest.hpp"
#include "runner/workspace/shown.hpp"
#include "runner/workspace/tomlplusplus.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>
#include <vector>

namespace grapnel::workspace {
namespace {

using hooks::Json;
using hooks::protocol::Fault;
using hooks::protocol::Faults;

// Values go into input.json, four levels down, which hooks read with a limit of 64.
constexpr std::size_t kMaxValueDepth = 60;

constexpr std::array<std::string_view, 6> kTables{"packages", "user-defines", "environment",
                                                  "defaults", "console",      "build"};

std::string joined(const std::string& path, std::string_view key) {
  std::string text = shown(hooks::base::key_in_path(key));
  text = text.substr(1, text.size() - 2);
  return path.empty() ? text : path + "." + text;
}

/// "an integer", with its article, for messages.
std::string_view kind_of(const toml::node& node) {
  switch (node.type()) {
    case toml::node_type::table:
      return "a table";
    case toml::node_type::array:
      return "a list";
    case toml::node_type::string:
      return "a string";
    case toml::node_type::integer:
      return "an integer";
    case toml::node_type::floating_point:
      return "a number";
    case toml::node_type::boolean:
      return "a boolean";
    case toml::node_type::date:
      return "a date";
    case toml::node_type::time:
      return "a time";
    case toml::node_type::date_time:
      return "a date and time";
    case toml::node_type::none:
      break;
  }
  return "nothing";
}

/// "'a', 'b' or 'c'".
std::string alternatives(std::span<const std::string_view> values) {
  std::string text;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (i > 0) text += i + 1 == values.size() ? " or " : ", ";
    text += shown(values[i]);
  }
  return text;
}

/// One reading of one document.
class Reader {
 public:
  Reader(const std::filesystem::path& directory, Faults& faults) : directory_(directory), faults_(faults) {}

  GrapnelToml read(const toml::table& document) {
    GrapnelToml read;
    refuse_unknown(document, "", kTables);
    if (const toml::table* packages = table(document, "", "packages")) {
      read.has_packages = true;
      read_packages(*packages, read);
    } else if (document.contains("packages")) {
      read.has_packages = true;  // not a table: a fault, and no reason to look elsewhere
    }
    if (const toml::table* defines = table(document, "", "user-defines")) {
      read.settings.user_defines = read_user_defines(*defines);
    }
    if (const toml::table* environment = table(document, "", "environment")) {
      read.settings.environment = read_environment(*environment);
    }
    if (const toml::table* defaults = table(document, "", "defaults")) {
      read.settings.defaults = read_defaults(*defaults);
    }
    if (const toml::table* console = table(document, "", "console")) {
      read.settings.console = read_console(*console);
    }
    return read;
  }

 private:
  /// Whether so much is wrong that nothing more is told: reading on would only take time.
  [[nodiscard]] bool is_full() const noexcept { return faults_.size() > hooks::protocol::kMaxFaults; }

  void fault(const toml::source_position& where, std::string path, std::string message) {
    add(faults_, {std::move(path), std::move(message), where.line, where.column});
  }
  void fault(const toml::node& node, std::string path, std::string message) {
    fault(node.source().begin, std::move(path), std::move(message));
  }

  void refuse_unknown(const toml::table& table, const std::string& path, std::span<const std::string_view> known) {
    for (const auto& [key, value] : table) {
      if (std::find(known.begin(), known.end(), key.str()) != known.end()) continue;
      fault(key.source().begin, joined(path, key.str()),
            "unknown key; the nearest known one is " + shown(nearest(key.str(), known)));
    }
  }

  /// The node at `key`, or nullptr.
  static const toml::node* find(const toml::table& table, std::string_view key) { return table.get(key); }

  void wrong_kind(const toml::node& node, std::string path, std::string_view expected) {
    fault(node, std::move(path), "found " + std::string(kind_of(node)) + "; expected " + std::string(expected));
  }

  const toml::table* table(const toml::table& parent, const std::string& path, std::string_view key) {
    const toml::node* node = find(parent, key);
    if (node == nullptr) return nullptr;
    if (!node->is_table()) wrong_kind(*node, joined(path, key), "a table");
    return node->as_table();
  }

  std::optional<std::string> string(const toml::table& parent, const std::string& path, std::string_view key) {
    const toml::node* node = find(parent, key);
    if (node == nullptr) return std::nullopt;
    const auto* value = node->as_string();
    if (value == nullptr) {
      wrong_kind(*node, joined(path, key), "a string");
      return std::nullopt;
    }
    if (value->get().empty() || value->get().find('\0') != std::string::npos) {
      fault(*node, joined(path, key), "found " + shown(value->get()) + "; expected a text without NUL");
      return std::nullopt;
    }
    return value->get();
  }

  template <typename T>
  std::optional<T> scalar(const toml::table& parent, const std::string& path, std::string_view key,
                          std::string_view expected) {
    const toml::node* node = find(parent, key);
    if (node == nullptr) return std::nullopt;
    const auto* value = node->as<T>();
    if (value == nullptr) {
      wrong_kind(*node, joined(path, key), expected);
      return std::nullopt;
    }
    return value->get();
  }

  /// Calls `take(text, node, path)` for each string of the list at `key`.
  template <typename Take>
  void strings(const toml::table& parent, const std::string& path, std::string_view key, Take take) {
    const toml::node* node = find(parent, key);
    if (node == nullptr) return;
    const toml::array* list = node->as_array();
    if (list == nullptr) {
      wrong_kind(*node, joined(path, key), "a list");
      return;
    }
    for (std::size_t i = 0; i < list->size() && !is_full(); ++i) {
      const toml::node& element = (*list)[i];
      std::string element_path = joined(path, key) + "." + std::to_string(i);
      if (const auto* text = element.as_string()) {
        take(text->get(), element, std::move(element_path));
      } else {
        wrong_kind(element, std::move(element_path), "a string");
      }
    }
  }

  void read_packages(const toml::table& packages, GrapnelToml& read) {
    constexpr std::array<std::string_view, 3> kKeys{"path", "dependencies", "dev-dependencies"};
    std::vector<std::pair<const toml::key*, const toml::node*>> in_order;
    for (const auto& [key, value] : packages) in_order.emplace_back(&key, &value);
    // toml++ gives the keys by name.
    std::sort(in_order.begin(), in_order.end(), [](const auto& left, const auto& right) {
      return left.first->source().begin < right.first->source().begin;
    });

    for (const auto& [key, value] : in_order) {
      const std::string path = joined("packages", key->str());
      if (!is_package_name(key->str())) {
        fault(key->source().begin, path, "found " + shown(key->str()) + "; expected " + std::string(kPackageName));
      }
      const toml::table* entry = value->as_table();
      if (entry == nullptr) {
        wrong_kind(*value, path, "a table");
        continue;
      }
      refuse_unknown(*entry, path, kKeys);
      const std::string name(key->str());
      if (!entry->contains("path")) {
        fault(key->source().begin, path + ".path", "missing; expected a string");
      } else if (const auto root = string(*entry, path, "path")) {
        read.roots.push_back({name, resolved(*root)});
      }
      read.needs.push_back(
          {name, names(*entry, path, "dependencies", packages), names(*entry, path, "dev-dependencies", packages)});
    }
  }

  /// `path`, relative to the file's directory, absolute and normal without a separator at its end.
  [[nodiscard]] std::filesystem::path resolved(const std::string& path) const {
    const std::filesystem::path normal = (directory_ / path).lexically_normal();
    return normal.has_filename() || normal == normal.root_path() ? normal : normal.parent_path();
  }

  /// The names in a list, each once; all of them packages of the file.
  std::vector<std::string> names(const toml::table& parent, const std::string& path, std::string_view key,
                                 const toml::table& packages) {
    std::vector<std::string> read;
    std::unordered_set<std::string> seen;
    strings(parent, path, key, [&](const std::string& name, const toml::node& node, std::string element_path) {
      if (!is_package_name(name)) {
        fault(node, std::move(element_path), "found " + shown(name) + "; expected " + std::string(kPackageName));
      } else if (!packages.contains(name)) {
        fault(node, std::move(element_path), "found " + shown(name) + ", which has no table [packages." + name + "]");
      } else if (seen.insert(name).second) {
        read.push_back(name);
      }
    });
    return read;
  }

  DefinesByPackage read_user_defines(const toml::table& packages) {
    DefinesByPackage defines;
    for (const auto& [key, value] : packages) {
      const std::string path = joined("user-defines", key.str());
      if (!value.is_table()) {
        wrong_kind(value, path, "a table");
        continue;
      }
      const Json json = to_json(value, path, 1);
      if (json.as_object() != nullptr) defines.emplace(std::string(key.str()), *json.as_object());
    }
    return defines;
  }

  Json to_json(const toml::node& node, const std::string& path, std::size_t depth) {
    if (is_full()) return {};
    if (depth > kMaxValueDepth) {
      fault(node, path, "nested deeper than " + std::to_string(kMaxValueDepth) + " levels");
      return {};
    }
    if (const toml::table* table = node.as_table()) {
      Json::Object object;
      for (const auto& [key, value] : *table) {
        object.insert(std::string(key.str()), to_json(value, joined(path, key.str()), depth + 1));
      }
      return object;
    }
    if (const toml::array* array = node.as_array()) {
      Json::Array list;
      for (const toml::node& element : *array) {
        list.push_back(to_json(element, path + "." + std::to_string(list.size()), depth + 1));
      }
      return list;
    }
    if (const auto* value = node.as_string()) return value->get();
    if (const auto* value = node.as_integer()) return value->get();
    if (const auto* value = node.as_boolean()) return value->get();
    if (const auto* value = node.as_floating_point()) {
      if (std::isfinite(value->get())) return value->get();
      fault(node, path,
            std::string(std::isnan(value->get()) ? "found nan" : "found inf") +
                ", which JSON cannot express and so no hook be told; expected a finite number");
      return {};
    }
    fault(node, path,
          "found " + std::string(kind_of(node)) +
              ", which JSON cannot express and so no hook be told; put it in quotes to make it a string");
    return {};
  }

  EnvironmentPolicy read_environment(const toml::table& environment) {
    constexpr std::array<std::string_view, 2> kKeys{"pass", "pass-only"};
    refuse_unknown(environment, "environment", kKeys);
    EnvironmentPolicy policy;
    const auto take_into = [this](std::vector<std::string>& patterns) {
      return [this, &patterns](const std::string& pattern, const toml::node& node, std::string path) {
        if (const std::string why = fault_of_variable_pattern(pattern); !why.empty()) {
          fault(node, std::move(path), shown(pattern) + " " + why);
        } else {
          patterns.push_back(pattern);
        }
      };
    };
    strings(environment, "environment", "pass", take_into(policy.names));
    strings(environment, "environment", "pass-only", take_into(policy.pass_only));
    return policy;
  }

  Defaults read_defaults(const toml::table& table) {
    constexpr std::array<std::string_view, 17> kKeys{"root-package",
                                                     "dev-dependencies",
                                                     "target-os",
                                                     "target-arch",
                                                     "link-mode-preference",
                                                     "asset-types",
                                                     "sanitizer",
                                                     "android-api",
                                                     "ios-sdk",
                                                     "ios-version",
                                                     "macos-version",
                                                     "linking-enabled",
                                                     "cc",
                                                     "ar",
                                                     "ld",
                                                     "cxx",
                                                     "dart"};
    const std::string path = "defaults";
    refuse_unknown(table, path, kKeys);
    Defaults defaults;
    defaults.root_package = string(table, path, "root-package");
    if (defaults.root_package && !is_package_name(*defaults.root_package)) {
      fault(*find(table, "root-package"), "defaults.root-package",
            "found " + shown(*defaults.root_package) + "; expected " + std::string(kPackageName));
    }
    defaults.dev_dependencies = scalar<bool>(table, path, "dev-dependencies", "a boolean");
    defaults.linking_enabled = scalar<bool>(table, path, "linking-enabled", "a boolean");
    defaults.target_os = string(table, path, "target-os");
    defaults.target_arch = string(table, path, "target-arch");
    defaults.link_mode_preference = link_mode_preference(table, path);
    if (find(table, "asset-types") != nullptr) {
      std::vector<std::string>& types = defaults.asset_types.emplace();
      strings(table, path, "asset-types",
              [&](const std::string& type, const toml::node&, const std::string&) { types.push_back(type); });
    }
    defaults.sanitizer = string(table, path, "sanitizer");
    defaults.android_api = scalar<std::int64_t>(table, path, "android-api", "an integer");
    defaults.ios_sdk = string(table, path, "ios-sdk");
    defaults.ios_version = scalar<std::int64_t>(table, path, "ios-version", "an integer");
    defaults.macos_version = scalar<std::int64_t>(table, path, "macos-version", "an integer");
    defaults.cc = program(table, path, "cc");
    defaults.ar = program(table, path, "ar");
    defaults.ld = program(table, path, "ld");
    defaults.cxx = program(table, path, "cxx");
    defaults.dart = program(table, path, "dart");
    return defaults;
  }

  ConsoleSettings read_console(const toml::table& table) {
    constexpr std::array<std::string_view, 2> kKeys{"mode", "color"};
    constexpr std::array<std::string_view, 4> kModes{"auto", "fancy", "plain", "none"};
    constexpr std::array<std::string_view, 3> kColors{"auto", "always", "never"};
    refuse_unknown(table, "console", kKeys);
    return {.mode = one_of(table, "console", "mode", kModes), .color = one_of(table, "console", "color", kColors)};
  }

  std::optional<std::string> link_mode_preference(const toml::table& table, const std::string& path) {
    constexpr std::array<std::string_view, 4> kPreferences{"dynamic", "static", "prefer_dynamic", "prefer_static"};
    return one_of(table, path, "link-mode-preference", kPreferences);
  }

  std::optional<std::string> one_of(const toml::table& table, const std::string& path, std::string_view key,
                                    std::span<const std::string_view> known) {
    std::optional<std::string> text = string(table, path, key);
    if (text && std::find(known.begin(), known.end(), *text) == known.end())
      fault(*find(table, key), joined(path, key), "found " + shown(*text) + "; expected " + alternatives(known));
    return text;
  }

  std::optional<std::string> program(const toml::table& table, const std::string& path, std::string_view key) {
    std::optional<std::string> text = string(table, path, key);
    if (text && text->find('/') != std::string::npos) text = resolved(*text).string();
    return text;
  }

  const std::filesystem::path& directory_;
  Faults& faults_;
};

}  // namespace

GrapnelToml read_grapnel_toml(std::string_view text, const std::filesystem::path& directory, Faults& faults) {
  const std::optional<toml::table> document = parse_toml(text, faults);
  if (!document) return {};
  Faults found;
  GrapnelToml read = Reader(directory, found).read(*document);
  std::stable_sort(found.begin(), found.end(), [](const Fault& left, const Fault& right) {
    // One without a place, that there are more, comes last: 0 - 1 is the largest number.
    return std::pair(left.line - 1, left.column) < std::pair(right.line - 1, right.column);
  });
  faults.insert(faults.end(), found.begin(), found.end());
  return read;
}

GrapnelToml load_grapnel_toml(const std::filesystem::path& file) {
  Faults faults;
  GrapnelToml read = read_grapnel_toml(read_text(file, kMaxTomlBytes), file.parent_path(), faults);
  refuse_faults(file, faults, "Its reference is docs/workspaces.md.");
  read.settings.file = file;
  return read;
}

GrapnelToml load_grapnel_toml_with_packages(const std::filesystem::path& file) {
  GrapnelToml read = load_grapnel_toml(file);
  if (read.has_packages) return read;
  throw ProjectError("'" + file.string() +
                     "' has no packages, so it is no workspace. Add a table for each, such as [packages.app] with its "
                     "path, or name a package_config.json.");
}

bool describes_packages(const std::filesystem::path& file) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(file, error)) return false;
  const auto text = hooks::base::read_file(file, kMaxTomlBytes);
  if (!text) return true;
  Faults faults;
  const std::optional<toml::table> document = parse_toml(*text, faults);
  return !document || document->contains("packages");
}

}  // namespace grapnel::workspace
