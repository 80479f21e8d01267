// SPDX-License-Identifier: BSD-3-Clause
#include "runner/report/luci_encoders.hpp"
#include "runner/report/luci_fields.hpp"
#include "runner/report/luci_message_writer.hpp"

#include <bit>

namespace grapnel::report::luci {

namespace {

// The wire types of the binary form.
constexpr unsigned kVarint = 0;
constexpr unsigned kFixed64 = 1;
constexpr unsigned kBytes = 2;

class BinaryWriter final : public MessageWriter<BinaryWriter> {
 public:
  void text(int number, std::string_view /*name*/, const std::string& value) {
    if (!value.empty()) bytes(number, value);
  }
  void integer(int number, std::string_view /*name*/, std::int64_t value) {
    if (value == 0) return;
    tag(number, kVarint);
    varint(static_cast<std::uint64_t>(value));
  }
  void status(int number, std::string_view name, Status value) { integer(number, name, static_cast<int>(value)); }
  template <typename Body>
  void message(int number, std::string_view /*name*/, Body body) {
    // Its length stands before it, so it is made aside.
    std::string outer = std::exchange(out_, {});
    body();
    const std::string inner = std::exchange(out_, std::move(outer));
    bytes(number, inner);
  }
  [[nodiscard]] std::string take() { return std::move(out_); }

 private:
  friend MessageWriter<BinaryWriter>;

  void varint(std::uint64_t value) {
    constexpr std::uint64_t kMore = 0x80;
    for (; value >= kMore; value >>= 7U) out_ += static_cast<char>((value & (kMore - 1)) | kMore);
    out_ += static_cast<char>(value);
  }
  void tag(int number, unsigned type) { varint((static_cast<std::uint64_t>(number) << 3U) | type); }
  void bytes(int number, const std::string& value) {
    tag(number, kBytes);
    varint(value.size());
    out_ += value;
  }
  void number_of(double value) {
    tag(2, kFixed64);
    const auto bits = std::bit_cast<std::uint64_t>(value);
    for (unsigned i = 0; i < 8; ++i) out_ += static_cast<char>(bits >> (8 * i));
  }

  void members(const hooks::Json::Object& object) {
    for (const hooks::Json::Member& member : object) {
      message(1, "fields", [&] {
        bytes(1, member.key);
        message(2, "value", [&] { value_of(member.value); });
      });
    }
  }

  // google.protobuf.Value: one of a few, so it is written where it is 0 or empty, too. Ours are a few levels deep.
  void value_of(const hooks::Json& value) {
    using Kind = hooks::Json::Kind;
    switch (value.kind()) {
      case Kind::null:
        tag(1, kVarint);
        return varint(0);
      case Kind::boolean:
        tag(4, kVarint);
        return varint(*value.as_bool() ? 1 : 0);
      case Kind::integer:
        return number_of(static_cast<double>(*value.as_integer()));
      case Kind::number:
        return number_of(*value.as_number());
      case Kind::string:
        return bytes(3, *value.as_string());
      case Kind::array:
        return message(6, "list_value", [&] {
          for (const hooks::Json& item : *value.as_array()) message(1, "values", [&] { value_of(item); });
        });
      case Kind::object:
        return message(5, "struct_value", [&] { members(*value.as_object()); });
    }
  }

  std::string out_;
};

}  // namespace

std::string to_pb(const Build& build) {
  BinaryWriter writer;
  FieldTeller(writer).tell(build);
  return writer.take();
}

}  // namespace grapnel::report::luci
