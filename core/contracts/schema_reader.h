#pragma once

#include "core/base/result.h"
#include "core/contracts/keywords.h"
#include "core/contracts/schema.h"

#include <cstddef>
#include <deque>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace gamevents::contracts {

/// One file of schemas, with those that it refers to.
inline constexpr size_t kSchemaBytesMax = size_t{1} << 20;
/// How deep the JSON of a schema may be nested, and how many schemas in a row may be asked of one
/// value by $ref and allOf, anyOf, …; reading and checking recurse.
inline constexpr size_t kSchemaDepthMax = 64;
/// Files that are read, those referred to included. A folder that is a link to itself has more.
inline constexpr size_t kSchemaFilesMax = 2'000;
/// Schemas of all files together, those within others included.
inline constexpr size_t kSchemasMax = 100'000;

/// Reads files of JSON Schema (2020-12, what docs/contracts.md lists of it) and follows their
/// references, to other files of the same folder too; none leads anywhere else, and nothing is ever
/// fetched. Used by one thread; what it has read can be used by any, once Finish has been called.
class SchemaReader final : public SchemaSource {
 public:
  /// Gives the text of a file, by its path from the folder: "purchase_sword.json",
  /// "common/ids.json".
  using Open = std::function<Result<std::string>(const std::string& path)>;

  /// Messages call files by their path behind `folder`.
  SchemaReader(std::string folder, Open open)
      : folder_(std::move(folder)), open_(std::move(open)) {}

  /// What messages call the file.
  std::string Shown(const std::string& path) const {
    return folder_.empty() ? path : folder_ + "/" + path;
  }

  struct File {
    Json json;
    const Schema* schema = nullptr;
  };

  /// Reads a file, unless it was read already. What is given lives as long as this. Errors:
  /// kBadInput, with path and place: not JSON ("a.json:3: …"), or not a schema; kFull beyond the
  /// limits above; as `open` gives them.
  Result<const File*> Read(const std::string& path);

  /// Finds what every $ref names, which may read more files, and sees that checking ends. Errors:
  /// as Read; kBadInput for a reference to nothing, out of the folder, or in a circle that no value
  /// would leave.
  Status Finish();

  /// All that was read, by path from the folder.
  const std::map<std::string, File>& files() const { return files_; }

  /// A `$ref` at `pointer` in `file`, and the schema that it leads to.
  struct Link {
    std::string file, pointer;
    std::string to_file, to_pointer;
  };
  /// Every `$ref`, once Finish has been called.
  const std::vector<Link>& links() const { return links_; }

  /// A schema, by the pointer to it, that has an `$anchor`.
  struct Anchor {
    std::string file, pointer;
  };
  const std::vector<Anchor>& anchors() const { return anchors_; }

 private:
  struct Reference {
    Schema* from;
    std::string file;
    std::string text;
    std::string pointer;
  };

  Result<const Schema*> Subschema(const Json& value, const std::string& pointer) override;
  void Refer(Schema& from, std::string reference, std::string pointer) override;
  Status Name(const Schema& schema, const std::string& name, const std::string& pointer) override;

  /// The schema that the reference leads to, whose place is put in `link`.
  Result<const Schema*> Find(const Reference& reference, Link& link);
  Status FindCircles() const;
  Error Endless(const Schema& schema, const std::string& how) const;

  const std::string folder_;
  const Open open_;
  std::map<std::string, File> files_;
  std::deque<Schema> schemas_;
  std::map<std::string, const Schema*, std::less<>>
      places_;                                             ///< "a.json#/$defs/id"; of anchors too
  std::map<std::string, std::string, std::less<>> named_;  ///< "a.json#id": the pointer to it
  std::vector<Anchor> anchors_;
  std::deque<Reference> references_;
  std::vector<Link> links_;
  std::string file_;  ///< which is being read
};

}  // namespace gamevents::contracts
