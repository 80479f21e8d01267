// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// Whether the text of one document is valid by itself.
#pragma once

#include "hooks_api/protocol/fault.hpp"
#include "runner/validate/document_kind.hpp"

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string_view>

namespace grapnel::validate {

/// What is known of a document besides its text.
struct Judged {
  std::optional<DocumentKind> kind{};  ///< absent: to be recognised
  std::filesystem::path file{};        ///< its name, to recognise it by; empty: none
  std::filesystem::path directory{};   ///< absolute; what relative paths in it count from
  bool check_files = false;            ///< the files that a valid document names have to exist
};

/// What came of it.
struct Verdict {
  std::optional<DocumentKind> kind;  ///< absent where it was not recognised
  hooks::protocol::Validation found;
  /// Nobody knows what it should be: no name, no member says it. A text that is no JSON is a fault instead.
  [[nodiscard]] bool unrecognised() const noexcept { return !kind && found.errors.empty(); }
};

/// The verdict on `text`: JSON (within hooks_api/base/json.hpp's limits; package files may be as large as their readers
/// allow) or TOML. Touches no file unless `check_files`.
[[nodiscard]] Verdict judge(std::string_view text, const Judged& document);

/// The largest text that a document of that kind may have; of any kind where none is given.
[[nodiscard]] std::size_t max_bytes(std::optional<DocumentKind> kind) noexcept;

}  // namespace grapnel::validate
