#pragma once

#include "core/event/document.h"
#include "core/report/scan/scan.h"
#include "core/report/table/cell.h"

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace gamevents::report {

/// Fields that a schema may have, nested ones and elements of arrays included.
inline constexpr size_t kSchemaFieldsMax = 10'000;

/// Infers the schema of the selected events from all of them, as Spark's JSON reader does: longs
/// and doubles make a double, other types that differ a string; null and the empty text have no
/// type of their own, and a field of nothing else is a string; an object without fields is none.
/// (Whole numbers beyond a long are doubles here, decimal(20,0) in Spark.)
class Schema final : public Step {
 public:
  Schema();
  ~Schema() override;
  Schema(Schema&&) noexcept;
  Schema& operator=(Schema&&) noexcept;

  /// Another, empty one, for a thread of its own.
  std::unique_ptr<Schema> Sibling() const;

  /// Never fails: a schema beyond its limit is satisfied, and Finish says so.
  Status Take(const Scanned& scanned) override;
  bool Satisfied() const override;

  /// Takes what a sibling found.
  void Merge(Schema&& sibling);

  /// As DataFrame.printSchema() prints it, with the empty line at its end.
  std::string Tree() const;

  /// A row a field, in the tree's order: field (its path, `a[]` for the elements of a), type,
  /// nullable (whether an object lacks it or has null), count (of those that have a value) and
  /// share (of the objects that could have it). Errors: kFull beyond kSchemaFieldsMax.
  Result<Table> Finish() const;

 private:
  struct Node;

  void See(Node& node, const event::Value& value, size_t depth);
  void SeeObject(Node& node, const event::Document& object, size_t depth);
  void SeeArray(Node& node, std::string_view array, size_t depth);
  static void MergeNodes(Node& into, Node& from, size_t& fields);

  std::unique_ptr<Node> root_;
  size_t fields_ = 0;
  /// One a level of nesting: a document's views end with its next parse.
  std::vector<std::unique_ptr<event::Document>> nested_;
};

}  // namespace gamevents::report
