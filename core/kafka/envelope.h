#pragma once

#include "core/base/result.h"
#include "core/kafka/record.h"

#include <span>
#include <string>
#include <string_view>

namespace gamevents::kafka {

/// Appends `record` as one JSON object without a newline: everything that Kafka keeps of a record,
/// so that ParseEnvelope gives it back byte for byte. The form is docs/envelope.md.
void AppendEnvelope(std::string& out, const RecordView& record);

/// Appends `headers` as the array that an envelope has of them.
void AppendHeadersAsJson(std::string& out, std::span<const HeaderView> headers);

/// What an envelope calls a type of timestamp.
std::string_view TimestampTypeName(TimestampType type);

/// What an envelope says. The offset and the timestamp's type are the next log's to decide and are
/// not given back.
struct Envelope {
  OutgoingRecord record;  ///< `record.topic` as the envelope says, or empty
};

/// Reads one envelope; only "value" must be there. `record.partition` is set when the envelope has
/// one. Errors: kBadInput (not JSON, not an object, a field that no envelope has, a value of the
/// wrong kind, base64 that is none), naming the field.
Result<Envelope> ParseEnvelope(std::string_view json);

}  // namespace gamevents::kafka
