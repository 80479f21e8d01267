// SPDX-License-Identifier: BSD-3-Clause
#include "runner/cache/record.hpp"

namespace grapnel::cache {

namespace {

void write_list(ByteWriter& out, const std::vector<std::string_view>& texts) {
  out.number(static_cast<std::uint32_t>(texts.size()));
  for (const std::string_view text : texts) out.text(text);
}

std::vector<std::string_view> read_list(ByteReader& in) {
  std::vector<std::string_view> texts;
  const auto count = in.number<std::uint32_t>();
  for (std::uint32_t i = 0; i < count && !in.failed(); ++i) texts.push_back(in.text());
  return texts;
}

bool read_bool(ByteReader& in) {
  const auto value = in.number<std::uint8_t>();
  if (value > 1) in.fail();
  return value == 1;
}

// Encoded dependencies, every one of which makes sense.
std::string_view read_dependencies(ByteReader& in) {
  const std::string_view encoded = in.text();
  ByteReader each(encoded);
  while (!each.rest().empty() && !each.failed()) (void)read_dependency(each);
  if (each.failed()) in.fail();
  return encoded;
}

template <typename Record>
std::optional<Record> complete(const ByteReader& in, Record record) {
  if (in.failed() || !in.rest().empty()) return std::nullopt;
  return record;
}

}  // namespace

std::string encode_dependencies(const std::vector<Dependency>& dependencies) {
  ByteWriter out;
  for (const Dependency& dependency : dependencies) write(out, dependency);
  return out.take();
}

std::vector<Dependency> HookRecord::decode_dependencies() const {
  std::vector<Dependency> list;
  DependencyReader reader(dependencies);
  while (const auto dependency = reader.next()) list.push_back(*dependency);
  return list;
}

std::optional<Dependency> DependencyReader::next() noexcept {
  if (in_.rest().empty()) return std::nullopt;
  const Dependency dependency = read_dependency(in_);
  if (in_.failed()) return std::nullopt;
  return dependency;
}

std::string encode(const HookRecord& record) {
  ByteWriter out;
  out.digest(record.ingredients).digest(record.input).text(record.program).number(record.environment_rule);
  write_list(out, record.environment_names);
  out.digest(record.environment).digest(record.verdict);
  write_list(out, record.receivers);
  out.text(record.output)
      .digest(record.gives)
      .digest(record.for_build)
      .number(static_cast<std::uint8_t>(record.has_assets))
      .number(record.started)
      .number(record.duration);
  write_list(out, record.warnings);
  out.text(record.dependencies);
  return out.take();
}

namespace {

// All but the dependencies, which are last.
HookRecord read_head(ByteReader& in) {
  HookRecord record;
  record.ingredients = in.digest();
  record.input = in.digest();
  record.program = in.text();
  const auto rule = in.number<std::uint8_t>();
  if (rule > static_cast<std::uint8_t>(EnvironmentRule::declared)) in.fail();
  record.environment_rule = static_cast<EnvironmentRule>(rule);
  record.environment_names = read_list(in);
  record.environment = in.digest();
  record.verdict = in.digest();
  record.receivers = read_list(in);
  record.output = in.text();
  record.gives = in.digest();
  record.for_build = in.digest();
  record.has_assets = read_bool(in);
  record.started = in.number<Moment>();
  record.duration = in.number<std::int64_t>();
  record.warnings = read_list(in);
  return record;
}

}  // namespace

std::optional<HookRecord> decode_hook_record(std::string_view bytes) {
  ByteReader in(bytes);
  HookRecord record = read_head(in);
  record.dependencies = read_dependencies(in);
  return complete(in, std::move(record));
}

std::optional<HookRecord> decode_head_of_hook_record(std::string_view bytes) {
  ByteReader in(bytes);
  HookRecord record = read_head(in);
  record.dependencies = in.text();
  return complete(in, std::move(record));
}

std::string_view dependencies_of_hook_record(std::string_view bytes) {
  ByteReader in(bytes);
  (void)read_head(in);
  return in.text();
}

std::chrono::nanoseconds duration_of_hook_record(std::string_view bytes) {
  ByteReader in(bytes);
  const HookRecord record = read_head(in);
  return std::chrono::nanoseconds(in.failed() ? 0 : record.duration);
}

std::string encode(const EnvironmentTable& table) {
  ByteWriter out;
  for (const EnvironmentTable::Variable& variable : table.variables) {
    out.text(variable.name).text(variable.shown).digest(variable.value);
  }
  return out.take();
}

std::optional<EnvironmentTable> decode_environment(std::string_view bytes) {
  ByteReader in(bytes);
  EnvironmentTable table;
  while (!in.rest().empty() && !in.failed()) {
    EnvironmentTable::Variable& variable = table.variables.emplace_back();
    variable.name = in.text();
    variable.shown = in.text();
    variable.value = in.digest();
  }
  return complete(in, std::move(table));
}

std::string encode(const ProgramRecord& record) {
  return ByteWriter().text(record.identity).text(record.dependencies).take();
}

std::optional<ProgramRecord> decode_program_record(std::string_view bytes) {
  ByteReader in(bytes);
  ProgramRecord record;
  record.identity = in.text();
  record.dependencies = read_dependencies(in);
  return complete(in, record);
}

std::string encode(const FolderRecord& record) {
  return ByteWriter()
      .text(record.root)
      .text(record.identity)
      .number(record.form)
      .text(record.file)
      .text(record.ignored_dart)
      .text(record.dependencies)
      .take();
}

namespace {

FolderRecord read_folder_head(ByteReader& in) {
  FolderRecord record;
  record.root = in.text();
  record.identity = in.text();
  record.form = in.number<std::uint8_t>();
  record.file = in.text();
  record.ignored_dart = in.text();
  return record;
}

}  // namespace

std::optional<FolderRecord> decode_folder_record(std::string_view bytes) {
  ByteReader in(bytes);
  FolderRecord record = read_folder_head(in);
  record.dependencies = read_dependencies(in);
  return complete(in, record);
}

std::string_view dependencies_of_folder_record(std::string_view bytes) {
  ByteReader in(bytes);
  (void)read_folder_head(in);
  return in.text();
}

}  // namespace grapnel::cache
