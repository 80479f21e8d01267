// SPDX-License-Identifier: BSD-3-Clause
// spec: dart-hooks, section 1.6: the checksum of a config.
#include "hooks_api/base/files.hpp"
#include "hooks_api/base/json.hpp"
#include "hooks_api/protocol/input.hpp"
#include "tests/paths.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace {

using hooks::Json;

struct Vector {
  std::string text;
  std::string checksum;
};

std::vector<Vector> vectors() {
  const auto text = hooks::base::read_file(
      std::filesystem::path(tests::kSourceDir) / "tests/conformance/data/config-checksums.json", std::size_t{1} << 20U);
  const Json document = Json::parse(text.value());
  std::vector<Vector> vectors;
  for (const Json& entry : *document.find("vectors")->as_array()) {
    vectors.push_back({*entry.find("canonical_json")->as_string(), *entry.find("checksum")->as_string()});
  }
  return vectors;
}

// The text of `value` with the keys of every object in reverse order.
std::string unsorted(const Json& value) {
  std::string text;
  if (const Json::Object* object = value.as_object()) {
    for (const Json::Member& member : *object) {
      std::string part;
      hooks::base::append_json_string(part, member.key);
      part += " : " + unsorted(member.value);
      text = text.empty() ? part : part + " , " + text;
    }
    return "{ " + text + " }";
  }
  if (const Json::Array* list = value.as_array()) {
    for (const Json& element : *list) text += (text.empty() ? "" : ",\n") + unsorted(element);
    return "[" + text + "]";
  }
  return value.to_string();
}

TEST(DartHooks16, ReproducesTheVectors) {
  const auto all = vectors();
  ASSERT_EQ(all.size(), 63U);
  for (const auto& [text, checksum] : all) {
    const Json config = Json::parse(text);
    EXPECT_EQ(config.to_string(), text);
    EXPECT_EQ(hooks::protocol::config_checksum(*config.as_object()), checksum) << text;
  }
}

TEST(DartHooks16, TheOrderOfKeysDoesNotCount) {
  for (const auto& [text, checksum] : vectors()) {
    const std::string shuffled = unsorted(Json::parse(text));
    ASSERT_NE(shuffled, text);
    EXPECT_EQ(hooks::protocol::config_checksum(*Json::parse(shuffled).as_object()), checksum) << shuffled;
  }
}

}  // namespace
