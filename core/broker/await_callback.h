#pragma once

#include <asio/async_result.hpp>
#include <asio/awaitable.hpp>
#include <asio/post.hpp>
#include <asio/this_coro.hpp>
#include <asio/use_awaitable.hpp>

#include <functional>
#include <memory>
#include <utility>

namespace gamevents::broker {

/// Suspends until a callback is called, from any thread, and gives its value on the coroutine's
/// own executor. `start` is handed the callback (copyable; it must be called exactly once) and may
/// call it at once. A cancellation does not end this wait: use it for what ends by itself.
template <class T, class Start>
asio::awaitable<T> AwaitCallback(Start start) {
  const asio::any_io_executor executor = co_await asio::this_coro::executor;
  auto initiate = [executor, start = std::move(start)](auto handler) mutable {
    auto resume = std::make_shared<decltype(handler)>(std::move(handler));
    start(std::function<void(T)>([executor, resume](T value) {
      asio::post(executor, [resume, value = std::move(value)]() mutable {
        (*std::exchange(resume, nullptr))(std::move(value));
      });
    }));
  };
  co_return co_await asio::async_initiate<const asio::use_awaitable_t<>, void(T)>(
      std::move(initiate), asio::use_awaitable);
}

}  // namespace gamevents::broker
