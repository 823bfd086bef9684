// Goal: whoever looks gets the newest view and no older one after it, within the bounds on how many
// may look; who has gone is let go. Method: requests by hand, with the connections' ends of the
// streams in the test.
#include "core/dashboard/board.h"

#include "tests/support/http/header_of.h"
#include "tests/unit/catch.h"

#include <future>
#include <optional>
#include <thread>

namespace gamevents::dashboard {
namespace {

using std::chrono::milliseconds;

std::shared_ptr<const View> Numbered(const std::string& id) {
  auto view = std::make_shared<View>();
  view->id = id;
  view->main = "<p>" + id + "</p>\n";
  view->event = std::make_shared<const std::string>("event " + id);
  return view;
}

Board::Time Now() { return std::chrono::steady_clock::now(); }

// One who asks, and what was answered.
struct Asker {
  http::Reply reply() {
    return [this](http::Response response) { answer = std::move(response); };
  }
  void Watch(Board& board, http::Headers headers = {}, const std::string& method = "GET") {
    http::Request request;
    request.method = method;
    request.headers = std::move(headers);
    board.OnStream(request, reply());
  }
  // What the connection can send now; "" for nothing.
  std::string Take() {
    REQUIRE(answer);
    REQUIRE(answer->stream);
    const auto taken = answer->stream->Take();
    return taken.piece ? *taken.piece : "";
  }
  std::optional<http::Response> answer;
};

}  // namespace

TEST_CASE("a watcher gets what is shown at once, and each newer view when it has taken the last") {
  Board board({.page = {.topic = "t"}});
  board.Show(Numbered("1"));
  Asker asker;
  asker.Watch(board);
  REQUIRE(asker.answer);
  CHECK(asker.answer->status == 200);
  CHECK(asker.answer->content_type == "text/event-stream");
  CHECK(asker.answer->no_store);
  CHECK(asker.Take() == "event 1");
  board.Attend(Now());
  CHECK(asker.Take().empty());
  for (const char* id : {"2", "3", "4"}) {
    board.Show(Numbered(id));
    board.Attend(Now());
  }
  // The second was offered before the others; those between it and the newest are left out.
  CHECK(asker.Take() == "event 2");
  board.Attend(Now());
  CHECK(asker.Take() == "event 4");
  board.Attend(Now());
  CHECK(asker.Take().empty());
}

TEST_CASE("who connects again is not told what it knows") {
  Board board({.page = {.topic = "t"}});
  board.Show(Numbered("1"));
  Asker asker;
  asker.Watch(board, {{"last-event-id", "1"}});
  CHECK(asker.Take().empty());
  board.Show(Numbered("2"));
  board.Attend(Now());
  CHECK(asker.Take() == "event 2");
}

TEST_CASE("a stream that says nothing gives signs of life") {
  Board board({.page = {.topic = "t"}, .heartbeat = milliseconds(30)});
  Asker asker;
  asker.Watch(board);
  board.Attend(Now());
  CHECK(asker.Take().empty());
  std::this_thread::sleep_for(milliseconds(40));
  board.Attend(Now());
  CHECK(asker.Take() == ":\n\n");
  board.Attend(Now());
  CHECK(asker.Take().empty());
}

TEST_CASE("there are so many watchers, and one that has gone makes room") {
  Board board({.page = {.topic = "t"}, .watchers_max = 2});
  Asker first, second, third;
  first.Watch(board);
  second.Watch(board);
  third.Watch(board);
  REQUIRE(third.answer);
  CHECK(third.answer->status == 503);
  CHECK(HeaderOf(*third.answer, "Retry-After") == "5");
  CHECK(third.answer->stream == nullptr);
  CHECK(board.watchers() == 2);
  first.answer.reset();
  third.Watch(board);
  CHECK(third.answer->status == 200);
  second.answer.reset();
  third.answer.reset();
  board.Attend(Now());
  CHECK(board.watchers() == 0);
  CHECK_FALSE(board.Asked());
}

TEST_CASE("HEAD does not watch") {
  Board board({.page = {.topic = "t"}, .watchers_max = 1});
  Asker asker;
  asker.Watch(board, {}, "HEAD");
  CHECK(asker.answer->content_type == "text/event-stream");
  CHECK(board.watchers() == 0);
}

TEST_CASE("a page waits for a view that has what was there when it was asked for") {
  Board board({.page = {.topic = "t"}});
  Asker asker;
  board.OnPage(asker.reply());
  CHECK(board.AwaitAsked());
  board.Attend(Now());
  CHECK_FALSE(asker.answer);
  board.Show(Numbered("1"));
  board.Attend(Board::Time::min());
  CHECK_FALSE(asker.answer);
  board.Attend(board.LastAsked() - milliseconds(1));
  CHECK_FALSE(asker.answer);
  board.Attend(Now());
  REQUIRE(asker.answer);
  CHECK(asker.answer->status == 200);
  CHECK(asker.answer->content_type == "text/html; charset=utf-8");
  CHECK(asker.answer->body.find("<main>\n<p>1</p>\n</main>") != std::string::npos);
  CHECK(HeaderOf(*asker.answer, "Content-Security-Policy").ends_with("; frame-ancestors 'none'"));
  CHECK(asker.answer->no_store);
  // A topic that is long does not keep it waiting for ever.
  Asker patient;
  board.OnPage(patient.reply());
  std::this_thread::sleep_for(kPageWaitMax + milliseconds(10));
  board.Attend(Board::Time::min());
  CHECK(patient.answer);
}

TEST_CASE("so many pages wait, and at the end all are answered and all streams end") {
  std::vector<Asker> askers(kPagesWaitingMax + 1);
  Asker watcher;
  {
    Board board({.page = {.topic = "t"}});
    for (Asker& asker : askers) board.OnPage(asker.reply());
    CHECK(askers.back().answer->status == 503);
    CHECK_FALSE(askers.front().answer);
    watcher.Watch(board);
    board.Stop();
    Asker late;
    board.OnPage(late.reply());
    CHECK(late.answer->status == 503);
    late.Watch(board);
    CHECK(late.answer->status == 503);
  }
  for (const Asker& asker : askers) CHECK(asker.answer->status == 503);
  CHECK(watcher.answer->stream->Take().ended);
}

TEST_CASE("who shows waits until somebody asks, or until it is over") {
  Board board({.page = {.topic = "t"}});
  auto asked = std::async(std::launch::async, [&] { return board.AwaitAsked(); });
  CHECK(asked.wait_for(milliseconds(20)) == std::future_status::timeout);
  Asker asker;
  asker.Watch(board);
  CHECK(asked.get());
  CHECK(board.Asked());
  asker.answer.reset();
  board.Attend(Now());
  asked = std::async(std::launch::async, [&] { return board.AwaitAsked(); });
  board.Stop();
  CHECK_FALSE(asked.get());
  CHECK(board.stopped());
  board.Pause(milliseconds(60'000));  // returns at once
}

}  // namespace gamevents::dashboard
