// SPDX-License-Identifier: BSD-3-Clause
// Records are read back as they were written, and what is no record is nothing.
#include "runner/cache/record.hpp"

#include <gtest/gtest.h>

#include <rapidcheck/gtest.h>

#include <limits>
#include <string>
#include <vector>

namespace grapnel::cache {
namespace {

using Strings = std::vector<std::string>;

Digest draw_digest() { return {*rc::gen::arbitrary<std::uint64_t>(), *rc::gen::arbitrary<std::uint64_t>()}; }

std::string draw_text() { return *rc::gen::resize(30, rc::gen::arbitrary<std::string>()); }

// Few and short: each is tried cut off at every byte.
Strings draw_texts() { return *rc::gen::resize(8, rc::gen::arbitrary<Strings>()); }

// A path holds no zero byte and is not empty.
std::string draw_path() {
  return *rc::gen::nonEmpty(rc::gen::container<std::string>(rc::gen::distinctFrom(rc::gen::arbitrary<char>(), '\0')));
}

std::vector<std::string_view> views(const Strings& texts) { return {texts.begin(), texts.end()}; }

// The last values first, so that a new one is not forgotten.
static_assert(kRoles == static_cast<std::uint8_t>(Role::document) + 1);

Dependency draw_dependency(const std::string& path) {
  Dependency dependency;
  dependency.role = static_cast<Role>(*rc::gen::inRange(0, int{kRoles}));
  dependency.counts = *rc::gen::element(Counts::content, Counts::children);
  dependency.path = path;
  dependency.state.kind = static_cast<FileState::Kind>(*rc::gen::inRange(0, 5));
  dependency.state.is_executable = *rc::gen::arbitrary<bool>();
  dependency.state.device = *rc::gen::arbitrary<std::uint64_t>();
  dependency.state.inode = *rc::gen::arbitrary<std::uint64_t>();
  dependency.state.size = *rc::gen::arbitrary<std::uint64_t>();
  dependency.state.modified = *rc::gen::arbitrary<Moment>();
  dependency.state.changed = *rc::gen::arbitrary<Moment>();
  dependency.digest = draw_digest();
  dependency.seen_at = *rc::gen::arbitrary<Moment>();
  return dependency;
}

std::vector<Dependency> draw_dependencies(Strings& paths) {
  paths.resize(*rc::gen::inRange<std::size_t>(0, 4));
  std::vector<Dependency> dependencies;
  for (std::string& path : paths) path = draw_path();
  for (const std::string& path : paths) dependencies.push_back(draw_dependency(path));
  return dependencies;
}

bool same(const Dependency& left, const Dependency& right) {
  return left.role == right.role && left.counts == right.counts && left.path == right.path &&
         left.state == right.state && left.digest == right.digest && left.seen_at == right.seen_at;
}

bool same(const std::vector<Dependency>& left, const std::vector<Dependency>& right) {
  return std::equal(left.begin(), left.end(), right.begin(), right.end(),
                    [](const Dependency& one, const Dependency& other) { return same(one, other); });
}

// Whatever is cut off or added, it is no record; whatever byte is another, nothing bad happens.
template <typename Decode>
void expect_nothing_but_the_whole(const std::string& bytes, Decode decode) {
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    RC_ASSERT(!decode(std::string_view(bytes).substr(0, size)).has_value());
  }
  RC_ASSERT(!decode(bytes + '\0').has_value());
  const char mask = *rc::gen::element('\x01', '\x80', '\xFF');
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    std::string damaged = bytes;
    damaged[i] = static_cast<char>(damaged[i] ^ mask);
    (void)decode(damaged);
  }
}

RC_GTEST_PROP(RecordProperty, ADependencyIsReadBack, ()) {
  Strings paths;
  const std::vector<Dependency> dependencies = draw_dependencies(paths);
  const std::string encoded = encode_dependencies(dependencies);
  DependencyReader reader(encoded);
  std::vector<Dependency> read;
  while (const auto dependency = reader.next()) {
    // The system is asked with this text: it has to end where the path does.
    RC_ASSERT(dependency->path.data()[dependency->path.size()] == '\0');
    read.push_back(*dependency);
  }
  RC_ASSERT(same(read, dependencies));
  RC_ASSERT(!reader.next().has_value());
}

RC_GTEST_PROP(RecordProperty, ADependencyWithoutAPathOrWithAZeroInItIsNone, ()) {
  const std::string path = *rc::gen::element(std::string(), std::string("/a\0b", 4));
  RC_ASSERT(!DependencyReader(encode_dependencies({draw_dependency(path)})).next().has_value());
}

RC_GTEST_PROP(RecordProperty, AHookRecordIsReadBack, ()) {
  const Strings names = draw_texts();
  const Strings receivers = draw_texts();
  const Strings warnings = draw_texts();
  const std::string program = draw_text();
  const std::string output = draw_text();
  Strings paths;
  const std::vector<Dependency> dependencies = draw_dependencies(paths);
  const std::string encoded = encode_dependencies(dependencies);
  HookRecord record;
  record.ingredients = draw_digest();
  record.input = draw_digest();
  record.program = program;
  record.environment_rule =
      *rc::gen::element(EnvironmentRule::all, EnvironmentRule::all_but_path, EnvironmentRule::declared);
  record.environment_names = views(names);
  record.environment = draw_digest();
  record.verdict = draw_digest();
  record.receivers = views(receivers);
  record.output = output;
  record.gives = draw_digest();
  record.for_build = draw_digest();
  record.has_assets = *rc::gen::arbitrary<bool>();
  record.started = *rc::gen::arbitrary<Moment>();
  record.duration = *rc::gen::arbitrary<std::int64_t>();
  record.warnings = views(warnings);
  record.dependencies = encoded;

  const std::string bytes = encode(record);
  const auto read = decode_hook_record(bytes);
  RC_ASSERT(read.has_value());
  RC_ASSERT(read->ingredients == record.ingredients);
  RC_ASSERT(read->input == record.input);
  RC_ASSERT(read->program == record.program);
  RC_ASSERT(read->environment_rule == record.environment_rule);
  RC_ASSERT(read->environment_names == record.environment_names);
  RC_ASSERT(read->environment == record.environment);
  RC_ASSERT(read->verdict == record.verdict);
  RC_ASSERT(read->receivers == record.receivers);
  RC_ASSERT(read->output == record.output);
  RC_ASSERT(read->gives == record.gives);
  RC_ASSERT(read->for_build == record.for_build);
  RC_ASSERT(read->has_assets == record.has_assets);
  RC_ASSERT(read->started == record.started);
  RC_ASSERT(read->duration == record.duration);
  RC_ASSERT(read->warnings == record.warnings);
  RC_ASSERT(same(read->decode_dependencies(), dependencies));
  expect_nothing_but_the_whole(bytes, decode_hook_record);
}

RC_GTEST_PROP(RecordProperty, AProgramRecordIsReadBack, ()) {
  Strings paths;
  const std::string identity = draw_text();
  const std::string encoded = encode_dependencies(draw_dependencies(paths));
  const std::string bytes = encode(ProgramRecord{identity, encoded});
  const auto read = decode_program_record(bytes);
  RC_ASSERT(read.has_value());
  RC_ASSERT(read->identity == identity);
  RC_ASSERT(read->dependencies == encoded);
  expect_nothing_but_the_whole(bytes, decode_program_record);
}

RC_GTEST_PROP(RecordProperty, AFolderRecordIsReadBack, ()) {
  Strings paths;
  const Strings texts = *rc::gen::container<Strings>(4, rc::gen::arbitrary<std::string>());
  const std::string encoded = encode_dependencies(draw_dependencies(paths));
  FolderRecord record{texts[0], texts[1], *rc::gen::arbitrary<std::uint8_t>(), texts[2], texts[3], encoded};
  const std::string bytes = encode(record);
  const auto read = decode_folder_record(bytes);
  RC_ASSERT(read.has_value());
  RC_ASSERT(read->root == record.root);
  RC_ASSERT(read->identity == record.identity);
  RC_ASSERT(read->form == record.form);
  RC_ASSERT(read->file == record.file);
  RC_ASSERT(read->ignored_dart == record.ignored_dart);
  RC_ASSERT(read->dependencies == record.dependencies);
  expect_nothing_but_the_whole(bytes, decode_folder_record);
}

RC_GTEST_PROP(RecordProperty, AnEnvironmentTableIsReadBack, ()) {
  EnvironmentTable table;
  const auto size = *rc::gen::inRange(0, 4);
  for (int i = 0; i < size; ++i) table.variables.push_back({draw_text(), draw_text(), draw_digest()});
  const auto read = decode_environment(encode(table));
  RC_ASSERT(read.has_value());
  RC_ASSERT(read->variables == table.variables);
}

// A list that says it has four thousand million entries is believed as far as there are bytes.
TEST(Record, ALyingCountCostsNothing) {
  HookRecord record;
  std::string bytes = encode(record);
  const std::size_t count = 2 * 16 + 4 + 1;  // behind two digests, an empty text and the rule
  for (std::size_t i = 0; i < 4; ++i) bytes[count + i] = '\xFF';
  EXPECT_FALSE(decode_hook_record(bytes).has_value());
}

}  // namespace
}  // namespace grapnel::cache
