package dev.reveille.push.wns;

import dev.reveille.http.client.HeaderName;
import dev.reveille.push.windows.ToastTag;
import dev.reveille.routing.port.PushContent;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// A push for WNS as its caller wrote it. Headers that begin with `x-wns-` and the body go out
/// unchanged; what WNS demands and the caller left out is added, and a toast without a tag gets one
/// that is the same at each try, so that a repeat after a lost answer replaces the earlier copy.
///
/// @param type as the caller says, else as the body's first element is called, else `raw`
/// @param tag added to a toast without one; "" for none
/// @param hasTtl, hasStatus whether the caller said so
record NativeWns(
    String type, String tag, boolean hasTtl, boolean hasStatus, List<Given> headers, byte[] body) {
  record Given(HeaderName name, byte[] value) {}

  private static final String PREFIX = "x-wns-";
  private static final String TYPE = "x-wns-type";
  private static final String TAG = "x-wns-tag";
  private static final String TTL = "x-wns-ttl";
  private static final String STATUS = "x-wns-requestforstatus";
  private static final Set<String> TYPES = Set.of("toast", "tile", "badge", "raw");
  private static final int LARGEST_HEADERS = 2_048;

  /// @throws IllegalArgumentException with what is wrong with the caller's headers or body
  static NativeWns of(final PushContent.Native content) {
    final var headers = content.headers();
    final byte[] body = content.body().toArray();
    final var type =
        headers.containsKey(TYPE) ? type(headers.getOrDefault(TYPE, "")) : guessed(body);
    final var others = new ArrayList<Given>();
    int size = 0;
    for (final var header : headers.entrySet()) {
      final var name = header.getKey();
      if (!name.startsWith(PREFIX)) {
        throw new IllegalArgumentException(
            "WNS takes headers that begin with " + PREFIX + ", and not " + name);
      }
      size += name.length() + header.getValue().length();
      if (!name.equals(TYPE)) {
        others.add(
            new Given(HeaderName.of(name), header.getValue().getBytes(StandardCharsets.US_ASCII)));
      }
    }
    if (size > LARGEST_HEADERS) {
      throw new IllegalArgumentException(
          "the headers have " + size + " characters, more than " + LARGEST_HEADERS);
    }
    final boolean untagged = type.equals(WnsForm.TOAST) && !headers.containsKey(TAG);
    return new NativeWns(
        type,
        untagged ? ToastTag.of(content.event()) : "",
        headers.containsKey(TTL),
        headers.containsKey(STATUS),
        others,
        body);
  }

  private static String type(final String value) {
    final var word = value.startsWith("wns/") ? value.substring("wns/".length()) : "";
    if (!TYPES.contains(word)) {
      throw new IllegalArgumentException(
          TYPE + " is wns/toast, wns/tile, wns/badge or wns/raw, not " + value);
    }
    return word;
  }

  /// What the body is; everything that is none of the three documents is raw.
  private static String guessed(final byte[] body) {
    final var start =
        new String(body, 0, Math.min(body.length, 512), StandardCharsets.UTF_8)
            .replaceFirst("^\uFEFF?\\s*(?:<\\?xml[^>]*\\?>\\s*)?", "");
    for (final var each : List.of("toast", "tile", "badge")) {
      if (start.matches("(?s)<" + each + "[\\s/>].*")) {
        return each;
      }
    }
    return "raw";
  }
}
