// SPDX-License-Identifier: BSD-3-Clause
#include "runner/engine/program_memory.hpp"

#include "runner/cache/record.hpp"

#include <algorithm>
#include <utility>

namespace grapnel::engine {

namespace asio = boost::asio;

using cache::Counts;
using cache::Dependency;
using cache::Role;

namespace {

// A state that no later one equals and a digest that no content has: what was read while it changed proves nothing.
void distrust(Dependency& dependency) {
  dependency.state.kind = cache::FileState::Kind::unreadable;
  dependency.digest = {};
}

void add(ReadyProgram& ready, std::string path) {
  const std::string& kept = ready.paths.emplace_back(std::move(path));
  ready.made_of.push_back(cache::observe(Role::program, Counts::content, kept));
}

// The record's dependencies where every one is as it was, and else nothing. What is learnt on the way is lost: the next
// question is answered by the hook's own record.
bool take_over(ReadyProgram& ready, std::string_view encoded) {
  cache::DependencyReader reader(encoded);
  while (auto dependency = reader.next()) {
    const cache::Observed now = cache::look_again(*dependency);
    if (now.changed) return false;
    if (now.is_worth_recording) {
      dependency->state = now.content.state;
      dependency->seen_at = now.seen_at;
    }
    dependency->path = ready.paths.emplace_back(dependency->path);
    ready.made_of.push_back(*dependency);
  }
  return true;
}

}  // namespace

asio::awaitable<ReadyProgram> ready_program(const program::HookSource& source, const workspace::Package& package,
                                            const ProgramPlace& place, program::StepObserver& observer) {
  ReadyProgram ready;
  const program::Recipe recipe = program::recipe_for(source, package, place.toolchain);
  if (recipe.identity.empty()) {
    ready.command = recipe.command;
    add(ready, source.file);
    co_return ready;
  }
  const auto lock = co_await program::lock_programs(package, place.toolchain, observer, place.stop);
  if (!lock) co_return ready;
  const std::string key = cache::log_key({package.name, name_of(source.kind)});
  place.log.refresh();
  const auto bytes = place.log.find(cache::EntryType::program, key);
  const auto record = bytes && place.use_cache ? cache::decode_program_record(*bytes) : std::nullopt;
  // Compilers look at more variables than anybody knows (CPATH, and what their wrappers read).
  const std::string identity = recipe.identity + "\n" + place.environment;
  if (record && record->identity == identity && take_over(ready, record->dependencies)) {
    ready.command = recipe.command;
    co_return ready;
  }

  ready = {};
  const cache::Moment began = cache::file_clock();
  auto built = co_await program::build_program(source, package, place.toolchain, place.launcher, observer, place.stop);
  ready.failure = std::move(built.failure);
  if (!built.command) co_return ready;
  ready.command = std::move(built.command);
  for (const std::filesystem::path& file : ready.command->dependencies) {
    add(ready, file.native());
    Dependency& added = ready.made_of.back();
    // Whether the compiler saw it before or after it was touched nobody knows.
    if (added.state.kind != cache::FileState::Kind::missing && added.state.changed >= began) distrust(added);
  }
  add(ready, recipe.command.arguments.back());  // what runs: the program, or the kernel that dart is given
  if (place.use_cache) {
    const std::string encoded = cache::encode_dependencies(ready.made_of);
    place.log.append(cache::EntryType::program, key, cache::encode(cache::ProgramRecord{identity, encoded}));
  }
  co_return ready;
}

}  // namespace grapnel::engine
