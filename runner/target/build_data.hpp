// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// Build data: what the hooks of a target see and change before it is built (spec: hatch-build-hooks, section 3).
#pragma once

#include "hooks_api/build_target/stage_document.hpp"
#include <hooks/json.hpp>

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace grapnel::target {

/// What kind of value a field holds.
enum class FieldType { text, boolean, list, mapping };

/// A field that the target itself recognises; hooks may add others of any type.
struct DataField {
  std::string_view name;
  FieldType type;
};

/// Who changes build data, for messages: "hook 'tables', stage initialize".
struct Writer {
  std::string hook;
  hooks::build_target::Stage stage = hooks::build_target::Stage::initialize;
};

/// By what every change is judged.
struct DataRules {
  bool types = true;        ///< and conflicts between hooks
  bool containment = true;  ///< targets stay in the archive
};

/// The build data of one version of a target. Remembers who wrote what. A value.
class BuildData {
 public:
  /// `fields`: the target's own; `artifacts`, `force_include` and `build_hooks` are added. `defaults` may have any.
  BuildData(std::vector<DataField> fields, hooks::Json::Object defaults, const std::vector<std::string>& build_hooks,
            DataRules rules);

  [[nodiscard]] const hooks::Json::Object& values() const noexcept { return values_; }
  /// Patterns of files to leave out, in the order in which they came.
  [[nodiscard]] const std::vector<std::string>& exclude() const noexcept { return exclude_; }

  /// Applies a hook's patch. A fault, which names hook, stage and key, is given back, and nothing is changed then.
  [[nodiscard]] std::optional<std::string> apply(const hooks::build_target::BuildDataPatch& patch,
                                                 const Writer& writer);
  /// Takes over the data as a hook left them, and finds out what it changed.
  [[nodiscard]] std::optional<std::string> replace(const hooks::Json::Object& image, const Writer& writer);

  /// Sets what the target found out while it built (spec: table 6.3, finalize).
  void set(std::string_view key, hooks::Json value);

  /// Who wrote an entry: "hook 'tables'", or an empty string for nobody. `entry`: a key of a mapping, a text of a list.
  [[nodiscard]] std::string writer_of(std::string_view field, std::string_view entry) const;

 private:
  [[nodiscard]] const DataField* field(std::string_view name) const noexcept;
  [[nodiscard]] std::string fault_of(const hooks::Json::Object& changes) const;
  /// Whether a change takes the entry of a mapping away.
  using IsGone = std::function<bool(std::string_view field, std::string_view source)>;
  [[nodiscard]] std::string conflict_of(const hooks::Json::Object& changes, const Writer& writer,
                                        const IsGone& is_gone) const;
  void remember(std::string_view field, const hooks::Json& value, const Writer& writer);
  void forget_what_is_gone();

  std::vector<DataField> fields_;
  hooks::Json::Object values_;
  std::vector<std::string> exclude_;
  std::map<std::pair<std::string, std::string>, std::string, std::less<>> writers_;  ///< by field and entry
  DataRules rules_;
};

}  // namespace grapnel::target
