// Goal: a message in a log is readable, bounded and always valid UTF-8.
// Method: known messages; random ones of every type; one that is too long.
#include "core/broker/protocol/print.h"

#include "core/base/text.h"
#include "core/broker/protocol/produce.h"
#include "tests/support/messages/message_case.h"
#include "tests/unit/catch.h"

namespace gamevents::broker {

TEST_CASE("a printed message has the fields of its version") {
  ProduceRequest request;
  request.acks = -1;
  request.timeout_ms = 1500;
  auto& topic = request.topic_data.emplace_back();
  topic.name = "eventsForm";
  topic.partition_data.emplace_back().records = Records{.bytes = AsBytes("12345")};
  topic.partition_data.emplace_back().index = 1;
  CHECK(Print(request, 9) ==
        "{transactional_id: null, acks: -1, timeout_ms: 1500, topic_data: [{name: \"eventsForm\", "
        "partition_data: [{index: 0, records: <5 bytes>}, {index: 1, records: null}]}]}");
}

TEST_CASE("an error code is printed by its name, or by its number where it has none") {
  ProduceResponse response;
  auto& topic = response.responses.emplace_back();
  topic.partition_responses.emplace_back().error_code = ErrorCode::kUnknownTopicOrPartition;
  topic.partition_responses.emplace_back().error_code = ErrorCode{9'999};
  const std::string text = Print(response, 8);
  INFO(text);
  CHECK(text.find("error_code: UNKNOWN_TOPIC_OR_PARTITION,") != std::string::npos);
  CHECK(text.find("error_code: 9999,") != std::string::npos);
}

TEST_CASE("whatever a message holds, its text is bounded and valid") {
  for (const MessageCase& message : AllMessages()) {
    for (uint64_t seed = 1; seed <= 5; ++seed) {
      INFO(message.name << " seed " << seed);
      RandomValues values(seed);
      const auto bytes = message.Make(values, message.versions.max);
      REQUIRE(bytes.ok());
      const auto text = message.Print(*bytes, message.versions.max);
      REQUIRE(text.ok());
      CHECK(IsUtf8(*text));
      CHECK(text->size() <= kPrintBytesMax + 8);
      CHECK(text->front() == '{');
    }
  }
}

TEST_CASE("a long message ends in an ellipsis") {
  ProduceRequest request;
  request.topic_data.resize(10'000);
  const std::string text = Print(request, 3);
  CHECK(text.size() <= kPrintBytesMax + 8);
  CHECK(text.substr(text.size() - 3) == "…");
}

}  // namespace gamevents::broker
