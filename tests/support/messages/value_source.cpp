#include "tests/support/messages/value_source.h"

#include "core/base/bytes.h"

#include <cctype>

namespace gamevents::broker {
namespace {

/// Kafka writes "throttleTimeMs", the tables "throttle_time_ms": both give "throttletimems".
std::string PlainName(std::string_view name) {
  std::string plain;
  for (const char c : name) {
    if (c != '_') plain += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  return plain;
}

/// FNV-1a, 64 bits.
uint64_t HashOf(std::string_view text) {
  uint64_t hash = 0xCBF29CE484222325;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3;
  return hash;
}

Uuid MakeId(uint64_t high, uint64_t low) {
  std::array<std::byte, 16> bytes;
  StoreBigEndian64(bytes.data(), high);
  StoreBigEndian64(bytes.data() + 8, low);
  Uuid id;
  std::memcpy(id.data(), bytes.data(), id.size());
  return id;
}

}  // namespace

uint64_t NamedValues::Number(std::string_view name, int index) {
  return (HashOf(PlainName(name)) + static_cast<uint64_t>(index)) & INT64_MAX;
}

std::string NamedValues::Text(std::string_view name, int index) {
  return PlainName(name) + "-" + std::to_string(index);
}

Uuid NamedValues::Id(std::string_view name, int index) {
  const uint64_t number = HashOf(PlainName(name)) + static_cast<uint64_t>(index);
  return MakeId(number, ~number);
}

uint64_t RandomValues::Number(std::string_view, int) {
  // The ends of the ranges come up as often as anything else.
  const uint64_t kinds[] = {0, 1, UINT64_MAX, INT64_MAX, random_()};
  return kinds[random_() % std::size(kinds)];
}

std::string RandomValues::Text(std::string_view, int) {
  std::string text(random_() % 20, '\0');
  for (char& c : text) c = static_cast<char>(random_());
  return text;
}

Uuid RandomValues::Id(std::string_view, int) { return MakeId(random_(), random_()); }

}  // namespace gamevents::broker
