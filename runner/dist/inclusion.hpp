// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// Maps from what is shipped to where: force_include, shared_data and their like (spec: hatch-build-hooks, 3.4).
#pragma once

#include "runner/workspace/build_options.hpp"
#include <hooks/json.hpp>

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace grapnel::dist {

/// Who wrote an entry of build data, for messages: "hook 'codegen'". `field` is such as "force_include"; `key` is its
/// source or, in lists, the entry.
using Origin = std::function<std::string(std::string_view field, std::string_view key)>;

/// Hatch's behaviour in place of ours, where that is an improvement (spec: hatch-build-hooks, section 6.3).
struct LikeHatch {
  bool containment = false;      ///< targets may leave the archive, or lie in its .dist-info
  bool duplicates = false;       ///< two members of one name are no error in an sdist
  bool missing_sources = false;  ///< a shared source that is not there is left out
  bool shared_ignores = false;   ///< excludes and VCS ignores apply in directories that hooks name in shared maps
};

/// One entry.
struct Inclusion {
  std::filesystem::path source{};  ///< absolute, normal
  std::string target{};            ///< normal, without slashes at its ends; empty: the archive's root
  std::string origin{};            ///< "hook 'codegen', force_include 'gen/a.py'"
  bool is_from_hook = false;
};

/// Python's os.path.normpath() of a path with forward slashes, without slashes at its ends; empty for "." and "/".
[[nodiscard]] std::string normal_relative_path(std::string_view path);

/// A source as people write it: `~` is HOME, relative counts from `root`.
[[nodiscard]] std::filesystem::path normal_source(std::string_view source, const std::filesystem::path& root);

/// The entries of an option that is a mapping, in the order of shipping: by depth of the target, target, source. Throws
/// ProjectError for a target outside the archive.
[[nodiscard]] std::vector<Inclusion> read_inclusions(const workspace::Option& option, const std::filesystem::path& root,
                                                     const LikeHatch& like_hatch);

/// The same for a field of build data; none where it is not there. Throws ProjectError that names the hook.
[[nodiscard]] std::vector<Inclusion> read_inclusions(const hooks::Json::Object& build_data, std::string_view field,
                                                     const std::filesystem::path& root, const Origin& origin,
                                                     const LikeHatch& like_hatch);

/// By depth of the target, then target, then source: the order of shipping.
[[nodiscard]] std::vector<Inclusion> in_order(std::vector<Inclusion> inclusions);

/// `more` over `inclusions`: an entry of a source that is there already takes its place.
[[nodiscard]] std::vector<Inclusion> merged(std::vector<Inclusion> inclusions, const std::vector<Inclusion>& more);

/// The strings of a list of build data. Throws ProjectError for others, and for empty ones and those with a NUL.
[[nodiscard]] std::vector<std::string> read_strings(const hooks::Json::Object& build_data, std::string_view field,
                                                    const Origin& origin);

/// A boolean of build data. Throws ProjectError for another value.
[[nodiscard]] bool read_boolean(const hooks::Json::Object& build_data, std::string_view field, bool otherwise,
                                const Origin& origin);

/// What is wrong with a target that a hook gives; empty where nothing is: a NUL, a backslash, a path that is absolute
/// or has "..". "/" alone is the archive's root.
[[nodiscard]] std::string fault_of_hook_target(std::string_view target);

/// "hook 'codegen', force_include 'gen/a.py'".
[[nodiscard]] std::string origin_text(const Origin& origin, std::string_view field, std::string_view key);

}  // namespace grapnel::dist
