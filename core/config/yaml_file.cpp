#include "core/config/yaml_file.h"

#include "core/base/file.h"
#include "core/base/text.h"
#include "core/base/yaml_pairs.h"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <set>
#include <utility>

namespace gamevents::config {
namespace {

/// A value and where it stands. One that was left out stands at its key: yaml-cpp has it at
/// whatever comes next, which may be lines below or past the end.
struct Placed {
  Placed(const YAML::Mark& key, const YAML::Node& value)
      : node(value), mark(value.IsNull() && value.Mark().line > key.line ? key : value.Mark()) {}

  const YAML::Node& node;
  YAML::Mark mark;
};

/// Walks one document down to its keys. Four levels at most: section, group of keys, key, item or
/// entry.
class Walk {
 public:
  Walk(const std::string& path, const Environment& environment)
      : path_(path), environment_(environment) {}

  void Document(const YAML::Node& root);

  void Fail(const YAML::Mark& mark, const std::string& what) {
    content_.errors.push_back(At(mark) + ": " + what);
  }

  FileContent Take() { return std::move(content_); }

 private:
  void Section(const std::string& section, const YAML::Node& body);
  void Value(const Key& key, const Placed& value);
  void List(const Key& key, const Placed& value);
  void Entries(const Key& key, const Placed& value);
  void Entry(const Key& key, const std::string& name, const Placed& value);
  void EntryGroup(const Key& key, const std::string& group, const Placed& value);
  void Scalar(Assignment made, const Placed& value);
  std::string FromFolder(const std::string& name) const;
  Result<std::string> Secret(const YAML::Node& node);
  Result<std::string> SecretFile(const std::string& name) const;

  /// Calls `visit(name, mark of the name, value)` for each pair of a mapping.
  template <class Visit>
  void EachPair(const std::string& prefix, const YAML::Node& map, Visit visit) {
    EachYamlPair(
        map, prefix, [this](const YAML::Mark& mark, const std::string& what) { Fail(mark, what); },
        [&](const std::string& name, const YAML::Node& key, const YAML::Node& value) {
          visit(name, key.Mark(), value);
        });
  }

  Assignment Made(const Key& key, const YAML::Mark& mark) const {
    Assignment made;
    made.key = &key;
    made.where = At(mark);
    made.source = path_ + ":" + std::to_string(mark.line + 1);
    return made;
  }

  std::string At(const YAML::Mark& mark) const {
    if (mark.is_null()) return path_;
    return path_ + ":" + std::to_string(mark.line + 1) + ":" + std::to_string(mark.column + 1);
  }

  const std::string& path_;
  const Environment& environment_;
  FileContent content_;
};

void Walk::Document(const YAML::Node& root) {
  if (root.IsNull()) return;
  if (!root.IsMap()) return Fail(root.Mark(), "expected sections here, like 'serve:'");
  std::set<std::string, std::less<>> sections;
  for (const Key& key : Keys()) sections.emplace(SectionOf(key));
  EachPair("", root, [&](const std::string& name, const YAML::Mark& key, const YAML::Node& body) {
    if (sections.contains(name)) return Section(name, body);
    if (FindKey(name) != nullptr) {
      const size_t dot = name.find('.');
      return Fail(key, name + ": write it as '" + name.substr(dot + 1) + ":', indented below '" +
                           name.substr(0, dot) + ":'");
    }
    std::string known;
    for (const std::string& section : sections) known += (known.empty() ? "" : ", ") + section;
    Fail(key, "unknown section " + name + DidYouMeanKey(name) + "; there are " + known);
  });
}

void Walk::Section(const std::string& section, const YAML::Node& body) {
  if (body.IsNull()) return;
  if (const Key* whole = FindKey(section)) return Value(*whole, {body.Mark(), body});
  // `catalogue: items.yaml` is short for its file.
  const Key* file = FindKey(section + ".file");
  if (file != nullptr && body.IsScalar()) return Value(*file, {body.Mark(), body});
  if (!body.IsMap()) return Fail(body.Mark(), section + ": expected keys below it");
  EachPair(section + ".", body,
           [&](const std::string& name, const YAML::Mark& key, const YAML::Node& value) {
             const std::string full = section + "." + name;
             if (const Key* row = FindKey(full)) return Value(*row, {key, value});
             if (IsGroup(full)) return Section(full, value);
             Fail(key, "unknown key " + full + DidYouMeanKey(full));
           });
}

void Walk::Value(const Key& key, const Placed& value) {
  if (key.type == Type::kStrings) return List(key, value);
  if (key.type == Type::kEntries) return Entries(key, value);
  Scalar(Made(key, value.mark), value);
}

void Walk::List(const Key& key, const Placed& value) {
  Assignment made = Made(key, value.mark);
  if (!value.node.IsNull() && !value.node.IsSequence()) {
    return Fail(value.mark, std::string(key.name) + ": expected a list, like [one, two]");
  }
  for (const YAML::Node& item : value.node) {
    if (!item.IsScalar()) {
      return Fail(Placed(value.mark, item).mark,
                  std::string(key.name) + ": each item must be a text");
    }
    made.texts.push_back(item.Scalar());
    // The row's own bound gives the message; this one only keeps the work small.
    if (static_cast<int64_t>(made.texts.size()) > key.max) break;
  }
  content_.assignments.push_back(std::move(made));
}

void Walk::Entries(const Key& key, const Placed& value) {
  if (!value.node.IsNull() && !value.node.IsMap()) {
    return Fail(value.mark,
                std::string(key.name) + ": expected entries, like {name: text, name: text}");
  }
  content_.assignments.push_back(Made(key, value.mark));
  EachPair(std::string(key.name) + ".", value.node,
           [&](const std::string& name, const YAML::Mark& at, const YAML::Node& text) {
             // With a dot it is one entry of a group, as `config show` writes it.
             const bool is_group = key.is_grouped && name.find('.') == name.npos;
             if (is_group) return EntryGroup(key, name, {at, text});
             Entry(key, name, {at, text});
           });
}

void Walk::Entry(const Key& key, const std::string& name, const Placed& value) {
  Assignment made = Made(key, value.mark);
  made.entry = name;
  Scalar(std::move(made), value);
}

void Walk::EntryGroup(const Key& key, const std::string& group, const Placed& value) {
  const std::string name = std::string(key.name) + "." + group;
  if (!value.node.IsMap()) return Fail(value.mark, name + ": expected keys below it");
  EachPair(name + ".", value.node,
           [&](const std::string& part, const YAML::Mark& at, const YAML::Node& text) {
             Entry(key, group + "." + part, {at, text});
           });
}

void Walk::Scalar(Assignment made, const Placed& value) {
  const YAML::Node& node = value.node;
  std::string name(made.key->name);
  if (made.entry) name += "." + *made.entry;
  const bool is_text = made.key->type == Type::kString || made.entry;
  if (is_text && node.IsMap()) {
    auto secret = Secret(node);
    if (!secret) return Fail(value.mark, name + ": " + secret.error().context);
    made.texts = {std::move(secret).value()};
    made.secret = !made.key->is_grouped;
  } else if (node.IsScalar()) {
    made.texts = {made.key->is_path ? FromFolder(node.Scalar()) : node.Scalar()};
  } else {
    return Fail(value.mark, name + ": expected " + (is_text ? "text" : "one value") +
                                (node.IsNull() ? ", found nothing" : ""));
  }
  content_.assignments.push_back(std::move(made));
}

std::string Walk::FromFolder(const std::string& name) const {
  if (name.empty()) return name;
  return (std::filesystem::path(path_).parent_path() / name).string();
}

Result<std::string> Walk::Secret(const YAML::Node& node) {
  const Error unknown{Fault::kBadInput,
                      "expected text, or {file: PATH} or {env: NAME} to say where it is kept"};
  if (node.size() != 1) return unknown;
  const auto pair = *node.begin();
  if (!pair.first.IsScalar() || !pair.second.IsScalar()) return unknown;
  const std::string& name = pair.second.Scalar();
  if (pair.first.Scalar() == "file") return SecretFile(name);
  if (pair.first.Scalar() != "env") return unknown;
  content_.variables.insert(name);
  const auto found = environment_.find(name);
  if (found != environment_.end()) return found->second;
  return Error{Fault::kNotFound, "the environment has no variable " + name};
}

Result<std::string> Walk::SecretFile(const std::string& name) const {
  auto text = ReadFile(FromFolder(name), kSecretBytesMax);
  if (!text) return text;
  // Editors and `echo` end a file with a newline that is no part of the secret.
  if (text->ends_with('\n')) text->pop_back();
  if (text->ends_with('\r')) text->pop_back();
  return text;
}

/// The first tab in the indentation of the line that `error` is about, if that is what makes the
/// text no YAML: with spaces in its place the error is gone, or another. A null mark otherwise.
YAML::Mark TabToBlame(std::string text, const YAML::Exception& error) {
  const YAML::Mark none = YAML::Mark::null_mark();
  if (error.mark.is_null()) return none;
  size_t begin = 0;
  for (int line = 0; line < error.mark.line && begin != text.npos; ++line) {
    begin = text.find('\n', begin);
    if (begin != text.npos) ++begin;
  }
  if (begin == text.npos) return none;
  const size_t end = std::min(text.find_first_not_of(" \t", begin), text.size());
  const size_t tab = text.find('\t', begin);
  if (tab >= end) return none;
  std::replace(text.begin() + static_cast<ptrdiff_t>(begin),
               text.begin() + static_cast<ptrdiff_t>(end), '\t', ' ');
  YAML::Mark at = error.mark;
  at.column = static_cast<int>(tab - begin);
  try {
    YAML::LoadAll(text);
  } catch (const YAML::Exception& other) {
    if (other.mark.pos == error.mark.pos && other.msg == error.msg) return none;
  }
  return at;
}

}  // namespace

FileContent ReadYaml(const std::string& path, const std::string& text,
                     const Environment& environment) {
  Walk walk(path, environment);
  if (!IsUtf8(text)) {
    walk.Fail(YAML::Mark::null_mark(), "not a text in UTF-8");
    return walk.Take();
  }
  try {
    const std::vector<YAML::Node> documents = YAML::LoadAll(text);
    if (documents.size() > 1) {
      walk.Fail(documents[1].Mark(), "a second document begins here; one is allowed");
    } else if (!documents.empty()) {
      walk.Document(documents[0]);
    }
  } catch (const YAML::Exception& error) {
    const YAML::Mark tab = TabToBlame(text, error);
    if (tab.is_null()) {
      walk.Fail(error.mark, "not YAML: " + error.msg);
    } else {
      walk.Fail(tab, "not YAML: a tab cannot indent a line; use spaces");
    }
  }
  return walk.Take();
}

}  // namespace gamevents::config
