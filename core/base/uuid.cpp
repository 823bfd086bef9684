#include "core/base/uuid.h"

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

Uuid RandomBytes() {
  Uuid uuid;
  for (size_t i = 0; i < uuid.size(); i += 8) {
    uint64_t bits = Random64();
    for (size_t j = 0; j < 8; ++j, bits >>= 8) uuid[i + j] = static_cast<uint8_t>(bits);
  }
  return uuid;
}

void SetVersion(Uuid& uuid, uint8_t version) {
  uuid[6] = static_cast<uint8_t>(version << 4 | (uuid[6] & 0x0F));
  uuid[8] = static_cast<uint8_t>(0x80 | (uuid[8] & 0x3F));
}

}  // namespace

Uuid MakeUuidV7(TimestampMs time) {
  Uuid uuid = RandomBytes();
  for (size_t i = 0; i < 6; ++i) {
    uuid[i] = static_cast<uint8_t>(static_cast<uint64_t>(time.value) >> (40 - 8 * i));
  }
  SetVersion(uuid, 7);
  return uuid;
}

Uuid MakeUuidV4() {
  Uuid uuid = RandomBytes();
  SetVersion(uuid, 4);
  return uuid;
}

std::string FormatUuid(const Uuid& uuid) {
  constexpr char kHex[] = "0123456789abcdef";
  std::string text;
  text.reserve(36);
  for (size_t i = 0; i < uuid.size(); ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) text += '-';
    text += kHex[uuid[i] >> 4];
    text += kHex[uuid[i] & 15];
  }
  return text;
}

}  // namespace gamevents
