#include "core/collector/routes/openapi.h"

#include "core/base/ascii.h"
#include "core/problem/problem.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cctype>
#include <functional>
#include <set>
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
    {400, "the request or one of its arguments is wrong, or a part of its path is not UTF-8",
     CommonError::Of::kAll},
    {401, "no API key, or one that is not known", CommonError::Of::kKeyed},
    {403, "a page of this origin may not use the server, or the API key is not for this route",
     CommonError::Of::kEither},
    {404, "no such item, or no such route: a part of the path is empty, for example",
     CommonError::Of::kWithParts},
    {413, "the body or the event is too large", CommonError::Of::kAll},
    {414, "path and query are too long", CommonError::Of::kAll},
    {421, "the Host header names another server", CommonError::Of::kAll},
    {429, "too many requests from this address, or with this API key", CommonError::Of::kGuarded,
     true},
    {431, "too many headers, or too long ones", CommonError::Of::kAll},
    {503, "the event was not acknowledged, or too many requests wait; try again later",
     CommonError::Of::kGuarded, true},
});

// What the routes refer to by name.
using SchemaNames = std::set<std::string, std::less<>>;

Json Reference(std::string_view kind, std::string_view name) {
  return {{"$ref", "#/components/" + std::string(kind) + "/" + std::string(name)}};
}

// Own texts only: what cannot be parsed is a mistake in a table of routes or of schemas.
Result<Json> ParseSchema(std::string_view text) {
  Json schema = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (schema.is_discarded()) {
    return Error{Fault::kBadInput, "this schema is no JSON: " + std::string(text)};
  }
  return schema;
}

Result<Json> FindSchema(std::string_view text, const SchemaNames& names) {
  if (text.starts_with('{')) return ParseSchema(text);
  if (names.contains(text)) return Reference("schemas", text);
  return Error{Fault::kBadInput, "there is no schema " + std::string(text)};
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

// "getPurchaseASword" of GET /purchase_a_sword/<user>, where it has no name.
std::string OperationId(const Route& route, std::string_view method) {
  if (!route.name.empty()) {
    const bool second = method == "GET" && route.methods.size() > 1;
    return std::string(route.name) + (second ? "ByGet" : "");
  }
  const std::string_view pattern = route.pattern;
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

Status AddParameter(Json& parameters, const RouteParameter& parameter, std::string_view in,
                    const SchemaNames& names) {
  auto schema = FindSchema(parameter.schema, names);
  if (!schema) return std::move(schema).error();
  Json json = {{"name", parameter.name}, {"in", in}, {"required", parameter.required}};
  if (!parameter.help.empty()) json["description"] = parameter.help;
  json["schema"] = std::move(schema).value();
  parameters.push_back(std::move(json));
  return Done{};
}

Status AddParameters(Json& operation, const Route& route, const SchemaNames& names) {
  Json parameters = Json::array();
  for (const std::string_view name : NamesOf(route.pattern)) {
    const auto known = std::ranges::find(route.parts, name, &RouteParameter::name);
    RouteParameter part = known == route.parts.end()
                              ? RouteParameter{name, "", R"({"type":"string","minLength":1})"}
                              : *known;
    part.required = true;
    if (Status added = AddParameter(parameters, part, "path", names); !added) return added;
  }
  for (const RouteParameter& each : route.query) {
    if (Status added = AddParameter(parameters, each, "query", names); !added) return added;
  }
  for (const RouteParameter& each : route.headers) {
    if (Status added = AddParameter(parameters, each, "header", names); !added) return added;
  }
  if (!parameters.empty()) operation["parameters"] = std::move(parameters);
  return Done{};
}

Status AddBodies(Json& operation, const Route& route, std::string_view method,
                 const SchemaNames& names) {
  if (route.bodies.empty() || method == "GET") return Done{};
  Json content = Json::object();
  for (const RouteBody& body : route.bodies) {
    auto schema = FindSchema(body.schema, names);
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

Status AddAnswers(Json& operation, const Route& route, bool keyed, const SchemaNames& names) {
  Json responses = Json::object();
  static constexpr RouteAnswer kDefault{200, "done", "text/plain", kTextSchema};
  const std::span<const RouteAnswer> own =
      route.answers.empty() ? std::span(&kDefault, 1) : std::span(route.answers);
  for (const RouteAnswer& answer : own) {
    auto schema = FindSchema(answer.schema, names);
    if (!schema) return std::move(schema).error();
    Json& response = responses[std::to_string(answer.status)];
    response["description"] = answer.help;
    if (answer.media_type.empty()) continue;
    response["content"][std::string(answer.media_type)] = {{"schema", std::move(schema).value()}};
  }
  for (const CommonError& error : kErrors) {
    const std::string status = std::to_string(error.status);
    if (!Gives(route, keyed, error.of) || responses.contains(status)) continue;
    responses[status] = Reference("responses", status);
  }
  operation["responses"] = std::move(responses);
  return Done{};
}

Json ErrorResponses() {
  Json responses = Json::object();
  for (const CommonError& error : kErrors) {
    Json response = {{"description", error.help}};
    if (error.retry_after) {
      response["headers"]["Retry-After"] = {{"description", "after how many seconds to try again"},
                                            {"schema", {{"type", "integer"}, {"minimum", 1}}}};
    }
    // Clients are generated from the first.
    response["content"][std::string(problem::kMediaType)] = {
        {"schema", Reference("schemas", "Problem")}};
    response["content"]["text/plain"] = {{"schema", {{"type", "string"}}}};
    responses[std::to_string(error.status)] = std::move(response);
  }
  return responses;
}

Json SecuritySchemes(bool for_browsers) {
  Json schemes = {{"header", {{"type", "apiKey"}, {"in", "header"}, {"name", "X-Api-Key"}}},
                  {"bearer", {{"type", "http"}, {"scheme", "bearer"}}}};
  if (for_browsers) schemes["basic"] = {{"type", "http"}, {"scheme", "basic"}};
  return schemes;
}

// Each schema under its name. Errors: kBadInput, naming the one that is no JSON, or the duplicate.
Result<Json> NamedSchemas(const OpenApiOptions& options) {
  Json schemas = Json::object();
  for (const auto& table : {Schemas(), std::span<const NamedSchema>(options.schemas)}) {
    SchemaNames names;
    for (const NamedSchema& each : table) {
      auto schema = ParseSchema(each.json);
      if (!schema) return std::move(schema).error().In(each.name);
      if (!names.insert(each.name).second) {
        return Error{Fault::kBadInput, "duplicate schema " + each.name};
      }
      schemas[each.name] = std::move(schema).value();
    }
  }
  return schemas;
}

enum class Security : uint8_t {
  kNone,      // the route is open
  kOptional,  // no key is needed, but one may be sent
  kNeeded,
};

// Either header will do. What a key must allow is listed as OpenAPI 3.1 lists roles.
Json SecurityOf(const Route& route, Security security) {
  Json ways = Json::array();
  if (security == Security::kNone) return ways;
  Json scopes = Json::array();
  if (route.access != Access::kAny) {
    scopes.push_back(route.access == Access::kWrite ? "write" : "read");
  }
  if (security == Security::kOptional) ways.push_back(Json::object());
  ways.push_back({{"header", scopes}});
  ways.push_back({{"bearer", scopes}});
  if (route.for_browsers) ways.push_back({{"basic", scopes}});
  return ways;
}

Result<Json> OperationOf(const Route& route, std::string_view method, const OpenApiOptions& options,
                         const SchemaNames& names) {
  const bool open =
      std::ranges::find(options.open_routes, route.pattern) != options.open_routes.end();
  const Security security = !options.needs_api_key ? Security::kOptional
                            : open                 ? Security::kNone
                                                   : Security::kNeeded;
  const bool keyed = security == Security::kNeeded;
  Json operation = {{"operationId", OperationId(route, method)},
                    {"summary", route.help},
                    {"tags", Json::array({route.tag})},
                    {"security", SecurityOf(route, security)}};
  for (Status added :
       {AddParameters(operation, route, names), AddBodies(operation, route, method, names),
        AddAnswers(operation, route, keyed, names)}) {
    if (!added) return std::move(added).error();
  }
  return operation;
}

}  // namespace

Result<std::string> OpenApi(std::span<const Route> routes, const OpenApiOptions& options) {
  auto schemas = NamedSchemas(options);
  if (!schemas) return std::move(schemas).error();
  SchemaNames names;
  for (const auto& [name, schema] : schemas->items()) names.insert(name);
  Json paths = Json::object();
  for (const Route& route : routes) {
    Json& path = paths[TemplateOf(route.pattern)];
    for (const std::string_view method : route.methods) {
      auto operation = OperationOf(route, method, options, names);
      if (!operation) return std::move(operation).error().In(route.pattern);
      path[Lower(method)] = std::move(operation).value();
    }
  }
  Json tags = Json::array();
  for (const RouteTag& tag : kRouteTags) {
    tags.push_back({{"name", tag.name}, {"description", tag.help}});
  }
  Json servers = Json::array();
  servers.push_back({{"url", "/"}, {"description", "the server that this document came from"}});
  const Json document = {
      {"openapi", "3.1.0"},
      {"info",
       {{"title", "gamevents"},
        {"version", options.version},
        {"description",
         "Game events over HTTP into a Kafka log. An event is answered with 200 "
         "only after Kafka has acknowledged it."},
        {"license", {{"name", "Apache License 2.0"}, {"identifier", "Apache-2.0"}}}}},
      {"servers", std::move(servers)},
      {"tags", std::move(tags)},
      {"paths", std::move(paths)},
      {"components",
       {{"schemas", std::move(schemas).value()},
        {"responses", ErrorResponses()},
        {"securitySchemes", SecuritySchemes(std::ranges::any_of(routes, &Route::for_browsers))}}},
  };
  return document.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace gamevents::collector
