#pragma once

#include "core/report/ask/render_options.h"
#include "core/report/chart/picture.h"
#include "core/report/table/cell.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace gamevents::report {

/// What the rows of one table may take of a page, whatever stands in them.
inline constexpr size_t kPageTableBytes = size_t{8} << 20;
/// UTF-16 code units of a cell in a page.
inline constexpr size_t kPageCellUnits = 300;

/// One self-contained page, built up section by section. Its Content-Security-Policy forbids every
/// request (but for those of one that `serve` keeps up to date, to the server itself), and every
/// script and style but the page's own, which it knows by their hashes.
class Page {
 public:
  explicit Page(PageInfo info);

  /// A row of headline figures. None of them is trusted.
  struct Tile {
    std::string name;
    std::string value;
    std::string note{};  ///< what it is held against; "" for nothing
  };
  void AddTiles(const std::vector<Tile>& tiles);

  /// A section: heading, a line below it ("" for none), then `body`, which is HTML already.
  struct Section {
    std::string_view title;
    std::string note;
    std::string body;
    bool wide = false;
  };
  /// Adds a section to the end of the page.
  void AddSection(const Section& section);

  /// Adds what another page's Main gave, or other HTML of our own.
  void AddHtml(std::string_view html) { main_ += html; }

  /// What the page holds, without what is around it: the state of a live page.
  std::string Main() && { return std::move(main_); }

  /// The whole page.
  std::string Finish() &&;

 private:
  PageInfo info_;
  std::string main_;
};

/// The policy of the page of `info`, for callers that send it in a header, too, as its <meta>
/// cannot forbid other pages to frame it.
std::string ContentSecurityPolicy(const PageInfo& info);

/// `chart` (HTML already) over its table, which opens at a click, with `note` ("" for none) between
/// them: where charts stand side by side, all begin at one height.
std::string ChartWithTable(std::string_view chart, std::string_view caption, const Table& table,
                           size_t rows, std::string_view note = {});

/// The page of one query: its pictures, and below them its table.
std::string QueryPage(const Table& table, const PageInfo& info,
                      const std::vector<Picture>& pictures, const AnswerTitles& titles = {});

}  // namespace gamevents::report
