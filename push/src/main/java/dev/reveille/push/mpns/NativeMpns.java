package dev.reveille.push.mpns;

import dev.reveille.http.client.HeaderName;
import dev.reveille.routing.port.PushContent;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// A push for MPNS as its caller wrote it. Headers and body go out unchanged; what MPNS demands and
/// the caller left out is added: the class, at once, and an id.
///
/// @param batch the class to add; "" where the caller gave one
/// @param hasId whether the caller gave one
record NativeMpns(String batch, boolean hasId, int largest, List<Given> headers, byte[] body) {
  record Given(HeaderName name, byte[] value) {}

  private static final String TARGET = "x-windowsphone-target";
  private static final String CLASS = "x-notificationclass";
  private static final String ID = "x-messageid";
  private static final Set<String> TAKEN = Set.of(TARGET, CLASS, ID, "x-callbackuri");

  /// MPNS takes 1 KB of headers in all.
  private static final int LARGEST_HEADERS = 512;

  /// @throws IllegalArgumentException with what is wrong with the caller's headers
  static NativeMpns of(final PushContent.Native content) {
    final var headers = content.headers();
    if (!TAKEN.containsAll(headers.keySet())) {
      throw new IllegalArgumentException(
          "of a caller's headers MPNS takes x-windowsphone-target, x-notificationclass, x-messageid"
              + " and x-callbackuri");
    }
    final var form = form(headers.getOrDefault(TARGET, ""));
    final var others = new ArrayList<Given>();
    int size = 0;
    for (final var header : headers.entrySet()) {
      size += header.getKey().length() + header.getValue().length();
      if (!header.getValue().isEmpty()) {
        others.add(
            new Given(
                HeaderName.of(header.getKey()),
                header.getValue().getBytes(StandardCharsets.US_ASCII)));
      }
    }
    if (size > LARGEST_HEADERS) {
      throw new IllegalArgumentException(
          "the headers have " + size + " characters, more than " + LARGEST_HEADERS);
    }
    return new NativeMpns(
        headers.containsKey(CLASS) ? "" : form.batch(0),
        headers.containsKey(ID),
        form.largest(),
        others,
        content.body().toArray());
  }

  private static MpnsForm form(final String target) {
    return switch (target) {
      case "" -> MpnsForm.RAW;
      case "toast" -> MpnsForm.TOAST;
      case "token" -> MpnsForm.TILE;
      default ->
          throw new IllegalArgumentException(
              TARGET + " is toast, token (a tile) or left out (raw), not " + target);
    };
  }
}
