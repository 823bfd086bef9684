#pragma once

#include "core/base/result.h"

#include <cstdint>
#include <string>
#include <string_view>

// What a reader of any way says of a topic that is not as it was. Knows nothing of librdkafka.
// `said` is what the log or the broker itself gives as the reason.

namespace gamevents::kafka {

/// There is no topic of that name (kNotFound).
Error NoSuchTopic(const std::string& topic);

/// One partition of a topic that is read, and the next offset to be read of it.
struct ReadPlace {
  const std::string& topic;
  int32_t partition = 0;
  int64_t next = 0;
};

/// The topic that is followed is no longer there (kNotFound).
Error DeletedWhileFollowed(const std::string& topic);
/// The same of a partition that is read, with the reason (kNotFound).
Error DeletedWhileRead(const ReadPlace& place, std::string_view said);
/// The topic has the name of the one that was read, and is another (kCorrupt). `why` is how that is
/// known.
Error AnotherTopic(const std::string& topic, int32_t partition, std::string_view why);
/// How a landmark (reader.h) tells that the topic is another one.
std::string AnotherRecordAt(int64_t offset);
/// Records went before they could be read (kNotFound).
Error DeletedBeforeRead(const ReadPlace& place, std::string_view said);
/// The log does not come up to the place (any more): it was cut (kCorrupt).
Error EndedBefore(const ReadPlace& place, std::string_view said);
/// A batch at the place or behind it is damaged (kIo).
Error Unreadable(const ReadPlace& place, std::string_view said);

}  // namespace gamevents::kafka
