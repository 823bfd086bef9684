#pragma once

#include "core/config/load.h"

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace gamevents::cmd {

/// What was found where one thing was looked at.
struct Finding {
  /// kWarning is what works now and may not later; kFailed is what does not work.
  enum class Verdict : uint8_t { kOk, kWarning, kFailed };

  Verdict verdict;
  std::string subject;  ///< what was looked at: a path, an address, a topic
  std::string found;
  std::string remedy;  ///< what to do; empty where all is well
};

/// "ok", "warning", "failed".
std::string VerdictName(Finding::Verdict verdict);

Finding Ok(std::string subject, std::string found);
Finding Warn(std::string subject, std::string found, std::string remedy);
Finding Fail(std::string subject, std::string found, std::string remedy);

/// What `doctor` looks at. Read by several threads at once.
struct Examined {
  config::Loaded loaded;
  /// Of the embedded broker; empty for a cluster, or where nobody knows where it is.
  std::string data_dir;
  /// The process that has that directory now.
  std::optional<pid_t> holder;

  const config::Settings& settings() const { return loaded.settings; }
};

/// Looks at one kind of thing, without changing any, and tells what it found; nothing where the
/// configuration has nothing of the kind. May take as long as a peer is silent.
using Check = std::vector<Finding> (*)(const Examined&);

// Files: the configuration's, secret ones, certificates.
std::vector<Finding> FindConfiguration(const Examined& examined);
std::vector<Finding> FindFiles(const Examined& examined);
std::vector<Finding> FindSecrets(const Examined& examined);
std::vector<Finding> FindCertificates(const Examined& examined);

// The disk.
std::vector<Finding> FindDataDirectory(const Examined& examined);
std::vector<Finding> FindDiskRoom(const Examined& examined);

// What listens on this machine.
std::vector<Finding> FindServePort(const Examined& examined);
std::vector<Finding> FindBrokerPorts(const Examined& examined);

// Brokers.
std::vector<Finding> FindBroker(const Examined& examined);
std::vector<Finding> FindTopic(const Examined& examined);
std::vector<Finding> FindClock(const Examined& examined);
std::vector<Finding> FindForwardTarget(const Examined& examined);

// The machine and its processes.
std::vector<Finding> FindDescriptors(const Examined& examined);
std::vector<Finding> FindMemory(const Examined& examined);
std::vector<Finding> FindRunning(const Examined& examined);
std::vector<Finding> FindSpark(const Examined& examined);

/// "process 12 (gamevents serve)".
std::string NameProcess(pid_t process);

/// "1.5 GiB": a size as people say it.
std::string RoughSize(uint64_t bytes);

}  // namespace gamevents::cmd
