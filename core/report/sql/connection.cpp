#include "core/report/sql/connection.h"

#include "core/base/text.h"
#include "core/base/units.h"
#include "core/event/filter_pointer.h"
#include "core/report/ask/question.h"
#include "core/report/sql/columns.h"
#include "core/report/sql/hints.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace gamevents::report::sql {
namespace {

using Steady = std::chrono::steady_clock;

/// Steps of SQLite's machine between two looks at the stop: microseconds, unless each is a way
/// through all the rows that a join keeps.
constexpr int kStepsBetweenLooks = 1'000;

constexpr std::string_view kNoColumn = "no such column: ";
constexpr std::string_view kNoTable = "no such table: ";
/// Tables that one statement may name.
constexpr size_t kTablesMax = 64;
constexpr std::string_view kReadsOnly =
    "one SELECT (or WITH, VALUES, EXPLAIN) is what can be asked: it reads tables and changes "
    "nothing";

/// Beyond SQLite's defaults: a text in double quotes is a name, never a text; nothing that a
/// statement could do reaches a file.
Status Harden(sqlite3* handle) {
  const bool done =
      sqlite3_db_config(handle, SQLITE_DBCONFIG_DQS_DML, 0, nullptr) == SQLITE_OK &&
      sqlite3_db_config(handle, SQLITE_DBCONFIG_DQS_DDL, 0, nullptr) == SQLITE_OK &&
      sqlite3_db_config(handle, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr) == SQLITE_OK &&
      sqlite3_exec(handle, "PRAGMA temp_store = MEMORY", nullptr, nullptr, nullptr) == SQLITE_OK;
  sqlite3_limit(handle, SQLITE_LIMIT_ATTACHED, 0);
  sqlite3_limit(handle, SQLITE_LIMIT_SQL_LENGTH, static_cast<int>(kStatementBytesMax));
  if (done) return Done{};
  return Error{Fault::kIo, std::string("SQLite: ") + sqlite3_errmsg(handle)};
}

/// Whether SQLite would say so whatever columns there were.
bool IsOfText(std::string_view message) {
  constexpr auto kOfText = std::to_array<std::string_view>(
      {"near \"", "unrecognized token: ", "incomplete input",
       "no such function: ", "wrong number of arguments", "row value misused"});
  return std::ranges::any_of(kOfText, [&](auto begin) { return message.starts_with(begin); });
}

const std::function<void(const ScanTotals&)> kNoProgress;

struct BindCell {
  sqlite3_stmt* statement;
  int place;
  int operator()(std::monostate) const { return sqlite3_bind_null(statement, place); }
  int operator()(int64_t number) const { return sqlite3_bind_int64(statement, place, number); }
  int operator()(double number) const { return sqlite3_bind_double(statement, place, number); }
  int operator()(const std::string& text) const {
    return sqlite3_bind_text64(statement, place, text.data(), text.size(), SQLITE_STATIC,
                               SQLITE_UTF8);
  }
  template <class Other>
  int operator()(const Other&) const {
    return SQLITE_MISMATCH;
  }
};

/// SQLite's code.
int InsertRow(sqlite3_stmt* insert, const Row& row) {
  for (size_t i = 0; i < row.size(); ++i) {
    const int code = std::visit(BindCell{insert, static_cast<int>(i) + 1}, row[i]);
    if (code != SQLITE_OK) return code;
  }
  const int code = sqlite3_step(insert);
  return code == SQLITE_DONE ? sqlite3_reset(insert) : code;
}

Status CheckText(std::string_view statement) {
  if (statement.size() > kStatementBytesMax) {
    return Error{Fault::kBadInput, fmt::format("the statement has {} bytes, {} are the most",
                                               statement.size(), kStatementBytesMax)};
  }
  if (!IsUtf8(statement) || statement.find('\0') != std::string_view::npos) {
    return Error{Fault::kBadInput, "the statement is not valid UTF-8 without NUL"};
  }
  return Done{};
}

}  // namespace

Connection::Connection(Options options)
    : options_(std::move(options)),
      functions_(options_.zone, static_cast<size_t>(options_.memory_max)),
      hard_limit_before_(sqlite3_hard_heap_limit64(-1)),
      soft_limit_before_(sqlite3_soft_heap_limit64(-1)) {}

Connection::~Connection() {
  handle_.reset();
  sqlite3_hard_heap_limit64(hard_limit_before_);
  sqlite3_soft_heap_limit64(soft_limit_before_);
}

Result<std::unique_ptr<Connection>> Connection::Open(Options options) {
  std::unique_ptr<Connection> made(new Connection(std::move(options)));
  sqlite3* handle = nullptr;
  const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_MEMORY | SQLITE_OPEN_NOMUTEX;
  const int code = sqlite3_open_v2(":memory:", &handle, flags, nullptr);
  made->handle_.reset(handle);
  if (code != SQLITE_OK) return Error{Fault::kIo, std::string("SQLite: ") + sqlite3_errstr(code)};
  if (auto hardened = Harden(handle); !hardened) return std::move(hardened).error();
  if (auto given = RegisterFunctions(handle, made->functions_); !given) {
    return std::move(given).error();
  }
  // SQLite declares them when they are first named, while it still may: each is a CREATE TABLE to
  // the authorizer. The others that it has in it, pragmas among them, stay out.
  if (made->RunFreely("SELECT 1 FROM json_each('[]'), json_tree('[]')") != SQLITE_OK) {
    return Error{Fault::kIo, std::string("SQLite: ") + sqlite3_errmsg(handle)};
  }
  sqlite3_set_authorizer(handle, Authorize, made.get());
  sqlite3_progress_handler(handle, kStepsBetweenLooks, MayGoOn, made.get());
  sqlite3_hard_heap_limit64(sqlite3_memory_used() + made->options_.memory_max);
  return made;
}

int Connection::RunFreely(const std::string& sql) {
  sqlite3_set_authorizer(handle_.get(), nullptr, nullptr);
  const int code = sqlite3_exec(handle_.get(), sql.c_str(), nullptr, nullptr, nullptr);
  sqlite3_set_authorizer(handle_.get(), Authorize, this);
  return code;
}

Status Connection::Add(const std::string& name, Events& events) {
  auto& table = *tables_.emplace_back(std::make_unique<EventTable>(name, events));
  if (auto registered = table.Register(handle_.get()); !registered) return registered;
  // Nothing is read: the table is declared.
  const int code = RunFreely(fmt::format("EXPLAIN SELECT 1 FROM {}", QuotedName(name)));
  if (code != SQLITE_OK) {
    return Error{Fault::kIo, std::string("SQLite: ") + sqlite3_errmsg(handle_.get())};
  }
  std::erase_if(tables_,
                [&](const auto& each) { return each.get() != &table && each->name() == name; });
  return Done{};
}

Status Connection::AddUnknown(const std::string& name) {
  if (RunFreely(fmt::format("CREATE TABLE {}(\"#\")", QuotedName(name))) == SQLITE_OK)
    return Done{};
  return Error{Fault::kIo, std::string("SQLite: ") + sqlite3_errmsg(handle_.get())};
}

std::vector<std::string> Connection::Notes() const {
  std::vector<std::string> notes;
  for (const auto& [function, count] : functions_.left_out) {
    notes.push_back(fmt::format("SQL: {} left {} values out that are no numbers", function, count));
  }
  return notes;
}

int Connection::Authorize(void*, int action, const char*, const char*, const char*, const char*) {
  const bool reads = action == SQLITE_SELECT || action == SQLITE_READ ||
                     action == SQLITE_FUNCTION || action == SQLITE_RECURSIVE;
  return reads ? SQLITE_OK : SQLITE_DENY;
}

int Connection::MayGoOn(void* self) {
  auto& connection = *static_cast<Connection*>(self);
  if (!connection.options_.stopped || !connection.options_.stopped()) return 0;
  // The scan has ended with the stop; what is left is to work out the answer, or endless.
  if (connection.stopped_at_ == Steady::time_point{}) connection.stopped_at_ = Steady::now();
  return Steady::now() - connection.stopped_at_ >= connection.options_.after_stop ? 1 : 0;
}

Result<database::StatementHandle> Connection::Prepare(std::string_view statement) {
  missing_table_.reset();
  missing_column_.reset();
  if (auto checked = CheckText(statement); !checked) return std::move(checked).error();
  if (const auto hint = MetaCommandHint(statement)) return Error{Fault::kBadInput, *hint};
  sqlite3_stmt* made = nullptr;
  const char* rest = nullptr;
  const int code = sqlite3_prepare_v2(handle_.get(), statement.data(),
                                      static_cast<int>(statement.size()), &made, &rest);
  database::StatementHandle handle(made);
  if (code != SQLITE_OK) return PrepareError(code, statement);
  if (made == nullptr) return Error{Fault::kBadInput, "there is no statement in it"};
  if (sqlite3_stmt_readonly(made) == 0 || sqlite3_column_count(made) == 0) {
    return Error{Fault::kBadInput, std::string(kReadsOnly)};
  }
  if (auto bound = Bind(made); !bound) return std::move(bound).error();
  if (auto one = CheckRest(statement, rest); !one) return std::move(one).error();
  return handle;
}

Status Connection::Put(std::string_view name, const report::Table& rows) {
  std::string create = fmt::format("CREATE TABLE \"{}\"(", name);
  std::string insert = fmt::format("INSERT INTO \"{}\" VALUES(", name);
  for (const Heading& heading : rows.headings) {
    const bool first = &heading == &rows.headings.front();
    create += fmt::format("{}\"{}\"", first ? "" : ", ", heading.name);
    insert += first ? "?" : ", ?";
  }
  // This one statement writes; those of the question cannot.
  sqlite3_set_authorizer(handle_.get(), nullptr, nullptr);
  sqlite3_stmt* made = nullptr;
  int code = sqlite3_exec(handle_.get(), (create + ")").c_str(), nullptr, nullptr, nullptr);
  if (code == SQLITE_OK) {
    code = sqlite3_prepare_v2(handle_.get(), (insert + ")").c_str(), -1, &made, nullptr);
  }
  const database::StatementHandle statement(made);
  for (size_t i = 0; code == SQLITE_OK && i < rows.rows.size(); ++i) {
    code = InsertRow(made, rows.rows[i]);
  }
  sqlite3_set_authorizer(handle_.get(), Authorize, this);
  if (code == SQLITE_OK) return Done{};
  if (code == SQLITE_NOMEM) return TooMuch();
  if (code == SQLITE_INTERRUPT) return Error{Fault::kClosed, "interrupted"};
  return Error{Fault::kIo, std::string("SQLite: ") + sqlite3_errmsg(handle_.get())};
}

Status Connection::CheckRest(std::string_view statement, const char* rest) {
  const char* const end = statement.data() + statement.size();
  while (rest < end) {
    sqlite3_stmt* next = nullptr;
    const char* const begin = rest;
    const int code =
        sqlite3_prepare_v2(handle_.get(), begin, static_cast<int>(end - begin), &next, &rest);
    const database::StatementHandle handle(next);
    if (code != SQLITE_OK || next != nullptr) {
      return event::PointAt(statement, static_cast<size_t>(begin - statement.data()),
                            "a second statement begins here: ask one at a time");
    }
  }
  return Done{};
}

Status Connection::Bind(sqlite3_stmt* statement) const {
  const int count = sqlite3_bind_parameter_count(statement);
  for (int i = 1; i <= count; ++i) {
    const char* name = sqlite3_bind_parameter_name(statement, i);
    if (name == nullptr || *name != '@' || !options_.moments) {
      return Error{Fault::kBadInput,
                   "a parameter (?) has no value here: write the value out; only times have "
                   "parameters, as @yesterday and @2h"};
    }
    const auto moment = options_.moments(name + 1);
    if (!moment) return Error(moment.error()).In(name);
    sqlite3_bind_text(statement, i, moment->data(), static_cast<int>(moment->size()),
                      SQLITE_TRANSIENT);
  }
  return Done{};
}

Error Connection::PrepareError(int code, std::string_view statement) {
  if (code == SQLITE_NOMEM) return TooMuch();
  const std::string message = sqlite3_errmsg(handle_.get());
  if (code == SQLITE_AUTH || message.ends_with("may not be modified")) {
    return {Fault::kBadInput, std::string(kReadsOnly)};
  }
  const int offset = sqlite3_error_offset(handle_.get());
  const size_t place = std::min(static_cast<size_t>(std::max(offset, 0)), statement.size());
  if (message.starts_with(kNoColumn)) return UnknownColumn(message, statement, place);
  if (message.starts_with(kNoTable)) missing_table_ = message.substr(kNoTable.size());
  const std::string text = message + SyntaxHint(message, statement, place);
  Error error{Fault::kBadInput, text};
  if (offset >= 0) error = event::PointAt(statement, place, text);
  if (!IsOfText(message)) error.fault = Fault::kNotFound;
  return error;
}

Error Connection::UnknownColumn(std::string_view message, std::string_view statement,
                                size_t place) {
  std::string what(message);
  std::vector<std::string_view> names;
  for (const auto& table : tables_) {
    for (const Column& column : table->events().columns) names.emplace_back(column.name);
  }
  const std::string_view path = message.substr(kNoColumn.size());
  missing_column_ = path.substr(path.rfind('.') + 1);
  if (const auto hint = NestedFieldHint(path, names)) {
    what += *hint;
  } else if (const auto nearest = NearestWord(path.substr(path.rfind('.') + 1), names)) {
    what += fmt::format("; did you mean {}?", QuotedName(*nearest));
  }
  if (place < statement.size() && statement[place] == '"') {
    what += " (a text stands in single quotes)";
  }
  Error error = event::PointAt(statement, place, what);
  error.fault = Fault::kNotFound;
  for (const auto& table : tables_) {
    error.context += fmt::format("\nthe columns of {}: {}", QuotedName(table->name()),
                                 NamesOf(table->events().columns));
  }
  return error;
}

Error Connection::TooMuch() const {
  return {Fault::kFull,
          fmt::format("SQLite would keep more than {} (report.memory): sort or group fewer events, "
                      "with a filter or WHERE, or fewer columns, or raise report.memory",
                      FormatSize(options_.memory_max))};
}

Result<bool> Connection::Step(sqlite3_stmt* statement) {
  const int code = sqlite3_step(statement);
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  for (const auto& table : tables_) {
    if (table->error) return *std::exchange(table->error, std::nullopt);
  }
  if (functions_.error) return *std::exchange(functions_.error, std::nullopt);
  if (code == SQLITE_NOMEM) return TooMuch();
  if (code == SQLITE_INTERRUPT) return Error{Fault::kClosed, "interrupted"};
  return Error{Fault::kBadInput, sqlite3_errmsg(handle_.get())};
}

Status CheckStatement(std::string_view statement, const ReadMoment& moments) {
  Events nothing{.columns = ColumnsOf({}).columns, .open = {}, .progress = kNoProgress};
  auto connection =
      Connection::Open({.memory_max = int64_t{64} << 20, .stopped = {}, .moments = moments});
  if (!connection) return std::move(connection).error();
  if (auto added = (*connection)->Add("events", nothing); !added) return added;
  for (size_t tables = 0; tables < kTablesMax; ++tables) {
    const auto prepared = (*connection)->Prepare(statement);
    if (prepared || prepared.error().fault == Fault::kNotFound) {
      const auto& missing = (*connection)->missing_table();
      if (prepared || !missing || !(*connection)->AddUnknown(*missing)) return Done{};
    } else {
      return Error(prepared.error());
    }
  }
  return Error{Fault::kBadInput, fmt::format("a statement names at most {} tables", kTablesMax)};
}

}  // namespace gamevents::report::sql
