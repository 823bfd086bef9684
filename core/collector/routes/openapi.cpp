#include "core/collector/routes/openapi.h"

#include "core/base/ascii.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>

namespace gamevents::collector {
namespace {

using Json = nlohmann::ordered_json;

// An error that the server gives to requests of some routes.
struct CommonError {
  int status;
  std::string_view help;
  enum class Of : uint8_t { kAll, kGuarded, kKeyed, kEither, kWithParts } of;  // kEither: of both
  bool retry_after = false;
};

constexpr auto kErrors = std::to_array<CommonError>({
    {400, "the request is malformed, or a part of its path is not percent-encoded UTF-8",
     CommonError::Of::kAll},
    {401, "no API key, or one that is not known", CommonError::Of::kKeyed},
    {403, "a page of this origin may not use the server, or the API key is not for this route",
     CommonError::Of::kEither},
    {404, "no such route: a part of the path is empty, for example", CommonError::Of::kWithParts},
    {413, "the body or the event is too large", CommonError::Of::kAll},
    {414, "path and query are too long", CommonError::Of::kAll},
    {421, "the Host header names another server", CommonError::Of::kAll},
    {429, "too many requests from this address, or with this API key", CommonError::Of::kGuarded,
     true},
    {431, "too many headers, or too long ones", CommonError::Of::kAll},
    {503, "the event was not acknowledged, or too many requests wait; try again later",
     CommonError::Of::kGuarded, true},
});

// Own texts only: what cannot be parsed is a mistake in a table of routes.
Result<Json> ParseSchema(std::string_view text) {
  Json schema = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (schema.is_discarded()) {
    return Error{Fault::kBadInput, "this schema is no JSON: " + std::string(text)};
  }
  return schema;
}

// "/buy/<user>" as "/buy/{user}".
std::string TemplateOf(std::string_view pattern) {
  std::string path(pattern);
  std::ranges::replace(path, '<', '{');
  std::ranges::replace(path, '>', '}');
  return path;
}

std::vector<std::string_view> NamesOf(std::string_view pattern) {
  std::vector<std::string_view> names;
  for (size_t begin = pattern.find('<'); begin != pattern.npos; begin = pattern.find('<', begin)) {
    const size_t end = pattern.find('>', begin);
    names.push_back(pattern.substr(begin + 1, end - begin - 1));
    begin = end;
  }
  return names;
}

// "getPurchaseASword" of GET /purchase_a_sword/<user>.
std::string OperationId(std::string_view method, std::string_view pattern) {
  std::string id = Lower(method);
  bool upper = true;
  for (const char c : pattern) {
    if (std::isalnum(static_cast<unsigned char>(c)) == 0) {
      upper = true;
      continue;
    }
    id += upper ? static_cast<char>(std::toupper(static_cast<unsigned char>(c))) : c;
    upper = false;
  }
  return pattern == "/" ? id + "Root" : id;
}

Status AddParameter(Json& parameters, const RouteParameter& parameter, std::string_view in) {
  auto schema = ParseSchema(parameter.schema);
  if (!schema) return std::move(schema).error();
  Json json = {{"name", parameter.name}, {"in", in}, {"required", parameter.required}};
  if (!parameter.help.empty()) json["description"] = parameter.help;
  json["schema"] = std::move(schema).value();
  parameters.push_back(std::move(json));
  return Done{};
}

Status AddParameters(Json& operation, const Route& route) {
  Json parameters = Json::array();
  for (const std::string_view name : NamesOf(route.pattern)) {
    const auto known = std::ranges::find(route.parts, name, &RouteParameter::name);
    RouteParameter part = known == route.parts.end()
                              ? RouteParameter{name, "", R"({"type":"string","minLength":1})"}
                              : *known;
    part.required = true;
    if (Status added = AddParameter(parameters, part, "path"); !added) return added;
  }
  for (const RouteParameter& each : route.query) {
    if (Status added = AddParameter(parameters, each, "query"); !added) return added;
  }
  for (const RouteParameter& each : route.headers) {
    if (Status added = AddParameter(parameters, each, "header"); !added) return added;
  }
  if (!parameters.empty()) operation["parameters"] = std::move(parameters);
  return Done{};
}

Status AddBodies(Json& operation, const Route& route) {
  if (route.bodies.empty()) return Done{};
  Json content = Json::object();
  for (const RouteBody& body : route.bodies) {
    auto schema = ParseSchema(body.schema);
    if (!schema) return std::move(schema).error();
    content[std::string(body.media_type)] = {{"schema", std::move(schema).value()}};
  }
  operation["requestBody"] = {{"required", route.body_required}, {"content", std::move(content)}};
  return Done{};
}

bool Gives(const Route& route, bool keyed, CommonError::Of of) {
  switch (of) {
    case CommonError::Of::kAll:
      return true;
    case CommonError::Of::kGuarded:
      return !route.operational;
    case CommonError::Of::kKeyed:
      return keyed;
    case CommonError::Of::kEither:
      return keyed || !route.operational;
    case CommonError::Of::kWithParts:
      return route.pattern.find('<') != std::string_view::npos;
  }
  return false;
}

Status AddAnswers(Json& operation, const Route& route, bool keyed) {
  Json responses = Json::object();
  static constexpr RouteAnswer kDefault{200, "done", "text/plain", kTextSchema};
  const std::span<const RouteAnswer> own =
      route.answers.empty() ? std::span(&kDefault, 1) : std::span(route.answers);
  for (const RouteAnswer& answer : own) {
    auto schema = ParseSchema(answer.schema);
    if (!schema) return std::move(schema).error();
    Json& response = responses[std::to_string(answer.status)];
    response["description"] = answer.help;
    response["content"][std::string(answer.media_type)] = {{"schema", std::move(schema).value()}};
  }
  for (const CommonError& error : kErrors) {
    const std::string status = std::to_string(error.status);
    if (!Gives(route, keyed, error.of) || responses.contains(status)) continue;
    responses[status] = {{"$ref", "#/components/responses/" + status}};
  }
  operation["responses"] = std::move(responses);
  return Done{};
}

Json Components(bool needs_api_key, bool for_browsers) {
  Json responses = Json::object();
  for (const CommonError& error : kErrors) {
    Json response = {{"description", error.help}};
    if (error.retry_after) {
      response["headers"]["Retry-After"] = {{"description", "after how many seconds to try again"},
                                            {"schema", {{"type", "integer"}, {"minimum", 1}}}};
    }
    response["content"]["text/plain"] = {{"schema", {{"type", "string"}}}};
    responses[std::to_string(error.status)] = std::move(response);
  }
  Json components = {{"responses", std::move(responses)}};
  if (needs_api_key) {
    components["securitySchemes"] = {
        {"header", {{"type", "apiKey"}, {"in", "header"}, {"name", "X-Api-Key"}}},
        {"bearer", {{"type", "http"}, {"scheme", "bearer"}}}};
    if (for_browsers) {
      components["securitySchemes"]["basic"] = {{"type", "http"}, {"scheme", "basic"}};
    }
  }
  return components;
}

// Either header will do. What a key must allow is listed as OpenAPI 3.1 lists roles.
Json SecurityOf(const Route& route) {
  Json scopes = Json::array();
  if (route.access != Access::kAny) {
    scopes.push_back(route.access == Access::kWrite ? "write" : "read");
  }
  Json security = {{{"header", scopes}}, {{"bearer", scopes}}};
  if (route.for_browsers) security.push_back({{"basic", scopes}});
  return security;
}

Result<Json> OperationOf(const Route& route, std::string_view method,
                         const OpenApiOptions& options) {
  const bool keyed =
      options.needs_api_key &&
      std::ranges::find(options.open_routes, route.pattern) == options.open_routes.end();
  Json operation = {{"operationId", OperationId(method, route.pattern)},
                    {"summary", route.help},
                    {"tags", {route.operational ? "operations" : "events"}}};
  if (Status added = AddParameters(operation, route); !added) return std::move(added).error();
  if (Status added = AddBodies(operation, route); !added) return std::move(added).error();
  if (Status added = AddAnswers(operation, route, keyed); !added) return std::move(added).error();
  if (keyed) operation["security"] = SecurityOf(route);
  return operation;
}

}  // namespace

Result<std::string> OpenApi(std::span<const Route> routes, const OpenApiOptions& options) {
  Json paths = Json::object();
  for (const Route& route : routes) {
    Json& path = paths[TemplateOf(route.pattern)];
    for (const std::string_view method : route.methods) {
      auto operation = OperationOf(route, method, options);
      if (!operation) return std::move(operation).error().In(route.pattern);
      path[Lower(method)] = std::move(operation).value();
    }
  }
  const Json document = {
      {"openapi", "3.1.0"},
      {"info",
       {{"title", "gamevents"},
        {"version", options.version},
        {"description",
         "Game events over HTTP into a Kafka log. An event is answered with 200 "
         "only after Kafka has acknowledged it."},
        {"license", {{"name", "Apache License 2.0"}, {"identifier", "Apache-2.0"}}}}},
      {"paths", std::move(paths)},
      {"components",
       Components(options.needs_api_key, std::ranges::any_of(routes, &Route::for_browsers))},
  };
  return document.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace gamevents::collector
