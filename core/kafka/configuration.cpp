#include "core/kafka/configuration.h"

#include "core/kafka/error.h"

#include <algorithm>
#include <array>
#include <utility>

namespace gamevents::kafka {
namespace {

// librdkafka writes its texts into a buffer of the caller's; its own examples use this size.
constexpr size_t kErrorTextBytes = 512;

// Librdkafka warns about a property that only its simple consumer has. It is the simple consumer
// that reads partitions here (message.cpp).
bool IsAboutOwnProperty(std::string_view facility, std::string_view line) {
  return facility == "CONFWARN" && line.find(" auto.commit.enable ") != line.npos;
}

void OnLog(const rd_kafka_t* handle, int level, const char* facility, const char* line) {
  if (IsAboutOwnProperty(facility, line)) return;
  // The opaque is set before the first thread of the handle starts.
  static_cast<ConnectionErrors*>(rd_kafka_opaque(handle))->OnLog(level, facility, line);
}

Status Set(rd_kafka_conf_t* conf, const std::string& name, const std::string& value) {
  char text[kErrorTextBytes] = "";
  if (rd_kafka_conf_set(conf, name.c_str(), value.c_str(), text, sizeof text) == RD_KAFKA_CONF_OK) {
    return Done{};
  }
  return Error{Fault::kBadInput, "kafka property " + name + ": " + text};
}

constexpr Promise kCommonPromises[] = {
    {"bootstrap.servers", "", "set kafka.brokers, so that every command talks to the same cluster"},
    {"metadata.broker.list", "",
     "set kafka.brokers, so that every command talks to the same cluster"},
    {"log.queue", "false", "librdkafka's log is read as it is written"},
};

// Whether `word` is one of the words of `list`.
bool IsListed(std::string_view word, std::string_view list) {
  while (!list.empty()) {
    const size_t space = std::min(list.find(' '), list.size());
    if (list.substr(0, space) == word) return true;
    list.remove_prefix(std::min(space + 1, list.size()));
  }
  return false;
}

Status CheckPromises(const Properties& properties, std::span<const Promise> promises) {
  for (const Promise& promise : promises) {
    const auto found = properties.find(std::string(promise.property));
    if (found == properties.end() || IsListed(found->second, promise.allowed)) continue;
    return Error{Fault::kBadInput, "kafka property " + found->first + "=" + found->second +
                                       " cannot be set: " + std::string(promise.why)};
  }
  return Done{};
}

bool HasOwnCertificate(const Properties* properties) {
  constexpr std::array kNames = {"ssl.certificate.location", "ssl.certificate.pem",
                                 "ssl.keystore.location"};
  return std::ranges::any_of(kNames, [&](const char* name) { return properties->contains(name); });
}

// One certificate of a broker's chain; whether it is taken is what OpenSSL says.
int OnVerified(rd_kafka_t*, const char* broker, int32_t, int* error, int, const char*, size_t,
               char*, size_t, void* connection_errors) {
  if (*error == 0) return 1;
  static_cast<ConnectionErrors*>(connection_errors)->OnUntrusted(broker, *error);
  return 0;
}

// What every client is given. Timeouts are cut to the caller's, so that librdkafka notices a dead
// peer and says why before the caller gives up.
Properties CommonSettings(const ClientOptions& options) {
  using std::chrono::milliseconds;
  const milliseconds half =
      std::clamp(options.timeout / 2, milliseconds(1'000), milliseconds(10'000));
  const std::string half_text = std::to_string(half.count());
  return {
      {"bootstrap.servers", options.brokers},
      {"client.id", options.client_id},
      {"socket.connection.setup.timeout.ms", half_text},
      {"api.version.request.timeout.ms", half_text},
      {"reconnect.backoff.ms", "50"},
      {"reconnect.backoff.max.ms", "1000"},
      {"socket.nagle.disable", "true"},
      {"socket.keepalive.enable", "true"},
  };
}

// A client of our settings and, over them, the user's properties: in this order the user's win,
// also where two names mean one property.
Result<Handle> MakeHandle(rd_kafka_type_t type, std::span<const Properties* const> layers,
                          ConnectionErrors& connection_errors,
                          void (*set_callbacks)(rd_kafka_conf_t*)) {
  Conf conf(rd_kafka_conf_new());
  for (const Properties* layer : layers) {
    for (const auto& [name, value] : *layer) {
      if (auto set = Set(conf.get(), name, value); !set) return std::move(set).error();
    }
  }
  rd_kafka_conf_set_opaque(conf.get(), &connection_errors);
  connection_errors.SetOwnCertificate(std::ranges::any_of(layers, HasOwnCertificate));
  // Says more than the failure that follows: which of them it was.
  rd_kafka_conf_set_ssl_cert_verify_cb(conf.get(), OnVerified);
  rd_kafka_conf_set_log_cb(conf.get(), OnLog);
  if (set_callbacks != nullptr) set_callbacks(conf.get());

  char text[kErrorTextBytes] = "";
  Handle handle(rd_kafka_new(type, conf.get(), text, sizeof text));
  if (!handle) return Error{Fault::kBadInput, std::string("kafka properties: ") + text};
  conf.release();
  return handle;
}

Status CheckAllPromises(const Properties& properties, std::span<const Promise> promises) {
  if (auto kept = CheckPromises(properties, kCommonPromises); !kept) return kept;
  return CheckPromises(properties, promises);
}

}  // namespace

Result<Handle> OpenHandle(rd_kafka_type_t type, const ClientOptions& options,
                          const Properties& settings, std::span<const Promise> promises,
                          ConnectionErrors& connection_errors,
                          void (*set_callbacks)(rd_kafka_conf_t*)) {
  if (auto kept = CheckAllPromises(options.properties, promises); !kept) {
    return std::move(kept).error();
  }
  const Properties common = CommonSettings(options);
  const std::array<const Properties*, 3> layers = {&common, &settings, &options.properties};
  return MakeHandle(type, layers, connection_errors, set_callbacks);
}

Status CheckProperties(rd_kafka_type_t type, const ClientOptions& options,
                       const Properties& settings, std::span<const Promise> promises) {
  if (options.properties.empty()) return Done{};
  if (auto kept = CheckAllPromises(options.properties, promises); !kept) return kept;
  // Only librdkafka knows which properties go together. Without a broker's address its client
  // talks to nobody.
  Properties common = CommonSettings(options);
  common.erase("bootstrap.servers");
  const std::array<const Properties*, 3> layers = {&common, &settings, &options.properties};
  ConnectionErrors unused{std::string()};
  auto made = MakeHandle(type, layers, unused, nullptr);
  if (!made) return std::move(made).error();
  return Done{};
}

Error NoAnswer(int code, const ConnectionErrors& connection_errors, std::string_view text) {
  // Of these librdkafka only says that time is up; any other code says more than its connections.
  static constexpr std::array kTimeIsUp = {RD_KAFKA_RESP_ERR__TRANSPORT,
                                           RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN,
                                           RD_KAFKA_RESP_ERR__TIMED_OUT,
                                           RD_KAFKA_RESP_ERR__TIMED_OUT_QUEUE,
                                           RD_KAFKA_RESP_ERR__MSG_TIMED_OUT,
                                           RD_KAFKA_RESP_ERR__RESOLVE,
                                           RD_KAFKA_RESP_ERR__SSL};
  if (std::ranges::find(kTimeIsUp, code) == kTimeIsUp.end()) return KafkaError(code, text);
  return Error{FaultOf(code), connection_errors.Describe()};
}

}  // namespace gamevents::kafka
