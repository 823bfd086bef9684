#include "core/base/uuid.h"

#include "core/base/byte_words.h"
#include "core/base/text.h"

#include <cstring>
#include <random>

namespace gamevents {
namespace {

// A generator a thread, seeded from the system's entropy: no lock on the path of each event.
uint64_t Random64() {
  thread_local std::mt19937_64 generator = [] {
    std::random_device entropy;
    std::seed_seq seed{entropy(), entropy(), entropy(), entropy(),
                       entropy(), entropy(), entropy(), entropy()};
    return std::mt19937_64(seed);
  }();
  return generator();
}

Uuid FromBits(const std::array<uint64_t, 2>& random) {
  Uuid uuid;
  uint8_t* to = uuid.data();
  for (const uint64_t each : random) {
    const uint64_t word = LoadWord(&each);  // its lowest byte comes first, on every machine
    std::memcpy(to, &word, kWordBytes);
    to += kWordBytes;
  }
  return uuid;
}

Uuid RandomBytes() {
  const uint64_t first = Random64();
  return FromBits({first, Random64()});
}

// Each byte as two digits: every event has sixteen of them.
constexpr auto kHexPairs = [] {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::array<std::array<char, 2>, 256> pairs{};
  for (size_t byte = 0; byte < pairs.size(); ++byte) {
    pairs[byte] = {kDigits[byte / 16], kDigits[byte % 16]};
  }
  return pairs;
}();

// Bytes between a text's hyphens.
constexpr auto kGroups = std::to_array<size_t>({4, 2, 2, 2, 6});

bool IsHyphenPlace(size_t digit) { return digit == 8 || digit == 12 || digit == 16 || digit == 20; }

void SetTime(Uuid& uuid, TimestampMs time) {
  for (size_t i = 0; i < 6; ++i) {
    uuid[i] = static_cast<uint8_t>(static_cast<uint64_t>(time.value) >> (40 - 8 * i));
  }
}

void SetVersion(Uuid& uuid, uint8_t version) {
  uuid[6] = static_cast<uint8_t>(version << 4 | (uuid[6] & 0x0F));
  uuid[8] = static_cast<uint8_t>(0x80 | (uuid[8] & 0x3F));
}

}  // namespace

Uuid MakeUuidV7(TimestampMs time) {
  Uuid uuid = RandomBytes();
  SetTime(uuid, time);
  SetVersion(uuid, 7);
  return uuid;
}

Uuid MakeUuidV7(TimestampMs time, const std::array<uint64_t, 2>& random) {
  Uuid uuid = FromBits(random);
  SetTime(uuid, time);
  SetVersion(uuid, 7);
  return uuid;
}

Uuid MakeUuidV4() {
  Uuid uuid = RandomBytes();
  SetVersion(uuid, 4);
  return uuid;
}

UuidText UuidTextOf(const Uuid& uuid) {
  UuidText text;
  char* to = text.data();
  const uint8_t* from = uuid.data();
  for (const size_t bytes : kGroups) {
    if (from != uuid.data()) *to++ = '-';
    for (size_t i = 0; i < bytes; ++i, to += 2) std::memcpy(to, kHexPairs[*from++].data(), 2);
  }
  return text;
}

std::string FormatUuid(const Uuid& uuid) {
  const UuidText text = UuidTextOf(uuid);
  return {text.data(), text.size()};
}

std::optional<Uuid> ParseUuid(std::string_view text) {
  constexpr size_t kTextBytes = 36;
  if (text.size() != kTextBytes) return std::nullopt;
  Uuid uuid{};
  size_t digit = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool hyphen = IsHyphenPlace(digit) && text[i - 1] != '-';
    if (hyphen != (text[i] == '-')) return std::nullopt;
    if (hyphen) continue;
    const auto value = HexDigit(text[i]);
    if (!value) return std::nullopt;
    uuid[digit / 2] = static_cast<uint8_t>(uuid[digit / 2] << 4 | *value);
    ++digit;
  }
  return uuid;
}

}  // namespace gamevents
