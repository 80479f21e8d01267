// SPDX-License-Identifier: BSD-3-Clause
#include "runner/cli/luciexe_arguments.hpp"

#include "hooks_api/base/utf8.hpp"
#include "runner/cli/hook_flags.hpp"

#include <algorithm>
#include <string_view>

namespace grapnel::cli {

namespace {

bool names_a_flag(std::string_view name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  });
}

bool is_given(const std::vector<std::string>& arguments, const std::string& flag) {
  return std::any_of(arguments.begin(), arguments.end(),
                     [&](const std::string& argument) { return argument == flag || argument.starts_with(flag + "="); });
}

// False for what is no value of a flag.
bool add(std::vector<std::string>& to, const std::string& flag, const hooks::Json& value) {
  using Kind = hooks::Json::Kind;
  switch (value.kind()) {
    case Kind::boolean:
      to.push_back(*value.as_bool() ? flag : flag + "=false");
      return true;
    case Kind::string:
      to.push_back(flag + "=" + *value.as_string());
      return true;
    case Kind::integer:
    case Kind::number:
      to.push_back(flag + "=" + value.to_string());
      return true;
    case Kind::null:
      return true;  // as if it was not there
    case Kind::array:
    case Kind::object:
      break;
  }
  return false;
}

}  // namespace

std::optional<LuciexeCommand> luciexe_command(int argc, const char* const* argv) {
  if (argc < 2 || std::string_view(argv[1]) != "luciexe") return std::nullopt;
  LuciexeCommand command;
  bool has_output = false;
  bool is_ours = true;
  constexpr std::string_view kOutput = "--output=";
  for (int i = 2; i < argc; ++i) {
    const std::string argument = argv[i];
    if (!hooks::base::is_utf8(argument)) return std::nullopt;
    std::string output;
    if (is_ours && argument == "--") {
      is_ours = false;
      continue;
    }
    if (is_ours && (argument == "--help" || argument == "-h")) return std::nullopt;
    if (is_ours && argument == "--output") {
      if (++i < argc) output = argv[i];
    } else if (is_ours && argument.starts_with(kOutput)) {
      output = argument.substr(kOutput.size());
    } else {
      command.arguments.push_back(argument);
      continue;
    }
    if (output.empty() || std::exchange(has_output, true)) return std::nullopt;
    command.output = absolute(output);
  }
  return command;
}

tl::expected<std::vector<std::string>, std::string> build_arguments(const hooks::Json::Object& properties,
                                                                    const std::vector<std::string>& arguments) {
  std::vector<std::string> all;
  const hooks::Json* own = properties.find("grapnel");
  if (own != nullptr && !own->is_null()) {
    if (own->as_object() == nullptr) return tl::unexpected(std::string("input.properties.grapnel: expected an object"));
    for (const hooks::Json::Member& member : *own->as_object()) {
      std::string name = member.key;
      std::replace(name.begin(), name.end(), '_', '-');
      const std::string where = "input.properties.grapnel." + member.key;
      if (!names_a_flag(name)) return tl::unexpected(where + ": no flag of 'grapnel build' has this name");
      const std::string flag = "--" + name;
      if (is_given(arguments, flag)) continue;
      bool fits = true;
      if (const hooks::Json::Array* values = member.value.as_array()) {
        for (const hooks::Json& value : *values) fits = fits && add(all, flag, value);
      } else {
        fits = add(all, flag, member.value);
      }
      if (!fits) return tl::unexpected(where + ": expected true, false, a number, a text, or a list of those");
    }
  }
  all.insert(all.end(), arguments.begin(), arguments.end());
  return all;
}

}  // namespace grapnel::cli
