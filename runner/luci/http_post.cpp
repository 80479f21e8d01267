// SPDX-License-Identifier: BSD-3-Clause
#include "runner/luci/http_post.hpp"

#include "hooks_api/base/utf8.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>

namespace grapnel::luci {

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;

// Beast's time limits are those of its asynchronous operations; one after the other they are as good as synchronous.
class Post {
 public:
  explicit Post(const HttpRequest& request) : stream_(io_) {
    message_.method(http::verb::post);
    message_.target(request.target);
    message_.version(11);
    message_.set(http::field::host, request.host + ":" + request.port);
    message_.set(http::field::authorization, request.authorization);
    message_.set(http::field::content_type, "application/json");
    message_.set(http::field::accept, "application/json");
    message_.keep_alive(false);
    message_.body() = request.body;
    message_.prepare_payload();
    constexpr std::uint64_t kMostAnswer = 1U << 20U;
    parser_.body_limit(kMostAnswer);
    stream_.expires_after(request.timeout);
  }

  tl::expected<void, std::string> run(const HttpRequest& request) {
    boost::system::error_code error;
    asio::ip::tcp::resolver resolver(io_);
    const auto addresses = resolver.resolve(request.host, request.port, error);
    if (error) return tl::unexpected("the address is none: " + error.message());
    stream_.async_connect(addresses, [&](boost::system::error_code failure, const auto&) { error = failure; });
    if (!finished(error)) return tl::unexpected("no connection: " + why(error));
    http::async_write(stream_, message_, [&](boost::system::error_code failure, std::size_t) { error = failure; });
    if (!finished(error)) return tl::unexpected("it did not take the request: " + why(error));
    http::async_read(stream_, buffer_, parser_,
                     [&](boost::system::error_code failure, std::size_t) { error = failure; });
    if (!finished(error)) return tl::unexpected("no answer: " + why(error));
    if (parser_.get().result() == http::status::ok) return {};
    constexpr std::size_t kMost = 200;
    return tl::unexpected("it answers " + std::to_string(parser_.get().result_int()) + ": " +
                          hooks::base::to_utf8(parser_.get().body().substr(0, kMost)));
  }

 private:
  bool finished(const boost::system::error_code& error) {
    io_.restart();
    io_.run();
    return !error;
  }
  static std::string why(const boost::system::error_code& error) {
    return error == beast::error::timeout ? "it takes too long" : error.message();
  }

  asio::io_context io_;
  beast::tcp_stream stream_;
  http::request<http::string_body> message_;
  http::response_parser<http::string_body> parser_;
  beast::flat_buffer buffer_;
};

}  // namespace

tl::expected<void, std::string> http_post(const HttpRequest& request) {
  try {
    return Post(request).run(request);
  } catch (const std::exception& error) {
    return tl::unexpected(std::string(error.what()));
  }
}

}  // namespace grapnel::luci
