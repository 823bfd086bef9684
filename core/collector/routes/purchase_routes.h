#pragma once

#include "core/collector/request/arguments.h"
#include "core/collector/request/router.h"
#include "core/collector/routes/commands.h"
#include "core/event/catalogue.h"

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace gamevents::collector {

/// The catalogue in use, which can be exchanged while requests are answered. Thread-safe.
class CatalogueInUse {
 public:
  explicit CatalogueInUse(event::Catalogue catalogue)
      : catalogue_(std::make_shared<const event::Catalogue>(std::move(catalogue))) {}

  /// The one in use now; it lives as long as somebody holds it.
  std::shared_ptr<const event::Catalogue> Get() const {
    const std::lock_guard lock(mutex_);
    return catalogue_;
  }
  /// Puts another in its place. Requests that have begun keep theirs.
  void Set(event::Catalogue catalogue) {
    auto next = std::make_shared<const event::Catalogue>(std::move(catalogue));
    const std::lock_guard lock(mutex_);
    catalogue_ = std::move(next);
  }

 private:
  mutable std::mutex mutex_;
  std::shared_ptr<const event::Catalogue> catalogue_;
};

/// An item in a variant and a number, as a request names it.
struct Choice {
  event::Item item;
  std::string type;                 ///< empty: none named
  std::optional<int64_t> quantity;  ///< nullopt: none named
};

/// Reads `type` and `quantity` for an item that is to be had. Problems: kUnknownItem, kUnknownType,
/// kInvalidArgument (a quantity beyond the item's limit); each names what is allowed.
problem::OrProblem<Choice> ChooseFromCatalogue(const event::Catalogue& catalogue,
                                               const std::string& item, const Arguments& arguments);

/// The same for an item that is to be given up, which may have left the catalogue meanwhile: only
/// the fold knows what there is. Problems: kInvalidArgument.
problem::OrProblem<Choice> ChooseAny(const event::Catalogue& catalogue, const std::string& item,
                                     const Arguments& arguments);

/// The fields of an event about `choice`: item, kind, type and quantity where named, and with
/// `facts` what the catalogue says, price, stack_limit and unique, so that a replay needs none.
/// They refer to `choice`.
std::vector<Field> ItemFields(const Choice& choice, bool facts);

/// /catalogue, /purchase/<item>/<user> and POST /purchase/<item>. What is referred to must outlive
/// the routes.
std::vector<Route> PurchaseRoutes(const Commands& commands, const CatalogueInUse& catalogue);

}  // namespace gamevents::collector
