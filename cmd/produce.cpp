#include "cmd/cluster.h"
#include "cmd/command.h"
#include "cmd/escapes.h"
#include "cmd/flags.h"
#include "cmd/line_reader.h"
#include "cmd/sender.h"
#include "core/base/notes.h"
#include "core/base/stop.h"
#include "core/kafka/envelope.h"

#include <unistd.h>

#include <cstdio>
#include <limits>
#include <memory>

namespace gamevents::cmd {
namespace {

// A line is in memory whole. Far above message.max.bytes, which is what refuses large messages.
constexpr size_t kLineBytesMax = size_t{32} << 20;

struct ProduceOptions {
  std::string key_delimiter;  // as given, with escapes
  std::optional<std::string> key;
  std::optional<int32_t> partition;
  std::vector<std::string> headers;  // "name=value"
  bool json = false;
  bool keep_partition = false;
};

// What is the same for every record, read from the flags.
struct Form {
  std::string topic;
  std::string key_delimiter;
  std::optional<std::string> key;
  std::optional<int32_t> partition;
  std::vector<kafka::Header> headers;
  bool json = false;
  bool keep_partition = false;
};

// "name=value" has a value; "name" alone is null, as kcat has it.
kafka::Header ParseHeader(const std::string& text) {
  const size_t equals = text.find('=');
  if (equals == std::string::npos) return {text, std::nullopt};
  return {text.substr(0, equals), text.substr(equals + 1)};
}

Result<Form> MakeForm(const ProduceOptions& options, const std::string& topic) {
  Form form;
  form.topic = topic;
  auto delimiter = Unescape(options.key_delimiter);
  if (!delimiter) return std::move(delimiter).error().In("--key-delimiter");
  form.key_delimiter = std::move(*delimiter);
  form.key = options.key;
  form.partition = options.partition;
  for (const std::string& header : options.headers) form.headers.push_back(ParseHeader(header));
  form.json = options.json;
  form.keep_partition = options.keep_partition;
  return form;
}

Result<kafka::OutgoingRecord> RecordOfEnvelope(std::string_view line, const Form& form) {
  auto envelope = kafka::ParseEnvelope(line);
  if (!envelope) return std::move(envelope).error();
  kafka::OutgoingRecord record = std::move(envelope->record);
  record.topic = form.topic;
  if (!form.keep_partition) record.partition = form.partition;
  record.headers.insert(record.headers.end(), form.headers.begin(), form.headers.end());
  return record;
}

Result<kafka::OutgoingRecord> RecordOf(std::string_view line, const Form& form) {
  if (form.json) return RecordOfEnvelope(line, form);
  kafka::OutgoingRecord record;
  record.topic = form.topic;
  record.partition = form.partition;
  record.key = form.key;
  record.headers = form.headers;
  if (!form.key_delimiter.empty()) {
    // A line without the delimiter is a value without a key.
    if (const size_t end = line.find(form.key_delimiter); end != std::string_view::npos) {
      record.key = line.substr(0, end);
      line.remove_prefix(end + form.key_delimiter.size());
    }
  }
  record.value = line;
  return record;
}

Status SendLines(LineReader& lines, const Form& form, Sender& sender) {
  while (true) {
    auto line = lines.Next();
    if (!line) return std::move(line).error();
    if (!*line) return Done{};
    auto record = RecordOf(**line, form);
    if (!record) return std::move(record).error();
    if (auto sent = sender.Send(std::move(*record)); !sent) return sent;
  }
}

// Of the messages that were acknowledged.
std::string Tally(int64_t delivered) {
  return std::to_string(delivered) + (delivered == 1 ? " message was sent" : " messages were sent");
}

Result<Exit> Produce(const ProduceOptions& options, const Context& context) {
  const config::Settings& settings = context.config.settings;
  const auto form = MakeForm(options, settings.kafka.topic);
  if (!form) return FailUsage(form.error().context);
  const auto cluster = OpenCluster(settings, ListenMode::kEphemeral);
  if (!cluster) return Error(cluster.error());
  EnsureTopic(*cluster, settings);
  kafka::ProducerOptions producer;
  producer.client = cluster->client();
  producer.delivery_timeout = settings.kafka.timeout;
  auto sender = Sender::Open(producer);
  if (!sender) return std::move(sender).error();

  LineReader lines(STDIN_FILENO, kLineBytesMax);
  auto read = SendLines(lines, *form, **sender);
  auto finished = (*sender)->Finish();
  const std::string tally = Tally((*sender)->delivered());
  // A failed delivery is found out about lines later, so only its own text says which it was.
  if (!finished) return std::move(finished).error().In(tally + ", then one failed");
  if (!read && StopSignal::Requested()) {
    PrintError("interrupted: " + tally + ", the rest of stdin was not read");
    return Exit::kFailed;
  }
  if (!read) {
    return std::move(read).error().In(tally + ", then line " + std::to_string(lines.number()));
  }
  Note(NoteLevel::kInfo, tally + " to " + form->topic);
  return Exit::kOk;
}

}  // namespace

Run DeclareProduce(Flags& flags) {
  auto options = std::make_shared<ProduceOptions>();
  flags.Key("--topic", "kafka.topic", "The topic");
  const Flag delimiter = flags.Text(
      "-K,--key-delimiter", "TEXT",
      "The text that separates the key from the value in a line (\\t, \\xNN)",
      &options->key_delimiter,
      [](const std::string& text) -> std::string { return text.empty() ? "is empty" : ""; });
  const Flag key =
      flags.Text("--key", "TEXT", "The key of every record", &options->key).Excludes(delimiter);
  const Flag partition =
      flags.Integer("--partition", "The partition of every record", &options->partition,
                    IntegerRange{0, std::numeric_limits<int32_t>::max()});
  flags.Text("-H,--header", "NAME=VALUE", "A header of every record; may be repeated",
             &options->headers, [](const std::string& text) -> std::string {
               return text.empty() || text.front() == '=' ? "a header needs a name" : "";
             });
  const Flag json =
      flags
          .Switch("--json", "Lines are envelopes, as consume --output json prints them",
                  &options->json)
          .Excludes(delimiter)
          .Excludes(key);
  flags
      .Switch("--keep-partition", "Send each envelope to the partition that it names",
              &options->keep_partition)
      .Needs(json)
      .Excludes(partition);
  return [options](const Context& context) { return Produce(*options, context); };
}

}  // namespace gamevents::cmd
