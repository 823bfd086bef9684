#pragma once

#include "core/base/result.h"

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace gamevents::collector {

/// How long a ready server may take to notice that the topic no longer answers, beside the time
/// that the probe itself takes.
inline constexpr std::chrono::milliseconds kProbeInterval{1'000};

/// Asks whether the topic can be written to. May block for a bounded time.
using Probe = std::function<Status()>;

/// Whether the server should be sent requests: what /readyz says. Not ready until a probe has
/// succeeded; then kept current by a thread that probes again and again. Thread-safe.
class Readiness {
 public:
  /// `on_change` is called in the probing thread with the first outcome and each different one.
  Readiness(Probe probe, std::function<void(const Status&)> on_change,
            std::chrono::milliseconds interval = kProbeInterval);
  /// Waits for a probe that has begun.
  ~Readiness();
  Readiness(const Readiness&) = delete;
  Readiness& operator=(const Readiness&) = delete;

  /// Begins to probe. Call once. Errors: kFull when the system gives no thread.
  Status Start();

  /// Something else that must be so, cheap to ask: room in a queue. Call before Start; `check` is
  /// asked from any thread.
  void AddCheck(std::function<Status()> check);

  /// Something that is said beside and keeps nobody from being ready, a sentence each; cheap to
  /// ask. Call before Start; `remarks` is asked from any thread.
  void AddRemarks(std::function<std::vector<std::string>()> remarks);

  /// What keeps the first probe, until it has an outcome; unless said, that Kafka has not been
  /// reached. For a probe that goes on to something that can take long.
  void NoteProgress(Error pending);

  /// Not ready from now on, whatever the probes say.
  void StartDraining();

  /// Done, or the first of Reasons.
  Status Ready() const;

  /// Everything that keeps the server from being ready; empty when it is. kClosed while draining;
  /// before the first probe's outcome what NoteProgress said, then the last probe's error; then
  /// those of the checks.
  std::vector<Error> Reasons() const;

  /// How the last probe went: false while there was none. How long ago it ended, or since when
  /// there is none: it grows while a probe does not end.
  struct ProbeOutcome {
    bool ok = false;
    std::chrono::nanoseconds age{0};
  };
  ProbeOutcome LastProbe() const;

  /// What those of AddRemarks have to say now.
  std::vector<std::string> Remarks() const;

 private:
  void Run();
  void Note(Status outcome);

  const Probe probe_;
  const std::function<void(const Status&)> on_change_;
  const std::chrono::milliseconds interval_;
  std::vector<std::function<Status()>> checks_;
  std::vector<std::function<std::vector<std::string>()>> remarks_;
  mutable std::mutex mutex_;
  std::condition_variable stop_;
  bool stopping_ = false;
  bool draining_ = false;
  Error pending_{Fault::kUnavailable, "Kafka has not been reached yet"};
  std::optional<Status> outcome_;  // the last probe's
  std::chrono::steady_clock::time_point probed_ = std::chrono::steady_clock::now();
  std::thread thread_;
};

}  // namespace gamevents::collector
