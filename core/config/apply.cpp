#include "core/config/apply.h"

#include "core/config/value.h"

namespace gamevents::config {
namespace {

constexpr std::string_view kSecretText = "(secret)";

// The kEntries key that `name` is an entry of: kafka.properties of kafka.properties.sasl.username.
const Key* FindEntriesKey(std::string_view name) {
  for (const Key& key : Keys()) {
    if (key.type == Type::kEntries && name.starts_with(key.name) &&
        name.substr(key.name.size()).starts_with('.')) {
      return &key;
    }
  }
  return nullptr;
}

std::string FullName(const Assignment& assignment) {
  std::string name(assignment.key->name);
  if (assignment.entry) name += "." + *assignment.entry;
  return name;
}

Status Set(Settings& settings, const Assignment& assignment) {
  const Key& key = *assignment.key;
  const Field field = key.field(settings);
  if (key.type == Type::kStrings) return SetList(key, field, assignment.texts);
  if (key.type == Type::kEntries) {
    if (!assignment.entry) return Done{};
    return SetEntry(key, field, *assignment.entry, assignment.texts.at(0));
  }
  return SetScalar(key, field, assignment.texts.at(0));
}

}  // namespace

Result<std::vector<Assignment>> Assign(std::string_view name, std::string_view text,
                                       const std::string& where) {
  Assignment made;
  made.where = made.source = where;
  if (const Key* entries = FindEntriesKey(name)) {
    made.key = entries;
    made.entry = name.substr(entries->name.size() + 1);
    made.texts = {std::string(text)};
    return std::vector{made};
  }
  made.key = FindKey(name);
  if (made.key == nullptr) {
    return Error{Fault::kBadInput,
                 where + ": unknown key " + std::string(name) + DidYouMeanKey(name)};
  }
  if (made.key->type != Type::kEntries) {
    made.texts = made.key->type == Type::kStrings ? SplitList(text)
                                                  : std::vector<std::string>{std::string(text)};
    return std::vector{made};
  }
  auto entries = SplitEntries(text);
  if (!entries) return std::move(entries).error().In(made.key->name).In(where);
  std::vector<Assignment> all;
  for (auto& [entry, value] : *entries) {
    made.entry = std::move(entry);
    made.texts = {std::move(value)};
    all.push_back(made);
  }
  return all;
}

Layers::Layers() {
  for (const Key& key : Keys()) {
    const auto defaults = Assign(key.name, key.default_text, "default");
    INVARIANT(defaults.ok());
    for (const Assignment& assignment : *defaults) INVARIANT(Apply(assignment).ok());
  }
}

Status Layers::Apply(const Assignment& assignment) {
  if (auto set = Set(settings_, assignment); !set) {
    Error error = std::move(set).error().In(FullName(assignment));
    // What was read from a secret's place must not come out in a message about it.
    if (assignment.secret) {
      error.context = FullName(assignment) + ": the secret's text cannot be used here";
    }
    return std::move(error).In(assignment.where);
  }
  sources_[FullName(assignment)] = Source{assignment.source, assignment.secret};
  return Done{};
}

Loaded Layers::Take() && {
  Loaded loaded;
  const auto add = [&](std::string name, std::string value, bool secret) {
    const auto source = sources_.find(name);
    const bool known = source != sources_.end();
    secret = secret || (known && source->second.secret);
    if (secret) value = kSecretText;
    loaded.origins.push_back(
        {std::move(name), std::move(value), known ? source->second.name : "default", secret});
  };
  for (const Key& key : Keys()) {
    const Field field = key.field(settings_);
    if (key.type != Type::kEntries) {
      add(std::string(key.name), FormatField(key, field), key.secret);
      continue;
    }
    const auto& entries = *std::get<std::map<std::string, std::string>*>(field);
    if (entries.empty()) add(std::string(key.name), "", false);
    for (const auto& [entry, text] : entries) {
      const bool secret = key.secret || (!key.is_grouped && IsSecretName(entry));
      add(std::string(key.name) + "." + entry, text, secret);
    }
  }
  loaded.settings = std::move(settings_);
  return loaded;
}

}  // namespace gamevents::config
