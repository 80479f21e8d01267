// SPDX-License-Identifier: BSD-3-Clause
#include <hooks/exceptions.hpp>

namespace hooks {

std::string_view name_of(FailureType type) noexcept {
  switch (type) {
    case FailureType::build:
      return "build";
    case FailureType::infra:
      return "infra";
    case FailureType::uncategorized:
      return "uncategorized";
  }
  return "";
}

}  // namespace hooks
