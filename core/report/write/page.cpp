#include "core/report/write/page.h"

#include "core/base/number.h"
#include "core/base/text.h"
#include "core/report/chart/picture_text.h"
#include "core/report/write/chart.h"
#include "core/report/write/html.h"
#include "core/report/write/page_assets.h"

#include <fmt/format.h>

#include <utility>

namespace gamevents::report {
namespace {

/// A hash as a Content-Security-Policy writes it (CSP 3, section 2.3.1).
std::string HashSource(std::string_view hex) {
  std::string bytes;
  for (size_t i = 0; i + 1 < hex.size(); i += 2) {
    bytes.push_back(static_cast<char>(ParseWholeNumber<uint8_t>(hex.substr(i, 2), 16).value_or(0)));
  }
  return "'sha256-" + Base64Encode(bytes) + "'";
}

/// Three bars, as an image in the page's head: no request is made for it.
constexpr std::string_view kIcon =
    "data:image/svg+xml,%3Csvg xmlns='http%3A//www.w3.org/2000/svg' viewBox='0 0 16 16'%3E"
    "%3Crect width='16' height='16' rx='3' fill='%232a78d6'/%3E"
    "%3Cpath fill='%23fff' d='M3 9h2v4H3zM7 6h2v7H7zM11 3h2v10h-2z'/%3E%3C/svg%3E";

/// As HTML.
std::string TitleOf(const PageInfo& info) {
  return HtmlText(info.title.empty() ? info.topic : info.title);
}

/// Whether `serve` gives the page, and keeps it up to date.
bool IsLive(const PageInfo& info) { return !info.stream.empty() || info.refresh.count() > 0; }

std::string Head(const PageInfo& info) {
  std::string out = "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n";
  out += fmt::format("<meta http-equiv=\"Content-Security-Policy\" content=\"{}\">\n",
                     ContentSecurityPolicy(info));
  out +=
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<meta name=\"color-scheme\" content=\"light dark\">\n"
      "<meta name=\"referrer\" content=\"no-referrer\">\n";
  out += fmt::format("<link rel=\"icon\" href=\"{}\">\n", kIcon);
  out += fmt::format("<title>{} – gamevents {}</title>\n<style>", TitleOf(info),
                     IsLive(info) ? "dashboard" : "report");
  out.append(kPageStyle).append("</style>\n</head>\n");
  return out;
}

/// "2026-11-23 10:00 UTC".
std::string MinuteOf(TimestampMs time) {
  std::string text = FormatTimestamp(time).substr(0, 16);
  text[10] = ' ';
  return text + " UTC";
}

std::string Links(const PageInfo& info) {
  if (info.links.empty()) return {};
  std::string out = "<nav aria-label=\"Reports\">\n";
  for (const PageLink& link : info.links) {
    out += fmt::format("<a href=\"{}\"{}>{}</a>\n", HtmlText(link.url),
                       link.is_current ? " aria-current=\"page\"" : "", HtmlText(link.text));
  }
  return out + "</nav>\n";
}

std::string Header(const PageInfo& info) {
  std::string out = "<header>\n" + Links(info) + fmt::format("<h1>{}</h1>\n", TitleOf(info));
  if (!info.asked.empty()) out += fmt::format("<p><code>{}</code></p>\n", HtmlText(info.asked));
  if (info.made.value >= 0) {
    // A title of its own does not say what was read.
    const std::string source = info.title.empty() ? "" : HtmlText(info.topic) + " at ";
    out += fmt::format("<p>Read {}{}; all times are UTC.</p>\n", source, MinuteOf(info.made));
  }
  if (!info.stream.empty()) {
    out += fmt::format(
        "<p id=\"connection\" role=\"status\" data-stream=\"{}\">Without scripts this page stays "
        "as it was when it was loaded.</p>\n",
        HtmlText(info.stream));
  } else if (IsLive(info)) {
    out += fmt::format(
        "<p id=\"connection\" role=\"status\" data-refresh=\"{}\">Without scripts this page stays "
        "as it was when it was loaded.</p>\n",
        info.refresh.count());
  }
  return out + info.controls + "</header>\n";
}

}  // namespace

std::string ContentSecurityPolicy(const PageInfo& info) {
  std::string scripts = HashSource(kPageScriptSha256);
  if (IsLive(info)) scripts += " " + HashSource(kLiveScriptSha256) + "; connect-src 'self'";
  return fmt::format(
      "default-src 'none'; script-src {}; style-src {}; img-src data:; base-uri 'none'; "
      "form-action {}",
      scripts, HashSource(kPageStyleSha256), info.controls.empty() ? "'none'" : "'self'");
}

Page::Page(PageInfo info) : info_(std::move(info)) {}

void Page::AddTiles(const std::vector<Tile>& tiles) {
  main_ += "<dl class=\"tiles\">\n";
  for (const Tile& tile : tiles) {
    main_ += fmt::format("<div><dt>{}</dt><dd>{}</dd>", HtmlText(tile.name), HtmlText(tile.value));
    if (!tile.note.empty()) {
      main_ += fmt::format("<dd class=\"note\">{}</dd>", HtmlText(tile.note));
    }
    main_ += "</div>\n";
  }
  main_ += "</dl>\n";
}

void Page::AddSection(const Section& section) {
  main_ += fmt::format("<section class=\"card{}\">\n<h2>{}</h2>\n", section.wide ? " wide" : "",
                       HtmlText(section.title));
  if (!section.note.empty()) main_ += fmt::format("<p>{}</p>\n", HtmlText(section.note));
  main_ += section.body + "</section>\n";
}

std::string Page::Finish() && {
  std::string out = Head(info_) + "<body>\n" + Header(info_) + "<main>\n" + main_ + "</main>\n";
  out += IsLive(info_) ? "<footer>Made by gamevents serve. The page asks nothing of any other "
                         "server.</footer>\n<script>"
                       : "<footer>Made by gamevents report. The page is whole as it is: it asks no "
                         "network for anything.</footer>\n<script>";
  out.append(kPageScript);
  if (IsLive(info_)) out.append("</script>\n<script>").append(kLiveScript);
  return out + "</script>\n</body>\n</html>\n";
}

std::string ChartWithTable(std::string_view chart, std::string_view caption, const Table& table,
                           size_t rows, std::string_view note) {
  std::string out = fmt::format("<figure>\n{}</figure>\n", chart);
  if (!note.empty()) out += fmt::format("<p>{}</p>\n", HtmlText(note));
  if (table.rows.empty()) return out;
  out += "<details>\n<summary>The numbers as a table</summary>\n";
  AppendHtmlTable(out, caption, table, {rows, kPageCellUnits, kPageTableBytes});
  return out + "</details>\n";
}

std::string QueryPage(const Table& table, const PageInfo& info,
                      const std::vector<Picture>& pictures, const AnswerTitles& titles) {
  constexpr size_t kBesideEachOther = 3;
  Page page(info);
  bool has_title = false;
  for (const Picture& picture : pictures) {
    std::string body = fmt::format("<figure>\n{}</figure>\n", ChartHtml(picture));
    const std::string note = NoteOf(picture);
    if (!note.empty()) body += fmt::format("<p>{}</p>\n", HtmlText(note));
    page.AddSection({picture.name, "", std::move(body), pictures.size() < kBesideEachOther});
    has_title = has_title || picture.name == titles.rows;
  }
  std::string body;
  AppendHtmlTable(body, fmt::format("{} ({})", titles.rows, info.topic), table,
                  {kPageRowsMax, kPageCellUnits, kPageTableBytes, titles.days});
  if (!titles.note.empty()) body += fmt::format("<p>{}</p>\n", HtmlText(titles.note));
  // The same heading twice would say nothing.
  page.AddSection({has_title ? "The numbers" : titles.rows, "", std::move(body), true});
  return std::move(page).Finish();
}

}  // namespace gamevents::report
