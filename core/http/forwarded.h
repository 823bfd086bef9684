#pragma once

#include "core/base/ip.h"
#include "core/http/message.h"

#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace gamevents::http {

/// One stop on a request's way, as a proxy wrote it down; nothing when it did not say an address
/// ("unknown", an obfuscated name, or no address at all).
using Hop = std::optional<IpAddress>;

/// The hops of an X-Forwarded-For header, nearest to the client first. Empty elements
/// are none.
std::vector<Hop> ParseForwardedFor(std::string_view value);

/// The hops of a Forwarded header (RFC 7239), nearest to the client first. Nothing when the header
/// is malformed: then none of it can be relied on.
std::optional<std::vector<Hop>> ParseForwarded(std::string_view value);

/// Whether `address` is in one of `networks`.
bool IsIn(std::span<const Network> networks, const IpAddress& address);

/// Who sent a request that came through the trusted proxy `peer`: going from the proxy towards the
/// client, the first address that is not trusted itself. Each proxy appends who it had the request
/// from, so all that is further away may have been made up by the client. Where the trail is
/// lost, the last proxy on it is the answer, and so is `peer` without such headers.
/// A proxy writes one kind of header and may pass the other one through as the client sent it; a
/// request that has both is believed only if they lead to the same address, else it is `peer`'s.
/// Requires: `peer` is in `trusted`.
IpAddress ClientBehindProxy(const Headers& headers, const IpAddress& peer,
                            std::span<const Network> trusted);

}  // namespace gamevents::http
