#pragma once

#include "core/embedded/runner.h"
#include "core/kafka/admin.h"
#include "core/kafka/producer.h"
#include "core/kafka/reader.h"

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace gamevents::embedded {

/// One way to reach a broker through core/kafka's interfaces. What holds of them is to hold on each
/// way: a contract test runs on all of them.
class Way {
 public:
  virtual ~Way() = default;

  /// For the message of a test that fails.
  virtual std::string name() const = 0;
  /// How a client of librdkafka reaches the broker, whichever way this is.
  virtual kafka::ClientOptions client() const = 0;

  virtual Result<std::unique_ptr<kafka::Producer>> OpenProducer(
      const kafka::ProducerOptions& options) = 0;
  virtual Result<std::unique_ptr<kafka::Reader>> OpenReader(
      const kafka::ReaderOptions& options) = 0;
  virtual Result<std::vector<kafka::PartitionRange>> FindRanges(
      const kafka::ReaderOptions& options) = 0;
  virtual Status CreateTopic(const kafka::NewTopic& topic) = 0;
  virtual Result<kafka::TopicDescription> DescribeTopic(const std::string& topic) = 0;
};

/// Calls `test` with each way: librdkafka with a broker of this process, and the same without
/// librdkafka. Where the environment variable GAMEVENTS_CONTRACT_BROKERS names a cluster,
/// librdkafka with that cluster is the only way.
void ForEachWay(const std::function<void(Way&)>& test);

/// A topic that nobody has used before, made on `way`.
std::string MakeTopic(Way& way, int32_t partitions = 1);

/// A client's calls for which core/kafka has none, over librdkafka. They wait until it is done.
void DeleteTopic(const kafka::ClientOptions& client, const std::string& topic);
/// The records of partition 0 below `before`.
void DeleteRecords(const kafka::ClientOptions& client, const std::string& topic, int64_t before);

/// A consumer that is the only member of a group, from its constructor to its destructor.
class GroupMember {
 public:
  GroupMember(const kafka::ClientOptions& client, const std::string& group,
              const std::string& topic);
  ~GroupMember();
  GroupMember(const GroupMember&) = delete;
  GroupMember& operator=(const GroupMember&) = delete;

 private:
  struct Consumer;
  std::unique_ptr<Consumer> consumer_;
};

/// Writes records with one producer of librdkafka's, whichever way is tested.
class Writer {
 public:
  /// `properties` are librdkafka's, for example its compression.
  explicit Writer(const kafka::ClientOptions& client,
                  const std::map<std::string, std::string>& properties = {});

  /// Sends the record; Flush waits until all are acknowledged.
  void Send(kafka::OutgoingRecord record);
  void Flush();
  /// `count` records "0", "1", … to a partition, acknowledged.
  void Fill(const std::string& topic, int32_t partition, int count);

 private:
  std::unique_ptr<kafka::Producer> producer_;
};

}  // namespace gamevents::embedded
