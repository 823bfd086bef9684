#include "core/collector/routes/schemas.h"

#include "core/problem/codes.h"

#include <vector>

namespace gamevents::collector {
namespace {

struct Row {
  std::string_view name;
  std::string_view json;
};

// Where an event of a command is; in every answer of one.
#define GAMEVENTS_PLACE_NAMES R"("event_id","partition","offset")"
#define GAMEVENTS_PLACE                                                  \
  R"("event_id":{"type":"string","description":"of the stored event"},)" \
  R"("partition":{"type":"integer"},"offset":{"type":"integer"})"

constexpr Row kRows[] = {
    {"Event", R"({
      "type":"object","required":["event_type"],"additionalProperties":true,
      "description":"what happened: event_type says what, user to whom, all else is yours",
      "properties":{
        "event_type":{"type":"string","minLength":1,"maxLength":256},
        "event_id":{"type":"string","minLength":1,"maxLength":256,
                    "description":"yours, so that a repeat is known; else made here"},
        "user":{"type":"string","description":"whose event it is"},
        "event_time":{"type":["string","integer"],
                      "description":"when it happened: RFC 3339, or milliseconds since 1970"}},
      "examples":[{"event_type":"level_up","user":"divya","level":7}]})"},
    {"EventList", R"({"type":"array","items":{"$ref":"#/components/schemas/Event"}})"},
    {"Events", R"({"anyOf":[{"$ref":"#/components/schemas/Event"},
                            {"$ref":"#/components/schemas/EventList"}]})"},
    {"CloudEvent", R"({
      "type":"object","required":["specversion","type","id","source"],
      "additionalProperties":false,"description":"a CloudEvent 1.0 in structured mode",
      "properties":{
        "specversion":{"type":"string","const":"1.0"},
        "type":{"type":"string","minLength":1},
        "id":{"type":"string","minLength":1},
        "source":{"type":"string","minLength":1},
        "data":{}},
      "examples":[{"specversion":"1.0","type":"level_up","id":"7","source":"/game",
                   "data":{"user":"divya","level":7}}]})"},
    {"CloudEventList", R"({"type":"array","items":{"$ref":"#/components/schemas/CloudEvent"}})"},
    {"Rejected", R"({
      "type":"object","required":["index","error","retryable","code"],
      "description":"an event of the request that is not stored",
      "properties":{
        "index":{"type":"integer","minimum":0,"description":"its place in the body, from 0"},
        "error":{"type":"string","description":"why, for people"},
        "retryable":{"type":"boolean","description":"whether sending it again can help"},
        "code":{"$ref":"#/components/schemas/ProblemCode"},
        "field":{"type":"string","description":"the field that is wrong or missing"},
        "kept":{"type":"boolean","description":"whether it is in serve.rejected_topic"}}})"},
    {"Stored", R"({
      "type":"object","required":["index","event_id","partition","offset"],
      "description":"where an event of the request is stored",
      "properties":{
        "index":{"type":"integer","minimum":0,"description":"its place in the body, from 0"},
        )" GAMEVENTS_PLACE R"(}})"},
    {"EventsResult", R"({
      "type":"object","required":["accepted","duplicates","rejected"],
      "description":"what became of the events of a request",
      "properties":{
        "accepted":{"type":"integer","minimum":0},
        "duplicates":{"type":"integer","minimum":0,"description":"those that were stored already"},
        "rejected":{"type":"array","items":{"$ref":"#/components/schemas/Rejected"}},
        "stored":{"type":"array","items":{"$ref":"#/components/schemas/Stored"},
                  "description":"of those accepted, with Prefer: return=representation"},
        "rejected_topic_error":{"type":"string"}},
      "examples":[{"accepted":1,"duplicates":0,"rejected":[]}]})"},
    {"EventsProblem", R"({
      "description":"a problem, with what became of the events where the route has seen them",
      "allOf":[{"$ref":"#/components/schemas/Problem"},{"type":"object","properties":{
        "accepted":{"type":"integer","minimum":0},
        "duplicates":{"type":"integer","minimum":0},
        "rejected":{"type":"array","items":{"$ref":"#/components/schemas/Rejected"}},
        "stored":{"type":"array","items":{"$ref":"#/components/schemas/Stored"}},
        "error":{"type":"string","description":"the detail, of a body that is refused whole"},
        "kept":{"type":"boolean","description":"whether it is in serve.rejected_topic"},
        "rejected_topic_error":{"type":"string"}}}]})"},
    {"SdkAnswer", R"({"description":"what the SDK expects to be told: docs/sdks.md"})"},
    {"Item", R"({
      "type":"object","required":["name","kind","types","price","stack_limit","unique"],
      "description":"one thing that can be bought",
      "properties":{
        "name":{"type":"string"},"kind":{"type":"string"},
        "types":{"type":"array","items":{"type":"string"}},
        "price":{"type":"integer","minimum":0,"description":"of one, in coins"},
        "stack_limit":{"type":"integer","minimum":1},
        "unique":{"type":"boolean","description":"whether a user can own one only"}},
      "examples":[{"name":"sword","kind":"weapon","types":["katana"],"price":100,
                   "stack_limit":20,"unique":false}]})"},
    {"Catalogue", R"({
      "type":"object","required":["items"],
      "properties":{"items":{"type":"array","items":{"$ref":"#/components/schemas/Item"}}}})"},
    {"Stack", R"({
      "type":"object","required":["item","kind","quantity"],
      "description":"so many of one item in one type",
      "properties":{
        "item":{"type":"string"},"kind":{"type":"string"},"type":{"type":"string"},
        "quantity":{"type":"integer","minimum":1}}})"},
    {"Inventory", R"({
      "type":"object","required":["user","items","quantity"],"description":"what a user owns",
      "properties":{
        "user":{"type":"string"},
        "items":{"type":"array","items":{"$ref":"#/components/schemas/Stack"}},
        "quantity":{"type":"integer","minimum":0,"description":"of all items together"}},
      "examples":[{"user":"divya","items":[{"item":"sword","kind":"weapon","quantity":1}],
                   "quantity":1}]})"},
    {"InventoryPage", R"({
      "type":"object","required":["inventories"],
      "properties":{
        "inventories":{"type":"array","items":{"$ref":"#/components/schemas/Inventory"}},
        "next":{"type":"string","description":"to be given as after for the next page"},
        "note":{"type":"string"}}})"},
    {"CartLine", R"({
      "type":"object","required":["item","kind","quantity","price","total"],
      "properties":{
        "item":{"type":"string"},"kind":{"type":"string"},"type":{"type":"string"},
        "quantity":{"type":"integer","minimum":1},
        "price":{"type":"integer","minimum":0,"description":"of one, in coins"},
        "total":{"type":"integer","minimum":0}}})"},
    {"Cart", R"({
      "type":"object","required":["user","items","total"],"description":"what a user's cart holds",
      "properties":{
        "user":{"type":"string"},
        "items":{"type":"array","items":{"$ref":"#/components/schemas/CartLine"}},
        "total":{"type":"integer","minimum":0,"description":"what it costs, in coins"},
        "changed_at":{"type":"string","format":"date-time"}},
      "examples":[{"user":"divya","items":[],"total":0}]})"},
    {"CartPage", R"({
      "type":"object","required":["carts"],
      "properties":{
        "carts":{"type":"array","items":{"$ref":"#/components/schemas/Cart"}},
        "next":{"type":"string","description":"to be given as after for the next page"},
        "note":{"type":"string"}}})"},
    {"Guild", R"({
      "type":"object","required":["guild","members","count"],
      "properties":{
        "guild":{"type":"string"},
        "members":{"type":"array","items":{"type":"string"}},
        "count":{"type":"integer","minimum":0,"description":"of all members"},
        "next":{"type":"string","description":"to be given as after for the next page"},
        "note":{"type":"string"}},
      "examples":[{"guild":"masadons","members":["divya"],"count":1}]})"},
    {"ItemChoice", R"({
      "type":"object","additionalProperties":false,
      "description":"which type of the item, and how many",
      "properties":{
        "type":{"type":"string"},
        "quantity":{"type":"integer","minimum":1,"maximum":1000000}},
      "examples":[{"quantity":2}]})"},
    {"PurchaseRequest", R"({
      "type":"object","required":["user"],"additionalProperties":false,
      "properties":{
        "user":{"type":"string","minLength":1},
        "type":{"type":"string"},
        "quantity":{"type":"integer","minimum":1,"maximum":1000000}},
      "examples":[{"user":"divya","quantity":2}]})"},
    {"Purchase", R"({
      "type":"object","description":"what a user has bought",
      "required":["status","user","item","kind","quantity","price","total","owned",
        )" GAMEVENTS_PLACE_NAMES
                 R"(],
      "properties":{
        "status":{"type":"string","const":"done"},
        "user":{"type":"string"},"item":{"type":"string"},"kind":{"type":"string"},
        "type":{"type":"string"},"quantity":{"type":"integer"},
        "price":{"type":"integer","description":"of one, in coins"},
        "total":{"type":"integer"},
        "owned":{"type":"integer","description":"how many the user owns now"},)" GAMEVENTS_PLACE
                 R"(}})"},
    {"CartChanged", R"({
      "type":"object","description":"the cart after a change",
      "required":["status","cart",)" GAMEVENTS_PLACE_NAMES R"(],
      "properties":{
        "status":{"type":"string","const":"done"},
        "cart":{"$ref":"#/components/schemas/Cart"},)" GAMEVENTS_PLACE R"(}})"},
    {"Checkout", R"({
      "type":"object","description":"what was bought, and what the user owns now",
      "required":["status","user","bought","total","inventory",)" GAMEVENTS_PLACE_NAMES R"(],
      "properties":{
        "status":{"type":"string","const":"done"},
        "user":{"type":"string"},
        "bought":{"type":"array","items":{"$ref":"#/components/schemas/CartLine"}},
        "total":{"type":"integer"},
        "inventory":{"$ref":"#/components/schemas/Inventory"},)" GAMEVENTS_PLACE R"(}})"},
    {"InventoryChanged", R"({
      "type":"object","description":"the inventory after a use",
      "required":["status","inventory",)" GAMEVENTS_PLACE_NAMES R"(],
      "properties":{
        "status":{"type":"string","const":"done"},
        "inventory":{"$ref":"#/components/schemas/Inventory"},)" GAMEVENTS_PLACE R"(}})"},
    {"GuildLeft", R"({
      "type":"object","description":"who has left which guild",
      "required":["status","user","left_guild",)" GAMEVENTS_PLACE_NAMES R"(],
      "properties":{
        "status":{"type":"string","const":"done"},
        "user":{"type":"string"},"left_guild":{"type":"string"},)" GAMEVENTS_PLACE R"(}})"},
    {"Refusal", R"({
      "type":"object","description":"the state does not allow it; the event is stored all the same",
      "required":["status","reason","type","title","detail","code","retryable",
        )" GAMEVENTS_PLACE_NAMES
                R"(],
      "properties":{
        "status":{"type":"string","const":"refused"},
        "reason":{"type":"string","description":"why, for people"},
        "type":{"type":"string"},"title":{"type":"string"},"detail":{"type":"string"},
        "code":{"$ref":"#/components/schemas/ProblemCode"},
        "field":{"type":"string"},"max":{"type":"integer"},"retryable":{"type":"boolean"},
        )" GAMEVENTS_PLACE R"(}})"},
    {"ReportList", R"({
      "type":"object","required":["reports"],
      "properties":{"reports":{"type":"array","items":{
        "type":"object","required":["name","title","urls"],
        "properties":{
          "name":{"type":"string"},"title":{"type":"string"},
          "urls":{"type":"object","additionalProperties":{"type":"string"},
                  "description":"by format"}}}}}})"},
    {"Readiness", R"({
      "type":"object","required":["ready","reasons"],
      "properties":{
        "ready":{"type":"boolean"},
        "reasons":{"type":"array","items":{"type":"string"}},
        "remarks":{"type":"array","items":{"type":"string"}}}})"},
    {"Problem", R"({
      "type":"object","description":"why a request is refused, as RFC 9457 has it",
      "required":["type","title","status","detail","code","retryable"],
      "properties":{
        "type":{"type":"string","description":"a tag that names the code"},
        "title":{"type":"string"},
        "status":{"type":"integer"},
        "detail":{"type":"string","description":"what was wrong this time, for people"},
        "code":{"$ref":"#/components/schemas/ProblemCode"},
        "field":{"type":"string","description":"what it is about"},
        "allowed":{"type":"array","items":{"type":"string"}},
        "nearest":{"type":"string","description":"the one of these that was probably meant"},
        "min":{"type":"integer"},"max":{"type":"integer"},
        "retryable":{"type":"boolean","description":"whether the same request can succeed later"},
        "retry_after":{"type":"integer","description":"seconds to wait before that"}}})"},
};

std::string CodesSchema() {
  std::string names;
  for (const problem::CodeTraits& each : problem::Codes()) {
    names.append(names.empty() ? "\"" : ",\"").append(each.name) += '"';
  }
  return R"({"type":"string","description":"docs/errors.md","enum":[)" + names + "]}";
}

}  // namespace

std::span<const NamedSchema> Schemas() {
  static const std::vector<NamedSchema> schemas = [] {
    std::vector<NamedSchema> all;
    for (const Row& row : kRows) all.push_back({std::string(row.name), std::string(row.json)});
    all.push_back({"ProblemCode", CodesSchema()});
    return all;
  }();
  return schemas;
}

}  // namespace gamevents::collector
