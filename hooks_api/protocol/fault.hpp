// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// What is wrong with a document.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace hooks::protocol {

/// One fault: where in the document, and what was found and expected there.
struct Fault {
  std::string
      path;  ///< dotted, lists by index: "assets_for_linking.pkg.0.encoding.file"; empty for the document itself
  std::string message;     ///< complete without the place
  std::size_t line = 0;    ///< from 1, in documents that people write (TOML, YAML); 0 where it is unknown
  std::size_t column = 0;  ///< from 1
  friend bool operator==(const Fault&, const Fault&) = default;
};

using Faults = std::vector<Fault>;

/// Adds a fault to those of one document, but no more than kMaxFaults: one of the largest documents may have millions.
/// A last one then says that there are more.
void add(Faults& faults, Fault fault);
inline constexpr std::size_t kMaxFaults = 1'000;

/// What a validation found: errors make a document invalid, warnings do not.
struct Validation {
  Faults errors;
  Faults warnings;
};

/// "line 3, column 5, path: message" without the parts that are unknown; the message alone for the document itself.
[[nodiscard]] std::string describe(const Fault& fault);
/// One line a fault, each with a leading "- ".
[[nodiscard]] std::string describe(const Faults& faults);

}  // namespace hooks::protocol
