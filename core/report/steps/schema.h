#pragma once

#include "core/event/document.h"
#include "core/report/scan/scan.h"
#include "core/report/table/cell.h"
#include "core/report/table/memory_budget.h"

#include <cstdint>
#include <functional>
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
  /// One that can be asked for its Profile, too, for which it keeps what the memory allows.
  explicit Schema(std::shared_ptr<MemoryBudget> memory);
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

  /// One row for each field, in the tree's order: field (its path, `a[]` for the elements of a),
  /// type, nullable (whether an object lacks it or has null), count (of those that have a value)
  /// and share (of the objects that could have it). Errors: kFull beyond kSchemaFieldsMax.
  Result<Table> Finish() const;

  /// One row for each field, in the order of Finish, which says what its values are: see
  /// FieldProfile. Where some values of a field are objects and others are not, the fields of the
  /// objects have rows, too. Errors: as Finish; kFull beyond the memory.
  /// Requires: made with a memory.
  Result<Table> Profile() const;

 private:
  struct Node;
  using Visit = std::function<void(const std::string& path, const Node& node, int64_t of)>;

  Status CheckFields() const;
  /// Every field below `node` with its path and how many could have it.
  static void ForEachField(const Node& node, const std::string& path, bool of_mixed_types,
                           const Visit& visit);

  void See(Node& node, const event::Value& value, size_t depth);
  void SeeObject(Node& node, const event::Document& object, size_t depth);
  void SeeArray(Node& node, std::string_view array, size_t depth);
  static void MergeNodes(Node& into, Node& from, size_t& fields);

  std::unique_ptr<Node> root_;
  size_t fields_ = 0;
  std::shared_ptr<MemoryBudget> memory_;  ///< null: without profiles
  bool beyond_memory_ = false;
  /// One a level of nesting: a document's views end with its next parse.
  std::vector<std::unique_ptr<event::Document>> nested_;
};

}  // namespace gamevents::report
