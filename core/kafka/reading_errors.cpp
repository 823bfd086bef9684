#include "core/kafka/reading_errors.h"

namespace gamevents::kafka {
namespace {

std::string TopicAndPartition(const std::string& topic, int32_t partition) {
  return "topic " + topic + " [" + std::to_string(partition) + "]: ";
}

Error ErrorAt(const ReadPlace& place, Fault fault, std::string_view what, std::string_view said) {
  return {fault,
          TopicAndPartition(place.topic, place.partition).append(what).append(": ").append(said)};
}

}  // namespace

Error NoSuchTopic(const std::string& topic) {
  return {Fault::kNotFound, "there is no topic " + topic};
}

Error DeletedWhileFollowed(const std::string& topic) {
  return {Fault::kNotFound, "topic " + topic + ": it was deleted while it was read"};
}

Error DeletedWhileRead(const ReadPlace& place, std::string_view said) {
  return ErrorAt(place, Fault::kNotFound, "the topic was deleted while it was read", said);
}

Error AnotherTopic(const std::string& topic, int32_t partition, std::string_view why) {
  std::string text = TopicAndPartition(topic, partition);
  text.append("it is another topic now, which was made after the one that was read was deleted: ");
  return {Fault::kCorrupt, text.append(why)};
}

std::string AnotherRecordAt(int64_t offset) {
  return "it has another record at offset " + std::to_string(offset);
}

Error DeletedBeforeRead(const ReadPlace& place, std::string_view said) {
  return ErrorAt(place, Fault::kNotFound,
                 "records from offset " + std::to_string(place.next) +
                     " on were deleted before they could be read (retention?)",
                 said);
}

Error EndedBefore(const ReadPlace& place, std::string_view said) {
  return ErrorAt(place, Fault::kCorrupt,
                 "the log ended before offset " + std::to_string(place.next) +
                     ", up to which it was read: the topic was made again, or the log was cut",
                 said);
}

Error Unreadable(const ReadPlace& place, std::string_view said) {
  return ErrorAt(place, Fault::kIo,
                 "what is at offset " + std::to_string(place.next) + " or behind it cannot be read",
                 said);
}

}  // namespace gamevents::kafka
