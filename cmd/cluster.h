#pragma once

#include "cmd/command.h"
#include "cmd/serve/reloads.h"
#include "core/base/result.h"
#include "core/base/watch.h"
#include "core/config/settings.h"
#include "core/kafka/client_options.h"

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

// Only named here: their headers bring Asio, which costs each command that includes this seconds of
// compile time.
namespace gamevents::embedded {
class EmbeddedBroker;
class Successor;
struct EmbeddedOptions;
}  // namespace gamevents::embedded
namespace gamevents::tls {
class Certificates;
}  // namespace gamevents::tls

namespace gamevents::cmd {

/// Where a broker that is started here listens.
enum class ListenMode : uint8_t {
  kEphemeral,   ///< any free loopback port: a short command's, gone with it
  kConfigured,  ///< embedded.listen or embedded.listeners
};

/// The brokers that a command talks to: those of a cluster, or the embedded one, which it keeps
/// running where it is this process's own. To be declared before everything that talks to it: the
/// destructor stops the broker in order, and warns when that failed. Movable.
class Cluster {
 public:
  Cluster(Cluster&& other) noexcept;
  Cluster& operator=(Cluster&&) = delete;
  ~Cluster();

  /// How to reach it: within this process where the embedded broker is its own.
  const kafka::ClientOptions& client() const { return client_; }

  /// Why the embedded broker cannot store records, where it is this process's own; Done for any
  /// other, whose producers find out themselves. Thread-safe.
  Status Storage() const;
  /// The same of records for one topic: whether it is of any use to send them.
  Status StorageOf(const std::string& topic) const;
  /// Calls `use` with the embedded broker where and once it is this process's own: at once, or in
  /// another thread when the process that has it ends. Call at most once.
  void WhenOwn(std::function<void(embedded::EmbeddedBroker&)> use) const;
  /// Whether WhenOwn may ever call: false where another process keeps the broker, and for a
  /// cluster.
  bool may_own() const { return own_ != nullptr || successor_ != nullptr; }
  /// Whether it is so from the start.
  bool owns() const { return own_ != nullptr; }
  /// The embedded broker, where it is this process's own from the start; or null.
  const embedded::EmbeddedBroker* own() const { return own_.get(); }
  /// The certificate of the embedded broker's listeners; null where none speaks TLS.
  const std::shared_ptr<tls::Certificates>& certificates() const { return certificates_; }
  /// The files of the embedded broker that SIGHUP reads again.
  void AddTo(Reloads& reloads) const;
  /// Adds the embedded broker to what is watched, where it is this process's own from the start.
  void AddTo(Watch& watch) const;

 private:
  friend Result<Cluster> OpenCluster(const config::Settings& settings, ListenMode mode);
  Cluster();

  kafka::ClientOptions client_;
  std::unique_ptr<embedded::EmbeddedBroker> own_;
  std::unique_ptr<embedded::Successor> successor_;
  std::shared_ptr<tls::Certificates> certificates_;
};

/// The cluster that the configuration names; starts or finds the embedded broker where it names
/// that. Where the broker that is found is a short command's, this command's own takes its place
/// once that one ends: of two in a pipe, either may end first. Errors: of embedded::FindOrStart;
/// none for a cluster, whose clients find out themselves.
Result<Cluster> OpenCluster(const config::Settings& settings, ListenMode mode);

/// How to reach the cluster without starting anything: nullopt where that is the embedded broker,
/// and no process runs it now. Errors: kNotFound (in a home that nobody named); as
/// embedded::ReadOwnPassword.
Result<std::optional<kafka::ClientOptions>> FindClient(const config::Settings& settings);

/// Creates kafka.topic where the brokers are the embedded one, embedded.auto_create allows it, and
/// the topic is not there; says so in a note. Does nothing for a cluster. A failure is only noted
/// at debug level: whoever uses the topic finds out, and says more.
void EnsureTopic(const Cluster& cluster, const config::Settings& settings);

/// The topics that are forwarded: forward.topics, or kafka.topic; none without forward.brokers.
std::vector<std::string> ForwardedTopics(const config::Settings& settings);

/// The path that `key` gives, without slashes at its end; "~/x" is in the user's home, wherever the
/// text came from. Errors: kNotFound when nobody says where that is.
Result<std::string> PathOf(const std::string& key, std::string path);

/// The file of the broker's users: embedded.users_file, or `users` in embedded.data_dir. Errors: as
/// PathOf.
Result<std::string> UsersFileOf(const config::Settings& settings);

/// What the configuration says about the embedded broker. Errors: kNotFound (its data directory is
/// in a home that nobody named); with kConfigured, as LoadCertificates.
Result<embedded::EmbeddedOptions> EmbeddedOptionsOf(const config::Settings& settings,
                                                    ListenMode mode);

/// The certificate of the listeners that speak TLS; null where none does.
std::shared_ptr<tls::Certificates> CertificatesOf(const embedded::EmbeddedOptions& options);

/// The error with the keys that name the broker it is about.
Error AboutEmbedded(Error error, const embedded::EmbeddedOptions& options);

/// How long requests that have begun may take to be answered when the embedded broker stops.
inline constexpr std::chrono::milliseconds kBrokerStopMax{5'000};

}  // namespace gamevents::cmd
