// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// Whether a hook has to run, why, and what its run leaves behind: between the engine and the room of records.
#pragma once

#include "runner/cache/environment_key.hpp"
#include "runner/cache/log.hpp"
#include "runner/cache/record.hpp"
#include "runner/engine/hook_directories.hpp"
#include <grapnel/events.hpp>
#include <grapnel/path_list.hpp>
#include <hooks/json.hpp>
#include <hooks/output.hpp>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace grapnel::engine {

/// What decides about a hook but for files.
struct HookQuestion {
  HookId hook{};
  std::string config{};         ///< checksum
  cache::Digest ingredients{};  ///< of all that input.json is made from
  std::string program{};        ///< identity of its recipe
};

/// What a hook run depended on, as it was when the run had ended.
struct Observation {
  std::deque<std::string> paths{};  ///< what `dependencies` borrow from
  std::vector<cache::Dependency> dependencies{};
  /// Those that changed while the hook ran, by place in `dependencies`.
  std::vector<std::size_t> moved{};
  /// Of the moved ones those in the hook's own directories: it wrote them itself.
  std::vector<std::size_t> own{};
  /// Why the run cannot be remembered; empty where it can.
  std::string obstacle{};
};

/// What became of a dependency of a record.
struct Look {
  cache::Observed now{};
  cache::Content after{};  ///< where it changed: what is there
};

/// Whether it takes long to read so much: more than what a loop can wait for.
[[nodiscard]] constexpr bool takes_long(std::uint64_t bytes) noexcept { return bytes >= std::uint64_t{4} << 20U; }

/// Files before a run: by path.
using StatesBefore = std::map<std::string, cache::FileState, std::less<>>;

/// What a hook run is about to leave behind.
struct Memory {
  const HookQuestion& question;
  const hooks::Json& document;  ///< input.json
  const hooks::HookOutput& output;
  const Observation& observation;
  const std::vector<std::string>& warnings;  ///< of the validation
  cache::Moment started = 0;                 ///< wall clock
  std::chrono::nanoseconds duration{};
};

/// The records of one run. On one thread.
class HookMemory {
 public:
  /// What changes() does with what it learns about files.
  enum class Learning { is_recorded, is_dropped };

  /// Borrows everything. `ran`: packages whose hook ran in this run, for the cause of a reason. After a stop request
  /// long files are not read to their end, and count as changed.
  HookMemory(cache::StateLog& log, const cache::EnvironmentKey& environment,
             const std::set<std::string, std::less<>>& ran, Learning learning = Learning::is_recorded,
             std::stop_token stop = {})
      : log_(log), environment_(environment), ran_(ran), learning_(learning), stop_(std::move(stop)) {}

  [[nodiscard]] std::optional<cache::HookRecord> find(const HookId& hook, const std::string& config) const;
  /// The same, encoded; empty where there is none. Valid as long as the log.
  [[nodiscard]] std::string_view find_bytes(const HookId& hook, const std::string& config) const;

  /// Whether all but the files is as in the record. `link_hooks`: packages with a link hook.
  [[nodiscard]] bool fits(const cache::HookRecord& record, const HookQuestion& question,
                          const std::set<std::string, std::less<>>& link_hooks) const;

  /// Looks at the dependencies of a record, in their order; files are read where stat cannot tell. On any thread.
  [[nodiscard]] std::vector<Look> look(const cache::HookRecord& record) const;

  /// Everything that is no longer as it was. Nothing: the hook is up to date, and what was learnt about its files is
  /// recorded. The rules of validation are not asked here. `looks`: what look() gave for the record.
  /// `givers`: by file of an upstream asset, the package that gave it. Fills in `before`.
  [[nodiscard]] std::vector<Reason> changes(const cache::HookRecord& record, const HookQuestion& question,
                                            const std::vector<Look>& looks, const hooks::Json& document,
                                            const HookDirectories& directories,
                                            const std::map<std::string, std::string, std::less<>>& givers,
                                            StatesBefore& before);

  /// Whether the output was judged by the rules that count now.
  [[nodiscard]] static bool is_judged(const cache::HookRecord& record,
                                      const std::set<std::string, std::less<>>& link_hooks);

  /// Looks at everything that a run depended on. `started`: by the file clock. `program`: what its program is made of,
  /// as it was when the program was built. On any thread.
  [[nodiscard]] Observation observe(const hooks::HookOutput& output, const HookDirectories& directories,
                                    const std::vector<cache::Dependency>& program,
                                    const std::vector<std::string>& upstream, const StatesBefore& before,
                                    cache::Moment started) const;

  /// Writes the record. Throws SystemError.
  void remember(const Memory& memory, const std::set<std::string, std::less<>>& link_hooks);

  /// Says again, by other rules, that the output of a record is right. Throws SystemError.
  void remember_verdict(const cache::HookRecord& record, const HookQuestion& question,
                        const std::set<std::string, std::less<>>& link_hooks);

 private:
  void write(const HookQuestion& question, const cache::HookRecord& record);
  void append_environment_changes(const cache::HookRecord& record, std::vector<Reason>& reasons) const;

  cache::StateLog& log_;
  const cache::EnvironmentKey& environment_;
  const std::set<std::string, std::less<>>& ran_;
  Learning learning_;
  std::stop_token stop_;
};

/// What a reason calls a change of a dependency.
[[nodiscard]] Reason::Kind kind_of(const cache::Dependency& dependency);

/// Removes the tables of variables that no record refers to. Throws SystemError.
void drop_unreferenced_tables(cache::StateLog& log);

/// What a record's output gives; the dependencies are not in it.
[[nodiscard]] hooks::HookOutput output_of(const cache::HookRecord& record, HookKind kind);

/// The paths that a result names as dependencies of a recorded run: the program's and the declared ones, of its encoded
/// dependencies.
void append_dependencies(std::string_view dependencies, PathList& paths);

/// Of assets_for_build, as HookRecord::for_build has it.
[[nodiscard]] cache::Digest digest_of_assets(const std::vector<hooks::EncodedAsset>& assets);

/// The files of assets: those that a library or data asset has.
void append_files(const std::vector<hooks::EncodedAsset>& assets, std::vector<std::string>& files);

}  // namespace grapnel::engine
