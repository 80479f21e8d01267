// SPDX-License-Identifier: BSD-3-Clause
#include "hooks_api/pep517/answers.hpp"

#include <cstddef>
#include <utility>

namespace hooks::pep517 {

std::string cut_text(std::string text) {
  constexpr std::size_t kLongestText = std::size_t{1} << 20U;
  if (text.size() <= kLongestText) return text;
  // Not inside a character.
  std::size_t end = kLongestText;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0U) == 0x80U) --end;
  text.resize(end);
  return text + "\n… (cut)";
}

Answer error_answer(const Call& call, std::string kind, std::string text) {
  return Answer{.nonce = call.nonce, .kind = std::move(kind), .text = cut_text(std::move(text))};
}

Answer infra_answer(const Call& call, std::string text) {
  Answer answer = error_answer(call, "HookRuntimeError", std::move(text));
  answer.infra = true;
  return answer;
}

}  // namespace hooks::pep517
