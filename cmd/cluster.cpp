#include "cmd/cluster.h"

#include "cmd/certificates.h"
#include "core/access/users.h"
#include "core/base/notes.h"
#include "core/base/process.h"
#include "core/base/text.h"
#include "core/base/units.h"
#include "core/config/keys.h"
#include "core/config/listeners.h"
#include "core/embedded/endpoint.h"
#include "core/embedded/find_or_start.h"
#include "core/embedded/lock.h"
#include "core/embedded/own_user.h"
#include "core/embedded/runner.h"
#include "core/embedded/successor.h"
#include "core/kafka/admin.h"
#include "core/log/data_directory.h"

#include <algorithm>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace gamevents::cmd {
namespace {

constexpr char kEmbeddedTls[] = "embedded.tls";
constexpr char kLoopback[] = "127.0.0.1";
// How long a command is held up by creating its topic. A broker on this machine that takes longer
// is in trouble, and the command's own requests say which.
constexpr std::chrono::milliseconds kEnsureTimeoutMax{2'000};

log::LogManager::Options LogOptionsOf(const config::Settings& settings) {
  const config::Settings::Embedded& embedded = settings.embedded;
  log::LogManager::Options log;
  log.defaults.segment_bytes = static_cast<uint32_t>(embedded.segment_size);
  log.defaults.retention_age.reset();
  if (embedded.retention_age.count() > 0) log.defaults.retention_age = embedded.retention_age;
  if (embedded.retention_size > 0) {
    log.defaults.retention_bytes = static_cast<uint64_t>(embedded.retention_size);
  }
  if (embedded.fsync != config::kFsyncAlways) {
    // The table of keys has let only durations through.
    log.commit.interval = ParseDuration(embedded.fsync).value();
  }
  log.kept_topics = ForwardedTopics(settings);
  log.topics_max = static_cast<size_t>(embedded.topics);
  log.partitions_max = static_cast<size_t>(embedded.partitions);
  return log;
}

broker::BrokerOptions BrokerOptionsOf(const config::Settings& settings) {
  const config::Settings::Embedded& embedded = settings.embedded;
  broker::BrokerOptions broker;
  broker.auto_create_topics = embedded.auto_create;
  broker.default_partitions = static_cast<int32_t>(settings.kafka.partitions);
  broker.lenient_replication = embedded.lenient_replication;
  broker.limits.connections_max = static_cast<size_t>(embedded.connections);
  broker.limits.request_bytes_max = embedded.request_size;
  broker.limits.in_flight_max = static_cast<size_t>(embedded.in_flight);
  broker.limits.request_memory_max = embedded.request_memory;
  broker.limits.session_lifetime = embedded.session_lifetime;
  broker.groups.members_max = static_cast<size_t>(embedded.group_members);
  return broker;
}

// Who has the port that the broker was to listen on, where that can be seen, and what to do.
// `taken` is what the server says of it: "listen on 127.0.0.1:29092: Address already in use".
std::string AboutPortInUse(const embedded::EmbeddedOptions& options, std::string_view taken) {
  const std::vector<broker::ListenerOptions>& listeners = options.server.listeners;
  const auto in_use = std::ranges::find_if(listeners, [&](const auto& listener) {
    return taken.find(":" + std::to_string(listener.port) + ":") != std::string_view::npos;
  });
  const broker::ListenerOptions& listener = in_use == listeners.end() ? options.asked() : *in_use;
  std::string about = "; ";
  if (const auto process = ListenerOn(listener.port)) {
    const std::string command = CommandLineOf(*process);
    const bool is_ours = command.starts_with("gamevents ");
    about += "process " + std::to_string(*process) + " listens there";
    about += is_ours ? ", a gamevents with another data directory; " : "; ";
  }
  const bool listed = listeners.size() > (options.first_is_own ? 2 : 1);
  const char* key = listed ? "embedded.listeners" : "embedded.listen";
  return about + "set " + key + " to another address, or to " + listener.host +
         ":0 for any free port";
}

// Where commands of this machine connect, best first: without TLS and passwords, and to an address
// that is not advertised under another, which may lie beyond this machine.
int RankForCommands(const broker::ListenerOptions& listener) {
  if (listener.tls || listener.users) return 2;
  return listener.advertised_host.empty() ? 0 : 1;
}

// Whether the broker that was found is that of a command that soon ends: it does not listen where
// serve and broker would. Where that cannot be seen, it is not taken for one.
bool EndsSoon(const config::Settings& settings, const embedded::Endpoint& found) {
  const auto listeners = config::ListenersOf(settings.embedded);
  if (!listeners) return false;
  return std::ranges::none_of(*listeners, [&](const config::AdvertisedListener& listener) {
    return listener.port == 0 || listener.port == found.port || listener.protocol.tls ||
           listener.protocol.sasl;
  });
}

// Where serve and broker listen. The first is where the other commands of this machine connect.
void AddListeners(std::vector<config::AdvertisedListener> asked,
                  const std::shared_ptr<tls::Certificates>& certificates,
                  embedded::EmbeddedOptions& options) {
  std::vector<broker::ListenerOptions>& listeners = options.server.listeners;
  listeners.clear();
  for (config::AdvertisedListener& one : asked) {
    listeners.push_back({std::move(one.host), one.port, std::move(one.advertised_host),
                         one.advertised_port, one.protocol.tls ? certificates : nullptr,
                         one.protocol.sasl ? options.broker.users : nullptr});
  }
  std::ranges::stable_sort(listeners, {}, RankForCommands);
  // One for this machine, whose commands then need to trust nobody.
  options.first_is_own = RankForCommands(listeners.front()) == 2;
  if (options.first_is_own) {
    listeners.insert(listeners.begin(), broker::ListenerOptions{kLoopback, 0, "", 0, nullptr});
  }
}

// Who may connect, and where.
Status AddAccess(const config::Settings& settings, ListenMode mode,
                 embedded::EmbeddedOptions& options) {
  auto asked = config::ListenersOf(settings.embedded);
  if (!asked) return std::move(asked).error();
  const bool asks = std::ranges::any_of(*asked, [](const auto& one) { return one.protocol.sasl; });
  if (asks || mode == ListenMode::kConfigured) {
    const auto file = UsersFileOf(settings);
    if (!file) return Error(file.error());
    auto users = access::UserFile::Open(*file);
    if (!users) {
      return std::move(users).error().In(
          settings.embedded.users_file.empty() ? "embedded.data_dir" : "embedded.users_file");
    }
    options.broker.users = std::move(*users);
  }
  if (mode == ListenMode::kConfigured) {
    auto certificates = LoadCertificates(settings.embedded.tls, kEmbeddedTls, {});
    if (!certificates) return std::move(certificates).error();
    AddListeners(std::move(*asked), *certificates, options);
  }
  options.first_asks = asks && (options.first_is_own || mode == ListenMode::kEphemeral);
  return Done{};
}

// Who this machine's commands are to a broker that asks, in librdkafka's words.
Status AddOwnUser(const std::string& directory, kafka::ClientOptions& client) {
  auto password = embedded::ReadOwnPassword(directory);
  if (!password) {
    if (password.error().fault == Fault::kNotFound) return Done{};
    return std::move(password).error();
  }
  client.properties["security.protocol"] = "sasl_plaintext";
  client.properties["sasl.mechanism"] = embedded::kOwnUserMechanism;
  client.properties["sasl.username"] = embedded::kOwnUserName;
  client.properties["sasl.password"] = std::move(*password);
  return Done{};
}

// Who looks for the data of a service with a command of their own finds an empty folder of their
// own instead, and a new log in it.
void NoteOtherBroker(const config::Settings& settings, const std::string& directory) {
  constexpr std::chrono::milliseconds kLookMax{200};
  const auto listeners = config::ListenersOf(settings.embedded);
  if (!listeners || listeners->front().port == 0) return;
  embedded::Endpoint endpoint{listeners->front().host, listeners->front().port, 0};
  if (endpoint.host == "0.0.0.0" || endpoint.host == "::") endpoint.host = kLoopback;
  if (!embedded::Connects(endpoint, kLookMax)) return;
  Note(NoteLevel::kWarning, "there is no data in embedded.data_dir " + directory +
                                ", and something listens on " + endpoint.Address() +
                                ", maybe the broker of another data directory: to ask that one, " +
                                "add --set kafka.brokers=" + endpoint.Address() +
                                ", or set GAMEVENTS_KAFKA_BROKERS to that");
}

// A broker of another release may know less than this command asks for, or more.
void NoteSkew(const std::string& directory, const std::string& pid) {
  const std::string version = embedded::LastHolderVersion(directory);
  if (version == GAMEVENTS_VERSION) return;
  Note(NoteLevel::kWarning, "the broker of process " + pid + " is gamevents " +
                                (version.empty() ? "of an older release" : version) +
                                ", this command is " GAMEVENTS_VERSION
                                "; restart that process, so that both are one");
}

kafka::ClientOptions ClientOptionsOf(const config::Settings& settings) {
  kafka::ClientOptions client;
  client.properties = settings.kafka.properties;
  client.timeout = settings.kafka.timeout;
  client.brokers = settings.kafka.brokers;
  return client;
}

}  // namespace

std::vector<std::string> ForwardedTopics(const config::Settings& settings) {
  if (settings.forward.brokers.empty()) return {};
  if (settings.forward.topics.empty()) return {settings.kafka.topic};
  return settings.forward.topics;
}

Result<std::string> PathOf(const std::string& key, std::string path) {
  while (path.size() > 1 && path.ends_with('/')) path.pop_back();
  if (path != "~" && !path.starts_with("~/")) return path;
  const char* home = std::getenv("HOME");
  if (home != nullptr && *home == '/') return home + path.substr(1);
  return Error{Fault::kNotFound, key + ": " + path +
                                     ": $HOME is not set, so nobody knows where that is; set " +
                                     key + " to a full path"};
}

Result<std::string> UsersFileOf(const config::Settings& settings) {
  const std::string& file = settings.embedded.users_file;
  if (!file.empty()) return PathOf("embedded.users_file", file);
  auto directory = PathOf("embedded.data_dir", settings.embedded.data_dir);
  if (directory) directory->append("/").append(log::kUsersFile);
  return directory;
}

Result<embedded::EmbeddedOptions> EmbeddedOptionsOf(const config::Settings& settings,
                                                    ListenMode mode) {
  auto directory = PathOf("embedded.data_dir", settings.embedded.data_dir);
  if (!directory) return std::move(directory).error();
  embedded::EmbeddedOptions options;
  options.log = LogOptionsOf(settings);
  options.log.directory = std::move(*directory);
  options.broker = BrokerOptionsOf(settings);
  options.server.threads = static_cast<int>(settings.embedded.threads);
  options.server.listeners.front().host = kLoopback;
  if (auto added = AddAccess(settings, mode, options); !added) return std::move(added).error();
  return options;
}

std::shared_ptr<tls::Certificates> CertificatesOf(const embedded::EmbeddedOptions& options) {
  for (const broker::ListenerOptions& listener : options.server.listeners) {
    if (listener.tls) return listener.tls;
  }
  return nullptr;
}

Error AboutEmbedded(Error error, const embedded::EmbeddedOptions& options) {
  // The broker's server says so when it cannot take its address; a data directory in use begins
  // with the directory.
  if (error.fault == Fault::kExists && error.context.starts_with("listen on ")) {
    error.context += AboutPortInUse(options, error.context);
  }
  std::string about = "embedded broker (embedded.data_dir " + options.log.directory;
  const broker::ListenerOptions& listener = options.asked();
  if (listener.port != 0) {
    about += ", embedded.listen " + listener.host + ":" + std::to_string(listener.port);
  }
  return std::move(error).In(about + ")");
}

Result<Cluster> OpenCluster(const config::Settings& settings, ListenMode mode) {
  Cluster cluster;
  cluster.client_ = ClientOptionsOf(settings);
  if (settings.kafka.brokers != config::kEmbedded) return cluster;

  const auto options = EmbeddedOptionsOf(settings, mode);
  if (!options) return Error(options.error());
  auto found = embedded::FindOrStart(*options, settings.kafka.timeout);
  if (!found) return AboutEmbedded(std::move(found).error(), *options);
  cluster.client_.brokers = found->endpoint.Address();
  cluster.own_ = std::move(found->own);
  cluster.client_.in_process = cluster.own_.get();
  if (auto added = AddOwnUser(options->log.directory, cluster.client_); !added) {
    return std::move(added).error();
  }
  const std::string pid = std::to_string(found->endpoint.pid);
  cluster.certificates_ = CertificatesOf(*options);
  if (!cluster.own_) NoteSkew(options->log.directory, pid);
  if (cluster.own_) {
    Note(NoteLevel::kDebug, cluster.own_->summary());
    if (mode == ListenMode::kEphemeral && cluster.own_->topics_found() == 0) {
      NoteOtherBroker(settings, options->log.directory);
    }
  } else if (mode == ListenMode::kConfigured &&
             found->endpoint.port != options->server.listeners.front().port) {
    Note(NoteLevel::kInfo, "using the broker of process " + pid + " on " + cluster.client_.brokers +
                               " while that runs");
    cluster.successor_ = std::make_unique<embedded::Successor>(*options, found->endpoint);
  } else {
    Note(NoteLevel::kDebug, "the broker of process " + pid + " on " + cluster.client_.brokers);
    if (mode == ListenMode::kEphemeral && EndsSoon(settings, found->endpoint)) {
      cluster.successor_ = std::make_unique<embedded::Successor>(*options, found->endpoint);
    }
  }
  return cluster;
}

Result<std::optional<kafka::ClientOptions>> FindClient(const config::Settings& settings) {
  std::optional<kafka::ClientOptions> client = ClientOptionsOf(settings);
  if (settings.kafka.brokers != config::kEmbedded) return client;
  const auto directory = PathOf("embedded.data_dir", settings.embedded.data_dir);
  if (!directory) return Error(directory.error());
  const auto endpoint = embedded::ReadEndpoint(*directory);
  if (!endpoint || embedded::CurrentHolder(*directory) != endpoint->pid) {
    return std::optional<kafka::ClientOptions>();
  }
  client->brokers = endpoint->Address();
  if (auto added = AddOwnUser(*directory, *client); !added) return std::move(added).error();
  return client;
}

void EnsureTopic(const Cluster& cluster, const config::Settings& settings) {
  if (settings.kafka.brokers != config::kEmbedded || !settings.embedded.auto_create) return;
  kafka::ClientOptions client = cluster.client();
  client.timeout = std::min(client.timeout, kEnsureTimeoutMax);
  // One broker keeps one copy, whatever a cluster would be asked for.
  const kafka::NewTopic topic{settings.kafka.topic, static_cast<int32_t>(settings.kafka.partitions),
                              1};
  if (const Status created = kafka::CreateTopic(client, topic); created) {
    const std::string partitions = std::to_string(topic.partitions);
    Note(NoteLevel::kInfo, "created topic " + topic.name + " with " + partitions +
                               (topic.partitions == 1 ? " partition" : " partitions"));
  } else if (created.error().fault != Fault::kExists) {
    Note(NoteLevel::kDebug, created.error().context);
  }
}

void Cluster::AddTo(Reloads& reloads) const {
  AddCertificates(certificates_, kEmbeddedTls, reloads);
}

void Cluster::AddTo(Watch& watch) const {
  if (own_) own_->AddTo(watch);
}

void Cluster::WhenOwn(std::function<void(embedded::EmbeddedBroker&)> use) const {
  if (own_) {
    use(*own_);
  } else if (successor_) {
    successor_->WhenStarted(std::move(use));
  }
}

Status Cluster::Storage() const { return own_ ? own_->Storage() : Done{}; }

Status Cluster::StorageOf(const std::string& topic) const {
  return own_ ? own_->StorageOf(topic) : Done{};
}

Cluster::Cluster() = default;

Cluster::Cluster(Cluster&& other) noexcept = default;

Cluster::~Cluster() {
  Status stopped = Done{};
  if (own_) stopped = own_->Stop(kBrokerStopMax);
  if (successor_) stopped = successor_->Stop(kBrokerStopMax);
  if (!stopped) {
    Note(NoteLevel::kWarning,
         "the embedded broker did not stop in order: " + stopped.error().context);
  }
}

}  // namespace gamevents::cmd
