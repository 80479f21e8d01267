// SPDX-License-Identifier: BSD-3-Clause
#include "hooks_api/base/json.hpp"
#include "hooks_api/protocol/asset.hpp"
#include <hooks/asset.hpp>

#include <gtest/gtest.h>

namespace {

using namespace hooks;

std::string text_of(const EncodedAsset& asset) { return protocol::asset_to_json(asset).to_string(); }

// Expected values: spec dart-hooks, section 2.7.
TEST(CodeAssetType, EncodesEachLinkMode) {
  const auto encoded = [](LinkMode mode, std::optional<std::filesystem::path> file) {
    return text_of(CodeAsset{"p", "src/add.dart", std::move(mode), std::move(file)}.encode());
  };
  EXPECT_EQ(encoded(DynamicLoadingBundle{}, "/o/libadd.so"),
            R"({"encoding":{"file":"/o/libadd.so","id":"package:p/src/add.dart",)"
            R"("link_mode":{"type":"dynamic_loading_bundle"}},"type":"code_assets/code"})");
  EXPECT_EQ(encoded(StaticLinking{}, "/o/libadd.a"),
            R"({"encoding":{"file":"/o/libadd.a","id":"package:p/src/add.dart",)"
            R"("link_mode":{"type":"static"}},"type":"code_assets/code"})");
  EXPECT_EQ(encoded(DynamicLoadingSystem{"libz.so.1"}, std::nullopt),
            R"({"encoding":{"id":"package:p/src/add.dart",)"
            R"("link_mode":{"type":"dynamic_loading_system","uri":"libz.so.1"}},"type":"code_assets/code"})");
  EXPECT_EQ(encoded(DynamicLoadingProcess{}, std::nullopt),
            R"({"encoding":{"id":"package:p/src/add.dart",)"
            R"("link_mode":{"type":"dynamic_loading_process"}},"type":"code_assets/code"})");
}

TEST(CodeAssetType, DecodesWhatItEncodes) {
  const CodeAsset assets[] = {
      {"p", "a", DynamicLoadingBundle{}, "/o/liba.so"},
      {"p", "a", StaticLinking{}, "/o/liba.a"},
      {"p", "a/b", DynamicLoadingSystem{"libz.so.1"}, std::nullopt},
      {"p", "a", DynamicLoadingExecutable{}, std::nullopt},
  };
  for (const CodeAsset& asset : assets) EXPECT_EQ(CodeAsset::decode(asset.encode()), asset);
}

TEST(CodeAssetType, DecodesNothingElse) {
  EXPECT_EQ(CodeAsset::decode(DataAsset{"p", "n", "/f"}.encode()), std::nullopt);
  EXPECT_EQ(CodeAsset::decode(EncodedAsset{kCodeAssetType, {}}), std::nullopt);
  EncodedAsset bad_mode = CodeAsset{"p", "n", StaticLinking{}, "/f"}.encode();
  (*bad_mode.encoding)["link_mode"] = Json::Object{{"type", "by_hand"}};
  EXPECT_EQ(CodeAsset::decode(bad_mode), std::nullopt);
}

TEST(DataAssetType, EncodesAndDecodes) {
  const DataAsset asset{"p", "data/a.txt", "/p/data/a.txt"};
  EXPECT_EQ(asset.id(), "package:p/data/a.txt");
  EXPECT_EQ(text_of(asset.encode()),
            R"({"encoding":{"file":"/p/data/a.txt","name":"data/a.txt","package":"p"},"type":"data_assets/data"})");
  EXPECT_EQ(DataAsset::decode(asset.encode()), asset);
  EXPECT_EQ(DataAsset::decode(CodeAsset{"p", "n", StaticLinking{}, "/f"}.encode()), std::nullopt);
  EXPECT_EQ(DataAsset::decode(EncodedAsset{kDataAssetType, Json::Object{{"package", "p"}}}), std::nullopt);
}

}  // namespace
