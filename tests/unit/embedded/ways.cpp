#include "tests/unit/embedded/ways.h"

#include "core/base/check.h"
#include "core/kafka/handles.h"
#include "tests/support/await.h"
#include "tests/support/temp_folder.h"
#include "tests/unit/catch.h"
#include "tests/unit/embedded/fixture.h"

#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <optional>
#include <utility>

namespace gamevents::embedded {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kClientTimeout{20'000};

// librdkafka with whatever broker there is.
class LibrdkafkaWay : public Way {
 public:
  explicit LibrdkafkaWay(kafka::ClientOptions client) : client_(std::move(client)) {}

  std::string name() const override { return "librdkafka with " + client_.brokers; }
  kafka::ClientOptions client() const override { return client_; }
  Result<std::unique_ptr<kafka::Producer>> OpenProducer(
      const kafka::ProducerOptions& options) override {
    return kafka::Producer::Open(options);
  }
  Result<std::unique_ptr<kafka::Reader>> OpenReader(const kafka::ReaderOptions& options) override {
    return kafka::Reader::Open(options);
  }
  Result<std::vector<kafka::PartitionRange>> FindRanges(
      const kafka::ReaderOptions& options) override {
    return kafka::Reader::Find(options);
  }
  Status CreateTopic(const kafka::NewTopic& topic) override {
    return kafka::CreateTopic(client_, topic);
  }
  Result<kafka::TopicDescription> DescribeTopic(const std::string& topic) override {
    return kafka::DescribeTopic(client_, topic);
  }

 private:
  const kafka::ClientOptions client_;
};

kafka::ClientOptions ClientOf(const std::string& brokers) {
  return {brokers, {}, kClientTimeout, "contract"};
}

// The broker of this process, without librdkafka.
class InProcessWay final : public LibrdkafkaWay {
 public:
  explicit InProcessWay(EmbeddedBroker& broker)
      : LibrdkafkaWay(ClientOf(broker.endpoint().Address())), broker_(broker) {}

  std::string name() const override { return "in this process"; }
  Result<std::unique_ptr<kafka::Producer>> OpenProducer(
      const kafka::ProducerOptions& options) override {
    return broker_.OpenProducer(options);
  }
  Result<std::unique_ptr<kafka::Reader>> OpenReader(const kafka::ReaderOptions& options) override {
    return broker_.OpenReader(options);
  }
  Result<std::vector<kafka::PartitionRange>> FindRanges(
      const kafka::ReaderOptions& options) override {
    return broker_.FindRanges(options);
  }
  Status CreateTopic(const kafka::NewTopic& topic) override { return broker_.CreateTopic(topic); }
  Result<kafka::TopicDescription> DescribeTopic(const std::string& topic) override {
    return broker_.DescribeTopic(topic);
  }

 private:
  EmbeddedBroker& broker_;
};

kafka::Handle OpenHandleFor(rd_kafka_type_t type, const kafka::ClientOptions& client,
                            const std::optional<std::string>& group = {}) {
  char text[256] = "";
  kafka::Conf conf(rd_kafka_conf_new());
  INVARIANT(rd_kafka_conf_set(conf.get(), "bootstrap.servers", client.brokers.c_str(), text,
                              sizeof text) == RD_KAFKA_CONF_OK);
  if (group) {
    INVARIANT(rd_kafka_conf_set(conf.get(), "group.id", group->c_str(), text, sizeof text) ==
              RD_KAFKA_CONF_OK);
  }
  kafka::Handle handle(rd_kafka_new(type, conf.get(), text, sizeof text));
  INVARIANT(handle);
  conf.release();
  return handle;
}

// Waits for the answer to what an administrator's call asked for, which must have been done.
void MustBeDone(const kafka::Queue& answers) {
  const kafka::Event event(rd_kafka_queue_poll(answers.get(), 30'000));
  REQUIRE(event);
  REQUIRE(rd_kafka_event_error(event.get()) == RD_KAFKA_RESP_ERR_NO_ERROR);
}

}  // namespace

void ForEachWay(const std::function<void(Way&)>& test) {
  if (const char* brokers = std::getenv("GAMEVENTS_CONTRACT_BROKERS")) {
    LibrdkafkaWay way(ClientOf(brokers));
    INFO(way.name());
    return test(way);
  }
  for (const bool in_process : {false, true}) {
    const TempFolder folder;
    auto broker = EmbeddedBroker::Start(OptionsFor(folder.path()), MustLock(folder.path()));
    if (!broker) FAIL(broker.error().context);
    std::unique_ptr<Way> way;
    if (in_process) {
      way = std::make_unique<InProcessWay>(**broker);
    } else {
      way = std::make_unique<LibrdkafkaWay>(ClientOf((*broker)->endpoint().Address()));
    }
    INFO(way->name());
    test(*way);
    CHECK((*broker)->Stop(milliseconds(5'000)).ok());
  }
}

std::string MakeTopic(Way& way, int32_t partitions) {
  static std::atomic<int> made{0};
  // A cluster may have seen other runs.
  const auto now = std::chrono::system_clock::now().time_since_epoch().count();
  std::string name = "contract-" + std::to_string(now) + "-" + std::to_string(::getpid()) + "-" +
                     std::to_string(++made);
  const auto created = way.CreateTopic({name, partitions, 1});
  if (!created) FAIL(created.error().context);
  return name;
}

void DeleteTopic(const kafka::ClientOptions& client, const std::string& topic) {
  const kafka::Handle handle = OpenHandleFor(RD_KAFKA_PRODUCER, client);
  const kafka::Queue answers(rd_kafka_queue_new(handle.get()));
  rd_kafka_DeleteTopic_t* wanted = rd_kafka_DeleteTopic_new(topic.c_str());
  rd_kafka_DeleteTopics(handle.get(), &wanted, 1, nullptr, answers.get());
  rd_kafka_DeleteTopic_destroy(wanted);
  MustBeDone(answers);
}

void DeleteRecords(const kafka::ClientOptions& client, const std::string& topic, int64_t before) {
  const kafka::Handle handle = OpenHandleFor(RD_KAFKA_PRODUCER, client);
  const kafka::Queue answers(rd_kafka_queue_new(handle.get()));
  const kafka::TopicList offsets(rd_kafka_topic_partition_list_new(1));
  rd_kafka_topic_partition_list_add(offsets.get(), topic.c_str(), 0)->offset = before;
  rd_kafka_DeleteRecords_t* wanted = rd_kafka_DeleteRecords_new(offsets.get());
  rd_kafka_DeleteRecords(handle.get(), &wanted, 1, nullptr, answers.get());
  rd_kafka_DeleteRecords_destroy(wanted);
  MustBeDone(answers);
}

struct GroupMember::Consumer {
  kafka::Handle handle;
};

GroupMember::GroupMember(const kafka::ClientOptions& client, const std::string& group,
                         const std::string& topic)
    : consumer_(std::make_unique<Consumer>()) {
  consumer_->handle = OpenHandleFor(RD_KAFKA_CONSUMER, client, group);
  rd_kafka_t* handle = consumer_->handle.get();
  const kafka::TopicList topics(rd_kafka_topic_partition_list_new(1));
  rd_kafka_topic_partition_list_add(topics.get(), topic.c_str(), RD_KAFKA_PARTITION_UA);
  REQUIRE(rd_kafka_subscribe(handle, topics.get()) == RD_KAFKA_RESP_ERR_NO_ERROR);
  REQUIRE(Await([handle] {
    const kafka::Message message(rd_kafka_consumer_poll(handle, 10));
    rd_kafka_topic_partition_list_t* assigned = nullptr;
    if (rd_kafka_assignment(handle, &assigned) != RD_KAFKA_RESP_ERR_NO_ERROR) return false;
    return kafka::TopicList(assigned)->cnt > 0;
  }));
}

GroupMember::~GroupMember() { rd_kafka_consumer_close(consumer_->handle.get()); }

Writer::Writer(const kafka::ClientOptions& client,
               const std::map<std::string, std::string>& properties) {
  kafka::ProducerOptions options;
  options.client = client;
  options.client.properties = properties;
  // What is sent together comes into one batch.
  options.linger = milliseconds(50);
  auto opened = kafka::Producer::Open(options);
  if (!opened) FAIL(opened.error().context);
  producer_ = std::move(*opened);
}

void Writer::Send(kafka::OutgoingRecord record) {
  const auto sent = producer_->Send(
      std::move(record), [](const Result<kafka::Delivery>& delivery) { INVARIANT(delivery.ok()); });
  REQUIRE(sent.ok());
}

void Writer::Flush() { REQUIRE(producer_->Flush(kClientTimeout).ok()); }

void Writer::Fill(const std::string& topic, int32_t partition, int count) {
  for (int i = 0; i < count; ++i) {
    kafka::OutgoingRecord record;
    record.topic = topic;
    record.partition = partition;
    record.value = std::to_string(i);
    Send(std::move(record));
  }
  Flush();
}

}  // namespace gamevents::embedded
