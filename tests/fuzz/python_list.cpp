// SPDX-License-Identifier: BSD-3-Clause
// A list as a hookd writes it. What was read is written and read again.
#include <grapnel/hookd_client.hpp>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

// As Python would, but that only what must be escaped is.
std::string written(const std::vector<std::string>& items) {
  std::string text = "[";
  for (const std::string& item : items) {
    if (text.size() > 1) text += ", ";
    text += '\'';
    for (const char c : item) {
      if (c == '\'' || c == '\\') text += '\\';
      if (c == '\n') {
        text += "\\n";
      } else {
        text += c;
      }
    }
    text += '\'';
  }
  return text + "]";
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::vector<std::string> items;
  try {
    items = grapnel::python_list(std::string(reinterpret_cast<const char*>(data), size));
  } catch (const std::invalid_argument&) {
    return 0;
  }
  if (grapnel::python_list(written(items)) != items) std::abort();
  return 0;
}
