// SPDX-License-Identifier: BSD-3-Clause
#include "runner/engine/workspace_memory.hpp"

#include "runner/cache/bytes.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace grapnel::engine {

namespace {

using cache::ByteReader;
using cache::ByteWriter;

constexpr const char* kKey = "packages";

void write(ByteWriter& out, const Graph& graph) {
  std::uint32_t edges = 0;
  for (Node node = 0; node < graph.size(); ++node) edges += static_cast<std::uint32_t>(graph[node].size());
  out.number(edges);
  for (Node node = 0; node < graph.size(); ++node) {
    for (const Node successor : graph[node]) out.number(node).number(successor);
  }
}

Graph read_graph(ByteReader& in, std::size_t size) {
  std::vector<Edge> edges;
  const auto count = in.number<std::uint32_t>();
  for (std::uint32_t i = 0; i < count && !in.failed(); ++i) {
    const auto from = in.number<Node>();
    const auto to = in.number<Node>();
    if (from >= size || to >= size) in.fail();
    if (!in.failed()) edges.emplace_back(from, to);
  }
  return {size, edges};
}

// The packages as the log has them, or false.
bool take_over(workspace::Workspace& workspace, std::string_view bytes, const cache::Digest& files) {
  ByteReader in(bytes);
  if (in.digest() != files) return false;
  const auto count = in.number<std::uint32_t>();
  constexpr std::size_t kSmallest = 2 * sizeof(std::uint32_t);
  workspace.packages.reserve(std::min<std::size_t>(count, in.rest().size() / kSmallest));
  for (std::uint32_t i = 0; i < count && !in.failed(); ++i) {
    std::string name(in.text());
    workspace.packages.push_back({std::move(name), in.text()});
  }
  workspace.dependencies = read_graph(in, workspace.packages.size());
  workspace.dev_dependencies = read_graph(in, workspace.packages.size());
  return !in.failed() && in.rest().empty();
}

}  // namespace

LoadedWorkspace load_workspace(const workspace::Places& places, const std::filesystem::path& file,
                               const cache::StateLog* log) {
  LoadedWorkspace loaded;
  const auto texts = log != nullptr ? workspace::read_package_texts(places) : std::nullopt;
  if (!texts) {
    loaded.workspace = workspace::load(file);
    return loaded;
  }
  // The place counts too: roots are relative to it.
  const cache::Digest files = cache::Fields()
                                  .add(places.file.native())
                                  .add(cache::digest_of(texts->package_config))
                                  .add(cache::digest_of(texts->package_graph))
                                  .digest();
  static_cast<workspace::Places&>(loaded.workspace) = places;
  const auto known = log->find(cache::EntryType::workspace, kKey);
  if (known && take_over(loaded.workspace, *known, files)) {
    loaded.workspace.settings = workspace::load_settings(file);
    loaded.workspace.files = workspace::files_of(loaded.workspace, loaded.workspace.settings);
    return loaded;
  }
  loaded.workspace = workspace::load(places, *texts);
  // Faults are rare, and not kept.
  if (loaded.workspace.faults.empty()) loaded.unknown = files;
  return loaded;
}

void remember_workspace(const workspace::Workspace& workspace, const cache::Digest& files, cache::StateLog& log) {
  ByteWriter out;
  out.digest(files).number(static_cast<std::uint32_t>(workspace.packages.size()));
  for (const workspace::Package& package : workspace.packages) out.text(package.name).text(package.root.native());
  write(out, workspace.dependencies);
  write(out, workspace.dev_dependencies);
  log.append(cache::EntryType::workspace, kKey, out.take());
}

}  // namespace grapnel::engine
