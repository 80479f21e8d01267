// SPDX-License-Identifier: BSD-3-Clause
#include "hooks_api/base/files.hpp"
#include "hooks_api/base/shown.hpp"
#include "runner/base/errors.hpp"
#include "runner/base/regex.hpp"
#include "runner/dist/metadata.hpp"
#include "runner/outcome/classify.hpp"
#include "runner/target/built_in_hooks.hpp"
#include "runner/target/version_template.hpp"
#include "runner/workspace/build_options.hpp"

#include <optional>
#include <string>
#include <utility>

namespace grapnel::target {

namespace fs = std::filesystem;
using hooks::Json;
using hooks::base::shown;
using workspace::Option;

namespace {

class VersionHook final : public StagedHook {
 public:
  VersionHook(SelectedHook selected, Surroundings& surroundings)
      : selected_(std::move(selected)), surroundings_(surroundings) {}

  [[nodiscard]] const std::string& name() const noexcept override { return selected_.name; }
  StageEnd construct() override { return {}; }
  StageEnd dependencies(std::vector<std::string>&) override { return ended(outcome::returned()); }
  StageEnd clean(const std::vector<std::string>&) override { return ended(outcome::returned()); }

  StageEnd initialize(const std::string&, BuildData& data) override {
    const std::string path = path_option();
    const fs::path file = (surroundings_.project.root / path).lexically_normal();
    if (const auto pattern = pattern_option()) {
      replace(file, *pattern);
    } else {
      write(file);
    }
    const auto fault =
        data.apply({.build_data = {{"artifacts", Json::Array{"/" + path}}}}, {name(), Stage::initialize});
    if (fault) return ended(outcome::project_failure(*fault));
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

  [[nodiscard]] std::string path_option() const {
    const auto path = option("path");
    if (!path) {
      throw ProjectError("'" + selected_.table.file.string() + "': " + selected_.table.path +
                         ": it has no `path`, which names the file that gets the version");
    }
    std::string text = workspace::string_of(*path);
    if (text.empty()) workspace::refuse(*path, "found an empty string; expected the path of a file");
    return text;
  }

  [[nodiscard]] std::optional<std::string> pattern_option() const {
    const auto pattern = option("pattern");
    if (!pattern) return std::nullopt;
    if (const bool* value = pattern->value->as_bool()) {
      if (!*value) return std::nullopt;
      return std::string(dist::kVersionPattern);
    }
    if (pattern->value->as_string() == nullptr) workspace::refuse(*pattern, "found neither a string nor a boolean");
    std::string text = workspace::string_of(*pattern);
    if (text.empty()) return std::nullopt;
    return text;
  }

  void replace(const fs::path& file, const std::string& pattern) const {
    const std::string hook = "hook " + shown(name()) + ": ";
    const auto text = hooks::base::read_file(file, kMaxRegexText);
    if (!text) {
      if (text.error().error_number == ENOENT) {
        throw ProjectError(hook + "there is no file " + shown(file.native()) +
                           " whose version the `pattern` could replace. Leave out `pattern` to have it written.");
      }
      throw SystemError(text.error());
    }
    const auto span = find_group(pattern, *text, "version");
    if (!span) {
      const std::string what = span.error().message;
      switch (span.error().kind) {
        case RegexError::Kind::group:
          throw ProjectError(hook + "the pattern " + shown(pattern) + " has no group of name 'version': " + what);
        case RegexError::Kind::match:
          throw ProjectError(hook + "the pattern " + shown(pattern) + " matches nothing in " + shown(file.native()) +
                             ": " + what);
        default:
          throw ProjectError(hook + "the pattern " + shown(pattern) + ": " + what);
      }
    }
    std::string changed = *text;
    changed.replace(span->begin, span->end - span->begin, surroundings_.project_version);
    value_or_throw(hooks::base::publish_if_different(file, changed));
  }

  void write(const fs::path& file) const {
    std::string text;
    const auto own = option("template");
    const std::string chosen = own ? workspace::string_of(*own) : std::string();
    const auto filled = fill_template(chosen.empty() ? kDefaultVersionTemplate : chosen, surroundings_.project_version);
    if (!filled) workspace::refuse(*own, filled.error().message);
    value_or_throw(hooks::base::create_directories(file.parent_path()));
    value_or_throw(hooks::base::publish_if_different(file, *filled));
  }

  SelectedHook selected_;
  Surroundings& surroundings_;
};

}  // namespace

std::unique_ptr<StagedHook> version_hook(const SelectedHook& selected, Surroundings& surroundings) {
  return std::make_unique<VersionHook>(selected, surroundings);
}

}  // namespace grapnel::target
