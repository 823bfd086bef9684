// Goal: an answer goes over the wire as RFC 9112 wants it, and nothing in it can become another
// header or another answer. Method: answers written and compared, the date apart.
#include "core/http/answer_writer.h"

#include "core/http/stream.h"
#include "tests/unit/catch.h"

#include <regex>

namespace gamevents::http {
namespace {

std::string Written(const Response& response, const AnswerForm& form = {}) {
  static const std::regex kDate(
      "\r\nDate: (Mon|Tue|Wed|Thu|Fri|Sat|Sun), [0-3][0-9] [A-Z][a-z][a-z] 20[0-9][0-9] "
      "[0-2][0-9]:[0-5][0-9]:[0-6][0-9] GMT\r\n");
  AnswerWriter writer;
  std::string out;
  writer.Append(out, response, form);
  return std::regex_replace(out, kDate, "\r\n");
}

}  // namespace

TEST_CASE("an answer has its status, headers and body") {
  CHECK(Written({503, "application/json", "{}", {{"Retry-After", "1"}, {"X-A", "b\tc"}}}) ==
        "HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/json\r\n"
        "X-Content-Type-Options: nosniff\r\n"
        "Content-Length: 2\r\nRetry-After: 1\r\nX-A: b\tc\r\n\r\n{}");
  CHECK(Written({299, "", "x", {}}) == "HTTP/1.1 299 OK\r\nContent-Length: 1\r\n\r\nx");
}

TEST_CASE("a streamed answer has no length, and its chunks say theirs") {
  Response response{200, "a/b", "", {}};
  response.stream = Stream::Make().second;
  const std::string head =
      "HTTP/1.1 200 OK\r\nContent-Type: a/b\r\nX-Content-Type-Options: nosniff\r\n";
  CHECK(Written(response) == head + "Transfer-Encoding: chunked\r\n\r\n");
  CHECK(Written(response, {.http_1_0 = true, .close = true}) == head + "Connection: close\r\n\r\n");
  std::string out;
  AppendChunk(out, std::string(300, 'x'));
  AppendChunk(out, {});
  CHECK(out == "12c\r\n" + std::string(300, 'x') + "\r\n0\r\n\r\n");
}

TEST_CASE("its form follows from the request") {
  const Response response{200, "a/b", "body", {}};
  const std::string head =
      "HTTP/1.1 200 OK\r\nContent-Type: a/b\r\nX-Content-Type-Options: nosniff\r\nContent-Length: "
      "4\r\n";
  CHECK(Written(response, {.head_only = true}) == head + "\r\n");
  CHECK(Written(response, {.http_1_0 = true}) == head + "Connection: keep-alive\r\n\r\nbody");
  CHECK(Written(response, {.close = true}) == head + "Connection: close\r\n\r\nbody");
  CHECK(Written(response, {.http_1_0 = true, .close = true}) ==
        head + "Connection: close\r\n\r\nbody");
  CHECK(Written({204, "a/b", "body", {}}) == "HTTP/1.1 204 No Content\r\n\r\n");
}

TEST_CASE("no header can end before its end, or be one that says where the answer ends") {
  CHECK(Written(
            {200, "a/b\r\nX: y", "", {{"A", "b\r\nSet-Cookie: c"}, {"D\r\nE", "f"}, {"", "g"}}}) ==
        "HTTP/1.1 200 OK\r\nContent-Type: a/b  X: y\r\nX-Content-Type-Options: "
        "nosniff\r\nContent-Length: 0\r\n"
        "A: b  Set-Cookie: c\r\n\r\n");
  CHECK(Written({200,
                 "",
                 "",
                 {{"content-length", "9"},
                  {"Transfer-Encoding", "chunked"},
                  {"Connection", "upgrade"},
                  {"Date", "never"}}}) == "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
}

TEST_CASE("an answer's first lines are its own, whatever was answered before it") {
  AnswerWriter writer;
  const auto begins = [&writer](const Response& response) {
    std::string out;
    writer.Append(out, response, {});
    const size_t date = out.find("Date: ");
    out.erase(date, out.find("\r\n", date) + 2 - date);
    return out;
  };
  const std::string typed =
      "HTTP/1.1 200 OK\r\nContent-Type: a/b\r\nX-Content-Type-Options: nosniff\r\n";
  for (int round = 0; round < 2; ++round) {
    CHECK(begins({200, "a/b", "x", {}}) == typed + "Content-Length: 1\r\n\r\nx");
    CHECK(begins({200, "a/b", "", {}}) == typed + "Content-Length: 0\r\n\r\n");
    CHECK(begins({200, "", "x", {}}) == "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx");
    CHECK(begins({204, "a/b", "x", {}}) == "HTTP/1.1 204 No Content\r\n\r\n");
  }
}

TEST_CASE("an answer that no cache may keep says so") {
  Response response{200, "", "x", {{"A", "b"}}};
  response.no_store = true;
  CHECK(Written(response, {.close = true}) ==
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nA: b\r\nCache-Control: no-store\r\n"
        "Connection: close\r\n\r\nx");
}

TEST_CASE("every status has a phrase, an unknown one that of its class") {
  CHECK(ReasonPhrase(431) == "Request Header Fields Too Large");
  CHECK(ReasonPhrase(250) == "OK");
  CHECK(ReasonPhrase(399) == "See Other");
  CHECK(ReasonPhrase(499) == "Bad Request");
  CHECK(ReasonPhrase(599) == "Internal Server Error");
}

}  // namespace gamevents::http
