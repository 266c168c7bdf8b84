package dev.reveille.http.server;

import io.netty.util.AsciiString;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// HTTP status codes as they are written: the status line of HTTP/1.1 and the value of HTTP/2's
/// `:status`.
final class Status {
  private static final byte[] @Nullable [] LINES = new byte[600][];
  private static final @Nullable AsciiString[] CODES = new AsciiString[600];

  static {
    for (var status = 100; status < 600; status++) {
      LINES[status] =
          ("HTTP/1.1 " + status + " " + phrase(status) + "\r\n")
              .getBytes(StandardCharsets.US_ASCII);
      CODES[status] = AsciiString.cached(Integer.toString(status));
    }
  }

  private Status() {}

  static int checked(final int status) {
    if (status < 200 || status > 599) {
      throw new IllegalArgumentException("status (%d) must be 200 to 599".formatted(status));
    }
    return status;
  }

  /// The whole first line of an HTTP/1.1 answer.
  static byte[] line(final int status) {
    final var line = LINES[status];
    return line == null ? new byte[0] : line;
  }

  /// The value of HTTP/2's `:status`.
  static AsciiString code(final int status) {
    final var code = CODES[status];
    return code == null ? AsciiString.EMPTY_STRING : code;
  }

  static boolean hasBody(final int status) {
    return status != 204 && status != 304 && status >= 200;
  }

  static String phrase(final int status) {
    return switch (status) {
      case 100 -> "Continue";
      case 101 -> "Switching Protocols";
      case 200 -> "OK";
      case 201 -> "Created";
      case 202 -> "Accepted";
      case 204 -> "No Content";
      case 301 -> "Moved Permanently";
      case 302 -> "Found";
      case 303 -> "See Other";
      case 304 -> "Not Modified";
      case 307 -> "Temporary Redirect";
      case 308 -> "Permanent Redirect";
      case 400 -> "Bad Request";
      case 401 -> "Unauthorized";
      case 403 -> "Forbidden";
      case 404 -> "Not Found";
      case 405 -> "Method Not Allowed";
      case 406 -> "Not Acceptable";
      case 408 -> "Request Timeout";
      case 409 -> "Conflict";
      case 410 -> "Gone";
      case 411 -> "Length Required";
      case 412 -> "Precondition Failed";
      case 413 -> "Content Too Large";
      case 414 -> "URI Too Long";
      case 415 -> "Unsupported Media Type";
      case 417 -> "Expectation Failed";
      case 421 -> "Misdirected Request";
      case 422 -> "Unprocessable Content";
      case 426 -> "Upgrade Required";
      case 428 -> "Precondition Required";
      case 429 -> "Too Many Requests";
      case 431 -> "Request Header Fields Too Large";
      case 449 -> "Retry With";
      case 500 -> "Internal Server Error";
      case 501 -> "Not Implemented";
      case 502 -> "Bad Gateway";
      case 503 -> "Service Unavailable";
      case 504 -> "Gateway Timeout";
      case 505 -> "HTTP Version Not Supported";
      case 507 -> "Insufficient Storage";
      default ->
          switch (status / 100) {
            case 2 -> "Success";
            case 3 -> "Redirection";
            case 4 -> "Client Error";
            default -> "Server Error";
          };
    };
  }
}
