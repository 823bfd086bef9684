// Goal: a path finds its route and its parts, or the answer says what was wrong. Method: a small
// table of routes and a table of requests with what each must give.
#include "core/collector/request/router.h"

#include "tests/support/http/header_of.h"
#include "tests/unit/catch.h"

#include <string>
#include <vector>

namespace gamevents::collector {
namespace {

http::Response Ask(const std::string& method, const std::string& path) {
  const auto show = [](std::string name) {
    return [name = std::move(name)](const Call& call) {
      std::string body = name;
      for (const std::string& part : call.parts) body += "|" + part;
      call.reply(TextResponse(200, body));
    };
  };
  const Router router({{{"GET", "POST"}, "/", Access::kAny, "root", show("root")},
                       {{"GET", "POST"}, "/buy/<user>", Access::kAny, "buy", show("buy")},
                       {{"POST"}, "/join/<user>/<guild>", Access::kAny, "join", show("join")}});
  http::Request request;
  request.method = method;
  request.path = path;
  std::vector<http::Response> answers;
  router.Answer(std::move(request),
                [&](http::Response response) { answers.push_back(std::move(response)); });
  REQUIRE(answers.size() == 1);
  return answers[0];
}

}  // namespace

TEST_CASE("routes of one pattern share it by their methods") {
  std::string called;
  const auto note = [&](std::string name) {
    return [&called, name = std::move(name)](const Call& call) {
      called = name + " " + call.parts.at(0);
      call.reply(TextResponse(200, ""));
    };
  };
  const Router router({{{"GET"}, "/cart/<user>", Access::kAny, "shows it", note("show")},
                       {{"DELETE"}, "/cart/<user>", Access::kAny, "empties it", note("clear")}});
  const auto status_of = [&](const std::string& method, http::Headers* headers = nullptr) {
    int status = 0;
    http::Request request;
    request.method = method;
    request.path = "/cart/u";
    router.Answer(std::move(request), [&](const http::Response& response) {
      status = response.status;
      if (headers != nullptr) *headers = response.headers;
    });
    return status;
  };
  CHECK(status_of("DELETE") == 200);
  CHECK(called == "clear u");
  CHECK(status_of("HEAD") == 200);
  CHECK(called == "show u");
  http::Headers headers;
  CHECK(status_of("PUT", &headers) == 405);
  CHECK(headers.back() ==
        std::pair<std::string, std::string>("Allow", "GET, HEAD, DELETE, OPTIONS"));
}

TEST_CASE("where a route allows it, a slash may end the path") {
  const Router router(
      {{.methods = {"GET"},
        .pattern = "/a/<b>",
        .access = Access::kAny,
        .help = "a",
        .handler = [](const Call& call) { call.reply(TextResponse(200, call.parts[0])); },
        .trailing_slash = true}});
  const auto answer = [&](const std::string& path) {
    http::Request request;
    request.method = "GET";
    request.path = path;
    std::string text;
    router.Answer(std::move(request), [&](const http::Response& response) {
      text = response.status == 200 ? response.body : std::to_string(response.status);
    });
    return text;
  };
  CHECK(answer("/a/b") == "b");
  CHECK(answer("/a/b/") == "b");
  CHECK(answer("/a/b//") == "404");
  CHECK(answer("/a//") == "404");
  CHECK(answer("/a/") == "404");
}

TEST_CASE("a path finds its route, and its parts are decoded after it was split") {
  const std::string megabyte(1 << 20, 'm');
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"/", "root"},
      {"/buy/divya", "buy|divya"},
      {"/%62uy/divya", "buy|divya"},
      {"/buy/anna%20lee", "buy|anna lee"},
      {"/buy/a+b", "buy|a+b"},
      {"/buy/a%2Fb", "buy|a/b"},
      {"/buy/%22quoted%22", "buy|\"quoted\""},
      {"/buy/%F0%9F%97%A1", "buy|\xF0\x9F\x97\xA1"},
      {"/buy/\xF0\x9F\x97\xA1", "buy|\xF0\x9F\x97\xA1"},
      {"/buy/a%0Ab", "buy|a\nb"},
      {"/buy/%00", "buy|" + std::string(1, '\0')},
      {"/buy/..", "buy|.."},
      {"/buy/" + megabyte, "buy|" + megabyte},
  };
  for (const auto& [path, body] : cases) {
    INFO(path.substr(0, 100));
    const http::Response answer = Ask("GET", path);
    CHECK(answer.status == 200);
    CHECK(answer.body == body);
  }
  CHECK(Ask("POST", "/join/u/g").body == "join|u|g");
}

TEST_CASE("what no route matches is 404, with the routes that there are") {
  for (const char* path : {"/buy", "/buy/", "/buy//", "/buy/u/", "//", "/Buy/u", "/buy/u/g", "*",
                           "", "/buy%2Fu", "/join/u", "/join//g", "/unknown/%zz"}) {
    INFO(path);
    const http::Response answer = Ask("GET", path);
    CHECK(answer.status == 404);
    CHECK(answer.body.starts_with("there is no such route"));
    CHECK(answer.body.ends_with(
        "there are:\nGET, POST  /\nGET, POST  /buy/<user>\nPOST       /join/<user>/<guild>\n"));
  }
  CHECK(Ask("GET", std::string(1 << 20, '/')).status == 404);
}

TEST_CASE("a path that is no route gets the one that was meant, with its methods") {
  const auto first_line = [](const std::string& path) {
    const std::string body = Ask("GET", path).body;
    return body.substr(0, body.find('\n'));
  };
  const std::string buy = "there is no such route; did you mean GET, POST /buy/<user>?";
  const std::string join = "there is no such route; did you mean POST /join/<user>/<guild>?";
  for (const char* path : {"/buy", "/buy/", "/buy//", "/buy/u/", "/Buy/u", "/bui/divya"}) {
    INFO(path);
    CHECK(first_line(path) == buy);
  }
  for (const char* path : {"/join/u", "/jion/divya/masadons", "/join//g", "/joins/u/g/"}) {
    INFO(path);
    CHECK(first_line(path) == join);
  }
  for (const std::string& path : {std::string("//"), std::string("*"), std::string("/elsewhere"),
                                  "/buy/" + std::string(1000, '/')}) {
    INFO(path);
    CHECK(first_line(path) == "there is no such route; there are:");
  }
}

TEST_CASE("a part that is not percent-encoded UTF-8 is named") {
  const http::Response cut = Ask("POST", "/join/u/%4");
  CHECK(cut.status == 400);
  CHECK(cut.body.starts_with("the path's part <guild>: "));
  const http::Response latin1 = Ask("POST", "/join/Zo%EB/g");
  CHECK(latin1.status == 400);
  CHECK(latin1.body == "the path's part <user>: it is not valid UTF-8\n");
}

TEST_CASE("methods are those of the route") {
  CHECK(Ask("HEAD", "/buy/u").status == 200);
  const http::Response wrong = Ask("DELETE", "/buy/u");
  CHECK(wrong.status == 405);
  CHECK(HeaderOf(wrong, "Allow") == "GET, HEAD, POST, OPTIONS");
  CHECK(wrong.body == "/buy/<user> takes GET, HEAD, POST, OPTIONS, not DELETE\n");
  CHECK(HeaderOf(Ask("HEAD", "/join/u/g"), "Allow") == "POST, OPTIONS");
  CHECK(Ask("BREW", "/buy/u").status == 501);
}

TEST_CASE("OPTIONS says what a route takes, without asking the route") {
  const http::Response answer = Ask("OPTIONS", "/buy/u");
  CHECK(answer.status == 200);
  CHECK(answer.body.empty());
  CHECK(HeaderOf(answer, "Allow") == "GET, HEAD, POST, OPTIONS");
  CHECK(Ask("OPTIONS", "/nowhere").status == 404);
}

TEST_CASE("who visits sees the route first, and can take the request or the reply over") {
  int handled = 0;
  const Router router({{{"GET"}, "/", Access::kAny, "root", [&](const Call& call) {
                          ++handled;
                          call.reply(TextResponse(200, "root"));
                        }}});
  const auto ask = [&](const std::string& path, const Router::Visit& visit) {
    http::Request request;
    request.method = "GET";
    request.path = path;
    std::string body;
    router.Answer(std::move(request), [&](http::Response answer) { body = answer.body; }, visit);
    return body;
  };
  std::vector<size_t> seen;
  CHECK(ask("/", [&](size_t route, const http::Request&, http::Reply& reply) {
          seen.push_back(route);
          reply = [inner = reply](http::Response answer) {
            answer.body += " marked";
            inner(std::move(answer));
          };
          return true;
        }) == "root marked");
  CHECK(handled == 1);
  CHECK(ask("/x", [&](size_t route, const http::Request& request, http::Reply& reply) {
          seen.push_back(route);
          reply(TextResponse(429, "no " + request.path));
          return false;
        }) == "no /x");
  CHECK(seen == std::vector<size_t>{0, 1});
}

TEST_CASE("an answer is a text, whatever names it repeats") {
  const http::Response answer = Ask("GET", "/buy/%3Cscript%3E");
  CHECK(answer.content_type == "text/plain; charset=utf-8");
}

}  // namespace gamevents::collector
