#include "core/report/sql/event_table.h"

#include "core/report/sql/event_cursor.h"

#include <sqlite3.h>

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

// SQLite calls back through C; https://sqlite.org/vtab.html has the contract of each function.

namespace gamevents::report::sql {
namespace {

/// What a way through the events is given when it starts.
struct Planned {
  std::vector<Condition> conditions;  ///< their operands come with the start
  std::vector<size_t> columns;        ///< those used
};

struct Table : sqlite3_vtab {
  EventTable* events = nullptr;
  std::vector<Planned> plans;  ///< what idxNum says: what a cursor is given
  int open = 0;                ///< cursors of the statement
  /// Ways that were closed, by the plan of their last start. A query within another opens its
  /// cursor for each row of the outer: it goes on with what the one before has kept.
  std::map<int, std::unique_ptr<EventCursor>> idle;
};

struct Cursor : sqlite3_vtab_cursor {
  explicit Cursor(Table& of) : sqlite3_vtab_cursor{}, table(of) { table.open += 1; }
  Table& table;
  int plan = 0;
  std::unique_ptr<EventCursor> rows;  ///< from the first start on
};

EventCursor& RowsOf(sqlite3_vtab_cursor* base) { return *static_cast<Cursor*>(base)->rows; }

int Ended(EventTable& table, Status status) {
  if (status) return SQLITE_OK;
  table.error = std::move(status).error();
  return SQLITE_ERROR;
}

std::optional<Operator> OperatorOf(unsigned char constraint) {
  switch (constraint) {
    case SQLITE_INDEX_CONSTRAINT_EQ:
      return Operator::kEqual;
    case SQLITE_INDEX_CONSTRAINT_LT:
      return Operator::kLess;
    case SQLITE_INDEX_CONSTRAINT_LE:
      return Operator::kLessOrEqual;
    case SQLITE_INDEX_CONSTRAINT_GT:
      return Operator::kGreater;
    case SQLITE_INDEX_CONSTRAINT_GE:
      return Operator::kGreaterOrEqual;
    case SQLITE_INDEX_CONSTRAINT_ISNULL:
      return Operator::kIsNull;
    case SQLITE_INDEX_CONSTRAINT_ISNOTNULL:
      return Operator::kIsNotNull;
    default:
      return std::nullopt;
  }
}

/// The operator as EXPLAIN QUERY PLAN shows it.
std::string_view TextOf(Operator op) {
  switch (op) {
    case Operator::kEqual:
      return " = ?";
    case Operator::kLess:
      return " < ?";
    case Operator::kLessOrEqual:
      return " <= ?";
    case Operator::kGreater:
      return " > ?";
    case Operator::kGreaterOrEqual:
      return " >= ?";
    case Operator::kIn:
      return " IN (?)";
    case Operator::kIsNull:
      return " IS NULL";
    case Operator::kIsNotNull:
      return " IS NOT NULL";
  }
  return "";
}

/// The share of the rows that a condition lets pass, by rule of thumb.
double ShareOf(Operator op) {
  switch (op) {
    case Operator::kEqual:
    case Operator::kIsNull:
      return 0.1;
    case Operator::kIn:
      return 0.25;
    case Operator::kLess:
    case Operator::kLessOrEqual:
    case Operator::kGreater:
    case Operator::kGreaterOrEqual:
      return 0.4;
    case Operator::kIsNotNull:
      return 0.9;
  }
  return 1;
}

int Connect(sqlite3* connection, void* events, int, const char* const*, sqlite3_vtab** out,
            char**) {
  auto& table = *static_cast<EventTable*>(events);
  const std::string declaration = Declaration(table.events().columns);
  const int code = sqlite3_declare_vtab(connection, declaration.c_str());
  if (code != SQLITE_OK) return code;
  auto made = std::make_unique<Table>();
  made->events = &table;
  *out = made.release();
  return SQLITE_OK;
}

int Disconnect(sqlite3_vtab* base) {
  delete static_cast<Table*>(base);
  return SQLITE_OK;
}

/// The columns that the statement uses, which SQLite tells as bits, the last for all further ones.
std::vector<size_t> ColumnsUsed(const sqlite3_index_info& info, size_t count) {
  constexpr size_t kLastBit = 63;
  std::vector<size_t> used;
  for (size_t i = 0; i < count; ++i) {
    if ((info.colUsed >> std::min(i, kLastBit) & 1) != 0) used.push_back(i);
  }
  return used;
}

/// Takes every condition that a scan can test. None of them is omitted from SQLite's own tests, so
/// that what the scan lets pass in doubt is decided there.
int BestIndex(sqlite3_vtab* base, sqlite3_index_info* info) {
  auto& table = *static_cast<Table*>(base);
  const Events& events = table.events->events();
  Planned plan{{}, ColumnsUsed(*info, events.columns.size())};
  double rows = static_cast<double>(events.expected);
  bool of_record = false;
  std::string shown;
  for (int i = 0; i < info->nConstraint; ++i) {
    const auto& constraint = info->aConstraint[i];
    auto op = OperatorOf(constraint.op);
    if (!op || constraint.usable == 0 || constraint.iColumn < 0) continue;
    if (std::string_view(sqlite3_vtab_collation(info, i)) != "BINARY") continue;
    // All values of an IN at once: else SQLite would scan once for each.
    if (op == Operator::kEqual && sqlite3_vtab_in(info, i, 1) != 0) op = Operator::kIn;
    const auto column = static_cast<size_t>(constraint.iColumn);
    plan.conditions.push_back({column, *op, {}});
    if (std::ranges::find(plan.columns, column) == plan.columns.end()) {
      plan.columns.push_back(column);
    }
    info->aConstraintUsage[i].argvIndex = static_cast<int>(plan.conditions.size());
    rows *= ShareOf(*op);
    shown += shown.empty() ? "" : " AND ";
    shown.append(QuotedName(events.columns[column].name)).append(TextOf(*op));
    of_record = of_record || events.columns[column].IsOfRecord();
  }
  // Whatever the conditions, all records are read; what is not parsed costs little.
  const double read = static_cast<double>(events.expected) * (of_record ? 2 : 10);
  info->estimatedCost = read + rows;
  info->estimatedRows = std::max<sqlite3_int64>(1, static_cast<sqlite3_int64>(rows));
  info->idxStr = sqlite3_mprintf("%s", shown.c_str());
  info->needToFreeIdxStr = 1;
  if (info->idxStr == nullptr) return SQLITE_NOMEM;
  info->idxNum = static_cast<int>(table.plans.size());
  table.plans.push_back(std::move(plan));
  return SQLITE_OK;
}

int Open(sqlite3_vtab* base, sqlite3_vtab_cursor** out) {
  *out = std::make_unique<Cursor>(*static_cast<Table*>(base)).release();
  return SQLITE_OK;
}

int Close(sqlite3_vtab_cursor* base) {
  const std::unique_ptr<Cursor> cursor(static_cast<Cursor*>(base));
  Table& table = cursor->table;
  if (cursor->rows) {
    cursor->rows->Stop();
    table.idle[cursor->plan] = std::move(cursor->rows);
  }
  table.open -= 1;
  if (table.open == 0) table.idle.clear();  // the statement has ended
  return SQLITE_OK;
}

/// The way through the events that was planned as `plan` before, or one that has not begun.
std::unique_ptr<EventCursor> TakeWay(Table& table, int plan) {
  if (auto idle = table.idle.extract(plan)) return std::move(idle.mapped());
  return std::make_unique<EventCursor>(table.events->events());
}

Operand OperandOf(sqlite3_value* value) {
  switch (sqlite3_value_type(value)) {
    case SQLITE_INTEGER:
      return sqlite3_value_int64(value);
    case SQLITE_FLOAT:
      return sqlite3_value_double(value);
    case SQLITE_TEXT: {
      const auto* text = reinterpret_cast<const char*>(sqlite3_value_text(value));
      if (text == nullptr) return Blob{};  // no memory for it: nothing is ruled out
      return std::string(text, static_cast<size_t>(sqlite3_value_bytes(value)));
    }
    case SQLITE_BLOB:
      return Blob{};
    default:
      return std::monostate{};
  }
}

/// The values of an IN; false when they are too many to be tested here.
bool TakeList(sqlite3_value* list, Condition& condition) {
  sqlite3_value* value = nullptr;
  for (int code = sqlite3_vtab_in_first(list, &value); code == SQLITE_OK && value != nullptr;
       code = sqlite3_vtab_in_next(list, &value)) {
    if (condition.operands.size() == kInMax) return false;
    condition.operands.push_back(OperandOf(value));
  }
  return true;
}

int Filter(sqlite3_vtab_cursor* base, int number, const char*, int count, sqlite3_value** values) {
  auto& cursor = *static_cast<Cursor*>(base);
  Table& table = cursor.table;
  const Planned& plan = table.plans[static_cast<size_t>(number)];
  cursor.plan = number;
  if (!cursor.rows) cursor.rows = TakeWay(table, number);
  std::vector<Condition> conditions;
  for (int i = 0; i < count; ++i) {
    Condition condition = plan.conditions[static_cast<size_t>(i)];
    if (condition.op != Operator::kIn) {
      condition.operands.push_back(OperandOf(values[i]));
    } else if (!TakeList(values[i], condition)) {
      continue;
    }
    conditions.push_back(std::move(condition));
  }
  return Ended(*table.events, cursor.rows->Start(std::move(conditions), plan.columns));
}

int Next(sqlite3_vtab_cursor* base) {
  auto& cursor = *static_cast<Cursor*>(base);
  return Ended(*cursor.table.events, cursor.rows->Next());
}

int AtEnd(sqlite3_vtab_cursor* base) { return RowsOf(base).AtEnd() ? 1 : 0; }

struct Give {
  sqlite3_context* context;
  void operator()(std::monostate) const { sqlite3_result_null(context); }
  void operator()(int64_t number) const { sqlite3_result_int64(context, number); }
  void operator()(double number) const { sqlite3_result_double(context, number); }
  void operator()(std::string_view text) const {
    // A null pointer would be NULL, not an empty text.
    const char* data = text.data() == nullptr ? "" : text.data();
    sqlite3_result_text64(context, data, text.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
  }
  void operator()(BlobView blob) const {
    sqlite3_result_blob64(context, blob.bytes.data(), blob.bytes.size(), SQLITE_TRANSIENT);
  }
};

int ReadColumn(sqlite3_vtab_cursor* base, sqlite3_context* context, int column) {
  std::visit(Give{context}, RowsOf(base).Read(static_cast<size_t>(column)));
  return SQLITE_OK;
}

int RowId(sqlite3_vtab_cursor* base, sqlite3_int64* out) {
  *out = RowsOf(base).RowId();
  return SQLITE_OK;
}

/// Without a way to create it: the table is there once its module is, and bears its name.
sqlite3_module MakeModule() {
  sqlite3_module module{};
  module.iVersion = 1;
  module.xConnect = Connect;
  module.xBestIndex = BestIndex;
  module.xDisconnect = Disconnect;
  module.xOpen = Open;
  module.xClose = Close;
  module.xFilter = Filter;
  module.xNext = Next;
  module.xEof = AtEnd;
  module.xColumn = ReadColumn;
  module.xRowid = RowId;
  return module;
}

}  // namespace

Status EventTable::Register(sqlite3* connection) {
  static const sqlite3_module kModule = MakeModule();
  if (sqlite3_create_module(connection, name_.c_str(), &kModule, this) == SQLITE_OK) return Done{};
  return Error{Fault::kIo, std::string("SQLite: ") + sqlite3_errmsg(connection)};
}

}  // namespace gamevents::report::sql
