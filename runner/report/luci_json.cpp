// SPDX-License-Identifier: BSD-3-Clause
#include "hooks_api/base/json.hpp"
#include "runner/report/luci_encoders.hpp"
#include "runner/report/luci_fields.hpp"

namespace grapnel::report::luci {

namespace {

class JsonWriter {
 public:
  template <typename Body>
  void object(Body body) {
    out_ += '{';
    ++level_;
    const bool outer = std::exchange(first_, true);
    body();
    --level_;
    if (!first_) new_line();
    first_ = outer;
    out_ += '}';
  }

  void text(int /*number*/, std::string_view name, const std::string& value) {
    if (value.empty()) return;
    key(name);
    hooks::base::append_json_string(out_, value);
  }
  void integer(int number, std::string_view name, std::int64_t value) {
    if (value != 0) text(number, name, std::to_string(value));  // 64 bits are a string
  }
  void status(int number, std::string_view name, Status value) { text(number, name, std::string(name_of(value))); }
  void time(int number, std::string_view name, const std::optional<Time>& value) {
    if (value) text(number, name, rfc3339(*value));
  }
  void structure(int /*number*/, std::string_view name, const hooks::Json::Object& value) {
    key(name);
    // The façade knows no level to begin at; line feeds inside of strings are escaped.
    for (const char c : hooks::base::to_pretty_json(value)) {
      out_ += c;
      if (c == '\n') out_.append(2 * level_, ' ');
    }
  }
  template <typename Body>
  void message(int /*number*/, std::string_view name, Body body) {
    key(name);
    object(body);
  }
  template <typename Items, typename Body>
  void list(int /*number*/, std::string_view name, const Items& items, Body body) {
    if (items.empty()) return;
    key(name);
    out_ += '[';
    ++level_;
    bool first = true;
    for (const auto& item : items) {
      if (!std::exchange(first, false)) out_ += ',';
      new_line();
      object([&] { body(item); });
    }
    --level_;
    new_line();
    out_ += ']';
  }

  [[nodiscard]] std::string take() {
    out_ += '\n';
    return std::move(out_);
  }

 private:
  void new_line() {
    out_ += '\n';
    out_.append(2 * level_, ' ');
  }
  void key(std::string_view name) {
    if (!std::exchange(first_, false)) out_ += ',';
    new_line();
    out_ += '"';
    out_ += name;
    out_ += "\": ";
  }

  std::string out_;
  std::size_t level_ = 0;
  bool first_ = true;  // in the object that is being written
};

}  // namespace

std::string to_json(const Build& build) {
  JsonWriter writer;
  writer.object([&] { FieldTeller(writer).tell(build); });
  return writer.take();
}

}  // namespace grapnel::report::luci
