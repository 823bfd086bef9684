#pragma once

#include "core/base/result.h"
#include "core/collector/request/body.h"
#include "core/http/message.h"

#include <string>
#include <string_view>

namespace gamevents::collector {

/// A CloudEvent 1.0 as an event of ours.
///
/// `type` is `event_type` and `id` is `event_id`; the other attributes keep their names. The fields
/// of a data object stand at the top beside them, so that one filter fits an event however it was
/// sent. A data field whose name is taken (an attribute's, or event_type, event_id, data) stays
/// under `data`, where data of any other kind is too. `data_base64` is kept as it is.
struct CloudEvent {
  std::string json;    ///< one JSON object, not yet checked as an event: see IncomingReader
  std::string source;  ///< with `id` it names the event
};

/// Reads the JSON event format (structured mode, or one of a batch).
/// Errors: kBadInput, naming the attribute: not a JSON object; a specversion other than 1.0;
/// `type`, `id` or `source` missing or empty; a name with anything but a-z and 0-9; a value that is
/// no text, whole number or boolean; a `time` that is none; both data and data_base64.
Result<CloudEvent> ReadStructuredCloudEvent(std::string_view json);

/// Whether the request is a CloudEvent in binary mode: it has a header of a required attribute.
bool IsBinaryCloudEvent(const http::Headers& headers);

/// Reads the binary mode of the HTTP protocol binding: attributes in ce- headers, unquoted and
/// percent-decoded; the body is the data, as its `type` says: JSON, text, or else bytes, which
/// become data_base64. A body without a type is JSON where it can be.
/// Errors: as ReadStructuredCloudEvent; a header that is twice there, or no percent-encoded UTF-8;
/// a body that is not the JSON that it is said to be.
Result<CloudEvent> ReadBinaryCloudEvent(const http::Request& request, const MediaType& type);

}  // namespace gamevents::collector
