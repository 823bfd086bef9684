#pragma once

#include "core/base/result.h"

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace gamevents {

/// An IPv4 or IPv6 address. An IPv4-mapped one ("::ffff:192.0.2.1") is the IPv4 address itself, so
/// that a client is the same whichever kind of socket it came through.
class IpAddress {
 public:
  /// Takes "192.0.2.1" and "2001:db8::1": no brackets, port, zone or name. Nothing for any other.
  static std::optional<IpAddress> Parse(std::string_view text);

  /// Whether it is an IPv4 address, one mapped into IPv6 included.
  bool is_ipv4() const;
  /// As people write it; IPv6 in the short form of RFC 5952.
  std::string ToString() const;
  /// The address with all but its first `bits` zero: "192.0.2.0" of 24. Of an IPv4 address they are
  /// counted within its 32, of an IPv6 address within its 128.
  IpAddress FirstBits(size_t bits) const;
  /// The 128 bits of its IPv6 form, most significant byte first.
  const std::array<uint8_t, 16>& bytes() const { return bytes_; }

  auto operator<=>(const IpAddress&) const = default;

 private:
  std::array<uint8_t, 16> bytes_ = {};
};

/// All addresses that begin with the same bits: "10.0.0.0/8", "2001:db8::/32".
class Network {
 public:
  /// Takes an address with or without "/BITS" (then it is that one address). Errors: kBadInput,
  /// also for bits set beyond the prefix, which are a slip more often than not.
  static Result<Network> Parse(std::string_view text);

  /// False for an address of the other version of IP.
  bool Contains(const IpAddress& address) const;

 private:
  IpAddress first_;
  size_t prefix_bits_ = 0;  // of the 128 bits of the address's IPv6 form
};

}  // namespace gamevents
