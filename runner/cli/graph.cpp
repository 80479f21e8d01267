// SPDX-License-Identifier: BSD-3-Clause
// `grapnel graph`: the packages with hooks and those between them (docs/caching.md).
#include "runner/cli/commands.hpp"
#include "runner/cli/hook_command.hpp"
#include "runner/cli/printed.hpp"
#include "runner/report/terminal.hpp"
#include "runner/report/visible_text.hpp"
#include <grapnel/preview.hpp>

#include <unistd.h>

#include <string_view>
#include <utility>

namespace grapnel::cli {

namespace {

using hooks::Json;

// "build and link hook", "no hook".
std::string words_for(const GraphPackage& package) {
  if (package.is_unknown) return "a CMake project that is not configured yet";
  if (package.hooks.empty()) return "no hook";
  std::string words;
  for (const HookKind kind : package.hooks) words += (words.empty() ? "" : " and ") + std::string(name_of(kind));
  return words + " hook";
}

std::string text_of(const PackageGraph& graph) {
  std::string text;
  for (const GraphPackage& package : graph.packages) {
    text += report::visible_text(package.name) + ": " + words_for(package) + "\n";
    for (const std::string& dependency : package.dependencies) {
      text += "  needs " + report::visible_text(dependency) + "\n";
    }
  }
  return text;
}

// A string of dot: whatever is in a name, it stays one.
std::string dot_string(std::string_view text) {
  std::string out = "\"";
  for (const char c : report::visible_text(text)) {
    if (c == '"' || c == '\\') out += '\\';
    out += c == '\n' ? ' ' : c;
  }
  return out + "\"";
}

std::string dot_of(const PackageGraph& graph) {
  std::string text = "digraph hooks {\n";
  for (const GraphPackage& package : graph.packages) {
    const bool has_hook = !package.hooks.empty() || package.is_unknown;
    const std::string name = dot_string(package.name);
    text += "  " + name + " [shape=" + (has_hook ? "box" : "ellipse, style=dashed") +
            ", label=" + name.substr(0, name.size() - 1) + "\\n" + words_for(package) + "\"];\n";
  }
  for (const GraphPackage& package : graph.packages) {
    for (const std::string& dependency : package.dependencies) {
      text += "  " + dot_string(package.name) + " -> " + dot_string(dependency) + ";\n";
    }
  }
  return text + "}\n";
}

Json document_of(const PackageGraph& graph) {
  Json::Array packages;
  for (const GraphPackage& package : graph.packages) {
    Json::Array kinds;
    for (const HookKind kind : package.hooks) kinds.emplace_back(name_of(kind));
    packages.emplace_back(
        Json::Object{{"dependencies", Json::Array(package.dependencies.begin(), package.dependencies.end())},
                     {"hooks", std::move(kinds)},
                     {"name", package.name},
                     {"unknown", package.is_unknown}});
  }
  return Json::Object{{"packages", std::move(packages)}};
}

}  // namespace

int run(const GraphCommand& command) {
  return telling([&] {
    report::Terminal terminal(STDERR_FILENO, command.terminal);
    const PackageGraph graph = Runner(runner_options(command, terminal, {})).graph();
    if (!graph.outcome.success()) return graph.outcome.exit_code;
    switch (command.format) {
      case GraphCommand::Format::text:
        print(text_of(graph));
        break;
      case GraphCommand::Format::dot:
        print(dot_of(graph));
        break;
      case GraphCommand::Format::json:
        print_document(document_of(graph));
        break;
    }
    return 0;
  });
}

}  // namespace grapnel::cli
