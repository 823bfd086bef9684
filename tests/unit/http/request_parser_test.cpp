// Goal: a request is read exactly or refused with the right status, wherever its bytes are cut.
// Method: tables of requests, each fed whole and byte by byte; every limit at and beyond it.
#include "core/http/request_parser.h"

#include "core/http/limits.h"
#include "tests/unit/catch.h"

#include <string>
#include <vector>

namespace gamevents::http {
namespace {

constexpr int64_t kBodyBytesMax = 100;

RequestParser Parse(std::string_view bytes, size_t step = std::string_view::npos) {
  RequestParser parser(kBodyBytesMax);
  while (!bytes.empty() && parser.state() == RequestParser::State::kNeedsMore) {
    const std::string_view part = bytes.substr(0, step);
    const size_t taken = parser.Feed(part);
    bytes.remove_prefix(parser.state() == RequestParser::State::kNeedsMore ? part.size() : taken);
  }
  return parser;
}

// The status of the refusal; 0 when the request is whole, -1 when more is wanted.
int ParserStatusOf(std::string_view bytes) {
  int status[2];
  for (const size_t step : {size_t{1}, std::string_view::npos}) {
    const RequestParser parser = Parse(bytes, step);
    status[step == 1] = parser.state() == RequestParser::State::kRefused ? parser.refusal().status()
                        : parser.state() == RequestParser::State::kComplete ? 0
                                                                            : -1;
  }
  CHECK(status[0] == status[1]);
  return status[0];
}

std::string ParserGet(const std::string& target, const std::string& headers = "") {
  return "GET " + target + " HTTP/1.1\r\nHost: x\r\n" + headers + "\r\n";
}

std::string Post(const std::string& headers, const std::string& body) {
  return "POST / HTTP/1.1\r\nHost: x\r\n" + headers + "\r\n" + body;
}

}  // namespace

TEST_CASE("a parser that restarts has nothing of the request before") {
  RequestParser parser = Parse("POST /" + std::string(200, 'a') +
                               "?q HTTP/1.0\r\nConnection: keep-alive\r\n"
                               "Content-Encoding: gzip\r\nA: b\r\nContent-Length: 5\r\n\r\nhello");
  REQUIRE(parser.state() == RequestParser::State::kComplete);
  parser.Restart();
  CHECK_FALSE(parser.started());
  CHECK(parser.host().empty());
  CHECK(parser.Feed(ParserGet("/b")) == ParserGet("/b").size());
  REQUIRE(parser.state() == RequestParser::State::kComplete);
  CHECK(parser.request().method == "GET");
  CHECK(parser.request().path == "/b");
  CHECK(parser.request().query.empty());
  CHECK(parser.request().headers == Headers{{"Host", "x"}});
  CHECK(parser.request().body.empty());
  CHECK_FALSE(parser.http_1_0());
  CHECK_FALSE(parser.encoded());
  CHECK(parser.host() == "x");
}

TEST_CASE("a request is read as sent, however its bytes are cut") {
  const std::string bytes =
      "POST /purchase%20x?a=1?b HTTP/1.1\r\nHost: x\r\nuser-agent:\t curl/8%20 \r\nEmpty:\r\n"
      "Content-Length: 5\r\n\r\nhello";
  for (size_t step = 1; step <= bytes.size(); ++step) {
    RequestParser parser = Parse(bytes, step);
    REQUIRE(parser.state() == RequestParser::State::kComplete);
    const Request& request = parser.request();
    CHECK(request.method == "POST");
    CHECK(request.path == "/purchase%20x");
    CHECK(request.query == "a=1?b");
    CHECK(request.headers ==
          Headers{
              {"Host", "x"}, {"user-agent", "curl/8%20"}, {"Empty", ""}, {"Content-Length", "5"}});
    CHECK(request.body == "hello");
    CHECK(parser.keep_alive());
  }
}

TEST_CASE("what follows a request is left for the next") {
  const std::string first = ParserGet("/one");
  RequestParser parser(kBodyBytesMax);
  CHECK_FALSE(parser.started());
  CHECK(parser.Feed(first + ParserGet("/two")) == first.size());
  CHECK(parser.started());
  CHECK(parser.Feed("more") == 0);
}

TEST_CASE("chunks become one body") {
  for (const size_t step : {size_t{1}, size_t{3}, std::string::npos}) {
    RequestParser parser = Parse(Post("Transfer-Encoding: Chunked\r\n",
                                      "5;x=y\r\nhello\r\n1\r\n!\r\n0\r\nTrailer: t\r\n\r\n"),
                                 step);
    REQUIRE(parser.state() == RequestParser::State::kComplete);
    CHECK(parser.request().body == "hello!");
    CHECK(parser.request().headers.size() == 2);
  }
}

TEST_CASE("connections are kept as the version and the client say") {
  const auto keeps = [](const std::string& version, const std::string& headers) {
    RequestParser parser = Parse("GET / HTTP/" + version + "\r\nHost: x\r\n" + headers + "\r\n");
    REQUIRE(parser.state() == RequestParser::State::kComplete);
    return parser.keep_alive();
  };
  CHECK(keeps("1.1", ""));
  CHECK_FALSE(keeps("1.1", "Connection: Close\r\n"));
  CHECK_FALSE(keeps("1.1", "Connection: upgrade, close\r\n"));
  CHECK_FALSE(keeps("1.0", ""));
  CHECK(keeps("1.0", "connection: Keep-Alive\r\n"));
}

TEST_CASE("targets may be absolute, and nothing else that does not begin with a slash") {
  CHECK(Parse(ParserGet("http://h:1/a?q")).request().path == "/a");
  CHECK(Parse(ParserGet("HTTP://h?q")).request().path == "/");
  CHECK(Parse(ParserGet("http://h")).request().path == "/");
  CHECK(Parse("OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n").request().path == "*");
  CHECK(ParserStatusOf(ParserGet("purchase")) == 400);
  CHECK(ParserStatusOf("CONNECT h:1 HTTP/1.1\r\nHost: x\r\n\r\n") == 400);
}

TEST_CASE("what is malformed is refused with its status") {
  const std::vector<std::pair<int, std::string>> cases = {
      {0, "\r\n" + ParserGet("/")},
      {400, "\r\n\r\n" + ParserGet("/")},
      {400, "GET / HTTP/1.1\nHost: x\n\n"},
      {400, "GET /\r\n\r\n"},
      {400, "GET / FTP/1.1\r\n\r\n"},
      {505, "GET / HTTP/2.0\r\n\r\n"},
      {400, "G\x01T / HTTP/1.1\r\n\r\n"},
      {501, std::string(kMethodBytesMax + 1, 'X') + " / HTTP/1.1\r\n\r\n"},
      {400, ParserGet("/a b")},
      {400, ParserGet(std::string("/a\0b", 4))},
      {0, ParserGet("/Zo\xC3\xAB")},
      {400, "GET / HTTP/1.1\r\n\r\n"},
      {0, "GET / HTTP/1.0\r\n\r\n"},
      {400, ParserGet("/", "Host: y\r\n")},
      {400, ParserGet("/", " folded\r\n")},
      {400, ParserGet("/", "Name : x\r\n")},
      {400, ParserGet("/", "no colon\r\n")},
      {400, ParserGet("/", "A: b\x01\r\n")},
      {417, ParserGet("/", "Expect: miracles\r\n")},
      {400, Post("Content-Length: x\r\n", "")},
      {400, Post("Content-Length: -1\r\n", "")},
      {400, Post("Content-Length: 1\r\nContent-Length: 2\r\n", "ab")},
      {0, Post("Content-Length: 2, 2\r\n", "ab")},
      {400, Post("Content-Length: 99999999999999999999\r\n", "")},
      {400, Post("Content-Length: 1\r\nTransfer-Encoding: chunked\r\n", "")},
      {501, Post("Transfer-Encoding: gzip, chunked\r\n", "")},
      {501, Post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", "")},
      {400, "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n"},
      {400, Post("Transfer-Encoding : chunked\r\n", "")},
      {400, Post("Transfer-Encoding: chunked\r\nContent-Length: 1\r\n", "")},
      {400, Post("Transfer-Encoding:\r\n chunked\r\n", "")},
      {400, ParserGet("/", "A: b\rC: d\r\n")},
      {400, ParserGet("/", "A: b\nC: d\r\n")},
      {400, "GET /\rx HTTP/1.1\r\nHost: x\r\n\r\n"},
      {400, "GET / HTTP/1.1\r\nHost: a b\r\n\r\n"},
      {400, "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n"},
      {0, "GET / HTTP/1.1\r\nHost: [::1]:80\r\n\r\n"},
      {0, "GET / HTTP/1.1\r\nHost:\r\n\r\n"},
      {400, "GET * HTTP/1.1\r\nHost: x\r\n\r\n"},
      {0, Post("Transfer-Encoding: Chunked\r\n", "1;a=b\r\nx\r\n0\r\nA: b\r\n\r\n")},
      {400, Post("Transfer-Encoding: chunked\r\n", " 1\r\nx\r\n")},
      {400, Post("Transfer-Encoding: chunked\r\n", "1 \r\nx\r\n")},
      {400, Post("Transfer-Encoding: chunked\r\n", "0x1\r\nx\r\n")},
      {400, Post("Transfer-Encoding: chunked\r\n", "1;a=\rb\r\nx\r\n")},
      {400, Post("Transfer-Encoding: chunked\r\n", "0\r\nno colon\r\n\r\n")},
      {400, Post("Transfer-Encoding: chunked\r\n", "0\r\nA: \x01\r\n\r\n")},
      {400, Post("Content-Length: 2 3\r\n", "")},
      {400, Post("Content-Length: +2\r\n", "")},
      {400, Post("Content-Length: 2,\r\n", "")},
      {400, Post("Content-Length:\r\n", "")},
      {400, Post("Transfer-Encoding: chunked\r\n", "x\r\n")},
      {400, Post("Transfer-Encoding: chunked\r\n", "1\r\nab\r\n")},
      {400, Post("Transfer-Encoding: chunked\r\n", "-1\r\n")},
      {400, Post("Transfer-Encoding: chunked\r\n", "fffffffffffffffff\r\n")},
      {-1, Post("Content-Length: 2\r\n", "a")},
  };
  for (const auto& [status, bytes] : cases) {
    INFO(bytes);
    CHECK(ParserStatusOf(bytes) == status);
  }
}

TEST_CASE("limits hold at the byte") {
  const size_t line = kRequestLineBytesMax - std::string_view("GET / HTTP/1.1").size();
  CHECK(ParserStatusOf(ParserGet("/" + std::string(line, 'a'))) == 0);
  CHECK(ParserStatusOf(ParserGet("/" + std::string(line + 1, 'a'))) == 414);
  CHECK(ParserStatusOf("GET /" + std::string(20'000, 'a')) == 414);

  CHECK(ParserStatusOf(Post("Content-Length: 100\r\n", std::string(100, 'b'))) == 0);
  CHECK(ParserStatusOf(Post("Content-Length: 101\r\n", "")) == 413);
  const std::string chunked = "Transfer-Encoding: chunked\r\n";
  const std::string half = "32\r\n" + std::string(50, 'b') + "\r\n";
  CHECK(ParserStatusOf(Post(chunked, half + half + "0\r\n\r\n")) == 0);
  CHECK(ParserStatusOf(Post(chunked, half + half + "1\r\n")) == 413);
  CHECK(ParserStatusOf(Post(chunked, "1;" + std::string(kChunkLineBytesMax, 'x'))) == 400);

  std::string extended;
  for (int i = 0; i < 21; ++i) extended += "1;" + std::string(200, 'x') + "\r\nb\r\n";
  CHECK(ParserStatusOf(Post(chunked, extended)) == 400);
  CHECK(ParserStatusOf(Post(chunked, extended.substr(0, extended.size() / 21 * 20))) == -1);

  std::string headers;
  for (size_t i = 1; i < kHeaderCountMax; ++i) headers += "A: b\r\n";
  CHECK(ParserStatusOf(ParserGet("/", headers)) == 0);
  CHECK(ParserStatusOf(ParserGet("/", headers + "A: b\r\n")) == 431);

  const size_t room = kHeaderBytesMax - std::string_view("Host: x\r\nA: \r\n").size();
  CHECK(ParserStatusOf(ParserGet("/", "A: " + std::string(room, 'v') + "\r\n")) == 0);
  CHECK(ParserStatusOf(ParserGet("/", "A: " + std::string(room + 1, 'v') + "\r\n")) == 431);
  CHECK(ParserStatusOf("GET / HTTP/1.1\r\nA: " + std::string(kHeaderBytesMax, 'v')) == 431);
  CHECK(ParserStatusOf(Post(chunked, "0\r\nA: " + std::string(kHeaderBytesMax, 'v'))) == 431);
}

TEST_CASE("a client that waits to be told to continue is known until its body begins") {
  RequestParser parser(kBodyBytesMax);
  parser.Feed(Post("Expect: 100-continue\r\nContent-Length: 2\r\n", ""));
  CHECK(parser.awaits_continue());
  parser.Feed("a");
  CHECK_FALSE(parser.awaits_continue());
  parser.Feed("b");
  CHECK(parser.state() == RequestParser::State::kComplete);

  RequestParser too_long(kBodyBytesMax);
  too_long.Feed(Post("Expect: 100-continue\r\nContent-Length: 101\r\n", ""));
  CHECK_FALSE(too_long.awaits_continue());
  CHECK(too_long.refusal().status() == 413);
}

}  // namespace gamevents::http
