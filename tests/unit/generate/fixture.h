#pragma once

#include "core/base/text.h"
#include "core/base/uuid.h"
#include "core/generate/feed.h"
#include "core/http/front_end.h"
#include "core/ledger/ledger.h"
#include "tests/support/http/server.h"
#include "tests/support/temp_folder.h"
#include "tests/unit/catch.h"

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace gamevents::generate {

inline WorldOptions SmallWorld(Routes routes = Routes::kEvents) {
  WorldOptions options;
  options.seed = 42;
  options.players = 200;
  options.guilds = 10;
  const auto items = event::Catalogue::BuiltIn().items();
  options.items.assign(items.begin(), items.end());
  options.routes = routes;
  return options;
}

/// A feed of `count` events that begins now.
inline Feed MakeFeed(int64_t count, size_t lanes = 1, Routes routes = Routes::kEvents) {
  FeedOptions options;
  options.count = count;
  options.lanes = lanes;
  return {World(SmallWorld(routes)), options, std::chrono::steady_clock::now()};
}

/// A server on an ephemeral port that answers what the test says, and keeps what it was asked.
class Server {
 public:
  /// Gives the answer to the request of that number, from 0.
  using Answer = std::function<http::Response(size_t number, const http::Request& request)>;

  explicit Server(Answer answer) {
    front_end_ = http::Start(
        http::OnAnyPort(0),
        [this, answer = std::move(answer)](http::Request request, const http::Reply& reply) {
          size_t number = 0;
          http::Response response;
          {
            const std::lock_guard lock(mutex_);
            number = requests_.size();
            requests_.push_back(request);
            response = answer(number, request);
          }
          reply(std::move(response));
        });
  }

  HostPort address() const { return {"127.0.0.1", front_end_->port()}; }
  std::vector<http::Request> requests() const {
    const std::lock_guard lock(mutex_);
    return requests_;
  }

 private:
  mutable std::mutex mutex_;
  std::vector<http::Request> requests_;
  std::unique_ptr<http::FrontEnd> front_end_;  // last: its end waits for what is in the handler
};

inline http::Response Respond(int status, std::string body, const std::string& retry_after = "") {
  http::Response response;
  response.status = status;
  response.body = std::move(body);
  if (!retry_after.empty()) response.headers.emplace_back("Retry-After", retry_after);
  return response;
}

/// A ledger in a folder of its own, and what is in it.
class TempLedger {
 public:
  TempLedger() {
    auto created = ledger::Writer::Create(path());
    REQUIRE(created);
    writer_ = std::move(*created);
  }

  std::string path() const { return file_.path(); }
  ledger::Writer* writer() { return writer_.get(); }

  struct Line {
    std::string id;
    std::string user;
    int64_t number = 0;
    friend bool operator==(const Line&, const Line&) = default;
  };
  std::vector<Line> Lines() {
    REQUIRE(writer_->Flush());
    std::vector<Line> lines;
    REQUIRE(ledger::Read(path(), [&](const ledger::Entry& entry) -> Status {
      lines.push_back({FormatUuid(entry.event_id), std::string(entry.user), entry.number});
      return Done{};
    }));
    return lines;
  }

 private:
  TempFile file_;
  std::unique_ptr<ledger::Writer> writer_;
};

/// The first `count` events of the world that MakeFeed plays, as a ledger of all would have them.
inline std::vector<TempLedger::Line> ExpectedLines(int count) {
  World world(SmallWorld());
  std::vector<TempLedger::Line> lines;
  for (int i = 0; i < count; ++i) {
    const GameEvent event = world.Next();
    lines.push_back({FormatUuid(event.id), event.user, event.number});
  }
  return lines;
}

}  // namespace gamevents::generate
