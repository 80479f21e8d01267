// SPDX-License-Identifier: BSD-3-Clause
#include "runner/dist/ascii.hpp"
#include "runner/dist/mailbox.hpp"
#include "runner/dist/metadata_fields.hpp"

#include <algorithm>
#include <set>

namespace grapnel::dist {

using hooks::Json;
using hooks::base::Expected;

namespace {

/// The order of PyPI's classifiers: numbers within them count as numbers.
bool classifier_less(std::string_view left, std::string_view right) {
  const auto take_word = [](std::string_view& text) {
    const auto* end = std::find_if(text.begin(), text.end(), is_digit);
    const std::string_view word = text.substr(0, static_cast<std::size_t>(end - text.begin()));
    text.remove_prefix(word.size());
    return word;
  };
  const auto take_number = [](std::string_view& text) {
    const auto* end = std::find_if_not(text.begin(), text.end(), is_digit);
    std::string_view number = text.substr(0, static_cast<std::size_t>(end - text.begin()));
    text.remove_prefix(number.size());
    while (number.size() > 1 && number.front() == '0') number.remove_prefix(1);
    return number;
  };
  while (!left.empty() || !right.empty()) {
    const std::string_view left_word = take_word(left);
    const std::string_view right_word = take_word(right);
    if (left_word != right_word) return left_word < right_word;
    const std::string_view left_number = take_number(left);
    const std::string_view right_number = take_number(right);
    if (left_number.size() != right_number.size()) return left_number.size() < right_number.size();
    if (left_number != right_number) return left_number < right_number;
  }
  return false;
}

bool is_private(std::string_view classifier) { return to_lower(classifier).starts_with("private ::"); }

bool read_part(FieldReader& reader, const Json::Object& entry, std::string_view key, std::string& text,
               const Place& place) {
  const Json* value = entry.find(key);
  if (value == nullptr) return true;
  const std::optional<std::string> line = reader.one_line(*value, place.at(key));
  if (line) text = *line;
  return line.has_value();
}

std::set<std::string> words(FieldReader& reader, std::string_view key) {
  std::set<std::string> words;
  const Json* value = reader.find(key);
  if (value == nullptr) return words;
  const Place place = reader.at(key);
  const Json::Array* entries = reader.list(*value, place);
  for (std::size_t i = 0; entries != nullptr && i < entries->size(); ++i) {
    if (const auto word = reader.some_text((*entries)[i], place.at(i))) words.insert(*word);
  }
  return words;
}

}  // namespace

std::vector<Person> read_people(FieldReader& reader, std::string_view key) {
  std::vector<Person> people;
  const Json* value = reader.find(key);
  if (value == nullptr) return people;
  const Place place = reader.at(key);
  const Json::Array* entries = reader.list(*value, place);
  for (std::size_t i = 0; entries != nullptr && i < entries->size(); ++i) {
    const Json::Object* entry = (*entries)[i].as_object();
    if (entry == nullptr) {
      reader.add_wrong_kind(place.at(i), (*entries)[i], "a table");
      continue;
    }
    Person person;
    const bool good = read_part(reader, *entry, "name", person.name, place.at(i)) &&
                      read_part(reader, *entry, "email", person.email, place.at(i));
    if (!good) continue;
    if (person.name.empty() && person.email.empty()) {
      reader.add_fault(place.at(i), "found neither 'name' nor 'email'; expected one of them at least");
      continue;
    }
    if (!person.email.empty()) {
      if (const Expected<std::string> address = mailbox(person.name, person.email); !address) {
        reader.add_fault(place.at(i).at("email"), address.error().message);
        continue;
      }
    }
    people.push_back(std::move(person));
  }
  return people;
}

void read_words(FieldReader& reader, Metadata& metadata) {
  const std::set<std::string> keywords = words(reader, "keywords");
  metadata.keywords.assign(keywords.begin(), keywords.end());
  const std::set<std::string> classifiers = words(reader, "classifiers");
  metadata.classifiers.assign(classifiers.begin(), classifiers.end());
  std::stable_sort(metadata.classifiers.begin(), metadata.classifiers.end(),
                   [](const std::string& left, const std::string& right) {
                     const bool left_private = is_private(left);
                     if (left_private != is_private(right)) return left_private;
                     return !left_private && classifier_less(left, right);
                   });
}

}  // namespace grapnel::dist
