// Goal: the document says what the table of routes says. Method: the document parsed again, for a
// table with everything that a route can have, and for one with the least.
#include "core/collector/routes/openapi.h"

#include "core/problem/codes.h"
#include "tests/unit/catch.h"

#include <nlohmann/json.hpp>

#include <string>
#include <vector>

namespace gamevents::collector {
namespace {

using Json = nlohmann::json;

Json Document(const std::vector<Route>& routes, OpenApiOptions options = {"1.2.3"}) {
  const auto text = OpenApi(routes, options);
  REQUIRE(text.ok());
  return Json::parse(*text);
}

}  // namespace

TEST_CASE("a route that gives only methods, pattern and help is documented") {
  const Json document = Document(
      {{{"GET", "POST"}, "/join_a_guild/<username>/<guildname>", Access::kAny, "joins", nullptr}});
  CHECK(document["openapi"] == "3.1.0");
  CHECK(document["info"]["version"] == "1.2.3");
  const Json& path = document["paths"]["/join_a_guild/{username}/{guildname}"];
  CHECK(path.size() == 2);
  const Json& get = path["get"];
  CHECK(get["summary"] == "joins");
  CHECK(get["operationId"] == "getJoinAGuildUsernameGuildname");
  CHECK(path["post"]["operationId"] == "postJoinAGuildUsernameGuildname");
  REQUIRE(get["parameters"].size() == 2);
  CHECK(get["parameters"][1]["name"] == "guildname");
  CHECK(get["parameters"][1]["in"] == "path");
  CHECK(get["parameters"][1]["required"] == true);
  CHECK(get["parameters"][1]["schema"]["minLength"] == 1);
  CHECK(get["responses"]["200"]["content"].contains("text/plain"));
  for (const char* status : {"400", "403", "404", "413", "414", "421", "429", "431", "503"}) {
    INFO(status);
    const std::string reference = get["responses"][status]["$ref"];
    CHECK(reference == "#/components/responses/" + std::string(status));
    CHECK(document["components"]["responses"].contains(status));
  }
  CHECK_FALSE(get["responses"].contains("401"));
  // No key is needed, but one may be sent.
  CHECK(get["security"] == Json::parse(R"([{},{"header":[]},{"bearer":[]}])"));
  CHECK(get["tags"] == Json::array({"events"}));
  CHECK_FALSE(get.contains("requestBody"));
}

TEST_CASE("all that a route says of itself is in the document") {
  Route route{{"POST"}, "/buy/<item>", Access::kAny, "buys", nullptr};
  route.parts = {{"item", "what to buy", R"({"type":"string","pattern":"^[a-z]+$"})"}};
  route.query = {{"quantity", "how many", R"({"type":"integer","minimum":1})"}};
  route.headers = {{"Idempotency-Key", "the same for a repeat", kTextSchema, true}};
  route.bodies = {{"application/json", R"({"type":"object"})"}, {"application/x-ndjson"}};
  route.body_required = true;
  route.answers = {{200, "bought", "application/json", R"({"type":"object"})"},
                   {409, "no such item"}};
  const Json document = Document({route});
  const Json& post = document["paths"]["/buy/{item}"]["post"];
  const Json& parameters = post["parameters"];
  REQUIRE(parameters.size() == 3);
  CHECK(parameters[0]["description"] == "what to buy");
  CHECK(parameters[0]["required"] == true);
  CHECK(parameters[0]["schema"]["pattern"] == "^[a-z]+$");
  CHECK(parameters[1]["in"] == "query");
  CHECK(parameters[1]["required"] == false);
  CHECK(parameters[2]["in"] == "header");
  CHECK(parameters[2]["required"] == true);
  CHECK(post["requestBody"]["required"] == true);
  CHECK(post["requestBody"]["content"]["application/json"]["schema"]["type"] == "object");
  CHECK(post["requestBody"]["content"].contains("application/x-ndjson"));
  CHECK(post["responses"]["200"]["content"].contains("application/json"));
  CHECK(post["responses"]["409"]["description"] == "no such item");
}

TEST_CASE("where keys are needed, the document says which routes need them") {
  Route health{{"GET"}, "/healthz", Access::kAny, "health", nullptr, /*operational=*/true};
  const std::vector<Route> routes = {{{"GET"}, "/", Access::kWrite, "root", nullptr}, health};
  const Json document = Document(routes, {"1", true, {"/healthz"}});
  CHECK(document["components"]["securitySchemes"].size() == 2);
  const Json& root = document["paths"]["/"]["get"];
  CHECK(root["security"] == Json::parse(R"([{"header":["write"]},{"bearer":["write"]}])"));
  CHECK(root["responses"].contains("401"));
  CHECK(root["operationId"] == "getRoot");
  const Json& open = document["paths"]["/healthz"]["get"];
  CHECK(open["security"] == Json::array());
  CHECK_FALSE(open["responses"].contains("401"));
  CHECK_FALSE(open["responses"].contains("429"));  // no rate for operators
}

TEST_CASE("a route for browsers takes a password, too") {
  Route page{{"GET"}, "/page", Access::kRead, "page", nullptr, /*operational=*/true};
  page.for_browsers = true;
  const std::vector<Route> routes = {{{"GET"}, "/", Access::kWrite, "root", nullptr}, page};
  const Json document = Document(routes, {"1", true, {}});
  CHECK(document["components"]["securitySchemes"]["basic"]["scheme"] == "basic");
  const Json& operation = document["paths"]["/page"]["get"];
  CHECK(operation["security"].size() == 3);
  CHECK(operation["security"][2]["basic"] == Json::array({"read"}));
  CHECK(operation["responses"].contains("403"));
  CHECK(document["paths"]["/"]["get"]["security"].size() == 2);
}

TEST_CASE("a schema that is no JSON is a mistake that is named") {
  Route route{{"POST"}, "/buy", Access::kAny, "buys", nullptr};
  route.bodies = {{"application/json", "{type: object}"}};
  const auto text = OpenApi(std::vector<Route>{route}, {"1"});
  REQUIRE(!text.ok());
  CHECK(text.error().context == "/buy: this schema is no JSON: {type: object}");
}

TEST_CASE("schemas and operations have names") {
  Route route{{"GET", "POST"}, "/buy", Access::kAny, "buys", nullptr};
  route.name = "buy";
  route.tag = "shop";
  route.bodies = {{"application/json", "Gift"}};
  route.answers = {{200, "bought", "application/json", "Purchase"}};
  OpenApiOptions options{"1"};
  options.schemas = {{"Gift", R"({"type":"object"})"}};
  const Json document = Document({route}, options);
  const Json& path = document["paths"]["/buy"];
  CHECK(path["post"]["operationId"] == "buy");
  CHECK(path["get"]["operationId"] == "buyByGet");
  CHECK_FALSE(path["get"].contains("requestBody"));
  CHECK(path["post"]["tags"] == Json::array({"shop"}));
  const Json& body = path["post"]["requestBody"]["content"]["application/json"];
  CHECK(body["schema"]["$ref"] == "#/components/schemas/Gift");
  const Json& schemas = document["components"]["schemas"];
  CHECK(schemas["Gift"]["type"] == "object");
  CHECK(schemas["ProblemCode"]["enum"].size() == problem::Codes().size());
  const Json& conflict = document["components"]["responses"]["503"]["content"];
  CHECK(conflict["application/problem+json"]["schema"]["$ref"] == "#/components/schemas/Problem");
  CHECK(document["servers"].size() == 1);
  CHECK(document["tags"].size() == kRouteTags.size());
}

TEST_CASE("a name that no schema has, and one that two have, are mistakes that are named") {
  Route route{{"GET"}, "/buy", Access::kAny, "buys", nullptr};
  route.answers = {{200, "bought", "application/json", "Purchse"}};
  CHECK(OpenApi(std::vector<Route>{route}, {"1"}).error().context ==
        "/buy: there is no schema Purchse");
  OpenApiOptions options{"1"};
  options.schemas = {{"Gift", "{}"}, {"Gift", "{}"}};
  CHECK(OpenApi({}, options).error().context == "duplicate schema Gift");
}

TEST_CASE("a schema of the server's own stands in the place of the usual one") {
  OpenApiOptions options{"1"};
  options.schemas = {{"Event", R"({"title":"ours"})"}};
  const Json document = Document({}, options);
  CHECK(document["components"]["schemas"]["Event"]["title"] == "ours");
}

TEST_CASE("an answer without a body has no content") {
  Route route{{"GET"}, "/file", Access::kAny, "a file", nullptr};
  route.answers = {{200, "the file"}, {304, "it is still the one", ""}};
  const Json document = Document({route});
  const Json& responses = document["paths"]["/file"]["get"]["responses"];
  CHECK(responses["200"].contains("content"));
  CHECK_FALSE(responses["304"].contains("content"));
  CHECK(responses["304"]["description"] == "it is still the one");
}

}  // namespace gamevents::collector
