// SPDX-License-Identifier: BSD-3-Clause
#include "hooks_api/base/sha256.hpp"

#include <sha256.h>
#include <sys/types.h>

namespace hooks::base {

struct Sha256::State {
  SHA2_CTX context;
};

Sha256::Sha256() : state_(std::make_unique<State>()) { SHA256Init(&state_->context); }
Sha256::Sha256(Sha256&&) noexcept = default;
Sha256& Sha256::operator=(Sha256&&) noexcept = default;
Sha256::~Sha256() = default;

void Sha256::add(std::string_view bytes) {
  SHA256Update(&state_->context, reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
}

Sha256::Digest Sha256::finish() {
  Digest digest{};
  static_assert(digest.size() == SHA256_DIGEST_LENGTH);
  SHA256Final(digest.data(), &state_->context);
  SHA256Init(&state_->context);
  return digest;
}

std::string sha256_hex(std::string_view bytes) {
  Sha256 hash;
  hash.add(bytes);
  const Sha256::Digest digest = hash.finish();

  static constexpr std::string_view kDigits = "0123456789abcdef";
  std::string hex;
  hex.reserve(2 * digest.size());
  for (const std::uint8_t byte : digest) {
    hex += kDigits[byte >> 4U];
    hex += kDigits[byte & 0xFU];
  }
  return hex;
}

}  // namespace hooks::base
