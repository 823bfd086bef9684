#pragma once

#include "core/collector/request/privacy.h"

#include <span>
#include <string>
#include <string_view>

// Which fields of an event say whose it is. A list of names, for a client may write anything
// anywhere: what a game puts elsewhere is stored as it wrote it.

namespace gamevents::collector {

/// Appends `object` in one line, but for its closing bracket, without what `hiding` says. Looked at
/// are the members at the top, and those of `context`, `properties`, `data` and `event_data` there:
/// - an address (`ip`, `$ip`, `ip_address`, `remote_ip`, `remote ip`, as a text) is cut; it is left
///   out where it is not to be kept, and where it is to be cut and the text does not parse as one;
/// - with `hiding.sender`, users, devices and agents are left out, under our names and those of
///   SDKs, and what is said of them (`traits`, `$set`, `user_properties`).
/// Requires: `object` is one valid JSON object.
void AppendHiding(std::string& out, std::string_view object, const Hiding& hiding);

/// The names of fields whose texts are not to be kept where an event is refused.
std::span<const std::string_view> AddressNames();

}  // namespace gamevents::collector
