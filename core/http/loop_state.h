#pragma once

#include "core/http/answer_writer.h"
#include "core/http/completions.h"
#include "core/http/deadlines.h"
#include "core/http/front_end.h"
#include "core/http/front_end_memory.h"
#include "core/http/host_filter.h"
#include "core/http/limits.h"
#include "core/http/loop_counters.h"
#include "core/http/unpack.h"
#include "core/tls/limits.h"

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace asio {
class io_context;
}

namespace gamevents::http {

/// What the loops of one front end have in common. Outlives them. Thread-safe.
struct Shared {
  /// `loopback`: whether only this machine can connect.
  Shared(const FrontEndOptions& given, bool loopback, Handler asked)
      : options(given),
        handler(std::move(asked)),
        hosts(given.hosts, loopback),
        unpacker(given.body_bytes_max),
        memory(std::make_shared<FrontEndMemory>(given.request_memory_max)) {}

  const FrontEndOptions options;
  const Handler handler;
  const HostFilter hosts;
  const Unpacker unpacker;
  const std::shared_ptr<FrontEndMemory> memory;
  std::function<void()> on_memory_exceeded;  ///< may be called at any time, from any loop
  std::atomic<int64_t> open{0};              ///< connections, those on their way to a loop included
};

/// What the connections of one loop share, in the loop's thread.
struct LoopState {
  LoopState(Shared& of, asio::io_context& loop, std::shared_ptr<Completions> answers)
      : shared(of),
        context(loop),
        completions(std::move(answers)),
        deadlines({{{},
                    of.options.idle_timeout,
                    of.options.header_timeout,
                    of.options.body_timeout,
                    kLingerMax,
                    of.options.write_timeout,
                    tls::kHandshakeTime,
                    tls::kHandshakeTime}}),
        received(kReadBytesMax) {}

  Shared& shared;
  asio::io_context& context;
  const std::shared_ptr<Completions> completions;
  Deadlines deadlines;
  AnswerWriter writer;
  LoopCounters counters;       ///< may be read from any thread
  std::vector<char> received;  ///< what was read last, from whichever connection
  std::string sending;         ///< what is written next; empty but while one connection writes
  bool draining = false;
};

/// Who has the connections of a loop.
class ConnectionOwner {
 public:
  /// Called at the end of each event that a connection waited for.
  virtual void AfterEvent() = 0;
  /// A TLS handshake has begun: where too many have, the one that has taken longest is to end.
  virtual void OnHandshake() = 0;
  /// Nothing is left to be done but to wait for the client's closing.
  virtual void OnLingering() = 0;
  /// The connection `id` has ended; `lingering` says whether OnLingering came before.
  virtual void OnClosed(uint64_t id, bool lingering) = 0;

 protected:
  ~ConnectionOwner() = default;
};

}  // namespace gamevents::http
