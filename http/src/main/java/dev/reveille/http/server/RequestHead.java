package dev.reveille.http.server;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The head of one HTTP/1.1 request: its bytes, checked, and where each field lies in them.
///
/// Strings are made when the handler asks for them. The parser is strict (RFC 9112 §2.2, §3, §5,
/// §6): whatever two servers in a row could read differently is refused, because that difference is
/// how requests are smuggled.
final class RequestHead {
  /// Position and end of name and value of each field, 16 bits each.
  private final byte[] bytes;

  private long[] fields = new long[12];
  private int count;

  private String method = "";
  private @Nullable RequestTarget target;
  private boolean http10;
  private boolean closes;
  private boolean keepsAlive;
  private boolean expectsContinue;
  private boolean chunked;
  private long contentLength = -1;

  private int badStatus;
  private String badDetail = "";

  private RequestHead(final byte[] bytes) {
    this.bytes = bytes;
  }

  /// @param bytes request line and fields, each with CR LF, with or without the empty line
  /// @return a head whose [#badStatus] is 0 if it is well formed
  static RequestHead parse(final byte[] bytes, final int mostFields) {
    final var head = new RequestHead(bytes);
    final var firstEnd = head.requestLine();
    if (firstEnd > 0) {
      head.fields(firstEnd, mostFields);
    }
    if (head.badStatus == 0) {
      head.framing();
    }
    return head;
  }

  /// Whether the bytes are well-formed field lines; what they say is of no interest (trailers).
  static RequestHead parseTrailers(final byte[] bytes, final int mostFields) {
    final var trailers = new RequestHead(bytes);
    trailers.fields(0, mostFields);
    return trailers;
  }

  int badStatus() {
    return badStatus;
  }

  String badDetail() {
    return badDetail;
  }

  String method() {
    return method;
  }

  RequestTarget target() {
    if (target == null) {
      throw new IllegalStateException("a refused head has no target");
    }
    return target;
  }

  boolean isHttp10() {
    return http10;
  }

  boolean keepAlive() {
    return !closes && (!http10 || keepsAlive);
  }

  boolean expectsContinue() {
    return expectsContinue;
  }

  boolean isChunked() {
    return chunked;
  }

  /// Bytes of body announced; 0 if none is announced.
  long contentLength() {
    return Math.max(0, contentLength);
  }

  /// The first field of that name; `lower` must be lower case.
  Optional<String> header(final String lower) {
    for (var i = 0; i < count; i++) {
      if (isNamed(i, lower)) {
        return Optional.of(value(i));
      }
    }
    return Optional.empty();
  }

  List<String> headers(final String lower) {
    final var found = new ArrayList<String>(2);
    for (var i = 0; i < count; i++) {
      if (isNamed(i, lower)) {
        found.add(value(i));
      }
    }
    return found;
  }

  /// All fields in their order, with names in lower case.
  List<Map.Entry<String, String>> all() {
    final var found = new ArrayList<Map.Entry<String, String>>(count);
    for (int i = 0; i < count; i++) {
      found.add(Map.entry(name(i), value(i)));
    }
    return found;
  }

  private String name(final int field) {
    final var at = fields[field];
    final int from = (int) (at >>> 48);
    final int to = (int) (at >>> 32) & 0xFFFF;
    return new String(bytes, from, to - from, StandardCharsets.US_ASCII).toLowerCase(Locale.ROOT);
  }

  private boolean isNamed(final int field, final String lower) {
    final var at = fields[field];
    return Fields.same(bytes, (int) (at >>> 48), (int) (at >>> 32) & 0xFFFF, lower);
  }

  private String value(final int field) {
    final var at = fields[field];
    final var from = (int) (at >>> 16) & 0xFFFF;
    return new String(bytes, from, ((int) at & 0xFFFF) - from, StandardCharsets.ISO_8859_1);
  }

  /// Reads the first line; returns where the next one begins, or -1.
  private int requestLine() {
    var at = 0;
    while (at < bytes.length && Fields.isToken(bytes[at])) {
      at++;
    }
    if (at == 0 || at >= bytes.length || bytes[at] != ' ') {
      return bad(400, "The request line does not begin with a method.");
    }
    method = methodNamed(at);
    final var from = ++at;
    while (at < bytes.length && bytes[at] > ' ' && bytes[at] != 0x7F) {
      at++;
    }
    if (at == from || at >= bytes.length || bytes[at] != ' ') {
      return bad(400, "The request target is not one this server reads.");
    }
    final var text = new String(bytes, from, at - from, StandardCharsets.ISO_8859_1);
    final var lineEnd = at + 1 + 8;
    if (bytes.length < lineEnd + 2
        || bytes[lineEnd] != '\r'
        || bytes[lineEnd + 1] != '\n'
        || !isVersion(at + 1)) {
      return bad(400, "The request line does not end with an HTTP version.");
    }
    if (bytes[at + 6] != '1') {
      return bad(505, "Only HTTP/1.1 and HTTP/1.0 are spoken without negotiation.");
    }
    http10 = bytes[at + 8] == '0';
    if (method.equals("CONNECT") || method.equals("TRACE")) {
      return bad(501, "This method is not implemented here.");
    }
    target = RequestTarget.of(text);
    if (target == null || text.equals("*") && !method.equals("OPTIONS")) {
      return bad(400, "The request target must be an absolute path without dot segments.");
    }
    return lineEnd + 2;
  }

  private boolean isVersion(final int at) {
    return bytes[at] == 'H'
        && bytes[at + 1] == 'T'
        && bytes[at + 2] == 'T'
        && bytes[at + 3] == 'P'
        && bytes[at + 4] == '/'
        && isDigit(bytes[at + 5])
        && bytes[at + 6] == '.'
        && isDigit(bytes[at + 7]);
  }

  private static boolean isDigit(final byte b) {
    return b >= '0' && b <= '9';
  }

  /// The usual methods are constants, so that asking for one costs no string.
  private String methodNamed(final int length) {
    return switch (length) {
      case 3 -> bytes[0] == 'G' ? known("GET", length) : known("PUT", length);
      case 4 -> bytes[0] == 'P' ? known("POST", length) : known("HEAD", length);
      case 5 -> known("PATCH", length);
      case 6 -> known("DELETE", length);
      case 7 -> known("OPTIONS", length);
      default -> known("", length);
    };
  }

  private String known(final String candidate, final int length) {
    for (var i = 0; i < length; i++) {
      if (candidate.isEmpty() || bytes[i] != candidate.charAt(i)) {
        return new String(bytes, 0, length, StandardCharsets.US_ASCII);
      }
    }
    return candidate;
  }

  private void fields(final int from, final int mostFields) {
    var at = from;
    while (at < bytes.length && bytes[at] != '\r') {
      if (count == mostFields) {
        bad(431, "The number of header fields exceeds the limit.");
        return;
      }
      final var nameFrom = at;
      while (at < bytes.length && Fields.isToken(bytes[at])) {
        at++;
      }
      if (at == nameFrom || at >= bytes.length || bytes[at] != ':') {
        bad(400, "A header line has no plain name before its colon.");
        return;
      }
      final var nameTo = at++;
      while (at < bytes.length && (bytes[at] == ' ' || bytes[at] == '\t')) {
        at++;
      }
      final var valueFrom = at;
      while (at < bytes.length && Fields.isValue(bytes[at])) {
        at++;
      }
      if (at + 1 >= bytes.length || bytes[at] != '\r' || bytes[at + 1] != '\n') {
        bad(400, "A header value has a control character.");
        return;
      }
      var valueTo = at;
      while (valueTo > valueFrom && (bytes[valueTo - 1] == ' ' || bytes[valueTo - 1] == '\t')) {
        valueTo--;
      }
      add(nameFrom, nameTo, valueFrom, valueTo);
      at += 2;
    }
    // Only the empty line may follow; a line of its own CR would be a second reading of the head.
    if (at < bytes.length && (at + 2 != bytes.length || bytes[at + 1] != '\n')) {
      bad(400, "The head ends in the middle of a line.");
    }
  }

  private void add(final int nameFrom, final int nameTo, final int valueFrom, final int valueTo) {
    if (count == fields.length) {
      fields = java.util.Arrays.copyOf(fields, count * 2);
    }
    fields[count++] =
        (long) nameFrom << 48 | (long) nameTo << 32 | (long) valueFrom << 16 | valueTo;
  }

  /// Reads the fields that decide where this request ends and what becomes of the connection.
  private void framing() {
    var hosts = 0;
    var encodings = 0;
    for (var i = 0; i < count && badStatus == 0; i++) {
      final var at = fields[i];
      switch ((int) (at >>> 32 & 0xFFFF) - (int) (at >>> 48)) {
        case 4 -> hosts += isNamed(i, "host") ? host(i) : 0;
        case 6 -> {
          if (isNamed(i, "expect")) {
            expect(value(i));
          }
        }
        case 10 -> {
          if (isNamed(i, "connection")) {
            connection(value(i));
          }
        }
        case 14 -> {
          if (isNamed(i, "content-length")) {
            length(value(i));
          }
        }
        case 17 -> {
          if (isNamed(i, "transfer-encoding")) {
            encodings++;
            coding(value(i));
          }
        }
        default -> {}
      }
    }
    if (badStatus != 0) {
      return;
    }
    if (hosts > 1 || hosts == 0 && !http10) {
      bad(400, "A request names its host in exactly one Host field.");
    } else if (encodings > 1 || chunked && (contentLength >= 0 || http10)) {
      bad(400, "The length of the body is given in two ways.");
    } else if (!chunked && contentLength < 0 && http10 && wantsBody()) {
      bad(411, "A body needs Content-Length or chunks.");
    }
  }

  private boolean wantsBody() {
    return method.equals("POST") || method.equals("PUT") || method.equals("PATCH");
  }

  private int host(final int field) {
    final var value = value(field);
    if (value.isEmpty()) {
      bad(400, "The Host field is empty.");
    }
    for (var i = 0; i < value.length(); i++) {
      final var c = value.charAt(i);
      if (c >= 0x80 || !Character.isLetterOrDigit(c) && ".-:[]_~%".indexOf(c) < 0) {
        bad(400, "The Host field is not a host.");
      }
    }
    return 1;
  }

  private void expect(final String value) {
    if (value.equalsIgnoreCase("100-continue")) {
      // HTTP/1.0 has no interim answers (RFC 9110 §10.1.1).
      expectsContinue = !http10;
    } else {
      bad(417, "The expectation is not one this server meets.");
    }
  }

  private void connection(final String value) {
    for (var from = 0; from <= value.length(); ) {
      final var comma = value.indexOf(',', from);
      final var to = comma < 0 ? value.length() : comma;
      final var option = value.substring(from, to).strip();
      closes |= option.equalsIgnoreCase("close");
      keepsAlive |= option.equalsIgnoreCase("keep-alive");
      from = to + 1;
    }
  }

  private void length(final String value) {
    if (contentLength >= 0 || value.isEmpty() || value.length() > 18) {
      bad(400, "Content-Length is not one number.");
      return;
    }
    long length = 0;
    for (var i = 0; i < value.length(); i++) {
      final var c = value.charAt(i);
      if (c < '0' || c > '9') {
        bad(400, "Content-Length is not one number.");
        return;
      }
      length = length * 10 + (c - '0');
    }
    contentLength = length;
  }

  private void coding(final String value) {
    if (value.equalsIgnoreCase("chunked")) {
      chunked = true;
    } else {
      bad(501, "The only transfer coding taken is chunked.");
    }
  }

  private int bad(final int status, final String detail) {
    if (badStatus == 0) {
      badStatus = status;
      badDetail = detail;
    }
    return -1;
  }
}
