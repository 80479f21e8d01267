// SPDX-License-Identifier: BSD-3-Clause
#include "runner/dist/mailbox.hpp"

#include "hooks_api/base/shown.hpp"
#include "runner/dist/ascii.hpp"

#include <algorithm>
#include <cstddef>

namespace grapnel::dist {
namespace {

constexpr std::string_view kSpecials = "()<>@,:;.\"[]\\";

std::string in_quotes(std::string_view text) {
  std::string result = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') result += '\\';
    result += c;
  }
  return result + '"';
}

/// Words of characters that need no quotes, with dots between them. Beyond ASCII only in domains.
bool is_dot_atom(std::string_view text, bool ascii) {
  if (text.empty() || text.front() == '.' || text.back() == '.' || text.find("..") != std::string_view::npos) {
    return false;
  }
  return std::all_of(text.begin(), text.end(), [&](char c) {
    if (static_cast<unsigned char>(c) >= 0x80) return !ascii;
    return c == '.' || (c > ' ' && c < '\x7f' && kSpecials.find(c) == std::string_view::npos);
  });
}

bool is_domain(std::string_view text) {
  if (!text.starts_with('[')) return is_dot_atom(text, false);
  return text.size() > 2 && text.ends_with(']') && std::all_of(text.begin() + 1, text.end() - 1, [](char c) {
           return c > ' ' && c < '\x7f' && c != '[' && c != ']' && c != '\\';
         });
}

/// The length of the string in quotes that `text` begins with, and its content; 0 for none.
std::size_t read_quoted(std::string_view text, std::string& content) {
  if (!text.starts_with('"')) return 0;
  for (std::size_t at = 1; at < text.size(); ++at) {
    if (text[at] == '"') return at + 1;
    if (text[at] == '\\' && ++at == text.size()) return 0;
    if (is_control(text[at]) || static_cast<unsigned char>(text[at]) >= 0x80) return 0;
    content += text[at];
  }
  return 0;
}

}  // namespace

hooks::base::Expected<std::string> mailbox(std::string_view name, std::string_view address) {
  const auto refuse = [&] {
    return hooks::base::error("found " + hooks::base::shown(address) + "; expected an address such as 'a@example.com'");
  };
  while (!address.empty() && address.front() == ' ') address.remove_prefix(1);
  while (!address.empty() && address.back() == ' ') address.remove_suffix(1);
  std::string local;
  std::size_t at = read_quoted(address, local);
  if (at == 0) {
    at = std::min(address.find('@'), address.size());
    local = std::string(address.substr(0, at));
    if (!is_dot_atom(local, true)) return refuse();
  }
  if (at >= address.size() || address[at] != '@' || !is_domain(address.substr(at + 1))) return refuse();
  std::string text = is_dot_atom(local, true) ? local : in_quotes(local);
  text += address.substr(at);
  if (name.empty()) return text;
  const bool special = name.find_first_of(kSpecials) != std::string_view::npos;
  return (special ? in_quotes(name) : std::string(name)) + " <" + text + ">";
}

}  // namespace grapnel::dist
