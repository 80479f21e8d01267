// SPDX-License-Identifier: BSD-3-Clause
#include "runner/report/luci_encoders.hpp"
#include "runner/report/luci_fields.hpp"
#include "runner/report/luci_message_writer.hpp"

namespace grapnel::report::luci {

namespace {

class TextWriter final : public MessageWriter<TextWriter> {
 public:
  void text(int /*number*/, std::string_view name, const std::string& value) {
    if (!value.empty()) line(name, quoted(value));
  }
  void integer(int /*number*/, std::string_view name, std::int64_t value) {
    if (value != 0) line(name, std::to_string(value));
  }
  void status(int /*number*/, std::string_view name, Status value) {
    if (value != Status::unspecified) line(name, std::string(name_of(value)));
  }
  template <typename Body>
  void message(int /*number*/, std::string_view name, Body body) {
    indent();
    out_ += name;
    out_ += " {\n";
    ++level_;
    body();
    --level_;
    indent();
    out_ += "}\n";
  }
  [[nodiscard]] std::string take() { return std::move(out_); }

 private:
  friend MessageWriter<TextWriter>;

  void indent() { out_.append(2 * level_, ' '); }
  void line(std::string_view name, const std::string& value) {
    indent();
    out_ += name;
    out_ += ": ";
    out_ += value;
    out_ += '\n';
  }

  static std::string quoted(const std::string& value) {
    std::string out = "\"";
    for (const char c : value) {
      const auto byte = static_cast<unsigned char>(c);
      if (c == '"' || c == '\\') {
        out += '\\';
        out += c;
      } else if (c == '\n') {
        out += "\\n";
      } else if (byte < 0x20 || byte == 0x7F) {
        // Always three digits: a digit that follows is no part of it.
        out += {'\\', static_cast<char>('0' + (byte >> 6U)), static_cast<char>('0' + ((byte >> 3U) & 7U)),
                static_cast<char>('0' + (byte & 7U))};
      } else {
        out += c;
      }
    }
    return out + '"';
  }

  void members(const hooks::Json::Object& object) {
    for (const hooks::Json::Member& member : object) {
      message(1, "fields", [&] {
        line("key", quoted(member.key));
        message(2, "value", [&] { value_of(member.value); });
      });
    }
  }

  // google.protobuf.Value. Ours are a few levels deep.
  void value_of(const hooks::Json& value) {
    using Kind = hooks::Json::Kind;
    switch (value.kind()) {
      case Kind::null:
        return line("null_value", "NULL_VALUE");
      case Kind::boolean:
        return line("bool_value", *value.as_bool() ? "true" : "false");
      case Kind::integer:
        return line("number_value", std::to_string(*value.as_integer()));
      case Kind::number:
        return line("number_value", value.to_string());
      case Kind::string:
        return line("string_value", quoted(*value.as_string()));
      case Kind::array:
        return message(6, "list_value", [&] {
          for (const hooks::Json& item : *value.as_array()) message(1, "values", [&] { value_of(item); });
        });
      case Kind::object:
        return message(5, "struct_value", [&] { members(*value.as_object()); });
    }
  }

  std::string out_;
  std::size_t level_ = 0;
};

}  // namespace

std::string to_textpb(const Build& build) {
  TextWriter writer;
  FieldTeller(writer).tell(build);
  return writer.take();
}

}  // namespace grapnel::report::luci
