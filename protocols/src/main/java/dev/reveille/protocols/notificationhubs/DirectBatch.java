package dev.reveille.protocols.notificationhubs;

import dev.reveille.protocols.json.JsonBody;
import dev.reveille.protocols.json.JsonParsers;
import dev.reveille.protocols.json.Refusal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/// Reads the body of a direct send to several handles: a notification and the handles, as parts of
/// one body (RFC 2046 §5.1). Parsed by hand, because libraries refuse what clients send: blanks
/// around the `=` of the boundary, no line end behind the last delimiter, parts of no form.
///
/// @param contentType of the notification; "" when it says none
/// @param notification its bytes, as they came
/// @param handles each once, in their order
public record DirectBatch(String contentType, byte[] notification, List<String> handles) {
  /// Of the list as it comes.
  public static final int MOST_HANDLES = 1_000;

  private static final int MOST_PARTS = 16;
  private static final int LONGEST_BOUNDARY = 200;
  private static final int LONGEST_HEAD = 4_096;
  private static final String DASHES = "--";
  private static final String NOTIFICATION = "notification";
  private static final String DEVICES = "devices";

  public DirectBatch {
    handles = List.copyOf(handles);
  }

  /// @param contentType of the request, as it stands in its header
  /// @throws HubRefused with status 400
  public static DirectBatch read(final String contentType, final byte[] body) {
    if (!contentType.strip().toLowerCase(Locale.ROOT).startsWith("multipart/")) {
      throw HubRefused.malformed(
          "Content-Type must be multipart/mixed with a boundary, for the parts notification and"
              + " devices");
    }
    final var boundary = parameter(contentType, "boundary");
    if (boundary.isEmpty() || boundary.length() > LONGEST_BOUNDARY) {
      throw HubRefused.malformed(
          "Content-Type must say a boundary of 1 to " + LONGEST_BOUNDARY + " characters");
    }
    Optional<Part> notification = Optional.empty();
    Optional<Part> devices = Optional.empty();
    for (final var part : parts(body, boundary)) {
      switch (part.name) {
        case NOTIFICATION -> notification = once(notification, part);
        case DEVICES -> devices = once(devices, part);
        default -> {}
      }
    }
    final var sent = notification.orElseThrow(() -> missing(NOTIFICATION));
    return new DirectBatch(
        sent.contentType, sent.bytes, handles(devices.orElseThrow(() -> missing(DEVICES)).bytes));
  }

  private static Optional<Part> once(final Optional<Part> before, final Part part) {
    if (before.isPresent()) {
      throw HubRefused.malformed("the part " + part.name + " is there twice");
    }
    return Optional.of(part);
  }

  private static HubRefused missing(final String name) {
    return HubRefused.malformed("the part " + name + " is missing");
  }

  private static List<String> handles(final byte[] json) {
    try {
      final var list = JsonParsers.tree(json);
      if (!list.isArray() || list.isEmpty() || list.size() > MOST_HANDLES) {
        throw Refusal.malformed(
            "",
            "must be a list of 1 to "
                + MOST_HANDLES
                + " handles, not "
                + (list.isArray() ? Integer.toString(list.size()) : JsonBody.kind(list)));
      }
      final Set<String> handles = new LinkedHashSet<>();
      for (final var handle : list) {
        if (!handle.isTextual()) {
          throw Refusal.malformed("", "must hold texts, not " + JsonBody.kind(handle));
        }
        handles.add(new PnsHandle.Single(handle.textValue()).value());
      }
      return List.copyOf(handles);
    } catch (final Refusal refusal) {
      throw HubRefused.malformed("the part devices: " + refusal.detail());
    } catch (final IllegalArgumentException bad) {
      throw HubRefused.malformed("the part devices: " + bad.getMessage());
    }
  }

  /// @param name "" when it has none
  private record Part(String name, String contentType, byte[] bytes) {}

  private static List<Part> parts(final byte[] body, final String boundary) {
    // each byte is one character, so that places in the text are places in the body
    final var text = new String(body, StandardCharsets.ISO_8859_1);
    final var delimiter = DASHES + boundary;
    final var parts = new ArrayList<Part>();
    int at = delimiter(text, delimiter, 0);
    while (at >= 0) {
      final int behind = at + delimiter.length();
      if (text.startsWith(DASHES, behind)) {
        return parts;
      }
      final int begin = lineEnd(text, behind);
      final int next = delimiter(text, delimiter, begin);
      if (next < 0) {
        break;
      }
      if (parts.size() == MOST_PARTS) {
        throw HubRefused.malformed("the body has more than " + MOST_PARTS + " parts");
      }
      parts.add(part(body, text, begin, withoutLineEnd(text, begin, next)));
      at = next;
    }
    throw HubRefused.malformed("the body ends before the last delimiter of its parts");
  }

  /// Where the next delimiter begins that stands at the beginning of a line; -1 when there is none.
  private static int delimiter(final String text, final String delimiter, final int from) {
    int at = text.indexOf(delimiter, from);
    while (at >= 0) {
      final int behind = at + delimiter.length();
      final boolean begins = at == 0 || text.charAt(at - 1) == '\n';
      if (begins && (text.startsWith(DASHES, behind) || isLineEnd(text, behind))) {
        return at;
      }
      at = text.indexOf(delimiter, at + 1);
    }
    return -1;
  }

  /// Blanks may stand before it.
  private static boolean isLineEnd(final String text, final int from) {
    int at = from;
    while (at < text.length() && (text.charAt(at) == ' ' || text.charAt(at) == '\t')) {
      at++;
    }
    return at < text.length() && (text.charAt(at) == '\n' || text.startsWith("\r\n", at));
  }

  private static int lineEnd(final String text, final int from) {
    return text.indexOf('\n', from) + 1;
  }

  /// The line end before a delimiter belongs to it.
  private static int withoutLineEnd(final String text, final int begin, final int delimiter) {
    final int end = Math.max(begin, delimiter - 1);
    return end > begin && text.charAt(end - 1) == '\r' ? end - 1 : end;
  }

  private static Part part(final byte[] body, final String text, final int begin, final int end) {
    String name = "";
    String contentType = "";
    int length = -1;
    int at = begin;
    while (true) {
      final int line = text.indexOf('\n', at);
      if (line < 0 || line >= end || line - begin > LONGEST_HEAD) {
        throw HubRefused.malformed("a part must have headers, and an empty line behind them");
      }
      final var header = text.substring(at, line).strip();
      at = line + 1;
      if (header.isEmpty()) {
        break;
      }
      final int colon = header.indexOf(':');
      final var value = header.substring(colon + 1).strip();
      switch (header.substring(0, Math.max(colon, 0)).strip().toLowerCase(Locale.ROOT)) {
        case "content-disposition" -> name = parameter(value, "name");
        case "content-type" -> contentType = value;
        case "content-length" -> length = number(value);
        default -> {}
      }
    }
    if (length >= 0 && length != end - at) {
      throw HubRefused.malformed(
          "the part "
              + name
              + " has "
              + (end - at)
              + " bytes, and its Content-Length says "
              + length);
    }
    return new Part(name, contentType, java.util.Arrays.copyOfRange(body, at, end));
  }

  private static int number(final String value) {
    final boolean isNumber =
        !value.isEmpty()
            && value.length() <= 9
            && value.chars().allMatch(c -> c >= '0' && c <= '9');
    if (!isNumber) {
      throw HubRefused.malformed("the Content-Length of a part must be a number");
    }
    return Integer.parseInt(value);
  }

  /// A parameter of a header, quoted or not, with or without blanks around its `=`; "" when it is
  /// not there.
  private static String parameter(final String header, final String name) {
    int at = header.indexOf(';');
    while (at >= 0) {
      final int equal = header.indexOf('=', at);
      if (equal < 0) {
        return "";
      }
      final var found = header.substring(header.lastIndexOf(';', equal) + 1, equal).strip();
      int from = equal + 1;
      while (from < header.length() && header.charAt(from) == ' ') {
        from++;
      }
      final boolean isQuoted = from < header.length() && header.charAt(from) == '"';
      final int quote = isQuoted ? header.indexOf('"', from + 1) : -1;
      final int next = header.indexOf(';', Math.max(from, quote));
      final var value =
          quote > 0
              ? header.substring(from + 1, quote)
              : header.substring(from, next < 0 ? header.length() : next).strip();
      if (found.equalsIgnoreCase(name)) {
        return value;
      }
      at = next;
    }
    return "";
  }

  @Override
  public boolean equals(final Object other) {
    return other instanceof final DirectBatch batch
        && contentType.equals(batch.contentType)
        && java.util.Arrays.equals(notification, batch.notification)
        && handles.equals(batch.handles);
  }

  @Override
  public int hashCode() {
    return java.util.Arrays.hashCode(notification) + handles.hashCode();
  }

  /// Without notification and handles.
  @Override
  public String toString() {
    return "DirectBatch[" + contentType + ", " + handles.size() + " handles]";
  }
}
