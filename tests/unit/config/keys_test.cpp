// Goal: the table of keys agrees with itself. Method: every row against the rules of its type.
#include "core/config/keys.h"

#include "core/config/value.h"
#include "tests/unit/catch.h"

#include <algorithm>
#include <set>

namespace gamevents::config {

TEST_CASE("names are unique, and sections and groups stand together") {
  std::set<std::string_view> names;
  std::set<std::string_view> sections;
  std::set<std::string> variables;
  std::set<std::string_view> groups;
  std::string_view last;
  std::string_view last_group;
  REQUIRE(Keys().size() >= 12);
  for (const Key& key : Keys()) {
    INFO(key.name);
    CHECK(names.insert(key.name).second);
    CHECK(variables.insert(EnvironmentName(key)).second);
    const auto dots = std::count(key.name.begin(), key.name.end(), '.');
    CHECK(dots <= 2);
    CHECK(FindKey(GroupOf(key)) == nullptr);
    CHECK(GroupOf(key).empty() == (dots == 0));
    CHECK(IsGroup(GroupOf(key)));
    if (SectionOf(key) != last) CHECK(sections.insert(SectionOf(key)).second);
    last = SectionOf(key);
    if (dots == 2 && GroupOf(key) != last_group) CHECK(groups.insert(GroupOf(key)).second);
    last_group = GroupOf(key);
    CHECK(FindKey(key.name) == &key);
  }
}

TEST_CASE("every row has a range, a sentence and a field of its own") {
  Settings settings;
  std::set<const void*> fields;
  for (const Key& key : Keys()) {
    INFO(key.name);
    CHECK(key.min <= key.max);
    CHECK((key.help.ends_with(".") || key.help.ends_with("…")));
    CHECK(key.help.find('\n') == std::string_view::npos);
    CHECK_FALSE(TypeName(key.type).empty());
    const void* at =
        std::visit([](auto* field) -> const void* { return field; }, key.field(settings));
    CHECK(fields.insert(at).second);
  }
}

TEST_CASE("defaults are read, in range, and printed as they are written") {
  for (const Key& key : Keys()) {
    if (key.type == Type::kEntries) continue;
    INFO(key.name);
    Settings settings;
    const Field field = key.field(settings);
    const Status set = key.type == Type::kStrings ? SetList(key, field, SplitList(key.default_text))
                                                  : SetScalar(key, field, key.default_text);
    REQUIRE(set.ok());
    CHECK(FormatField(key, field) == key.default_text);
  }
}

TEST_CASE("unknown names find their neighbour") {
  CHECK(FindKey("serve.prot") == nullptr);
  CHECK(DidYouMeanKey("serve.prot") == "; did you mean serve.port?");
  CHECK(DidYouMeanKey("port") == "; did you mean serve.port?");
  CHECK(DidYouMeanKey("kafka.broker") == "; did you mean kafka.brokers?");
  CHECK(DidYouMeanKey("completely.different.words").empty());
  CHECK(EnvironmentName(*FindKey("serve.max_body")) == "GAMEVENTS_SERVE_MAX_BODY");
}

TEST_CASE("a topic of its own for what is refused") {
  Settings settings;
  settings.kafka.topic = "events";
  settings.embedded.listen = FindKey("embedded.listen")->default_text;
  CHECK(CheckRelations(settings).ok());
  settings.serve.rejected_topic = "rejected";
  CHECK(CheckRelations(settings).ok());
  settings.serve.rejected_topic = "events";
  const Status same = CheckRelations(settings);
  REQUIRE_FALSE(same.ok());
  CHECK(same.error().context.starts_with("serve.rejected_topic: it is kafka.topic, events"));
}

TEST_CASE("librdkafka's secrets are known by name") {
  for (const char* secret :
       {"sasl.password", "ssl.key.password", "ssl.keystore.password", "ssl.key.pem",
        "sasl.oauthbearer.client.secret", "SASL.PASSWORD", "sasl.oauthbearer.config"}) {
    INFO(secret);
    CHECK(IsSecretName(secret));
  }
  for (const char* open : {"sasl.username", "security.protocol", "ssl.ca.location", "acks"}) {
    INFO(open);
    CHECK_FALSE(IsSecretName(open));
  }
}

}  // namespace gamevents::config
