#include "core/contracts/schema_reader.h"

#include "core/base/text.h"

#include <algorithm>
#include <optional>
#include <unordered_map>
#include <utility>

namespace gamevents::contracts {
namespace {

// Whether JSON is nested no deeper than may be. Asked of the text, before anything recurses.
bool IsShallow(std::string_view text) {
  size_t depth = 0;
  bool quoted = false;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quoted) {
      if (c == '\\') ++i;
      quoted = c != '"';
    } else if (c == '"') {
      quoted = true;
    } else if (c == '{' || c == '[') {
      if (++depth > kSchemaDepthMax) return false;
    } else if ((c == '}' || c == ']') && depth > 0) {
      --depth;
    }
  }
  return true;
}

// "3: syntax error …", with the line of the mistake.
std::string ParseMistake(std::string_view text, const nlohmann::json::parse_error& error) {
  const size_t at = std::min(error.byte == 0 ? 0 : error.byte - 1, text.size());
  const auto line = 1 + std::ranges::count(text.substr(0, at), '\n');
  std::string what = error.what();
  // "[json.exception.parse_error.101] parse error at line 3, column 1: syntax error …"
  if (const size_t colon = what.find(": "); colon != std::string::npos) what.erase(0, colon + 2);
  return std::to_string(line) + ": not valid JSON: " + what;
}

Result<Json> ParseFile(const std::string& path, std::string_view text) {
  text = SkipByteOrderMark(text);
  if (!IsUtf8(text)) return Error{Fault::kBadInput, path + ": not valid UTF-8"};
  if (!IsShallow(text)) {
    return Error{Fault::kFull,
                 path + ": nested deeper than " + std::to_string(kSchemaDepthMax) + " levels"};
  }
  try {
    return Json::parse(text);
  } catch (const nlohmann::json::parse_error& error) {
    return Error{Fault::kBadInput, path + ":" + ParseMistake(text, error)};
  }
}

// Where the relative reference `to` leads from `file`, by the names alone (RFC 3986, section 5.2);
// nothing when that is not within the folder, or `to` has a scheme or a host.
std::optional<std::string> Resolve(const std::string& file, std::string_view to) {
  if (to.find(':') != std::string_view::npos || to.starts_with('/') ||
      to.find('\\') != std::string_view::npos) {
    return std::nullopt;
  }
  std::vector<std::string_view> parts;
  const auto add = [&parts](std::string_view path) {
    for (;;) {
      const size_t slash = path.find('/');
      const std::string_view part = path.substr(0, slash);
      if (part == "..") {
        if (parts.empty()) return false;
        parts.pop_back();
      } else if (part != "." && !part.empty()) {
        parts.push_back(part);
      }
      if (slash == std::string_view::npos) return true;
      path.remove_prefix(slash + 1);
    }
  };
  const size_t folder = file.rfind('/');
  if (folder != std::string::npos) add(std::string_view(file).substr(0, folder));
  if (!add(to) || parts.empty()) return std::nullopt;
  std::string path;
  for (const std::string_view part : parts) path.append(path.empty() ? "" : "/").append(part);
  return path;
}

// The schemas that are asked of the same value, not of one within it.
std::vector<const Schema*> Beside(const Schema& schema) {
  std::vector<const Schema*> all;
  const auto add = [&all](const Schema* one) {
    if (one != nullptr) all.push_back(one);
  };
  if (schema.combination) {
    const Combination& combination = *schema.combination;
    for (const Schema* one : {combination.reference, combination.none_of, combination.condition,
                              combination.then, combination.otherwise}) {
      add(one);
    }
    for (const auto* many : {&combination.all_of, &combination.any_of, &combination.one_of}) {
      all.insert(all.end(), many->begin(), many->end());
    }
  }
  if (schema.objects) {
    for (const Dependent& dependent : schema.objects->dependents) add(dependent.schema);
  }
  return all;
}

}  // namespace

Result<const SchemaReader::File*> SchemaReader::Read(const std::string& path) {
  if (const auto found = files_.find(path); found != files_.end()) return &found->second;
  if (files_.size() == kSchemaFilesMax) {
    return Error{Fault::kFull, Shown(path) + ": more than " + std::to_string(kSchemaFilesMax) +
                                   " files of schemas"};
  }
  const auto text = open_(path);
  if (!text) return Error(text.error());
  auto json = ParseFile(Shown(path), *text);
  if (!json) return std::move(json).error();
  File& file = files_[path];
  file.json = std::move(*json);
  file_ = path;
  auto schema = Subschema(file.json, "");
  if (!schema) return std::move(schema).error().In(Shown(path));
  file.schema = *schema;
  return &file;
}

Result<const Schema*> SchemaReader::Subschema(const Json& value, const std::string& pointer) {
  const auto where = [&] { return pointer.empty() ? std::string() : pointer + ": "; };
  if (schemas_.size() == kSchemasMax) {
    return Error{Fault::kFull,
                 where() + "more than " + std::to_string(kSchemasMax) + " schemas in all files"};
  }
  Schema& schema = schemas_.emplace_back();
  places_.emplace(file_ + "#" + pointer, &schema);
  if (value.is_boolean()) {
    schema.never = !value.get<bool>();
    return &schema;
  }
  if (!value.is_object()) {
    return Error{Fault::kBadInput, where() + "must be a schema: an object, true or false"};
  }
  if (Status read = ReadKeywords(value, pointer, *this, schema); !read) {
    return std::move(read).error();
  }
  return &schema;
}

void SchemaReader::Refer(Schema& from, std::string reference, std::string pointer) {
  references_.push_back({&from, file_, std::move(reference), std::move(pointer)});
}

Status SchemaReader::Name(const Schema& schema, const std::string& name,
                          const std::string& pointer) {
  if (places_.emplace(file_ + "#" + name, &schema).second) {
    const std::string to = pointer.substr(0, pointer.rfind('/'));
    named_.emplace(file_ + "#" + name, to);
    anchors_.push_back({file_, to});
    return Done{};
  }
  return Error{Fault::kBadInput, pointer + ": duplicate " + name};
}

Result<const Schema*> SchemaReader::Find(const Reference& reference, Link& link) {
  const auto wrong = [&](const std::string& how) {
    return Error{Fault::kBadInput, Shown(reference.file) + ": " + reference.pointer + ": " +
                                       JsonString(reference.text) + " " + how};
  };
  const size_t hash = std::min(reference.text.find('#'), reference.text.size());
  const auto fragment =
      PercentDecode(hash < reference.text.size() ? reference.text.substr(hash + 1) : "");
  if (!fragment) return wrong("is not percent-encoded as it should be");
  std::string file = reference.file;
  if (hash > 0) {
    const auto path = PercentDecode(reference.text.substr(0, hash));
    const auto resolved = path ? Resolve(reference.file, *path) : std::nullopt;
    if (!resolved) {
      return wrong(
          "must lead to a file of the same folder, by its relative path; nothing is "
          "fetched from elsewhere");
    }
    file = *resolved;
  }
  if (const auto read = Read(file); !read) {
    Error error = read.error();
    error.context += ", which " + Shown(reference.file) + " refers to at " + reference.pointer;
    return error;
  }
  const auto found = places_.find(file + "#" + *fragment);
  if (found == places_.end()) return wrong("leads to no schema");
  const auto named = named_.find(found->first);
  link = {reference.file, reference.pointer, file,
          named == named_.end() ? *fragment : named->second};
  return found->second;
}

Status SchemaReader::Finish() {
  // Reading what one leads to may add others.
  for (; !references_.empty(); references_.pop_front()) {
    const Reference reference = references_.front();
    auto found = Find(reference, links_.emplace_back());
    if (!found) return std::move(found).error();
    Needed(reference.from->combination).reference = *found;
  }
  return FindCircles();
}

Error SchemaReader::Endless(const Schema& schema, const std::string& how) const {
  const auto place =
      std::ranges::find(places_, &schema, [](const auto& each) { return each.second; });
  return {Fault::kBadInput,
          Shown(place->first) + ": " + how + ", so checking an event would not end"};
}

// Depth first, without recursing: a chain of references may be long.
Status SchemaReader::FindCircles() const {
  enum class Mark : uint8_t { kOpen, kDone };
  std::unordered_map<const Schema*, Mark> marks;
  for (const Schema& start : schemas_) {
    std::vector<std::pair<const Schema*, bool>> stack = {{&start, false}};
    size_t open = 0;
    while (!stack.empty()) {
      const auto [schema, leaving] = stack.back();
      stack.pop_back();
      if (leaving) {
        marks[schema] = Mark::kDone;
        --open;
        continue;
      }
      const auto mark = marks.find(schema);
      if (mark != marks.end() && mark->second == Mark::kDone) continue;
      if (mark != marks.end()) return Endless(*schema, "leads back to itself by $ref");
      if (++open > kSchemaDepthMax) return Endless(*schema, "is reached by too long a way");
      marks[schema] = Mark::kOpen;
      stack.emplace_back(schema, true);
      for (const Schema* next : Beside(*schema)) stack.emplace_back(next, false);
    }
  }
  return Done{};
}

}  // namespace gamevents::contracts
