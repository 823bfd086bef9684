#include "core/base/ip.h"

#include "core/base/number.h"

#include <arpa/inet.h>

#include <algorithm>

namespace gamevents {
namespace {

constexpr size_t kMappedBits = 96;
constexpr std::array<uint8_t, 12> kMappedPrefix = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

// Byte `i` of an address, without the bits beyond the first `bits` of the whole.
uint8_t Masked(const IpAddress& address, size_t i, size_t bits) {
  const size_t kept = bits <= 8 * i ? 0 : std::min<size_t>(bits - 8 * i, 8);
  return static_cast<uint8_t>(address.bytes()[i] & (0xff00u >> kept));
}

}  // namespace

std::optional<IpAddress> IpAddress::Parse(std::string_view text) {
  char buffer[INET6_ADDRSTRLEN] = {};
  if (text.empty() || text.size() >= sizeof(buffer) || text.find('\0') != text.npos) return {};
  std::ranges::copy(text, buffer);
  IpAddress address;
  if (::inet_pton(AF_INET6, buffer, address.bytes_.data()) == 1) return address;
  std::ranges::copy(kMappedPrefix, address.bytes_.begin());
  if (::inet_pton(AF_INET, buffer, &address.bytes_[kMappedPrefix.size()]) == 1) return address;
  return {};
}

bool IpAddress::is_ipv4() const {
  return std::equal(kMappedPrefix.begin(), kMappedPrefix.end(), bytes_.begin());
}

IpAddress IpAddress::FirstBits(size_t bits) const {
  IpAddress first;
  const size_t all = bits + (is_ipv4() ? kMappedBits : 0);
  for (size_t i = 0; i < bytes_.size(); ++i) first.bytes_[i] = Masked(*this, i, all);
  return first;
}

std::string IpAddress::ToString() const {
  char text[INET6_ADDRSTRLEN] = {};
  if (is_ipv4()) {
    ::inet_ntop(AF_INET, &bytes_[kMappedPrefix.size()], text, sizeof(text));
  } else {
    ::inet_ntop(AF_INET6, bytes_.data(), text, sizeof(text));
  }
  return text;
}

Result<Network> Network::Parse(std::string_view text) {
  const auto bad = [&](const std::string& why) {
    return Error{Fault::kBadInput, "'" + std::string(text) + "' " + why};
  };
  const size_t slash = text.find('/');
  const auto address = IpAddress::Parse(text.substr(0, slash));
  if (!address) return bad("is no network: write 10.0.0.0/8, 2001:db8::/32 or one address");
  const size_t bits_max = address->is_ipv4() ? 32 : 128;
  size_t bits = bits_max;
  if (slash != std::string_view::npos) {
    const auto number = ParseWholeNumber<size_t>(text.substr(slash + 1));
    if (!number || *number > bits_max) {
      return bad("needs 0 to " + std::to_string(bits_max) + " bits after its '/'");
    }
    bits = *number;
  }
  Network network;
  network.first_ = *address;
  network.prefix_bits_ = address->is_ipv4() ? kMappedBits + bits : bits;
  for (size_t i = 0; i < address->bytes().size(); ++i) {
    if (Masked(*address, i, network.prefix_bits_) != address->bytes()[i]) {
      return bad("has bits set beyond its first " + std::to_string(bits));
    }
  }
  return network;
}

bool Network::Contains(const IpAddress& address) const {
  if (address.is_ipv4() != first_.is_ipv4()) return false;
  for (size_t i = 0; 8 * i < prefix_bits_; ++i) {
    if (Masked(address, i, prefix_bits_) != first_.bytes()[i]) return false;
  }
  return true;
}

}  // namespace gamevents
